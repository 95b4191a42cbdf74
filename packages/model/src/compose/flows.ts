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
import { conservedIn } from '../balance/formula.ts';
import { evaluateConstant } from '../graph/evaluate.ts';
import type { NodeId } from '../graph/graph.ts';
import type { StateInfo } from '../model.ts';
import { type Assembly, gram, litre, mole, type Part, type PhaseDraft, type StateDraft, symbolOf } from './assembly.ts';
import { parameterValues } from './reactions.ts';
import { densityOf, litresPerUnit } from './species.ts';

type StreamEntry = NonNullable<Part['file']['value']['streams']> extends ReadonlyMap<string, infer T> ? T : never;

/** What a stream or the surroundings move of one species: amount per h in the unit of the state, positive into the system. */
interface Crossing {
  readonly draft: StateDraft;
  readonly flow: NodeId;
  readonly direction: 'in' | 'out';
}

/** Adds streams and transfers to the states, and ledgers of what crosses the boundary. */
export function composeFlows(assembly: Assembly): void {
  const crossings: Crossing[] = [];
  for (const part of assembly.parts) {
    for (const [name, entry] of part.file.value.streams ?? []) composeStream(assembly, part, name, entry, crossings);
    for (const [name, entry] of part.file.value.transfers ?? []) composeTransfer(assembly, part, name, entry);
  }
  checkStreamNames(assembly);
  addLedgers(assembly, crossings);
  addVolumes(assembly);
}

/** Where volumes add up, the volume changes with everything that the phase gains or loses. */
function addVolumes(assembly: Assembly): void {
  const { graph } = assembly;
  for (const phase of assembly.phases.values()) {
    if (phase.waterVolume === undefined || !phase.volumeState) continue;
    for (const draft of phase.amounts.values()) {
      const perUnit = graph.constant(litresPerUnit(assembly, phase, draft));
      for (const { node, origin } of draft.terms)
        phase.volumeState.terms.push({
          node: graph.multiply(perUnit, node),
          origin: `${origin} of ${draft.info.says}`,
        });
    }
  }
}

function checkStreamNames(assembly: Assembly): void {
  const known = assembly.parts.flatMap(({ file }) =>
    [...(file.value.streams ?? [])].filter(([, entry]) => entry.into !== undefined).map(([name]) => name),
  );
  for (const [name, composition] of assembly.setup.streams ?? []) {
    if (known.includes(name)) continue;
    const place = [...composition.values()][0]?.place ?? assembly.setup.place;
    assembly.problems.error(
      'MODEL_STREAM_UNKNOWN',
      place,
      `No component has a stream \`${name.slice(0, 60)}\` that enters a phase.${didYouMean(name, known)}`,
      `Streams are ${known.join(', ') || 'declared under `streams` of the vessel'}.`,
    );
  }
}

function composeStream(assembly: Assembly, part: Part, name: string, entry: StreamEntry, crossings: Crossing[]): void {
  if ((entry.into === undefined) === (entry.from === undefined)) {
    assembly.problems.error(
      'MODEL_STREAM_ENDS',
      entry.place,
      `The stream \`${name}\` needs exactly one of \`into\` and \`from\`.`,
      '`into: broth` for a feed, `from: broth` for a harvest; between phases write a transfer.',
    );
    return;
  }
  const phase = assembly.phaseNamed((entry.into ?? entry.from)!, entry.place);
  const parsed = assembly.parse(entry.flow);
  const flow = parsed && assembly.lowering.lower(parsed, assembly.scope(part.role));
  if (!phase || !flow || !parsed) return;
  const dimension: Dimension =
    flow.dimension === 'any' || flow.dimension === 'logical'
      ? divideDimensions(litre.dimension, timeDimension)
      : flow.dimension;
  const isVolume = sameDimension(dimension, divideDimensions(litre.dimension, timeDimension));
  const isMol = sameDimension(dimension, divideDimensions(mole.dimension, timeDimension));
  if (!isVolume && (!isMol || entry.from !== undefined)) {
    assembly.problems.error(
      'MODEL_UNIT_CLASH',
      entry.flow.place,
      `The flow of \`${name}\` has the unit ${formatDimension(dimension)}.`,
      entry.from === undefined
        ? 'A stream that enters flows in L/h or mol/h.'
        : 'A stream that leaves flows in L/h, at the composition of its phase.',
    );
    return;
  }
  const sign = entry.into === undefined ? -1 : 1;
  assembly.flows.push({
    id: `${part.role}.${name}`,
    kind: 'stream',
    moves: `${sign > 0 ? 'into' : 'from'} ${phase.name}`,
    says: entry.says ?? name,
    place: entry.flow.place,
    formula: parsed.expression,
  });
  if (isVolume && phase.volumeState && phase.waterVolume === undefined)
    phase.volumeState.terms.push({
      node: signed(assembly, sign, flow.node),
      origin: `${sign > 0 ? '+' : '-'} ${name}`,
    });
  if (sign > 0) enter(assembly, name, entry, phase, flow.node, isVolume ? litre : mole, crossings);
  else leave(assembly, name, phase, flow.node, crossings);
}

function signed(assembly: Assembly, sign: 1 | -1, node: NodeId): NodeId {
  return sign > 0 ? node : assembly.graph.negate(node);
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

function leave(assembly: Assembly, name: string, phase: PhaseDraft, flow: NodeId, crossings: Crossing[]): void {
  const volume = assembly.lowering.resolve(phase.volume);
  if (volume === undefined) return;
  for (const draft of phase.amounts.values()) {
    const amount = assembly.graph.multiply(flow, assembly.graph.divide(draft.node, volume));
    draft.terms.push({ node: assembly.graph.negate(amount), origin: `- stream ${name}` });
    crossings.push({ draft, flow: amount, direction: 'out' });
  }
}

function composeTransfer(
  assembly: Assembly,
  part: Part,
  name: string,
  entry: NonNullable<Part['file']['value']['transfers']> extends ReadonlyMap<string, infer T> ? T : never,
): void {
  const { graph, problems } = assembly;
  const from = assembly.phaseNamed(entry.from, entry.place);
  const to = assembly.phaseNamed(entry.to, entry.place);
  const parsed = assembly.parse(entry.rate);
  const rate = parsed && assembly.lowering.lower(parsed, assembly.scope(part.role));
  if (!from || !to || !rate) return;
  const source = from.amounts.get(entry.of.value);
  const target = to.amounts.get(entry.of.value);
  if (!source || !target) {
    problems.error(
      'MODEL_SPECIES_UNKNOWN',
      entry.of.place,
      `The transfer \`${name}\` moves \`${entry.of.value}\`, which the ${source ? to.name : from.name} does not hold.`,
      'Add it to `holds` of that phase.',
    );
    return;
  }
  const amount =
    rate.dimension === 'any' || rate.dimension === 'logical'
      ? gram.dimension
      : multiplyDimensions(rate.dimension, timeDimension);
  const taken = toStateUnit(assembly, source, amount, rate.node);
  const given = toStateUnit(assembly, target, amount, rate.node);
  if (taken === undefined || given === undefined) {
    problems.error(
      'MODEL_UNIT_CLASH',
      entry.rate.place,
      `The rate of the transfer \`${name}\` has the unit ${formatDimension(divideDimensions(amount, timeDimension))}.`,
      'Write it in g/h or mol/h.',
    );
    return;
  }
  assembly.flows.push({
    id: `${part.role}.${name}`,
    kind: 'transfer',
    moves: `${source.info.species!.name} from ${from.name} to ${to.name}`,
    says: entry.says ?? name,
    place: entry.rate.place,
    formula: parsed!.expression,
  });
  source.terms.push({ node: graph.negate(taken), origin: `- transfer ${name}`, place: entry.rate.place });
  target.terms.push({ node: given, origin: `+ transfer ${name}`, place: entry.rate.place });
}

/** An amount (or amount per something) of a species, converted from g or mol to the unit of its state. */
function toStateUnit(assembly: Assembly, draft: StateDraft, amount: Dimension, node: NodeId): NodeId | undefined {
  const { unit, molPerUnit, species } = draft.info;
  if (sameDimension(amount, unit.dimension)) return node;
  if (molPerUnit === undefined || !species?.composition) return undefined;
  if (sameDimension(amount, mole.dimension))
    return assembly.graph.multiply(node, assembly.graph.constant(1 / molPerUnit));
  if (sameDimension(amount, gram.dimension))
    return assembly.graph.multiply(node, assembly.graph.constant(1 / (species.composition.molarMass * molPerUnit)));
  return undefined;
}

/** One ledger for each element (and charge) and direction: what streams carried across the boundary since the start, in mol. */
function addLedgers(assembly: Assembly, crossings: readonly Crossing[]): void {
  const { graph } = assembly;
  const elements = new Set(
    crossings.flatMap(({ draft }) => [...(draft.info.species?.composition?.elements.keys() ?? [])]),
  );
  if (crossings.some(({ draft }) => (draft.info.species?.composition?.charge ?? 0) !== 0)) elements.add('charge');
  for (const direction of ['in', 'out'] as const) {
    for (const element of [...elements].sort()) {
      const terms = crossings
        .filter((crossing) => crossing.direction === direction && crossing.draft.info.species?.composition)
        .map(({ draft, flow }) => {
          const perUnit = conservedIn(draft.info.species!.composition!, element) * (draft.info.molPerUnit ?? 0);
          return graph.multiply(graph.constant(perUnit), flow);
        });
      const total = graph.sum(terms);
      if (total === graph.zero) continue;
      assembly.states.push({
        info: ledgerInfo(direction, element),
        node: graph.state(assembly.states.length),
        terms: [{ node: total, origin: 'streams' }],
        initial: graph.zero,
      });
    }
  }
}

function ledgerInfo(direction: 'in' | 'out', element: string): StateInfo {
  return {
    id: `ledger.${direction}.${element}`,
    kind: 'ledger',
    says: `${element} ${direction === 'in' ? 'brought in' : 'taken out'} by streams`,
    unit: mole,
    nonNegative: false,
    scale: 1,
  };
}
