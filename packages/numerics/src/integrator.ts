import type { Kernel } from './kernel/kernel.ts';
import type { Outcome } from './outcomes.ts';

export type Method = 'auto' | 'tsit5' | 'dop853' | 'rodas4' | 'rodas5p' | 'odex';

export interface IntegratorOptions {
  readonly method: Method;
  /** Relative tolerance, 1e-14 < rtol < 0.1. */
  readonly relativeTolerance: number;
  /** Absolute tolerance of each state in its own unit (length `size`); Infinity leaves a state (a ledger) out of error control. */
  readonly absoluteTolerance: Float64Array;
  /** Largest step in h; default: no limit. */
  readonly maximumStep?: number;
  /** Most accepted plus rejected steps in one call of `advance`; default 100000. */
  readonly stepLimit?: number;
  /** 'locate' (default): end a step at each kink and start anew behind it. 'ignore': leave kinks to error control. */
  readonly kinks?: 'locate' | 'ignore';
  /** The attempts of the stiff method as WebAssembly, made for this system and that method; default: JavaScript. */
  readonly kernel?: Kernel;
}

/** Exact counts of work since `begin`; the benchmark guard compares them. */
export interface WorkCounters {
  rhsCalls: number;
  jacobians: number;
  factorisations: number;
  acceptedSteps: number;
  rejectedSteps: number;
  kinksLocated: number;
  /** Times that a chattering kink was left to error control for a while. */
  kinksRested: number;
  eventsLocated: number;
  /** States lifted back to zero along their conserved direction. */
  lifts: number;
  /** Changes between the explicit and the stiff method under 'auto'. */
  methodSwitches: number;
}

/**
 * Carries one state through time. The same contract, and the same suite of cases, for every method.
 * Nothing is allocated after construction (save by odex, which is the independent check, not the work horse).
 */
export interface Integrator {
  readonly method: Method;
  /** Time now, in the unit of the system. */
  readonly time: number;
  /** Element 0: the same, live: a number in an array costs no box. Writable between calls when followed by `jump()`. */
  readonly now: Float64Array;
  /** State now (length `size`): live, overwritten by `advance`; copy what you keep. Writable between calls when followed by `jump()`. */
  readonly state: Float64Array;
  readonly counters: WorkCounters;
  /** Event functions that fired at `time` when `advance` returned EVENT: 1 fired, 0 not (length `eventCount`). */
  readonly firedEvents: Uint8Array;
  /** Says that nobody asks about an event any more: it is not located again until the next `begin`. */
  disarm(event: number): void;
  /** Starts at (t, y): copies y, forgets all step memory, zeroes the counters. */
  begin(t: number, y: Float64Array): void;
  /** Says that inputs, parameters or the state were changed from outside: first-same-as-last stages are dropped, the step size is kept. */
  jump(): void;
  /**
   * Integrates to exactly `tEnd`, or to an event before it. After EVENT the state is the state at the event, just behind the crossing, so that
   * the same crossing is not found again; call `advance` once more to go on. Any other outcome than REACHED and
   * EVENT leaves `time` and `state` at the last accepted step.
   */
  advance(tEnd: number): Outcome;
  /** The same to `goal[0]`: a number in an array costs no box. */
  advanceToGoal(): Outcome;
  /** Element 0: where `advanceToGoal` goes. */
  readonly goal: Float64Array;
  /** Dense output: writes y(t) for t inside the last accepted step (length `size`). */
  interpolate(t: number, out: Float64Array): void;
  /** Length of the step memory (step size, controller history, method in use) that a snapshot keeps beside time and state. */
  readonly memorySize: number;
  saveMemory(out: Float64Array): void;
  /** Restores (t, y, memory) so that integration goes on bit for bit as it would have from the saved point. */
  restore(t: number, y: Float64Array, memory: Float64Array): void;
}
