import type { ConstantPool } from '../lanes/constant-pool.ts';
import type { LaneMath } from '../lanes/lane-math.ts';
import type { WasmModule } from '../lanes/wasm-module.ts';
import type { Pattern } from '../system.ts';

/**
 * An initial value problem whose functions are written as WebAssembly for one plant. They are those of lanes, with the one plant in both: every
 * function takes the address of a workspace and that of a state, both i32, and a value stands in 16 bytes.
 */
export interface KernelSystem {
  readonly size: number;
  /** Leading states that right-hand sides depend on. */
  readonly coreSize: number;
  /** What is integrated for the states behind the core, and how many coefficients parameters decide: each of these states is a sum of terms. */
  readonly quadratureCount: number;
  readonly coefficientCount: number;
  readonly sums: readonly (readonly { readonly quadrature: number; readonly coefficient: number }[])[];
  /** Rows of the core, then of the quadratures. */
  readonly pattern: Pattern;
  /** Whether the right-hand side of a state of the core, or a quadrature, depends on time itself. */
  readonly byTime: readonly boolean[];
  readonly parameterCount: number;
  /** Switching functions, and event functions. */
  readonly kinkCount: number;
  readonly eventCount: number;
  /** States that physics keeps at or above zero. */
  readonly nonNegative: readonly number[];
  /** Implicit unknowns. */
  readonly unknownCount: number;
  /** Values that are kept for `rhsNear` and the next `lineariseNear`. */
  readonly keptCount: number;
  write(module: WasmModule, math: LaneMath, places: KernelPlaces, pool: ConstantPool): KernelFunctions;
}

/** Offsets into a workspace. */
export interface KernelPlaces {
  readonly clock: number;
  readonly parameters: number;
  readonly hoisted: number;
  /** What `prepare` writes for the sums. */
  readonly coefficients: number;
  /** What `rhsNear` writes: rates of the core, then quadratures. */
  readonly rates: number;
  /** Rates at the start of an attempt, which `lineariseNear` writes: they outlive the attempt. */
  readonly slopes: number;
  readonly jacobian: number;
  readonly byTime: number;
  readonly kinks: number;
  readonly events: number;
  /** Unknowns as they were at the start of the last attempt: where the next search begins. Only `lineariseNear` writes them. */
  readonly unknowns: number;
  /** What `lineariseNear` keeps for `rhsNear` and its next call; no number before the first. */
  readonly kept: number;
  /** Room for as many values as there are states. */
  readonly spare: number;
}

/** Indices of what a system has written: (workspace, state) -> nothing. */
export interface KernelFunctions {
  /** What parameters decide. */
  readonly prepare: number;
  /** Rates at a state near that which was linearised last. */
  readonly rhsNear: number;
  /** Rates with their derivatives, likewise; what it keeps is what the next call starts from. */
  readonly lineariseNear: number;
  /** Switching functions, fastest near the state that was linearised last. */
  readonly kinks: number;
  readonly events: number;
  /** Values that parameters alone decide: they stand last in a workspace. */
  readonly hoistedCount: number;
}
