import { f64, f64x2 } from '../lanes/wasm-code.ts';
import { load, store, workspace } from '../lanes/workspace.ts';

/** A double of the host in both lanes. */
export const fromHost = (at: number): number[] => f64x2.splat(f64.load(workspace, at));

/** The first lane of a value to a double of the host. */
export const toHost = (at: number, value: readonly number[]): number[] =>
  f64.store(workspace, at, f64x2.lane(value, 0));

/** Doubles of the host to values. */
export const splat = (from: number, to: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => store(to, i, fromHost(from + 8 * i))).flat();

/** Values to doubles of the host. */
export const give = (from: number, to: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => toHost(to + 8 * i, load(from, i))).flat();
