/**
 * An initial value problem y' = f(t, y) as an integrator sees it: arrays, no biology.
 *
 * States come in two runs. The first `coreSize` states appear on right-hand sides; the rest (ledgers, totalisers) are
 * pure quadratures: they are integrated with everything else but nothing depends on them, so a Jacobian has
 * `coreSize` columns and a stiff method factorises only the leading `coreSize` x `coreSize` block.
 *
 * Parameters and inputs live behind the functions. Whoever changes one between two calls of `advance` tells the
 * integrator by `jump()`.
 */
export interface System {
  /** Number of states. */
  readonly size: number;
  /** Number of leading states that appear on a right-hand side. */
  readonly coreSize: number;
  /** Element 0 is the time at which the functions are evaluated: it is set before a call, because a number handed over costs a box. */
  readonly clock: Float64Array;
  /** Says that parameters or inputs may have changed since the last call of any function. */
  prepare(): void;
  /** Writes dy/dt (length `size`). */
  rhs(y: Float64Array, dydt: Float64Array): void;
  /** The entries of df/dy that can be other than zero. */
  readonly pattern: Pattern;
  /** Writes dy/dt, the entries of df/dy in the order of `pattern`, exact, and the partial derivative of f with respect to time (length `size`). */
  linearise(y: Float64Array, dydt: Float64Array, jacobian: Float64Array, byTime: Float64Array): void;
  /** Number of switching functions: each is zero exactly where the right-hand side has a kink or a jump. */
  readonly kinkCount: number;
  kinks(y: Float64Array, out: Float64Array): void;
  /** Number of event functions: the caller wants to know where each crosses zero. */
  readonly eventCount: number;
  events(y: Float64Array, out: Float64Array): void;
  /** +1: report rising crossings only, -1: falling only, 0: both. One entry an event function. */
  readonly eventDirections: Int8Array;
  /** States that physics keeps at or above zero. */
  readonly nonNegative: readonly NonNegativeState[];
}

/** Places in a matrix of `size` rows and `coreSize` columns, each named once; row by row. */
export interface Pattern {
  readonly rows: Int32Array;
  readonly columns: Int32Array;
}

/** A state that must not fall below zero, and the conserved direction in which it is lifted back when rounding or truncation error took it there. */
export interface NonNegativeState {
  readonly state: number;
  /**
   * A vector of length `size` with a positive entry at `state`, along which every conserved quantity of the system is
   * constant (a reaction run backwards, a transfer undone). null: nothing to lift along; such a step is only rejected.
   */
  readonly along: Float64Array | null;
}
