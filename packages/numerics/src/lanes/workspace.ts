import { both } from './lane-math.ts';
import { laneBytes } from './lane-system.ts';
import { type Code, f64x2, get, i32, v128 } from './wasm-code.ts';

/** The address of a workspace is the first argument of every function. */
export const workspace = get(0);

/** The value in a slot behind an offset of the workspace. */
export const load = (offset: number, slot = 0): number[] => v128.load(workspace, offset + slot * laneBytes);

export const store = (offset: number, slot: number, value: Code): number[] =>
  v128.store(workspace, offset + slot * laneBytes, value);

/** Address of a place in the workspace. */
export const place = (offset: number): number[] => i32.add(workspace, i32.constant(offset));

/** -1, 0 or 1; 0 for what is no number. */
export const signOf = (value: Code): number[] =>
  f64x2.sub(v128.and(f64x2.gt(value, both(0)), both(1)), v128.and(f64x2.lt(value, both(0)), both(1)));
