import {
  type Dimension,
  didYouMean,
  divideDimensions,
  formatDimension,
  multiplyDimensions,
  type Place,
  sameDimension,
  timeDimension,
  type Unit,
} from '@fedbatch/vocabulary';
import { evaluateConstant } from '../graph/evaluate.ts';
import type { NodeId } from '../graph/graph.ts';
import { type Assembly, gram, litre, mole, type Part, type PhaseDraft, type StateDraft, symbolOf } from './assembly.ts';
import { parameterValues } from './reactions.ts';
import { densityOf, litresPerUnit } from './start-amounts.ts';
import { gramsPerUnit, toStateUnit } from './state-units.ts';

type StreamEntry = NonNullable<Part['file']['value']['streams']> extends ReadonlyMap<string, infer T> ? T : never;

/** What a stream or the surroundings move of one species: amount per h in the unit of the state, positive into the system. */
export interface Crossing {
  readonly draft: StateDraft;
  readonly flow: NodeId;
  readonly direction: 'in' | 'out';
}

/** A stream from outside into a phase, from a phase to outside, or from one phase into another. */
export function composeStream(
  assembly: Assembly,
  part: Part,
  name: string,
  entry: StreamEntry,
  crossings: Crossing[],
): void {
  const named = (phase: string | undefined): PhaseDraft | undefined =>
    phase === undefined ? undefined : assembly.phaseNamed(phase, entry.place);
  const [from, into] = [named(entry.from), named(entry.into)];
  if (!checkEnds(assembly, name, entry)) return;
  const flow = readFlow(assembly, part, name, entry);
  if (!flow || (entry.from && !from) || (entry.into && !into)) return;
  assembly.flows.push({
    id: `${part.role}.${name}`,
    kind: 'stream',
    moves: [entry.from && `from ${entry.from}`, entry.into && `into ${entry.into}`].filter(Boolean).join(' '),
    says: entry.says ?? name,
    place: entry.flow.place,
    formula: flow.formula,
  });
  if (flow.per === litre && !entry.only) {
    const move = (phase: PhaseDraft | undefined, sign: 1 | -1): void => {
      if (phase?.volumeState && phase.waterVolume === undefined)
        phase.volumeState.terms.push({
          node: sign > 0 ? flow.node : assembly.graph.negate(flow.node),
          origin: `${sign > 0 ? '+' : '-'} ${name}`,
        });
    };
    move(from, -1);
    move(into, 1);
  }
  if (!from && into) return enter(assembly, name, entry, into, flow.node, flow.per, crossings);
  for (const [draft, amount] of carried(assembly, part, name, entry, from!, flow)) {
    draft.terms.push({ node: assembly.graph.negate(amount), origin: `- stream ${name}` });
    if (into) connect(assembly, name, entry, draft, into, amount);
    else crossings.push({ draft, flow: amount, direction: 'out' });
  }
}

function checkEnds(assembly: Assembly, name: string, entry: StreamEntry): boolean {
  const wrong =
    entry.from === undefined && entry.into === undefined
      ? `The stream \`${name}\` neither leaves nor enters a phase.`
      : entry.from === entry.into
        ? `The stream \`${name}\` enters the phase that it leaves.`
        : entry.from !== undefined && [...(entry.carries?.keys() ?? [])].some((key) => key !== 'temperature')
          ? `The stream \`${name}\` leaves the ${entry.from} and so has its composition: it cannot state what it carries.`
          : entry.from === undefined && (entry.only || entry.retains)
            ? `The stream \`${name}\` comes from outside: \`only\` and \`retains\` select from the phase that a stream leaves.`
            : undefined;
  if (wrong === undefined) return true;
  assembly.problems.error(
    'MODEL_STREAM_ENDS',
    entry.place,
    wrong,
    '`into: broth` with `carries` for a feed, `from: broth` for a harvest, both for a stream from one phase into another.',
  );
  return false;
}

interface Flow {
  readonly node: NodeId;
  /** Litres or mol an hour. */
  readonly per: Unit;
  readonly formula: import('../expression/expression.ts').Expression;
}

function readFlow(assembly: Assembly, part: Part, name: string, entry: StreamEntry): Flow | undefined {
  const parsed = assembly.parse(entry.flow);
  const flow = parsed && assembly.lowering.lower(parsed, assembly.scope(part.role));
  if (!flow) return undefined;
  const perHour = (unit: Unit): Dimension => divideDimensions(unit.dimension, timeDimension);
  const dimension = flow.dimension === 'any' || flow.dimension === 'logical' ? perHour(litre) : flow.dimension;
  if (sameDimension(dimension, perHour(litre))) return { node: flow.node, per: litre, formula: parsed.expression };
  const leavesMol = entry.from === undefined || assembly.phases.get(entry.from)?.basis.text === 'mol';
  if (leavesMol && sameDimension(dimension, perHour(mole)))
    return { node: flow.node, per: mole, formula: parsed.expression };
  return assembly.problems.error(
    'MODEL_UNIT_CLASH',
    entry.flow.place,
    `The flow of \`${name}\` has the unit ${formatDimension(dimension)}.`,
    leavesMol
      ? 'Write it in L/h or mol/h.'
      : 'A stream that leaves a phase counted in g flows in L/h, at the composition of its phase.',
  );
}

/** What a stream takes out of its phase of each species, in units of the states an hour. */
function carried(
  assembly: Assembly,
  part: Part,
  name: string,
  entry: StreamEntry,
  phase: PhaseDraft,
  flow: Flow,
): [StateDraft, NodeId][] {
  const { graph } = assembly;
  const amounts = [...phase.amounts.values()];
  const size =
    flow.per === litre ? assembly.lowering.resolve(phase.volume) : graph.sum(amounts.map(({ node }) => node));
  if (size === undefined) return [];
  const selected = (entry.only ?? []).flatMap(({ value, place }) => amountsNamed(assembly, name, phase, value, place));
  const retained = new Map<StateDraft, NodeId>();
  for (const [id, share] of entry.retains ?? []) {
    const drafts = amountsNamed(assembly, name, phase, id, share.place);
    const parsed = assembly.parse(share);
    const what = `What \`${name}\` retains of \`${id}\``;
    const node = parsed && assembly.lowering.lowerAs(parsed, assembly.scope(part.role), noDimension, what);
    if (node !== undefined) for (const draft of drafts) retained.set(draft, node);
  }
  const moved = entry.only ? amounts.filter((draft) => selected.includes(draft)) : amounts;
  const full = moved.map((draft): [StateDraft, NodeId] => [
    draft,
    graph.multiply(flow.node, graph.divide(draft.node, size)),
  ]);
  let replaced = graph.zero;
  const kept = full.map(([draft, amount]): [StateDraft, NodeId] => {
    const share = retained.get(draft);
    if (share === undefined) return [draft, amount];
    replaced = graph.add(replaced, asWater(assembly, phase, draft, graph.multiply(share, amount)));
    return [draft, graph.multiply(amount, graph.subtract(graph.one, share))];
  });
  if (entry.only) return kept;
  return kept.map(([draft, amount]) => [
    draft,
    draft === phase.amounts.get('H2O') ? graph.add(amount, replaced) : amount,
  ]);
}

const noDimension: Dimension = divideDimensions(litre.dimension, litre.dimension);

/** The amounts that a name in `only` or `retains` means: a species, or `particulates`. */
function amountsNamed(assembly: Assembly, stream: string, phase: PhaseDraft, id: string, place: Place): StateDraft[] {
  const held = [...phase.amounts];
  if (id === 'particulates') return held.filter(([name]) => isParticulate(assembly, name)).map(([, draft]) => draft);
  const drafts = held.filter(([species]) => species === id || symbolOf(species) === id).map(([, draft]) => draft);
  if (drafts.length === 0) {
    const known = [...phase.amounts.keys(), 'particulates'];
    assembly.problems.error(
      'MODEL_SPECIES_UNKNOWN',
      place,
      `The stream \`${stream}\` selects \`${id.slice(0, 60)}\`, which the ${phase.name} does not hold.${didYouMean(id, known)}`,
      `Species of the ${phase.name} are ${known.join(', ')}.`,
    );
  }
  return drafts;
}

/** What a membrane or a settler holds back: what its file says, else the biomass and everything that is counted in cells. */
function isParticulate(assembly: Assembly, id: string): boolean {
  const species = assembly.species.get(id)!;
  if (species.particulate !== undefined) return species.particulate;
  const isBiomass = assembly.parts.some(({ file }) => file.value.biomass?.value === id);
  return isBiomass || species.basis.text.startsWith('cell');
}

/** In a liquid, water leaves in the place of what stays behind, so that the stream keeps its flow: by volume or by mass, as the phase counts. */
function asWater(assembly: Assembly, phase: PhaseDraft, draft: StateDraft, amount: NodeId): NodeId {
  const { graph } = assembly;
  const water = phase.amounts.get('H2O');
  if (!water || draft === water) return graph.zero;
  const perWater = gramsPerUnit(water);
  if (phase.waterVolume !== undefined)
    return graph.multiply(
      amount,
      graph.constant(litresPerUnit(assembly, phase, draft) / (phase.waterVolume * perWater)),
    );
  if (phase.volumeState === undefined) return graph.zero;
  return graph.multiply(amount, graph.constant(gramsPerUnit(draft) / perWater));
}

/** The other end of a stream between two phases. */
function connect(
  assembly: Assembly,
  name: string,
  entry: StreamEntry,
  { info }: StateDraft,
  into: PhaseDraft,
  amount: NodeId,
): void {
  const target = into.amounts.get(info.species!.id);
  const node =
    target &&
    (target.info.unit.text === info.unit.text
      ? amount
      : toStateUnit(assembly, target, gram.dimension, massOf(assembly, info, amount)));
  if (!target || node === undefined) {
    assembly.problems.error(
      'MODEL_SPECIES_UNKNOWN',
      entry.place,
      `The stream \`${name}\` brings ${info.species!.name} into the ${into.name}, which does not hold it.`,
      `Add \`${info.species!.id}\` to \`holds\` of the ${into.name}, or select with \`only\` what the stream carries.`,
    );
    return;
  }
  target.terms.push({ node, origin: `+ stream ${name}` });
}

function massOf({ graph }: Assembly, info: StateDraft['info'], amount: NodeId): NodeId {
  return graph.multiply(amount, graph.constant(gramsPerUnit({ info })));
}

/** A stream at a composition of its own, each concentration a parameter. */
function enter(
  assembly: Assembly,
  name: string,
  entry: StreamEntry,
  phase: PhaseDraft,
  flow: NodeId,
  per: Unit,
  crossings: Crossing[],
): void {
  const { graph } = assembly;
  const given = assembly.setup.streams?.get(name);
  const concentrations = new Map<string, NodeId>();
  for (const id of new Set([...(entry.carries?.keys() ?? []), ...(given?.keys() ?? [])])) {
    const quantity = given?.get(id) ?? entry.carries!.get(id)!;
    const draft = [...phase.amounts].find(([species]) => species === id || symbolOf(species) === id)?.[1];
    if (id === 'density' || !draft) {
      // The temperature of a stream is a name of its vessel, declared with the others.
      if (id === 'density' || id === 'temperature') continue;
      const known = [...phase.amounts.keys(), 'density'];
      assembly.problems.error(
        'MODEL_SPECIES_UNKNOWN',
        quantity.place,
        `The stream \`${name}\` carries \`${id}\`, which the ${phase.name} does not hold.${didYouMean(id, known)}`,
        `Species of the ${phase.name} are ${known.join(', ')}.`,
      );
      continue;
    }
    const unit = quantity.value.unit;
    const node = assembly.parameter({
      id: `streams.${name}.${symbolOf(draft.info.species!.id)}`,
      kind: 'stream',
      says: `${draft.info.species!.name} in the stream ${name}`,
      unit,
      place: quantity.place,
      value: quantity.value.base,
    }).node;
    if (quantity.value.base < 0)
      assembly.problems.error(
        'MODEL_CHARGE_NEGATIVE',
        quantity.place,
        `The stream \`${name}\` carries ${quantity.value.value} ${unit.text} of \`${id}\`; a concentration cannot be below 0.`,
        'Write 0 or more.',
      );
    const amount = toStateUnit(assembly, draft, multiplyDimensions(unit.dimension, per.dimension), node);
    if (amount === undefined)
      assembly.problems.error(
        'MODEL_UNIT_CLASH',
        quantity.place,
        `\`${id}\` in the stream \`${name}\` is in ${unit.text}; the stream flows in ${per.text}/h.`,
        per === litre ? 'Write a concentration in g/L or mol/L.' : 'Write a mole fraction in mol/mol.',
      );
    else concentrations.set(draft.info.species!.id, amount);
  }
  const place = [...(given?.values() ?? []), ...(entry.carries?.values() ?? [])][0]?.place ?? entry.place;
  if (per === litre) addWater(assembly, name, phase, given?.get('density')?.value.base, concentrations, place);
  for (const [id, concentration] of concentrations) {
    const draft = phase.amounts.get(id)!;
    const amount = graph.multiply(flow, concentration);
    draft.terms.push({ node: amount, origin: `+ stream ${name}`, place: entry.flow.place });
    crossings.push({ draft, flow: amount, direction: 'in' });
  }
}

/** In a liquid whose density is stated, water is the rest. */
function addWater(
  assembly: Assembly,
  name: string,
  phase: PhaseDraft,
  density: number | undefined,
  concentrations: Map<string, NodeId>,
  place: Place | undefined,
): void {
  const { graph } = assembly;
  const water = phase.amounts.get('H2O');
  if (water && phase.waterVolume !== undefined && !concentrations.has('H2O')) {
    const taken = [...concentrations].map(([id, node]) =>
      graph.multiply(node, graph.constant(litresPerUnit(assembly, phase, phase.amounts.get(id)!))),
    );
    const room = graph.subtract(graph.one, graph.sum(taken));
    refuseCrowded(assembly, name, place, room);
    concentrations.set('H2O', graph.multiply(room, graph.constant(1 / phase.waterVolume)));
    return;
  }
  const own = densityOf(assembly, phase);
  if (!water || own === undefined || concentrations.has('H2O')) return;
  const unit: Unit = {
    text: 'g/L',
    factor: 1,
    offset: 0,
    dimension: divideDimensions(gram.dimension, litre.dimension),
  };
  const total =
    density === undefined
      ? own
      : assembly.parameter({
          id: `streams.${name}.density`,
          kind: 'stream',
          says: `density of the stream ${name}`,
          unit,
          value: density,
        }).node;
  const masses = [...concentrations].map(([id, node]) => {
    const { species, molPerUnit } = phase.amounts.get(id)!.info;
    return species?.composition && molPerUnit !== undefined
      ? graph.multiply(node, graph.constant(molPerUnit * species.composition.molarMass))
      : graph.zero;
  });
  const rest = graph.subtract(total, graph.sum(masses));
  const values = parameterValues(assembly);
  if (evaluateConstant(graph, rest, values) < 0)
    assembly.problems.error(
      'MODEL_CHARGE_NEGATIVE',
      place,
      `The stream \`${name}\` carries ${Number(evaluateConstant(graph, graph.sum(masses), values).toPrecision(5))} g/L, more than its density of ${Number(evaluateConstant(graph, total, values).toPrecision(5))} g/L.`,
      'Lower a concentration, or state the density of the stream, as in `density: 1200 g/L`.',
    );
  concentrations.set('H2O', rest);
}

/** What a stream carries cannot take more than the stream. */
function refuseCrowded(assembly: Assembly, name: string, place: Place | undefined, room: NodeId): void {
  const left = evaluateConstant(assembly.graph, room, parameterValues(assembly));
  if (left >= 0) return;
  assembly.problems.error(
    'MODEL_CHARGE_NEGATIVE',
    place,
    `What the stream \`${name}\` carries takes ${Number((1 - left).toPrecision(4))} L of each L, without any water.`,
    'Lower a concentration, or correct the `specific volume` of a species.',
  );
}
