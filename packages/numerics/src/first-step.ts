import type { IntegratorOptions } from './integrator.ts';
import type { System } from './system.ts';

/** The first step of an integration (Hairer, Norsett and Wanner 1993, Solving ODEs I, II.4): from the size of the rates and of their change over a small Euler step. */
export class FirstStep {
  readonly #system: System;
  readonly #absolute: Float64Array;
  readonly #relative: number;
  readonly #f0: Float64Array;
  readonly #f1: Float64Array;
  readonly #y1: Float64Array;

  constructor(
    system: System,
    { absoluteTolerance, relativeTolerance }: Pick<IntegratorOptions, 'absoluteTolerance' | 'relativeTolerance'>,
  ) {
    this.#system = system;
    this.#absolute = absoluteTolerance;
    this.#relative = relativeTolerance;
    this.#f0 = new Float64Array(system.size);
    this.#f1 = new Float64Array(system.size);
    this.#y1 = new Float64Array(system.size);
  }

  /**
   * Into `chosen[0]`, from `now[0]` with `state` at most to `goal[0]`; `order`: the power of the step with which the error falls. Asks for rates twice. Numbers are
   * handed over in arrays, where they cost no box.
   */
  choose(now: Float64Array, goal: Float64Array, state: Float64Array, order: number, chosen: Float64Array): void {
    const time = now[0]!;
    const rest = goal[0]! - time;
    const [f0, f1, y1, system] = [this.#f0, this.#f1, this.#y1, this.#system];
    system.clock[0] = time;
    system.rhs(state, f0);
    const d0 = this.#scaledSize(state, state);
    const d1 = this.#scaledSize(f0, state);
    const h0 = Math.min(d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : (0.01 * d0) / d1, rest);
    for (let i = 0; i < y1.length; i++) y1[i] = state[i]! + h0 * f0[i]!;
    system.clock[0] = time + h0;
    system.rhs(y1, f1);
    for (let i = 0; i < f1.length; i++) f1[i]! -= f0[i]!;
    const d2 = this.#scaledSize(f1, state) / h0;
    const largest = Math.max(d1, d2);
    const h1 = largest <= 1e-15 ? Math.max(1e-6, 1e-3 * h0) : (0.01 / largest) ** (1 / order);
    const h = Math.min(100 * h0, h1);
    chosen[0] = h > 0 && h < Number.POSITIVE_INFINITY ? h : 1e-6;
  }

  /** In tolerances. */
  #scaledSize(v: Float64Array, state: Float64Array): number {
    let largest = 0;
    for (let i = 0; i < v.length; i++) {
      const ratio = Math.abs(v[i]!) / (this.#absolute[i]! + this.#relative * Math.abs(state[i]!));
      if (ratio > largest) largest = ratio;
    }
    return largest;
  }
}
