import type { Machine } from './machine.ts';
import type { ScanTimes } from './scan.ts';
import type { Point } from './work-precision.ts';

/** One solver at one tolerance. */
export interface BatchPoint extends Point {
  readonly solver: string;
  readonly side: 'ours' | 'rival';
  readonly tolerance: number;
  readonly steps?: number;
  readonly rhsCalls?: number;
}

/** What one solver needs for an achieved error, and how many times what the fastest of ours needs. NaN (null in JSON): not reached. */
export interface AtEqualError {
  readonly solver: string;
  readonly error: number;
  readonly microseconds: number;
  readonly ratio: number;
}

/** Everybody's work and precision on one problem. */
export interface WorkPrecision {
  readonly problem: string;
  readonly states: number;
  readonly points: readonly BatchPoint[];
  readonly atEqualError: readonly AtEqualError[];
  /** What stopped a rival, and where. */
  readonly failures: readonly string[];
}

export interface ScanRow extends ScanTimes {
  readonly model: string;
  readonly method: string;
}

/** Whole batches of 20 h in 72,000 closed scans, processor time in ms of each. */
export interface WholeBatchRow {
  readonly model: string;
  readonly milliseconds: number;
}

/** BSM1 from its start to rest, warm: processor time in ms, and the largest relative difference to the published state at rest. */
export interface RestRow {
  readonly method: string;
  readonly tolerance: number;
  readonly milliseconds: number;
  readonly difference: number;
}

/** Means in milliseconds of the stages from files to functions. */
export interface CompileRow {
  readonly model: string;
  readonly states: number;
  readonly read: number;
  readonly compose: number;
  readonly emit: number;
}

/** The parts of the benchmark, each of which can be measured alone. */
export const parts = ['p1', 'problems', 'scans', 'models'] as const;
export type Part = (typeof parts)[number];

export interface P1Part {
  readonly machine: Machine;
  /** Rivals that were looked for and are not there. */
  readonly absent: readonly string[];
  readonly p1: WorkPrecision;
}
export interface ProblemsPart {
  readonly machine: Machine;
  readonly problems: readonly WorkPrecision[];
}
export interface ScansPart {
  readonly machine: Machine;
  readonly scans: readonly ScanRow[];
  readonly wholeBatches: readonly WholeBatchRow[];
}
export interface ModelsPart {
  readonly machine: Machine;
  readonly rest: readonly RestRow[];
  readonly compile: readonly CompileRow[];
}

/** The file of a machine: each part as it was measured last. */
export interface Results {
  readonly p1: P1Part;
  readonly problems: ProblemsPart;
  readonly scans: ScansPart;
  readonly models: ModelsPart;
}
