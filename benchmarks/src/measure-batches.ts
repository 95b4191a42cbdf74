import { median } from '@fedbatch/studies';
import { type Batch, type Contender, largestError, newSaved, type Problem, type Saved } from './batches/batch.ts';
import { meanTime, type Patience } from './mean-time.ts';
import type { AtEqualError, BatchPoint } from './results.ts';
import { timeAt } from './work-precision.ts';

/** Achieved errors at which solvers are compared. */
export const comparedErrors = [1e-4, 1e-6, 1e-8] as const;

export interface BatchPlan {
  readonly contenders: readonly Contender[];
  readonly problem: Problem;
  readonly reference: Saved;
  /** Times that everything is measured, in turns, so that a slow minute of the machine hits everybody. */
  readonly rounds: number;
  readonly patience: Patience;
  readonly say: (text: string) => void;
}

/** Points of everybody, and what stopped a rival, in its own words: it is not asked at further tolerances. */
export interface MeasuredBatches {
  readonly points: readonly BatchPoint[];
  readonly failures: readonly string[];
}

/** Every solver at every tolerance: error and work once, time as the median over the rounds. */
export async function measureBatches(plan: BatchPlan): Promise<MeasuredBatches> {
  const { contenders, problem, reference, rounds, patience, say } = plan;
  const out = newSaved(problem);
  const failures = new Map<string, string>();
  const entries = contenders.flatMap((contender) =>
    contender.tolerances.flatMap((tolerance) => {
      say(`${problem.recipe.name}: ${contender.name} at ${tolerance.toExponential()}`);
      if (failures.has(contender.name)) return [];
      try {
        const batch = contender.prepare(tolerance);
        return [{ contender, tolerance, batch, times: [] as number[], ...outcomeOf(batch, reference, problem) }];
      } catch (error) {
        // What a rival cannot do is a result; ours must do everything.
        if (contender.side === 'ours') throw error;
        const [says] = (error instanceof Error ? error.message : String(error)).split('\n');
        // Of a program only its name: where it was built is nobody's business.
        const plain = says!.replaceAll(/\S*\/(\S+)/g, '$1');
        failures.set(contender.name, `${contender.name}, first at ${tolerance.toExponential()}: ${plain}`);
        return [];
      }
    }),
  );
  for (let round = 1; round <= rounds; round++) {
    for (const { contender, tolerance, batch, times } of entries) {
      say(`${problem.recipe.name}, round ${round} of ${rounds}: ${contender.name} at ${tolerance.toExponential()}`);
      const atOnce = isShort(batch, out) ? 8 : 1;
      const runAll = (): void => {
        for (let i = 0; i < atOnce; i++) batch.run(out);
      };
      times.push(
        batch.microseconds?.(out, (patience.time + patience.warmup) / 1000) ??
          (await meanTime(contender.name, runAll, patience)) / (atOnce * (batch.batches ?? 1)),
      );
    }
  }
  const points = entries.map(({ contender, tolerance, error, work, times }) => ({
    solver: contender.name,
    side: contender.side,
    tolerance,
    error,
    microseconds: median(times),
    ...work,
  }));
  return { points, failures: [...failures.values()] };
}

/** To ask for the processor time costs two microseconds, which is something beside a batch of thirty: short ones are run several at once. */
function isShort(batch: Batch, out: Saved): boolean {
  if (batch.microseconds) return false;
  const from = performance.now();
  batch.run(out);
  return performance.now() - from < 5;
}

function outcomeOf(
  batch: Batch,
  reference: Saved,
  problem: Problem,
): { error: number; work: ReturnType<Batch['work']> } {
  const out = newSaved(problem);
  batch.run(out);
  return { error: largestError(out, reference, problem), work: batch.work() };
}

/** Solvers at equal achieved error, each over the fastest of ours. */
export function compareAtEqualError(points: readonly BatchPoint[], errors: readonly number[]): AtEqualError[] {
  const bySolver = Map.groupBy(points, ({ solver }) => solver);
  return errors.flatMap((error) => {
    const times = [...bySolver].map(([solver, measured]) => ({
      solver,
      error,
      side: measured[0]!.side,
      microseconds: timeAt(measured, error),
    }));
    const own = times.filter(({ side, microseconds }) => side === 'ours' && microseconds > 0);
    const fastest = Math.min(...own.map(({ microseconds }) => microseconds));
    return times.map(({ solver, microseconds }) => ({ solver, error, microseconds, ratio: microseconds / fastest }));
  });
}
