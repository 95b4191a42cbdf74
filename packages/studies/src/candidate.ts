import { type Candidate, Run, type RunPlan } from '@fedbatch/runtime';
import { toBase } from '@fedbatch/vocabulary';

/** What one run comes to for a search: the figure, and by how much its expectations are missed. */
export type Judged = Pick<Candidate, 'figure' | 'missed' | 'outcome'>;

/** Runs a plan to its end and judges it by one of its key figures. */
export function judgeRun(plan: RunPlan, figure: string): Judged {
  const run = new Run(plan);
  while (!run.ended) run.scan();
  const { outcome, keyFigures, expectations } = run.result();
  const value = keyFigures.find(({ id }) => id === figure)?.value ?? Number.NaN;
  const missed = plan.expectations.reduce((sum, { figure: expected, low, high }, i) => {
    const { value: found, met } = expectations[i]!;
    return met ? sum : sum + shortfall(toBase(found, expected.unit), low, high);
  }, 0);
  return { figure: Number.isFinite(value) ? value : null, missed, outcome: outcome.kind };
}

/** How far a value lies outside of its limits, in parts of them; 1 where there is no telling. */
function shortfall(value: number, low: number, high: number): number {
  const scale = Math.max(...[low, high].map((limit) => (Number.isFinite(limit) ? Math.abs(limit) : 0))) || 1;
  const outside = Math.max(low - value, value - high) / scale;
  return Number.isFinite(outside) ? Math.max(outside, Number.EPSILON) : 1;
}

/**
 * Whether one try comes before another: one that meets all expectations before one that does not, of those the better figure, of the others the one
 * that misses less (Deb 2000, Comput. Methods Appl. Mech. Eng. 186, 311).
 */
export function comparing(sense: 'maximise' | 'minimise'): (a: Judged, b: Judged) => number {
  const sign = sense === 'maximise' ? -1 : 1;
  const cost = ({ figure }: Judged): number => (figure === null ? Number.MAX_VALUE : sign * figure);
  const rank = ({ figure, outcome }: Judged): number => (figure === null || outcome !== 'complete' ? 1 : 0);
  return (a, b) => rank(a) - rank(b) || a.missed - b.missed || cost(a) - cost(b);
}
