import { eigenvalues } from '@fedbatch/numerics';
import { fromBase, parseUnit, type Unit } from '@fedbatch/vocabulary';
import { degreeOfReduction } from '../balance/formula.ts';
import { type OpenReaction, openReactions } from '../balance/open-reactions.ts';
import { oxycaloricKJPerMol } from '../compose/derived.ts';
import { evaluateConstant } from '../graph/evaluate.ts';
import { compileModel, Instance } from '../instance.ts';
import type { ComponentInfo, Model, ReactionInfo, UnknownInfo } from '../model.ts';

/** What follows from a model without running it. */
export interface ModelCheck {
  readonly components: readonly ComponentInfo[];
  readonly counts: Readonly<
    Record<'states' | 'ledgers' | 'parameters' | 'quantities' | 'reactions' | 'unknowns' | 'kinks' | 'events', number>
  >;
  readonly reactions: readonly ReactionCheck[];
  readonly open: readonly OpenReaction[];
  /** Implicit unknowns by id, each with its bracket in its own unit. */
  readonly unknowns: readonly string[];
  /** Only for a composed scenario: a component alone has no start. */
  readonly stiffness?: Stiffness;
}

export interface ReactionCheck {
  readonly id: string;
  readonly says: string;
  /** Used (negative) and made, for one g (or mol) of the first species used. */
  readonly terms: readonly TermCheck[];
  readonly verdict: 'closed' | 'open' | 'without formulas';
  /** mol CO2 made for each mol O2 used; undefined where either is missing. */
  readonly rq?: number;
  /** Electrons that go in, come out in products, and are taken by oxygen: mol for each mol of carbon used. */
  readonly electrons?: { readonly in: number; readonly out: number; readonly toOxygen: number };
  /** kJ for one g (or mol) of the first species used, by the oxycaloric rule. */
  readonly heat?: number;
}

export interface TermCheck {
  readonly species: string;
  readonly amount: number;
  readonly unit: string;
  readonly mol?: number;
  readonly given: 'stated' | 'solved';
}

/** Time scales of the equations at the start, from the eigenvalues of the exact Jacobian. */
export interface Stiffness {
  /** Most negative real part, 1/h. */
  readonly fastest: number;
  /** The slowest decay or growth that matters within a run, 1/h; 0: none does. */
  readonly slowest: number;
  readonly ratio: number;
}

/** mol of electrons that one mol of O2 takes. */
const electronsPerOxygen = 4;

/** Gathers what a reader of a model wants to know first. `kind` says whether the model is composed or a component alone. */
export function checkModel(model: Model, kind: 'scenario' | 'component'): ModelCheck {
  const isLedger = (state: Model['states'][number]): boolean => state.kind === 'ledger' || state.kind === 'exchange';
  const stiffness = kind === 'scenario' ? stiffnessAtStart(model) : undefined;
  return {
    components: model.components,
    counts: {
      states: model.states.filter((state) => !isLedger(state)).length,
      ledgers: model.states.filter(isLedger).length,
      parameters: model.parameters.filter((parameter) => parameter.kind === 'parameter').length,
      quantities: model.outputs.filter((output) => output.kind === 'quantity').length,
      reactions: model.reactions.length,
      unknowns: model.unknowns.length,
      kinks: model.kinks.length,
      events: model.events.length,
    },
    reactions: model.reactions.map((reaction) => checkReaction(model, reaction)),
    open: openReactions(model),
    unknowns: model.unknowns.map((unknown) => bracketText(model, unknown)),
    ...(stiffness && { stiffness }),
  };
}

function bracketText({ graph }: Model, { id, index, unit }: UnknownInfo): string {
  const { low, high } = graph.unknowns[index]!;
  const ends = [low, high].map((node) => Number(fromBase(graph.valueOf(node), unit).toPrecision(6)));
  return `${id} between ${ends.join(' and ')} ${unit.text}`;
}

function checkReaction(model: Model, reaction: ReactionInfo): ReactionCheck {
  const values = model.parameters.map((parameter) => parameter.value);
  const numbers = reaction.terms.map((term) => ({
    term,
    amount: evaluateConstant(model.graph, term.coefficient, values) / unitOf(model, term.species.id).factor,
    mol: term.molar === undefined ? undefined : evaluateConstant(model.graph, term.molar, values),
  }));
  const first = numbers.find(({ amount }) => amount < 0) ?? numbers[0]!;
  // A reaction whose coefficients are all zero is shown as it is.
  const per = Math.abs(first.amount) || 1;
  const molOf = (id: string): number => numbers.find(({ term }) => term.species.id === id)?.mol ?? 0;
  const electrons = electronsOf(numbers);
  const verdict =
    reaction.closure === undefined ? 'without formulas' : reaction.closure.residuals.length === 0 ? 'closed' : 'open';
  return {
    id: reaction.id,
    says: reaction.says,
    terms: numbers.map(({ term, amount, mol }) => ({
      species: term.species.name,
      amount: amount / per,
      unit: unitOf(model, term.species.id).text,
      ...(mol !== undefined && { mol: mol / per }),
      given: term.given,
    })),
    verdict,
    ...(molOf('O2') < 0 && molOf('CO2') > 0 && { rq: -molOf('CO2') / molOf('O2') }),
    ...(electrons && { electrons }),
    ...(molOf('O2') < 0 && { heat: (-molOf('O2') / per) * oxycaloricKJPerMol }),
  };
}

const gram = parseUnit('g');

function unitOf(model: Model, species: string): Unit {
  return model.states.find((state) => state.species?.id === species)?.unit ?? gram;
}

function electronsOf(
  numbers: readonly { term: ReactionInfo['terms'][number]; mol: number | undefined }[],
): ReactionCheck['electrons'] {
  const sums = { in: 0, out: 0 };
  let toOxygen = 0;
  let carbon = 0;
  for (const { term, mol } of numbers) {
    const { composition, id } = term.species;
    if (!composition || mol === undefined) return undefined;
    if (id === 'O2') {
      toOxygen += -mol * electronsPerOxygen;
      continue;
    }
    sums[mol < 0 ? 'in' : 'out'] += Math.abs(mol) * degreeOfReduction(composition);
    if (mol < 0) carbon -= mol * (composition.elements.get('C') ?? 0);
  }
  return carbon > 0 ? { in: sums.in / carbon, out: sums.out / carbon, toOxygen: toOxygen / carbon } : undefined;
}

/** What takes longer than a thousand hours stands still in any run; conserved amounts show here as rounding about zero. */
const slowestThatMatters = 1e-3;

function stiffnessAtStart(model: Model): Stiffness | undefined {
  const instance = new Instance(compileModel(model));
  const n = model.coreSize;
  const full = instance.at(0).denseJacobian(instance.startState());
  if (n === 0 || full.some((entry) => !Number.isFinite(entry))) return undefined;
  const real = eigenvalues(full.slice(0, n * n), n).re;
  const fastest = Math.min(...real);
  const sizes = [...real].map(Math.abs).filter((size) => size > slowestThatMatters);
  const slowest = sizes.length === 0 ? 0 : Math.min(...sizes);
  return { fastest, slowest, ratio: slowest === 0 ? 0 : Math.abs(fastest) / slowest };
}
