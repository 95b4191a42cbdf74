import { didYouMean } from '@fedbatch/vocabulary';
import { conservedIn } from '../balance/formula.ts';
import type { StateInfo } from '../model.ts';
import { type Assembly, mole } from './assembly.ts';
import { litresPerUnit } from './start-amounts.ts';
import { type Crossing, composeStream } from './streams.ts';
import { composeTransfer } from './transfers.ts';

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
      const change = graph.sum(draft.terms.map(({ node }) => node));
      phase.volumeState.terms.push({ node: graph.multiply(perUnit, change), origin: `change of ${draft.info.says}` });
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
