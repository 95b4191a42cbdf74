import { type Place, ProblemError, type Problems } from '@fedbatch/vocabulary';
import type { Graph, NodeId } from '../graph/graph.ts';

/** Largest system that is composed. Beyond these, derivatives would take minutes and the machine's stack would end. */
export const sizeLimits = { states: 1000, unknowns: 100, depth: 1500, work: 2e7 } as const;

const remedy = 'Split the model, or leave out what the question does not need.';

/** Ends composing: formulas that rest on each other so deeply are not evaluated. */
export function refuseDepth(problems: Problems, place: Place | undefined): never {
  problems.error(
    'MODEL_SIZE_LIMIT',
    place,
    'The formulas rest on each other too deeply to be composed.',
    'Shorten the chain of quantities, or split it by a state.',
  );
  throw new ProblemError(problems.errors);
}

/** Refuses what would take the compiler too long, before it begins: counts, then the depth and the work of the derivatives. */
export function refuseSize(
  problems: Problems,
  graph: Graph,
  rates: readonly NodeId[],
  counts: { readonly states: number; readonly unknowns: number },
): void {
  for (const noun of ['states', 'unknowns'] as const) {
    if (counts[noun] > sizeLimits[noun])
      problems.error(
        'MODEL_SIZE_LIMIT',
        undefined,
        `The model has ${counts[noun]} ${noun}; at most ${sizeLimits[noun]} are composed.`,
        remedy,
      );
  }
  problems.throwIfAny();
  const nodes = graph.reachable(rates);
  if (nodes.size * counts.states > sizeLimits.work)
    problems.error(
      'MODEL_SIZE_LIMIT',
      undefined,
      `The model has ${counts.states} states and ${nodes.size} operations; their product is at most ${sizeLimits.work}.`,
      remedy,
    );
  // A solver's loop stands inside whatever uses its unknown, so that the depths of all unknowns may add up.
  const inUnknowns = graph.unknowns.reduce((sum, { residual }) => sum + graph.depths[residual]!, 0);
  const deepest = rates.reduce((depth, rate) => Math.max(depth, graph.depths[rate]!), 0);
  if (deepest + inUnknowns > sizeLimits.depth) refuseDepth(problems, undefined);
  problems.throwIfAny();
}
