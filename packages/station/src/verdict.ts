import type { ComparisonResult, EnsembleResult, OptimisationResult, RunResult } from '@fedbatch/runtime';

/** How a run or a study came out, in one word: whether expectations were met, or why there is no telling. */
export type Verdict = 'met' | 'missed' | 'failed' | 'stopped';

export function runVerdict({ outcome, expectations }: RunResult): Verdict {
  if (outcome.kind !== 'complete') return outcome.kind;
  return expectations.every(({ met }) => met) ? 'met' : 'missed';
}

/** Members that failed are a numerical failure; expectations are met when every member meets all of them. */
export function ensembleVerdict({ ended, members }: EnsembleResult): Verdict {
  if (ended === 'stopped') return 'stopped';
  if (members.some(({ outcome }) => outcome.kind === 'failed')) return 'failed';
  return members.every(({ met }) => met.every(Boolean)) ? 'met' : 'missed';
}

/** A comparison asks no plant to meet anything: it is done when it is complete. */
export function comparisonVerdict({ ended, strategies }: ComparisonResult): Verdict {
  if (ended === 'stopped') return 'stopped';
  const failed = strategies.some(({ ensemble }) => ensemble.members.some(({ outcome }) => outcome.kind === 'failed'));
  return failed ? 'failed' : 'met';
}

/** A search has met what was wanted when its best candidate meets every expectation. */
export function optimisationVerdict({ ended, best }: OptimisationResult): Verdict {
  if (ended === 'stopped') return 'stopped';
  if (!best) return 'failed';
  return best.missed === 0 ? 'met' : 'missed';
}
