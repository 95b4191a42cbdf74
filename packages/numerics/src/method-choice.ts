import type { StepMethod } from './step-method.ts';

/** Places of the methods of `auto`. */
export const [fifth, stiff, third] = [0, 1, 2];
/** Step times spectral radius at which the explicit pair is at its stability limit, and well inside it. */
const stiffAbove = 1.8;
const smoothBelow = 0.6;
const stiffVotes = 12;
const smoothVotes = 25;
/** The stiff method costs more to ask than to use: it is asked once in so many steps, and its vote counts as many. */
const stiffEvery = 5;
/**
 * Order 3 takes over after so many steps one after the other that were cut, as scans cut them, to where order 5 has next to no error; it gives back
 * when its own comes near the tolerance, or a step is not cut.
 */
const thirdAfter = 8;
const nextToNothing = 1e-3;
const thirdError = 0.6;

/** Which method of `auto` takes the next step, by votes on the one in use: the explicit one stands at its stability limit, or the stiff one steps well inside it. */
export class MethodChoice {
  static readonly memorySize = 4;
  /** Place of the method in use. */
  current = fifth;
  /** Changes between the explicit and the stiff method. */
  switches = 0;
  #votes = 0;
  /** Steps since the stiff method was asked last. */
  #unasked = 0;
  /** Steps one after the other that were cut to where they have little error. */
  #short = 0;
  readonly #stiffness = new Float64Array(1);

  begin(): void {
    this.take(fifth);
    this.switches = 0;
    this.#unasked = 0;
  }

  save(out: Float64Array, from: number): void {
    out[from] = this.current;
    out[from + 1] = this.#votes;
    out[from + 2] = this.#unasked;
    out[from + 3] = this.#short;
  }

  restore(memory: Float64Array, from: number): void {
    this.current = memory[from]!;
    this.#votes = memory[from + 1]!;
    this.#unasked = memory[from + 2]!;
    this.#short = memory[from + 3]!;
  }

  take(method: number): void {
    this.current = method;
    this.#votes = 0;
    this.#short = 0;
  }

  /** In tolerances: the error below which a step that was cut short shows that a lower order would do. */
  get littleError(): number {
    return this.current === third ? thirdError : nextToNothing;
  }

  /** Steps that the stiff method may take before it is asked. */
  get unheard(): number {
    return stiffEvery - 1 - this.#unasked;
  }

  /** So many of them were taken. */
  pass(steps: number): void {
    this.#unasked += steps;
  }

  /** Hears of an accepted step: cut to where it has little error, or not. */
  hear(step: 'short' | 'whole'): void {
    this.#short = step === 'short' ? this.#short + 1 : 0;
  }

  /** The place of the method for the next step; `method` is the one in use. */
  next(method: StepMethod): number {
    if (this.current === third) return this.#short === 0 ? fifth : third;
    const isExplicit = this.current === fifth;
    if (isExplicit && this.#short >= thirdAfter && this.#votes === 0) return third;
    if (!isExplicit) this.#unasked = (this.#unasked + 1) % stiffEvery;
    if (!isExplicit && this.#unasked !== 0) return stiff;
    method.measureStiffness(this.#stiffness);
    const stiffness = this.#stiffness[0]!;
    const against = isExplicit ? stiffness > stiffAbove : stiffness < smoothBelow;
    const weight = isExplicit ? 1 : stiffEvery;
    this.#votes = against ? this.#votes + weight : Math.max(0, this.#votes - weight * weight);
    if (this.#votes < (isExplicit ? stiffVotes : smoothVotes)) return this.current;
    this.switches++;
    return isExplicit ? stiff : fifth;
  }
}
