import type { LaneMath } from './lane-math.ts';
import type { StageParts } from './lane-stages.ts';
import type { LaneFunctions } from './lane-system.ts';
import { type Code, i32, i64x2, v128 } from './wasm-code.ts';
import { workspace } from './workspace.ts';

/** What the loop is written from beside the parts of a step. */
export interface LoopParts extends StageParts {
  readonly math: LaneMath;
  readonly functions: LaneFunctions;
  /** Addresses of the relative tolerance and of each absolute one. */
  readonly relative: number;
  readonly absolute: readonly number[];
  readonly polynomials: number;
  readonly between: number;
  readonly seek: number;
  /** For each lane, the function that gives it a batch. */
  readonly refill: readonly number[];
}

/** A setting, in both lanes. */
export const setting = (address: number): number[] => v128.load(i32.constant(0), address);

/** 1 where the mask holds in a lane. */
export const laneBit = (mask: Code, lane: number): number[] =>
  i32.and(i32.shiftRight(i64x2.bitmask(mask), i32.constant(lane)), i32.constant(1));

/** The batch of a lane, in bytes of 2^shift each. */
export const byBatch = ({ layout }: StageParts, lane: number, shift: number): number[] =>
  i32.shl(i32.load(workspace, layout.batch + 4 * lane), i32.constant(shift));
