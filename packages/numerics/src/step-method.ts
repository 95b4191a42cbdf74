import type { Method } from './integrator.ts';
import type { System } from './system.ts';

export type { Method };

/** A step in three numbers: its start, its length, and its end to the bit. In an array, because a number handed over costs a box. */
export type Span = Float64Array;

/**
 * Steps that a method takes one after the other by itself, with error control as everywhere, until something happens that only the
 * integrator decides on. What it wants to know is written to its arrays before, and what has become of it read from them.
 */
export interface StepRun {
  readonly numbers: Float64Array;
  readonly counts: Int32Array;
  /** The sides of zero on which switching functions and then events are; of these the last count where some are not watched. */
  readonly signs: Float64Array;
  /** Goes on from y and writes the state at the end to it. Gives whether the last attempt was a step: dense output then reads it. */
  take(y: Float64Array): boolean;
}

/** Places in the numbers of a run. All but the stop are afterwards as they have become. */
export const runPlaces = {
  time: 0,
  stop: 1,
  /** The step that error control would take next, and the one that the error of the last allowed. */
  wish: 2,
  allowed: 3,
  /** 1: the last attempt was rejected. */
  rejectedBefore: 4,
  /** Start of the last step. */
  start: 5,
} as const;

/** Places in its counts. */
export const runCounts = {
  /** Steps and attempts that are granted, and afterwards those that are left. */
  steps: 0,
  attempts: 1,
  /** 1: switching functions are watched, and not events alone. */
  watchesKinks: 2,
  /** 1: the error of the states behind the core is judged. The method's own. */
  judgesLedgers: 3,
} as const;

/** One way to take a step. A method knows its tableau; it does not know error control, events or when to stop. */
export interface StepMethod {
  readonly name: Method;
  /** The error estimate falls with this power of the step. */
  readonly errorOrder: number;
  /** What bounds its steps where nothing else does, and so how they are controlled: 'predictive' follows errors, 'damped' does not ring at a limit of stability. */
  readonly control: 'predictive' | 'damped';
  rhsCalls: number;
  jacobians: number;
  factorisations: number;
  /** Writes to element 0 how stiff the last attempt was: step times the size of the fastest rate. */
  measureStiffness(out: Float64Array): void;
  /** Length of what is kept from one step to the next. */
  readonly memorySize: number;
  save(out: Float64Array, from: number): void;
  restore(memory: Float64Array, from: number): void;
  /** Starts anew: nothing that was kept from another run is left. */
  begin(): void;
  /** Forgets stages kept from the last step: the right-hand side or the state changed. */
  reset(): void;
  /** Says that the last attempt was accepted as it is. */
  accept(): void;
  /** Takes the step of `span` from y: writes the new state and its error estimate. false: the step matrix is singular. */
  attempt(span: Span, y: Float64Array, out: Float64Array, error: Float64Array): boolean;
  /** The switching functions of the system, at the time of its clock, by the method's own code; absent: it has none. */
  readonly kinks?: System['kinks'];
  /** Takes steps by itself; absent: it cannot. */
  readonly run?: StepRun;
  /** The state at t + theta h inside the last attempt. */
  dense(theta: number, out: Float64Array): void;
}
