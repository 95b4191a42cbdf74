import { findCrossing } from './crossing-search.ts';
import type { StepMethod } from './step-method.ts';
import type { System } from './system.ts';

/** A kink that is met more often than once in so many steps, for so many times, is left to error control for a while. */
const chatterWeight = 8;
const chatterLimit = 48;
const chatterRest = 200;
/** Share of a step at which a function that starts on zero shows where it goes. */
const justInside = 1e-3;

/**
 * Watches the signs of kinks and events over accepted steps. Kinks come first in every array, then events. Both are located; only
 * events are reported.
 */
export class CrossingWatch {
  readonly fired: Uint8Array;
  readonly memorySize: number;
  /** A state-sized array that nobody relies on between calls. */
  readonly scratch: Float64Array;
  kinksLocated = 0;
  eventsLocated = 0;
  readonly #system: System;
  readonly #kinkCount: number;
  readonly #count: number;
  readonly #kinks: Float64Array;
  readonly #events: Float64Array;
  readonly #values: Float64Array;
  readonly #ends: Float64Array;
  readonly #starts: Float64Array;
  /** Sign behind the last accepted step; 0: on zero, so that leaving it is no crossing. */
  readonly #signs: Int8Array;
  readonly #chatter: Int32Array;
  readonly #resting: Int32Array;
  #target = 0;
  #slope = 0;
  #start = 0;
  #step = 0;
  #method: StepMethod | undefined;
  readonly #valueAt: (theta: number) => number;

  constructor(system: System, kinks: 'locate' | 'ignore') {
    this.#system = system;
    this.#kinkCount = kinks === 'locate' ? system.kinkCount : 0;
    this.#count = this.#kinkCount + system.eventCount;
    this.#kinks = new Float64Array(system.kinkCount);
    this.#events = new Float64Array(system.eventCount);
    this.#values = new Float64Array(this.#count);
    this.#ends = new Float64Array(this.#count);
    this.#starts = new Float64Array(this.#count);
    this.#signs = new Int8Array(this.#count);
    this.#chatter = new Int32Array(this.#kinkCount);
    this.#resting = new Int32Array(this.#kinkCount);
    this.fired = new Uint8Array(system.eventCount);
    this.scratch = new Float64Array(system.size);
    this.memorySize = this.#count + 2 * this.#kinkCount;
    this.#valueAt = (theta) => {
      this.#method!.dense(theta, this.scratch);
      this.#evaluate(this.#start + theta * this.#step, this.scratch);
      return this.#values[this.#target]!;
    };
  }

  begin(): void {
    this.#chatter.fill(0);
    this.#resting.fill(0);
    this.kinksLocated = 0;
    this.eventsLocated = 0;
  }

  /** Takes the signs as they are now. */
  read(t: number, y: Float64Array): void {
    if (this.#count === 0) return;
    this.#evaluate(t, y);
    for (let i = 0; i < this.#count; i++) this.#signs[i] = Math.sign(this.#values[i]!);
  }

  save(out: Float64Array, from: number): void {
    out.set(this.#signs, from);
    out.set(this.#chatter, from + this.#count);
    out.set(this.#resting, from + this.#count + this.#kinkCount);
  }

  restore(memory: Float64Array, from: number): void {
    for (let i = 0; i < this.#count; i++) this.#signs[i] = memory[from + i]!;
    for (let i = 0; i < this.#kinkCount; i++) {
      this.#chatter[i] = memory[from + this.#count + i]!;
      this.#resting[i] = memory[from + this.#count + this.#kinkCount + i]!;
    }
  }

  /** The share of the attempted step at which the first crossing lies, on dense output; 1: none before the end. */
  search(method: StepMethod, t: number, h: number, tNew: number, next: Float64Array): number {
    if (this.#count === 0) return 1;
    if (this.#leavesZero) this.#readLeaving(method, t, h);
    this.#evaluate(tNew, next);
    this.#ends.set(this.#values);
    let any = false;
    for (let i = 0; i < this.#count; i++) any ||= this.#crosses(i, this.#ends[i]!);
    if (!any) return 1;
    this.#method = method;
    this.#start = t;
    this.#step = h;
    method.dense(0, this.scratch);
    this.#evaluate(t, this.scratch);
    this.#starts.set(this.#values);
    let first = 1;
    let target = -1;
    for (let i = 0; i < this.#count; i++) {
      if (!this.#crosses(i, this.#ends[i]!)) continue;
      this.#target = i;
      const theta =
        this.#ends[i] === 0
          ? 1
          : findCrossing(
              this.#valueAt,
              this.#starts[i] === 0 ? this.#signs[i]! * 1e-300 : this.#starts[i]!,
              this.#ends[i]!,
            );
      if (theta >= first && target >= 0) continue;
      first = theta;
      target = i;
    }
    this.#target = target;
    this.#measureSlope(first);
    return first;
  }

  /** Takes the sign of a function that starts on zero from a point just inside the step, so that its return within the step is seen. */
  #readLeaving(method: StepMethod, t: number, h: number): void {
    method.dense(justInside, this.scratch);
    this.#evaluate(t + justInside * h, this.scratch);
    for (let i = 0; i < this.#count; i++) if (this.#signs[i] === 0) this.#signs[i] = Math.sign(this.#values[i]!);
  }

  get #leavesZero(): boolean {
    for (let i = 0; i < this.#count; i++) if (this.#signs[i] === 0) return true;
    return false;
  }

  /** Rate of change of the target function where it crosses, from dense output. */
  #measureSlope(theta: number): void {
    const before = Math.max(0, theta - 1e-4);
    const after = Math.min(1, theta + 1e-4);
    this.#slope = (this.#valueAt(after) - this.#valueAt(before)) / ((after - before) * this.#step);
  }

  /**
   * Redoes a step so that it ends just behind the crossing, to the accuracy of the method rather than of its interpolant. `retry(h)` steps
   * by h and gives the `correction`. Returns the step at which the state of the last retry stands.
   */
  land(time: number, guess: number, retry: (h: number) => number): number {
    const unit = 2.3e-16 * Math.max(Math.abs(time + guess), guess);
    let h = guess;
    let correction = retry(h);
    for (let round = 0; round < 5 && Math.abs(correction) > unit && h + correction > 0; round++) {
      h += correction;
      correction = retry(h);
    }
    for (let nudge = unit; !this.isBehind && nudge < 1e6 * unit; nudge *= 2) {
      h += nudge;
      retry(h);
    }
    return h;
  }

  /** What to add to a step that ends in y so that the target function is zero there, by Newton with the slope from dense output. */
  correction(t: number, y: Float64Array): number {
    this.#evaluate(t, y);
    return this.#slope === 0 ? 0 : -this.#values[this.#target]! / this.#slope;
  }

  /** Whether the target function has left its old sign, at the state of the last `correction`. */
  get isBehind(): boolean {
    return Math.sign(this.#values[this.#target]!) !== this.#signs[this.#target]!;
  }

  /** Takes the signs at an accepted state, says what was crossed, and counts how often kinks are met. */
  commit(t: number, y: Float64Array): 'event' | 'kink' | 'nothing' {
    if (this.#count === 0) return 'nothing';
    this.#evaluate(t, y);
    let found: 'event' | 'kink' | 'nothing' = 'nothing';
    for (let i = 0; i < this.#count; i++) {
      const crossed = this.#crosses(i, this.#values[i]!);
      if (i < this.#kinkCount) this.#rest(i, crossed);
      if (crossed) found = this.#note(i, found);
      this.#signs[i] = Math.sign(this.#values[i]!);
    }
    return found;
  }

  #note(i: number, found: 'event' | 'kink' | 'nothing'): 'event' | 'kink' {
    if (i < this.#kinkCount) {
      this.kinksLocated++;
      return found === 'event' ? 'event' : 'kink';
    }
    this.fired[i - this.#kinkCount] = 1;
    this.eventsLocated++;
    return 'event';
  }

  #rest(i: number, crossed: boolean): void {
    if (this.#resting[i]! > 0) {
      this.#resting[i]!--;
      return;
    }
    this.#chatter[i] = Math.max(0, this.#chatter[i]! - 1) + (crossed ? chatterWeight : 0);
    if (this.#chatter[i]! <= chatterLimit) return;
    this.#chatter[i] = 0;
    this.#resting[i] = chatterRest;
  }

  #crosses(i: number, value: number): boolean {
    const before = this.#signs[i]!;
    if (before === 0 || Math.sign(value) === before) return false;
    if (i < this.#kinkCount) return this.#resting[i] === 0;
    const direction = this.#system.eventDirections[i - this.#kinkCount]!;
    return direction === 0 || direction === -before;
  }

  #evaluate(t: number, y: Float64Array): void {
    const kinkCount = this.#kinkCount;
    if (kinkCount > 0) {
      this.#system.kinks(t, y, this.#kinks);
      for (let i = 0; i < kinkCount; i++) this.#values[i] = this.#kinks[i]!;
    }
    if (this.#count === kinkCount) return;
    this.#system.events(t, y, this.#events);
    for (let i = kinkCount; i < this.#count; i++) this.#values[i] = this.#events[i - kinkCount]!;
  }
}
