import {
  type Dimension,
  divideDimensions,
  formatDimension,
  multiplyDimensions,
  sameDimension,
  timeDimension,
} from '@fedbatch/vocabulary';
import { type Closure, closeReaction, type KnownTerm, type OpenTerm } from '../balance/close-reaction.ts';
import { elementNames } from '../balance/formula.ts';
import { formatExpression } from '../expression/expression.ts';
import { evaluateConstant } from '../graph/evaluate.ts';
import { type NodeId, Op } from '../graph/graph.ts';
import type { ReactionInfo, ReactionTerm } from '../model.ts';
import type { Located } from '../read/field.ts';
import {
  type Assembly,
  gram,
  litre,
  mole,
  none,
  type Part,
  type PhaseDraft,
  type SpeciesDraft,
  type StateDraft,
} from './assembly.ts';
import type { ParsedText } from './definition.ts';
import { phaseScope } from './phase-scope.ts';
import { brothName, exchangeOf, molesIn } from './species.ts';

type ReactionEntry = NonNullable<Part['file']['value']['reactions']> extends ReadonlyMap<string, infer T> ? T : never;

interface Term {
  readonly species: SpeciesDraft;
  readonly place: Located<string>['place'];
  /** Made (positive) or used, in the unit of the species' state and in mol, for one unit of rate. */
  readonly coefficient: NodeId;
  readonly molar?: NodeId;
  readonly text: string;
}

/** Lowers every reaction: rate, stated coefficients, open coefficients, and what they do to the states. */
export function composeReactions(assembly: Assembly): ReactionInfo[] {
  const found: ReactionInfo[] = [];
  for (const part of assembly.parts) {
    for (const [name, entry] of part.file.value.reactions ?? []) {
      for (const phase of phasesOf(assembly, entry)) {
        const reaction = composeReaction(assembly, part, name, entry, phase);
        if (reaction) found.push(reaction);
      }
    }
  }
  return found;
}

/** Where a reaction runs: where it says, or wherever the organism lives. */
function phasesOf(assembly: Assembly, entry: ReactionEntry): PhaseDraft[] {
  if (entry.in === undefined && assembly.phases.has(brothName))
    return [...assembly.phases.values()].filter(({ lives }) => lives);
  const phase = assembly.phaseNamed(entry.in ?? brothName, entry.place);
  return phase ? [phase] : [];
}

function composeReaction(
  assembly: Assembly,
  part: Part,
  name: string,
  entry: ReactionEntry,
  phase: PhaseDraft,
): ReactionInfo | undefined {
  const rate = assembly.parse(entry.rate);
  if (!rate) return undefined;
  const total = totalRate(assembly, part, phase, entry, rate, name);
  const stated = [
    ...statedTerms(assembly, part, entry, 'uses', total?.basis, name),
    ...statedTerms(assembly, part, entry, 'makes', total?.basis, name),
  ];
  if (!total || stated.some((term) => term === undefined)) return undefined;
  const terms = stated as Term[];
  if (terms.length === 0) {
    return assembly.problems.error(
      'MODEL_REACTION_EMPTY',
      entry.place,
      `The reaction \`${name}\` uses nothing and makes nothing.`,
      'Name what it consumes under `uses` and what it makes under `makes`.',
    );
  }
  const published = entry.balance?.value ?? part.file.value.balance?.value ?? 'closed';
  const closed = close(assembly, name, entry, terms, published);
  if (!closed) return undefined;
  const all = [...terms.map((term) => toInfo(term, 'stated')), ...closed.open];
  for (const term of all) applyTo(assembly, phase, term, total.node, name, entry.rate.place);
  const carbon = publishedCarbon(assembly, part, terms, closed.closure);
  return {
    id: phase.name === brothName || entry.in ? `${part.role}.${name}` : `${part.role}.${name}.${phase.name}`,
    says: entry.says ?? name,
    unit: none,
    place: entry.place,
    source: entry.source ?? part.file.value.source,
    phase: phase.name,
    rate: total.node,
    rateFormula: rate.expression,
    terms: all,
    balance: published,
    ...(closed.closure && { closure: closed.closure }),
    ...(carbon && { publishedCarbon: carbon }),
  };
}

/** The rate over the whole phase, and what it counts: g, mol or cells. */
function totalRate(
  assembly: Assembly,
  part: Part,
  phase: PhaseDraft,
  entry: ReactionEntry,
  rate: ParsedText,
  name: string,
): { node: NodeId; basis: Dimension } | undefined {
  const { graph, lowering, problems } = assembly;
  const lowered = lowering.lower(rate, phaseScope(assembly, part, phase));
  const volume = lowering.resolve(phase.volume);
  if (!lowered || volume === undefined) return undefined;
  const dimension = lowered.dimension === 'any' || lowered.dimension === 'logical' ? none.dimension : lowered.dimension;
  const perVolume = basisOf(dimension);
  if (perVolume) return { node: graph.multiply(lowered.node, volume), basis: perVolume };
  const biomass = entry.per ?? part.file.value.biomass;
  const amount = biomass && phase.amounts.get(biomass.value);
  if (biomass && !amount) {
    problems.error(
      'MODEL_SPECIES_UNKNOWN',
      biomass.place,
      `The biomass \`${biomass.value}\` is not held by the ${phase.name}.`,
      'Name a species of this file.',
    );
    return undefined;
  }
  const specific =
    amount && basisOf(multiplyDimensions(dimension, divideDimensions(amount.info.unit.dimension, litre.dimension)));
  if (amount && specific) return { node: graph.multiply(lowered.node, amount.node), basis: specific };
  const hint = biomass ? '' : ' A rate per biomass needs `biomass: X` at the top of the file.';
  return problems.error(
    'MODEL_UNIT_CLASH',
    entry.rate.place,
    `The rate of \`${name}\` has the unit ${formatDimension(dimension)}, which is neither per biomass (1/h, mol/g/h) nor per volume (g/L/h, mol/L/h).`,
    `Correct the formula.${hint}`,
  );
}

/** The dimension that a volumetric rate counts, when it is an amount. */
function basisOf(rate: Dimension): Dimension | undefined {
  const amount = multiplyDimensions(multiplyDimensions(rate, litre.dimension), timeDimension);
  const cell: Dimension = [0, 0, 0, 0, 0, 1];
  return [gram.dimension, mole.dimension, cell].find((dimension) => sameDimension(dimension, amount));
}

function statedTerms(
  assembly: Assembly,
  part: Part,
  entry: ReactionEntry,
  side: 'uses' | 'makes',
  basis: Dimension | undefined,
  name: string,
): (Term | undefined)[] {
  return [...(entry[side] ?? [])].map(([id, text]) => {
    const species = assembly.speciesNamed(id, text.place);
    const parsed = assembly.parse(text);
    const lowered = parsed && assembly.lowering.lower(parsed, assembly.scope(part.role));
    if (!species || !parsed || !lowered || !basis) return undefined;
    if (variesInTime(assembly, lowered.node)) {
      return assembly.problems.error(
        'MODEL_COEFFICIENT_VARIES',
        text.place,
        `The coefficient of \`${id}\` in \`${name}\` changes with the state: \`${formatExpression(parsed.expression)}\`.`,
        'Stoichiometry is fixed during a run. Write two reactions with their own rates instead.',
      );
    }
    const dimension =
      lowered.dimension === 'any' || lowered.dimension === 'logical' ? none.dimension : lowered.dimension;
    const converted = inStateUnit(assembly, species, multiplyDimensions(basis, dimension), lowered.node);
    if (!converted) {
      const wanted = species.basis.text;
      return assembly.problems.error(
        'MODEL_UNIT_CLASH',
        text.place,
        `The coefficient of \`${id}\` in \`${name}\` has the unit ${formatDimension(dimension)}; with a rate in ${formatDimension(basis)} that gives no amount in ${wanted}.`,
        `Write it in ${wanted} for each ${formatDimension(basis)} of rate, or give the species a formula so that g and mol convert.`,
      );
    }
    const sign = side === 'uses' ? assembly.graph.negate(converted.coefficient) : converted.coefficient;
    const molar =
      converted.molar === undefined
        ? undefined
        : side === 'uses'
          ? assembly.graph.negate(converted.molar)
          : converted.molar;
    return { species, place: text.place, coefficient: sign, ...(molar !== undefined && { molar }), text: text.value };
  });
}

function variesInTime(assembly: Assembly, node: NodeId): boolean {
  const changing: readonly Op[] = [Op.state, Op.time, Op.unknown];
  return [...assembly.graph.reachable([node])].some((id) => changing.includes(assembly.graph.ops[id]!));
}

/** Converts an amount of the given dimension to the unit of the species' state, and to mol. */
function inStateUnit(
  assembly: Assembly,
  species: SpeciesDraft,
  amount: Dimension,
  node: NodeId,
): { coefficient: NodeId; molar?: NodeId } | undefined {
  const { graph } = assembly;
  const counted = [gram, mole, species.basis].find((basis) => sameDimension(amount, basis.dimension));
  const perAmount = counted && molesIn(counted, species);
  const molar = perAmount === undefined ? undefined : graph.multiply(node, graph.constant(perAmount));
  if (sameDimension(amount, species.basis.dimension))
    return { coefficient: node, ...(molar !== undefined && { molar }) };
  const perUnit = molesIn(species.basis, species);
  if (molar === undefined || perUnit === undefined) return undefined;
  return { coefficient: graph.multiply(molar, graph.constant(1 / perUnit)), molar };
}

interface Closed {
  readonly closure?: Closure;
  readonly open: ReactionTerm[];
}

function close(
  assembly: Assembly,
  name: string,
  entry: ReactionEntry,
  terms: readonly Term[],
  published: 'closed' | 'as-published',
): Closed | undefined {
  const { problems } = assembly;
  const without = terms.find((term) => term.species.info.composition === undefined || term.molar === undefined);
  if (without) {
    if (published === 'as-published') return { open: [] };
    const id = without.species.info.id;
    return problems.error(
      'MODEL_FORMULA_MISSING',
      without.place,
      `The reaction \`${name}\` cannot be balanced: \`${id}\` has no formula.`,
      `Add \`formula:\` to the species \`${id}\`, or state \`balance: as-published\` with a source.`,
    );
  }
  const open = (entry.closes ?? []).map((item) => openTerm(assembly, item, terms, name));
  if (open.some((term) => term === undefined)) return undefined;
  const asked = open as (OpenTerm & { draft: SpeciesDraft })[];
  const values = parameterValues(assembly);
  const known: KnownTerm[] = terms.map((term) => ({
    composition: term.species.info.composition!,
    coefficient: evaluateConstant(assembly.graph, term.molar!, values),
  }));
  const closure = closeReaction(known, asked);
  if (closure.undetermined.length > 0) {
    problems.error(
      'MODEL_REACTION_UNDETERMINED',
      entry.place,
      `The balances of \`${name}\` do not settle ${closure.undetermined.map((id) => `\`${id}\``).join(', ')}.`,
      'Take it out of `closes`, or state its coefficient.',
    );
  }
  if (published === 'closed' && closure.residuals.length > 0) reportOpen(assembly, name, entry, terms, closure);
  return { closure, open: asked.map((term, k) => openInfo(assembly, term.draft, closure.weights[k]!, terms)) };
}

function openTerm(
  assembly: Assembly,
  item: Located<string>,
  terms: readonly Term[],
  name: string,
): (OpenTerm & { draft: SpeciesDraft }) | undefined {
  const [id, ...rest] = item.value.split(/\s+/) as [string, ...string[]];
  const species = assembly.speciesNamed(id, item.place);
  if (!species) return undefined;
  const way = rest.join(' ');
  if (way !== '' && way !== 'either way')
    return assembly.problems.error(
      'MODEL_CHOICE_UNKNOWN',
      item.place,
      `\`${item.value}\` in \`closes\` of \`${name}\` is not understood.`,
      `Write \`${id}\`, or \`${id} either way\`.`,
    );
  if (!species.info.composition)
    return assembly.problems.error(
      'MODEL_FORMULA_MISSING',
      item.place,
      `\`${id}\` has no formula, so the balance cannot solve for it.`,
      'Add `formula:` to the species.',
    );
  if (terms.some((term) => term.species === species))
    return assembly.problems.error(
      'MODEL_NAME_TWICE',
      item.place,
      `\`${id}\` in \`${name}\` has a stated coefficient and stands under \`closes\` too.`,
      'Keep one of the two.',
    );
  const sign = way !== '' ? 0 : id === 'O2' ? -1 : id === 'CO2' ? 1 : 0;
  return { id, composition: species.info.composition, sign, draft: species };
}

function openInfo(
  assembly: Assembly,
  species: SpeciesDraft,
  weights: Float64Array,
  terms: readonly Term[],
): ReactionTerm {
  const { graph } = assembly;
  const molar = graph.sum(terms.map((term, j) => graph.multiply(graph.constant(weights[j]!), term.molar!)));
  const perUnit = molesIn(species.basis, species) ?? 1;
  return {
    species: species.info,
    coefficient: graph.multiply(molar, graph.constant(1 / perUnit)),
    molar,
    given: 'solved',
  };
}

function toInfo(term: Term, given: 'stated'): ReactionTerm {
  return {
    species: term.species.info,
    coefficient: term.coefficient,
    given,
    ...(term.molar !== undefined && { molar: term.molar }),
  };
}

/** Adds coefficient times rate to the state of the species, in that state's own basis. */
function applyTo(
  assembly: Assembly,
  phase: PhaseDraft,
  term: ReactionTerm,
  rate: NodeId,
  name: string,
  place: Located<string>['place'],
): void {
  const { graph } = assembly;
  const species = assembly.species.get(term.species.id)!;
  const draft: StateDraft = phase.amounts.get(term.species.id) ?? exchangeOf(assembly, species, 'surroundings');
  const inBasis = sameDimension(draft.info.unit.dimension, species.basis.dimension)
    ? term.coefficient
    : graph.multiply(term.molar!, graph.constant(1 / draft.info.molPerUnit!));
  if (inBasis === graph.zero) return;
  const sign = evaluateConstant(graph, inBasis, parameterValues(assembly)) < 0 ? '-' : '+';
  draft.terms.push({ node: graph.multiply(inBasis, rate), origin: `${sign} reaction ${name}`, place });
}

export function parameterValues(assembly: Assembly): Float64Array {
  return Float64Array.from(assembly.parameters, (parameter) => parameter.value);
}

function reportOpen(
  assembly: Assembly,
  name: string,
  entry: ReactionEntry,
  terms: readonly Term[],
  closure: Closure,
): void {
  const worst = closure.residuals.find(({ balance }) => balance === 'C') ?? closure.residuals[0]!;
  const ordered = [worst, ...closure.residuals.filter((line) => line !== worst)];
  const lines = ordered.slice(0, 4).map((line) => residualLine(line));
  const excess = worst.out > worst.in;
  const side = excess ? 'makes' : 'uses';
  const guilty = terms
    .filter((term) => (term.molar !== undefined && excess ? term.text !== '1' : true))
    .map((term) => `${term.species.info.id}: ${term.text}`);
  const noun = elementNames[worst.balance] ?? worst.balance;
  const explanation = excess
    ? `\`${side}: { ${guilty.join(', ')} }\` asks for more ${noun} than is used. Lower a coefficient, name another source of ${noun} in \`uses\`, or state \`balance: as-published\` with a source.`
    : `Some ${noun} that is used does not come out again. Name where it goes in \`makes\` or \`closes\`, or state \`balance: as-published\` with a source.`;
  const forced =
    closure.forced.length > 0 ? ` ${closure.forced.join(' and ')} would have to run the wrong way to close it.` : '';
  assembly.problems.error(
    'MODEL_REACTION_OPEN',
    entry.place,
    `The reaction \`${name}\` does not close.${forced}`,
    explanation,
    [...lines, ...coefficientValues(assembly, terms)].join('\n'),
  );
}

/** `Carbon: 1.000 mol in, 1.186 mol out for each mol that goes in (+0.186).` */
function residualLine({ balance, in: into, out }: Closure['residuals'][number]): string {
  // Charge has a sign on either side, so that a ratio of the two says nothing.
  if (balance === 'charge')
    return `Charge: ${into.toPrecision(4)} mol in, ${out.toPrecision(4)} mol out for one unit of rate (${signedText(out - into)}).`;
  const noun = elementNames[balance] ?? balance;
  const title = noun.charAt(0).toUpperCase() + noun.slice(1);
  if (into === 0) return `${title}: none in, ${out.toPrecision(4)} mol out for one unit of rate.`;
  const difference = out / into - 1;
  return `${title}: 1.000 mol in, ${(out / into).toFixed(3)} mol out for each mol of ${noun} used (${difference > 0 ? '+' : ''}${difference.toFixed(3)}).`;
}

function signedText(value: number): string {
  return `${value > 0 ? '+' : ''}${value.toPrecision(3)}`;
}

function coefficientValues(assembly: Assembly, terms: readonly Term[]): string[] {
  const values = parameterValues(assembly);
  const named = terms.filter((term) => !/^[\d.]+$/.test(term.text));
  return named.length === 0
    ? []
    : [
        `with ${named.map((term) => `${term.text} = ${Math.abs(evaluateConstant(assembly.graph, term.coefficient, values)).toPrecision(4)}`).join(', ')} for each unit of rate`,
      ];
}

/** Carbon in and out of a reaction by the contents that its own source states, where it states them. */
function publishedCarbon(
  assembly: Assembly,
  part: Part,
  terms: readonly Term[],
  closure: Closure | undefined,
): { in: number; out: number } | undefined {
  if (!closure || !terms.some((term) => term.species.carbon)) return undefined;
  const values = parameterValues(assembly);
  const sums = { in: 0, out: 0 };
  for (const term of terms) {
    const composition = term.species.info.composition!;
    const molar = evaluateConstant(assembly.graph, term.molar!, values);
    const content =
      term.species.carbon &&
      assembly.lowering.lowerAs(term.species.carbon, assembly.scope(part.role), none.dimension, 'The carbon content');
    const perMol =
      content === undefined
        ? (composition.elements.get('C') ?? 0)
        : (evaluateConstant(assembly.graph, content, values) * composition.molarMass) / 12.011;
    sums[molar < 0 ? 'in' : 'out'] += Math.abs(molar) * perMol;
  }
  return sums.in > 0 ? { in: 1, out: sums.out / sums.in } : undefined;
}
