import type { Method } from './integrator.ts';
import type { System } from './system.ts';

export type { Method };

/** A step in three numbers: its start, its length, and its end to the bit. In an array, because a number handed over costs a box. */
export type Span = Float64Array;

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
  /** The state at t + theta h inside the last attempt. */
  dense(theta: number, out: Float64Array): void;
}
