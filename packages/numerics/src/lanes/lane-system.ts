import type { Pattern } from '../system.ts';
import type { ConstantPool } from './constant-pool.ts';
import type { LaneMath } from './lane-math.ts';
import type { WasmModule } from './wasm-module.ts';

/** Bytes of one value of both lanes. */
export const laneBytes = 16;
export const laneCount = 2;

/**
 * An initial value problem whose functions are written as WebAssembly, two plants at once. Every function takes the address of a workspace and
 * that of a state, both i32; where it finds and leaves the rest the places say, as offsets into the workspace.
 */
export interface LaneSystem {
  readonly size: number;
  /** Leading states that right-hand sides depend on. */
  readonly coreSize: number;
  readonly pattern: Pattern;
  /** Whether the right-hand side of a state depends on time itself. */
  readonly byTime: readonly boolean[];
  readonly parameterCount: number;
  /** States that the start computes, of which `startSlots` are those that are carried. */
  readonly startCount: number;
  readonly startSlots: readonly number[];
  /** Implicit unknowns. */
  readonly unknownCount: number;
  /** Values that `linearise` keeps for `rhsNear`. */
  readonly keptCount: number;
  readonly outputCount: number;
  readonly crossings: readonly LaneCrossing[];
  /** Events at times that parameters decide. */
  readonly timeEvents: number;
  /** States that physics keeps at or above zero. */
  readonly nonNegative: readonly number[];
  write(module: WasmModule, math: LaneMath, places: LanePlaces, pool: ConstantPool): LaneFunctions;
}

export interface LaneCrossing {
  /** +1: happens on rising crossings only, -1: on falling ones only, 0: on both. */
  readonly direction: -1 | 0 | 1;
  readonly repeats: 'once' | 'always';
}

/** Offsets into a workspace. */
export interface LanePlaces {
  readonly clock: number;
  readonly parameters: number;
  readonly hoisted: number;
  readonly start: number;
  /** Rates and all that `lineariseNear` writes stand together from here to the spare room. */
  readonly rates: number;
  readonly byTime: number;
  readonly jacobian: number;
  /** Event functions, crossings alone. */
  readonly events: number;
  readonly eventTimes: number;
  /** Masks of the events that happen now: crossings, then those at times. */
  readonly fired: number;
  readonly outputs: number;
  /** Unknowns as they were at the start of the last attempt: where the next search begins. Only `linearise` writes them. */
  readonly unknowns: number;
  /** What `linearise` keeps for `rhsNear` and the next `lineariseNear`; no number before the first. */
  readonly kept: number;
  /** Room for all values from the rates on. */
  readonly spare: number;
  /** Mask of the lanes that a lift may change. */
  readonly lifted: number;
}

/** Indices of what a system has written: (workspace, state) -> nothing. */
export interface LaneFunctions {
  /** What parameters decide: hoisted values and the times of events. */
  readonly prepare: number;
  readonly start: number;
  readonly rhs: number;
  /** The same for a state near that which was linearised last, faster. */
  readonly rhsNear: number;
  /** Rates with their derivatives, likewise; kept for both is what the next call starts from. */
  readonly lineariseNear: number;
  readonly events: number;
  /** Sets what the events that fired set, in the lanes in which they did. */
  readonly happen: number;
  readonly outputs: number;
  /** Lifts states below zero back along what is conserved, once. */
  readonly lift: number;
  /** Values that parameters alone decide: they stand last in a workspace. */
  readonly hoistedCount: number;
}
