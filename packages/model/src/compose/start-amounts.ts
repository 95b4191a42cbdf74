import { divideDimensions, type Unit } from '@fedbatch/vocabulary';
import type { NodeId } from '../graph/graph.ts';
import { type Assembly, gram, litre, type PhaseDraft, type StateDraft, symbolOf } from './assembly.ts';
import { chargeParameter } from './declare.ts';
import { brothName } from './species.ts';

/** Start values of all amounts, as amounts. */
export function startAmounts(assembly: Assembly): void {
  for (const phase of assembly.phases.values()) {
    const volume = assembly.lowering.resolve(phase.volume);
    if (volume === undefined) continue;
    if (phase.volumeState && assembly.setup.mode === 'probe') phase.volumeState.initial ??= assembly.graph.one;
    if (phase.volumeState && phase.volumeState.initial === undefined) {
      const place = assembly.setup.place;
      assembly.problems.error(
        'MODEL_INITIAL_MISSING',
        place,
        `Nothing says how large the volume of the ${phase.name} is at the start.`,
        'Add `volume: … L` under `charge`.',
      );
    }
    for (const [id, draft] of phase.amounts) {
      const start = startConcentration(assembly, phase, id, draft);
      if (start !== undefined) draft.initial = assembly.graph.multiply(start, volume);
    }
    fillWithWater(assembly, phase, volume);
  }
}

function startConcentration(assembly: Assembly, phase: PhaseDraft, id: string, draft: StateDraft): NodeId | undefined {
  const species = assembly.species.get(id)!;
  const symbol = phase.name === brothName ? symbolOf(id) : `${phase.name}.${symbolOf(id)}`;
  const unit: Unit = {
    text: `${draft.info.unit.text}/L`,
    factor: draft.info.unit.factor,
    offset: 0,
    dimension: divideDimensions(draft.info.unit.dimension, litre.dimension),
  };
  // `NH4+` may be charged by its full name; where the organism lives too, what the broth is charged with holds unless it is said.
  const given =
    assembly.setup.charge?.get(symbol) ??
    (phase.carries ? (assembly.setup.charge?.get(symbolOf(id)) ?? assembly.setup.charge?.get(id)) : undefined);
  const own = phase.part.file.value.phases?.get(phase.name);
  const formula = own?.initial?.get(id);
  const stands = given?.place ?? formula?.place ?? species.initial?.place;
  if (stands) draft.initialPlace = stands;
  if (given) {
    if (given.value.base < 0)
      assembly.problems.error(
        'MODEL_CHARGE_NEGATIVE',
        given.place,
        `The charge of \`${symbol}\` is ${given.value.value} ${given.value.unit.text}; a concentration cannot be below 0.`,
        'Write 0 or more.',
      );
    return chargeParameter(assembly, symbol, given, unit, draft.info.says);
  }
  if (formula) {
    const parsed = assembly.parse(formula);
    return (
      parsed &&
      assembly.lowering.lowerAs(parsed, assembly.scope(phase.part.role), unit.dimension, `The start of \`${symbol}\``)
    );
  }
  if (species.initial) return chargeParameter(assembly, symbol, species.initial, unit, draft.info.says);
  if (id === 'H2O' && (own?.density || own?.['water density'])) return undefined;
  if (assembly.setup.mode === 'probe') return assembly.graph.one;
  const where = species.place ?? assembly.setup.place;
  const name = species.info.name;
  return assembly.problems.error(
    'MODEL_INITIAL_MISSING',
    assembly.setup.place ?? where,
    `Nothing says how much \`${symbol}\` (${name}) is in the ${phase.name} at the start.`,
    `Add \`${symbol}: … ${unit.text}\` under \`charge\`, or \`initial:\` to the species${species.place ? ` at ${species.place.file}:${species.place.line}` : ''}.`,
  );
}

/** Water is what the other species leave room for under the density that the phase states. */
function fillWithWater(assembly: Assembly, phase: PhaseDraft, volume: NodeId): void {
  const water = phase.amounts.get('H2O');
  const density = densityOf(assembly, phase);
  const { graph } = assembly;
  if (water && phase.waterVolume !== undefined) {
    const taken = [...phase.amounts]
      .filter(([id]) => id !== 'H2O')
      .map(([, draft]) => volumeOf(assembly, phase, draft));
    const rest = graph.subtract(volume, graph.sum(taken));
    water.initial = graph.multiply(rest, graph.constant(1 / phase.waterVolume));
    return;
  }
  if (!water || water.initial !== undefined || density === undefined) return;
  const others = [...phase.amounts].filter(([id]) => id !== 'H2O').map(([, draft]) => massOf(assembly, draft));
  water.initial = graph.subtract(graph.multiply(density, volume), graph.sum(others));
}

/** What the amount of a species takes of its phase, L. */
function volumeOf(assembly: Assembly, phase: PhaseDraft, draft: StateDraft): NodeId {
  return assembly.graph.multiply(draft.node, assembly.graph.constant(litresPerUnit(assembly, phase, draft)));
}

/** What one unit of a state adds to the volume of its phase, where volumes add up, L. */
export function litresPerUnit(assembly: Assembly, phase: PhaseDraft, { info }: StateDraft): number {
  const composition = info.species?.composition;
  if (!composition || info.molPerUnit === undefined || phase.waterVolume === undefined) return 0;
  const perGram =
    info.species!.id === 'H2O' ? phase.waterVolume : assembly.species.get(info.species!.id)!.specificVolume;
  return info.molPerUnit * composition.molarMass * perGram;
}

function massOf(assembly: Assembly, draft: StateDraft): NodeId {
  const { species, molPerUnit } = draft.info;
  if (draft.initial === undefined || !species?.composition || molPerUnit === undefined) return assembly.graph.zero;
  return assembly.graph.multiply(draft.node, assembly.graph.constant(molPerUnit * species.composition.molarMass));
}

/** The density of a phase in g/L, as a node, where its file states one. */
export function densityOf(assembly: Assembly, phase: PhaseDraft): NodeId | undefined {
  const entry = phase.part.file.value.phases?.get(phase.name);
  const parsed = entry?.density && assembly.parse(entry.density);
  if (!parsed) return undefined;
  return assembly.lowering.lowerAs(
    parsed,
    assembly.scope(phase.part.role),
    divideDimensions(gram.dimension, litre.dimension),
    `The density of \`${phase.name}\``,
  );
}
