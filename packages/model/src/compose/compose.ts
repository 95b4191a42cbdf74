import { didYouMean, Problems } from '@fedbatch/vocabulary';
import { evaluateConstant } from '../graph/evaluate.ts';
import { type NodeId, Op } from '../graph/graph.ts';
import type { BalanceInfo, EventInfo, Feeding, Model, OutputInfo, ReactionInfo, UnknownInfo } from '../model.ts';
import { Assembly, type Part, type Setup, symbolOf } from './assembly.ts';
import { composeBalances } from './balances.ts';
import { declareNames, declareNature, equateStates, equateUnknowns } from './declare.ts';
import { publishDerived } from './derived.ts';
import { composeEvents } from './events.ts';
import { composeFlows } from './flows.ts';
import { checkNeeds, publishGiven } from './needs.ts';
import { composeReactions } from './reactions.ts';
import { refuseSize, sizeLimits } from './size-limits.ts';
import { brothName, declarePhases, declareSpecies, declareSupplies } from './species.ts';
import { checkStart } from './start.ts';
import { startAmounts } from './start-amounts.ts';

/**
 * Composes components into one flat system and checks it: names, units, balances, circles, start values.
 * Throws ProblemError with every problem found; warnings stay in `problems`.
 */
export function compose(parts: readonly Part[], setup: Setup, problems: Problems = new Problems()): Model {
  const assembly = new Assembly(parts, setup, problems);
  const unknowns: UnknownInfo[] = [];
  let reactions: ReactionInfo[] | undefined;
  let composing = false;
  const reactionsOnce = (): ReactionInfo[] => {
    if (composing && reactions === undefined) {
      problems.error(
        'MODEL_DEFINITION_CIRCULAR',
        parts[0]?.file.value.place,
        'A rate of a reaction rests on OUR, CER, RQ, metabolicHeat or baseDemand, which follow from the reactions.',
        'Write the rate with concentrations; use those results outside reactions only.',
      );
      return [];
    }
    composing = true;
    reactions ??= composeReactions(assembly);
    return reactions;
  };
  declareNature(assembly);
  for (const part of parts) declareNames(assembly, part, unknowns);
  declareSpecies(assembly);
  declarePhases(assembly);
  declareSupplies(assembly);
  publishDerived(assembly, reactionsOnce);
  for (const part of parts) publishGiven(assembly, part);
  for (const part of parts) checkNeeds(assembly, part);
  problems.throwIfAny();

  equateUnknowns(assembly);
  resolveAll(assembly);
  reactionsOnce();
  for (const part of parts) equateStates(assembly, part);
  startAmounts(assembly);
  composeFlows(assembly);
  const balances = composeBalances(assembly);
  const events = composeEvents(assembly);
  checkSetupNames(assembly);
  refuseSimultaneous(assembly, unknowns);
  problems.throwIfAny();
  return freeze(assembly, { unknowns, reactions: reactionsOnce(), events, balances });
}

/** Lowers every declared name, so that an error in one that nothing uses is reported too. */
function resolveAll(assembly: Assembly): void {
  for (const part of assembly.parts)
    for (const definition of assembly.own(part.role).values()) assembly.lowering.resolve(definition);
}

/** Names in the scenario that match nothing would otherwise be ignored in silence. */
function checkSetupNames(assembly: Assembly): void {
  const ids = assembly.parameters.map((parameter) => parameter.id);
  for (const [id, { place }] of assembly.setup.parameters ?? []) {
    if (!ids.includes(id))
      assembly.problems.error(
        'MODEL_PARAMETER_UNKNOWN',
        place,
        `There is no parameter or input \`${id.slice(0, 80)}\`.${didYouMean(id, ids)}`,
        'Write component and name, as in `organism.qSmax`; `fedbatch explain` lists them all.',
      );
  }
  const amounts = [...assembly.phases.values()].flatMap((phase) =>
    [...phase.amounts.keys()].map((id) => (phase.name === brothName ? symbolOf(id) : `${phase.name}.${symbolOf(id)}`)),
  );
  const plain = assembly.parts.flatMap(({ file }) => [
    ...(file.value.states?.keys() ?? []),
    ...(file.value.inputs?.keys() ?? []),
    ...(file.value.charge?.keys() ?? []),
  ]);
  const volumes = [...assembly.phases.values()].flatMap((phase) =>
    phase.volumeState ? [phase.volumeState.info.id] : [],
  );
  const known = ['volume', ...volumes, ...amounts, ...plain, ...assembly.species.keys()];
  for (const [name, { place }] of assembly.setup.charge ?? []) {
    if (!known.includes(name))
      assembly.problems.error(
        'MODEL_CHARGE_UNKNOWN',
        place,
        `Nothing called \`${name.slice(0, 60)}\` can be charged.${didYouMean(name, known)}`,
        `The charge may name ${['volume', ...amounts, ...plain].join(', ')}.`,
      );
  }
}

/** Unknowns may use each other in one direction only; a circle of them would need a simultaneous solution. */
function refuseSimultaneous(assembly: Assembly, unknowns: readonly UnknownInfo[]): void {
  const { graph } = assembly;
  if (unknowns.length > sizeLimits.unknowns) return;
  const uses = (from: number, target: number): boolean => {
    const seen = new Set<number>();
    const stack = [graph.unknowns[from]!.residual];
    const visited = new Set<NodeId>();
    while (stack.length > 0) {
      const node = stack.pop()!;
      if (visited.has(node)) continue;
      visited.add(node);
      if (graph.ops[node] === Op.unknown) {
        const index = graph.a[node]!;
        if (index === from && from !== target) continue;
        if (index === target && target !== from) return true;
        if (seen.has(index)) continue;
        seen.add(index);
      }
      stack.push(...graph.operands(node));
    }
    return false;
  };
  for (const [i, first] of unknowns.entries()) {
    const other = unknowns
      .slice(i + 1)
      .find((second) => uses(first.index, second.index) && uses(second.index, first.index));
    if (other)
      assembly.problems.error(
        'MODEL_UNKNOWNS_COUPLED',
        first.place,
        `The unknowns \`${first.id}\` and \`${other.id}\` need each other.`,
        'Eliminate one of them by hand, or give one dynamics of its own under `states`.',
      );
    if (!graph.reachable([graph.unknowns[first.index]!.residual]).has(graph.unknowns[first.index]!.node)) {
      assembly.problems.error(
        'MODEL_UNKNOWN_FREE',
        first.place,
        `The equation of \`${first.id}\` does not contain it, so it cannot be solved for.`,
        'Write a formula that changes with the unknown and is zero at the solution.',
      );
    }
  }
}

interface Composed {
  readonly unknowns: readonly UnknownInfo[];
  readonly reactions: readonly ReactionInfo[];
  readonly events: readonly EventInfo[];
  readonly balances: readonly BalanceInfo[];
}

function freeze(assembly: Assembly, { unknowns, reactions, events, balances }: Composed): Model {
  const { graph, states, problems } = assembly;
  for (const draft of states) {
    if (draft.initial === undefined && assembly.setup.mode === 'probe')
      draft.initial = graph.constant(draft.info.scale);
    if (draft.initial === undefined) {
      const name = draft.info.id.split('.').pop()!;
      problems.error(
        'MODEL_INITIAL_MISSING',
        assembly.setup.place ?? draft.info.place,
        `Nothing says what \`${draft.info.id}\` is at the start.`,
        `Add \`${name}: … ${draft.info.unit.text}\` under \`charge\`, or \`initial:\` to the state.`,
      );
    }
  }
  problems.throwIfAny();
  const rates = states.map((draft) => graph.sum(draft.terms.map(({ node }) => node)));
  refuseSize(problems, graph, rates, { states: states.length, unknowns: unknowns.length });
  const onRight = graph.reachable(rates);
  const coreSize = states.reduce((size, draft, i) => (onRight.has(draft.node) ? i + 1 : size), 0);
  const kinks = [...assembly.kinks].filter(([node]) => onRight.has(node)).flatMap(([, switches]) => switches);
  const feeding = feedingOf(assembly);
  const outputs = outputsOf(assembly);
  const model: Model = {
    components: assembly.parts.map(({ role, file }) => ({
      role,
      kind: file.kind,
      title: file.title,
      file: file.file,
      source: file.value.source,
    })),
    graph,
    species: new Map([...assembly.species].map(([id, { info }]) => [id, info])),
    states: states.map((draft) => draft.info),
    coreSize,
    parameters: assembly.parameters,
    rates,
    origins: states.map((draft) => draft.terms.map(({ origin }) => origin)),
    initial: states.map((draft) => draft.initial!),
    initialOrder: orderStarts(assembly),
    outputs,
    kinks: [...new Set(kinks)].filter((node) => changes(assembly, node)),
    events,
    reactions,
    flows: assembly.flows,
    unknowns,
    balances,
    lifts: states.map((_, slot) => liftOf(assembly, reactions, slot)),
    trends: trendsOf(assembly, outputs),
    ...(feeding && { feeding }),
    broth: { volume: assembly.phases.get(brothName)?.volume.id ?? '' },
  };
  problems.throwIfAny();
  if (assembly.setup.mode !== 'probe') checkStart(assembly, model);
  problems.throwIfAny();
  return Object.freeze(model);
}

function changes(assembly: Assembly, node: NodeId): boolean {
  const changing: readonly Op[] = [Op.state, Op.time, Op.unknown];
  return [...assembly.graph.reachable([node])].some((id) => changing.includes(assembly.graph.ops[id]!));
}

function feedingOf(assembly: Assembly): Feeding | undefined {
  const entry = assembly.parts.map(({ file }) => file.value).find((value) => value.feeding)?.feeding;
  if (!entry) return undefined;
  assembly.speciesNamed(entry.substrate.value, entry.substrate.place);
  if (!(entry.yield.value.base > 0))
    assembly.problems.error(
      'MODEL_NUMBER_RANGE',
      entry.yield.place,
      `The yield that a feed law assumes is ${entry.yield.value.value} ${entry.yield.value.unit.text}; it must be above 0.`,
      'Write biomass per substrate, as in 0.5 g/g.',
    );
  return {
    substrate: entry.substrate.value,
    yield: entry.yield.value.base,
    source: entry.source ?? 'stated by the organism file',
  };
}

/** An order in which each start value rests only on earlier ones. */
function orderStarts(assembly: Assembly): number[] {
  const { graph, states } = assembly;
  const order: number[] = [];
  const status = new Map<number, 'busy' | 'done'>();
  const visit = (slot: number): void => {
    if (status.get(slot) === 'done') return;
    if (status.get(slot) === 'busy') {
      assembly.problems.error(
        'MODEL_DEFINITION_CIRCULAR',
        states[slot]!.info.place ?? assembly.setup.place,
        `The start of \`${states[slot]!.info.id}\` rests on itself.`,
        'Give one of the start values a number.',
      );
      return;
    }
    status.set(slot, 'busy');
    for (const node of graph.reachable([states[slot]!.initial!])) {
      if (graph.ops[node] === Op.state) visit(graph.a[node]!);
    }
    status.set(slot, 'done');
    order.push(slot);
  };
  for (const slot of states.keys()) visit(slot);
  return order;
}

/** Concentrations first, then volumes and plain states, quantities, inputs. */
function outputsOf(assembly: Assembly): OutputInfo[] {
  const kinds = {
    concentration: 'concentration',
    state: 'amount',
    quantity: 'quantity',
    unknown: 'quantity',
    input: 'input',
    held: 'input',
  } as const;
  const order = ['concentration', 'amount', 'quantity', 'input'];
  const found: OutputInfo[] = [];
  for (const definition of assembly.definitions.values()) {
    const kind = kinds[definition.kind as keyof typeof kinds];
    const node = kind && assembly.lowering.resolve(definition);
    if (kind === undefined || node === undefined) continue;
    const { id, says, unit, place, source, formula } = definition;
    found.push({
      id,
      says,
      unit,
      kind,
      node,
      ...(place && { place }),
      ...(source && { source }),
      ...(formula && { formula }),
    });
  }
  return found.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}

/** The first reaction that uses a species, run backwards: lifts the species and keeps every element. */
function liftOf(
  assembly: Assembly,
  reactions: readonly ReactionInfo[],
  slot: number,
): { state: number; node: NodeId }[] | null {
  const { graph, states } = assembly;
  const { info } = states[slot]!;
  if (info.kind !== 'amount' || !info.nonNegative) return null;
  const values = assembly.parameters.map((parameter) => parameter.value);
  const user = reactions.find(
    (reaction) =>
      reaction.phase === info.phase &&
      reaction.terms.some((term) => term.species.id === info.species!.id && isUse(assembly, term.coefficient, values)),
  );
  if (!user) return null;
  return user.terms.flatMap((term) => {
    const draft =
      assembly.phases.get(user.phase)!.amounts.get(term.species.id) ?? assembly.exchanges.get(term.species.id);
    const inBasis =
      draft && draft.info.unit.dimension[0] !== 1 && term.molar !== undefined
        ? graph.multiply(term.molar, graph.constant(1 / draft.info.molPerUnit!))
        : term.coefficient;
    return draft ? [{ state: states.indexOf(draft), node: graph.negate(inBasis) }] : [];
  });
}

function isUse(assembly: Assembly, coefficient: NodeId, values: readonly number[]): boolean {
  return evaluateConstant(assembly.graph, coefficient, values) < 0;
}

function trendsOf(assembly: Assembly, outputs: readonly OutputInfo[]): { title: string; outputs: string[] }[] {
  const trends: { title: string; outputs: string[] }[] = [];
  for (const part of assembly.parts) {
    for (const [title, names] of part.file.value.trends ?? []) {
      const ids = names.map(({ value, place }) => {
        const id = (assembly.own(part.role).get(value) ?? assembly.openScope().find(value))?.id ?? value;
        if (outputs.some((output) => output.id === id)) return id;
        return assembly.problems.error(
          'MODEL_SYMBOL_UNKNOWN',
          place,
          `The trend \`${title}\` draws \`${value}\`, which is not known.${didYouMean(
            value,
            outputs.map((output) => output.id),
          )}`,
          'Name a species, a quantity, a state or an input.',
        );
      });
      const known = ids.filter((id) => id !== undefined);
      const same = trends.find((trend) => trend.title === title);
      if (same) same.outputs.push(...known);
      else trends.push({ title, outputs: known });
    }
  }
  return trends;
}
