/** A scenario whose runs are timed. */
export interface BenchCase {
  readonly name: string;
  /** The scenario's file or folder, from the root of its repository. */
  readonly scenario: string;
  /** Overrides, as a run takes them. */
  readonly settings: readonly string[];
  /** Most scans of a run. */
  readonly scans: number;
}

/** What one process measured of a case; `failed`: why it has nothing to say. */
export type TimedCase =
  | {
      /** Processor time of a scan, microseconds: median over some runs. */
      readonly microseconds: number;
      readonly scans: number;
      /** Counts of one run, the same on every machine. */
      readonly rhsCalls: number;
      readonly steps: number;
    }
  | { readonly failed: string };

/** A median, and the limits that it lies between with 95 % probability. */
export interface Interval {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** A case in two trees, over all pairs of processes. */
export interface BenchRow {
  readonly name: string;
  /** Processor time of a scan in each process, microseconds. */
  readonly before: readonly number[];
  readonly now: readonly number[];
  /** Time now over time before, pair by pair. */
  readonly ratio: Interval;
  /** Right-hand sides a scan: exact. */
  readonly rhsBefore: number;
  readonly rhsNow: number;
}

export interface BenchResult {
  /** The commit that was compared with. */
  readonly base: string;
  readonly pairs: number;
  readonly rows: readonly BenchRow[];
  /** Cases with nothing to compare, each with the reason. */
  readonly left: readonly { readonly name: string; readonly says: string }[];
}

/** Rise of a count that is more than rounding. */
const toleratedWork = 1.02;

/** What has become slower, in sentences: by a ratio that is surely above the limit, or by more right-hand sides a scan. */
export function slowdowns({ base, rows }: BenchResult, limit: number): string[] {
  const commit = base.slice(0, 7);
  return rows.flatMap(({ name, ratio, rhsBefore, rhsNow }) => [
    ...(ratio.low > limit
      ? [`${name}: ${ratio.median.toFixed(3)} times the time of ${commit}, at least ${ratio.low.toFixed(3)}.`]
      : []),
    ...(rhsNow > toleratedWork * rhsBefore
      ? [`${name}: ${rhsNow.toFixed(2)} right-hand sides a scan, where ${commit} needs ${rhsBefore.toFixed(2)}.`]
      : []),
  ]);
}
