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

export interface ScanRow extends ScanTimes {
  readonly model: string;
  readonly method: string;
}

/** Medians in milliseconds of the stages from files to functions. */
export interface CompileRow {
  readonly model: string;
  readonly states: number;
  readonly read: number;
  readonly compose: number;
  readonly emit: number;
}

export interface Results {
  readonly machine: Machine;
  readonly batches: readonly BatchPoint[];
  readonly atEqualError: readonly AtEqualError[];
  readonly scans: readonly ScanRow[];
  readonly compile: readonly CompileRow[];
}
