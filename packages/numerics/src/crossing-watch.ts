import { copy } from './copy.ts';
import { findCrossing } from './crossing-search.ts';
import type { Span, StepMethod } from './step-method.ts';
import type { System } from './system.ts';

/** A kink that is met again and again after much shorter steps than error control would take is left to error control for a while. */
const chatterWeight = 8;
const chatterLimit = 48;
const chatterRest = 200;
/** An event is located to this share of the step that it lies in, or to what time can tell. */
const sharpness = 1e-11;
/** A kink to this share of the tolerance: what the step does behind a bracket so narrow is lost in its error. */
const kinkSharpness = 1e-2;
/** A landing lies at most so many of these behind its kink; half of it is aimed at. */
const kinkUnits = 3;
const isLike = (one: number, other: number): boolean => one / other > 0.5 && one / other < 2;
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
  /** Times that a kink was left to error control because it chattered. */
  kinksRested = 0;
  eventsLocated = 0;
  readonly #system: System;
  readonly #readKinks: Pick<System, 'kinks'>;
  readonly #kinkSharpness: number;
  readonly #kinkCount: number;
  readonly #count: number;
  readonly #kinks: Float64Array;
  readonly #events: Float64Array;
  readonly #values: Float64Array;
  readonly #ends: Float64Array;
  readonly #starts: Float64Array;
  /** Sign behind the last accepted step; 0: on zero, so that leaving it is no crossing. */
  readonly #signs: Int8Array;
  /** Values this close to zero are rounding noise about an event that fired: it has not left zero yet. 0: armed. Infinity: it is never found again. */
  readonly #noise: Float64Array;
  readonly #chatter: Int32Array;
  readonly #resting: Int32Array;
  /** Whether the values are those of the step that `crosses` saw last and found without a crossing. */
  #isCurrent = false;
  /** The share of a landing behind which a crossing is the one that was landed on. */
  #landedShare = 1;
  #target = 0;
  #slope = 0;
  readonly #span = new Float64Array(3);
  #method: StepMethod | undefined;
  #landed: Float64Array;
  readonly #valueAt: (theta: number) => number;

  /** `readKinks`: whose code gives the switching functions; absent: the system's. */
  constructor(
    system: System,
    kinks: 'locate' | 'ignore',
    relativeTolerance: number,
    readKinks: Pick<System, 'kinks'> = system,
  ) {
    this.#system = system;
    this.#readKinks = readKinks;
    this.#kinkSharpness = Math.max(sharpness, kinkSharpness * relativeTolerance);
    this.#kinkCount = kinks === 'locate' ? system.kinkCount : 0;
    this.#count = this.#kinkCount + system.eventCount;
    this.#kinks = new Float64Array(system.kinkCount);
    this.#events = new Float64Array(system.eventCount);
    this.#values = new Float64Array(this.#count);
    this.#ends = new Float64Array(this.#count);
    this.#starts = new Float64Array(this.#count);
    this.#signs = new Int8Array(this.#count);
    this.#noise = new Float64Array(this.#count);
    this.#chatter = new Int32Array(this.#kinkCount);
    this.#resting = new Int32Array(this.#kinkCount);
    this.fired = new Uint8Array(system.eventCount);
    this.scratch = new Float64Array(system.size);
    this.#landed = this.scratch;
    this.memorySize = 2 * this.#count + 2 * this.#kinkCount;
    this.#valueAt = (theta) => {
      this.#method!.dense(theta, this.scratch);
      this.#system.clock[0] = this.#span[0]! + theta * this.#span[1]!;
      this.#evaluate(this.scratch);
      return this.#values[this.#target]!;
    };
  }

  /** Whether there is nothing to watch. */
  get isIdle(): boolean {
    return this.#count === 0;
  }

  /** Whether switching functions are watched, and not events alone. */
  get seesKinks(): boolean {
    return this.#kinkCount > 0;
  }

  /** Whether a kink is left to error control for a while. */
  get isResting(): boolean {
    for (let i = 0; i < this.#kinkCount; i++) if (this.#resting[i] !== 0) return true;
    return false;
  }

  /** Hands out the signs, to the end of `out`: no number where nobody asks. */
  handSigns(out: Float64Array): void {
    const from = out.length - this.#count;
    for (let i = 0; i < this.#count; i++)
      out[from + i] = this.#noise[i] === Number.POSITIVE_INFINITY ? Number.NaN : this.#signs[i]!;
  }

  /** Finds an event no more until the next `begin`. */
  disarm(event: number): void {
    const i = this.#kinkCount + event;
    this.#noise[i] = Number.POSITIVE_INFINITY;
    this.#signs[i] = 0;
  }

  /** So many steps were taken in which no sign has changed. */
  pass(steps: number): void {
    this.#isCurrent = false;
    for (let i = 0; i < this.#kinkCount; i++) this.#chatter[i] = Math.max(0, this.#chatter[i]! - steps);
  }

  begin(): void {
    this.#noise.fill(0);
    this.#chatter.fill(0);
    this.#resting.fill(0);
    this.kinksLocated = 0;
    this.kinksRested = 0;
    this.eventsLocated = 0;
  }

  /** Takes the signs as they are now, at the time of the clock of the system. */
  read(y: Float64Array): void {
    if (this.#count === 0) return;
    this.#evaluate(y);
    for (let i = 0; i < this.#count; i++) this.#take(i);
  }

  save(out: Float64Array, from: number): void {
    out.set(this.#signs, from);
    out.set(this.#chatter, from + this.#count);
    out.set(this.#resting, from + this.#count + this.#kinkCount);
    out.set(this.#noise, from + this.#count + 2 * this.#kinkCount);
  }

  restore(memory: Float64Array, from: number): void {
    for (let i = 0; i < this.#count; i++) {
      this.#signs[i] = memory[from + i]!;
      this.#noise[i] = memory[from + this.#count + 2 * this.#kinkCount + i]!;
    }
    for (let i = 0; i < this.#kinkCount; i++) {
      this.#chatter[i] = memory[from + this.#count + i]!;
      this.#resting[i] = memory[from + this.#count + this.#kinkCount + i]!;
    }
  }

  /** Whether the attempted step to `next` crosses anything; `locate` then says where. */
  crosses(method: StepMethod, span: Span, next: Float64Array): boolean {
    if (this.#count === 0) return false;
    if (this.#leavesZero) this.#readLeaving(method, span);
    this.#system.clock[0] = span[2]!;
    this.#evaluate(next);
    copy(this.#values, this.#ends);
    let any = false;
    for (let i = 0; i < this.#count; i++) any ||= this.#crosses(i, this.#ends[i]!);
    this.#isCurrent = !any;
    return any;
  }

  /** The share of the step that `crosses` saw at which the first crossing lies, on dense output; 1: at its end, or nowhere. */
  locate(method: StepMethod, span: Span): number {
    this.#method = method;
    this.#span.set(span);
    method.dense(0, this.scratch);
    this.#system.clock[0] = span[0]!;
    this.#evaluate(this.scratch);
    copy(this.#values, this.#starts);
    let first = 1;
    let target = -1;
    for (let i = 0; i < this.#count; i++) {
      if (!this.#crosses(i, this.#ends[i]!) || this.#isSlight(i)) continue;
      this.#target = i;
      const theta =
        this.#ends[i] === 0
          ? 1
          : findCrossing(
              this.#valueAt,
              Math.sign(this.#starts[i]!) === this.#signs[i] ? this.#starts[i]! : this.#signs[i]! * 1e-300,
              this.#ends[i]!,
              i < this.#kinkCount ? this.#kinkSharpness : 1e-15,
            );
      if (theta >= first && target >= 0) continue;
      first = theta;
      target = i;
    }
    if (target < 0) return 1;
    this.#target = target;
    this.#measureSlope(first);
    return first;
  }

  /**
   * Whether a kink's function stays so small all through the step that a hundredth of the states' tolerance would move it over zero: two rates that
   * balance, say. Where it crosses means nothing then. All states are moved at once, unevenly, because what divides out of a function would move nothing.
   */
  #isSlight(i: number): boolean {
    if (i >= this.#kinkCount) return false;
    const y = this.scratch;
    this.#method!.dense(0, y);
    for (let j = 0; j < y.length; j++) y[j]! *= 1 + 1e-7 * (((j + 1) * Math.SQRT2) % 1);
    this.#system.clock[0] = this.#span[0]!;
    this.#evaluate(y);
    const moved = Math.abs(this.#values[i]! - this.#starts[i]!) * 1e7;
    return Math.max(Math.abs(this.#starts[i]!), Math.abs(this.#ends[i]!)) < this.#kinkSharpness * moved;
  }

  /** Takes the sign of a function that starts on zero from a point just inside the step, so that its return within the step is seen. */
  #readLeaving(method: StepMethod, span: Span): void {
    method.dense(justInside, this.scratch);
    this.#system.clock[0] = span[0]! + justInside * span[1]!;
    this.#evaluate(this.scratch);
    for (let i = 0; i < this.#count; i++) if (this.#signs[i] === 0) this.#take(i);
  }

  get #leavesZero(): boolean {
    for (let i = 0; i < this.#count; i++)
      if (this.#signs[i] === 0 && this.#noise[i] !== Number.POSITIVE_INFINITY) return true;
    return false;
  }

  /** Rate of change of the target function where it crosses, from dense output. */
  #measureSlope(theta: number): void {
    const before = Math.max(0, theta - 1e-4);
    const after = Math.min(1, theta + 1e-4);
    this.#slope = (this.#valueAt(after) - this.#valueAt(before)) / ((after - before) * this.#span[1]!);
  }

  /**
   * Redoes a step so that it ends just behind the crossing, to the accuracy of the method rather than of its interpolant. `retry(h)` steps
   * by h and gives the `value`; `full` is a step that ends behind. Returns the step at which the state of the last retry stands.
   */
  land(time: number, guess: number, full: number, retry: (h: number) => number): number {
    const isEvent = this.#target >= this.#kinkCount;
    const unit = Math.max(2.3e-16 * Math.abs(time + full), (isEvent ? sharpness : this.#kinkSharpness) * full);
    // Nobody is told the time of a kink: where the state jumps with the length of the step, a narrow bracket will do.
    const rounds = isEvent ? 80 : 10;
    let before = 0;
    let behind = full;
    let slope = this.#slope;
    let width = 1e-8 * full;
    let lastH = 0;
    let last = 0;
    let h = isEvent ? guess : Math.min(full, guess + 0.5 * kinkUnits * unit);
    for (let round = 0; round < rounds && behind - before > 2 * unit; round++) {
      const value = retry(h);
      // A step to a kink that may not be accepted is not worth a second try.
      if (!isEvent && Number.isNaN(value)) return h;
      const isBehind = this.isBehind;
      if (isBehind) behind = h;
      else before = h;
      if (isEvent) this.#hear(value, last);
      if (isEvent && value === 0) return h;
      const slopeBefore = slope;
      if (round > 0 && value !== last) slope = (value - last) / (h - lastH);
      last = value;
      lastH = h;
      const move = -value / slope;
      if (isEvent) {
        // Where slopes agree the function has no jump here, and tells itself how far behind its zero this is.
        const isSmooth = isLike(slope, this.#slope);
        if (isSmooth && isBehind && Math.abs(move) <= 2 * unit) break;
        // Aim a hair behind the root, by as much as the slope may be wrong; else past it, so that the next value closes the bracket from the other side.
        const doubt = isSmooth && round > 0 ? 2 * Math.abs(slope / slopeBefore - 1) : 1e-3;
        const hair = Math.max(unit, doubt * Math.abs(move));
        h += move + (isBehind && !isSmooth ? -hair : hair);
      } else {
        if (isBehind && Math.abs(move) <= kinkUnits * unit) break;
        h += move + Math.max(0.5 * kinkUnits * unit, 1e-3 * Math.abs(move));
      }
      if (h > before && h < behind && round % 4 < 3) continue;
      // A steep, flat or discontinuous function: widen about the guess until both sides are known, then halve.
      const halfway = 0.5 * (before + behind);
      h = isBehind ? Math.max(halfway, lastH - width) : Math.min(halfway, lastH + width);
      width *= 100;
    }
    this.#landedShare = 1 - Math.max(1e-9, isEvent ? 0 : ((kinkUnits + 1) * unit) / behind);
    if (lastH !== behind) retry(behind);
    if (!isEvent) return this.#settle(time, behind, unit, retry);
    this.#noise[this.#target] = Math.max(this.#noise[this.#target]!, this.#rounding(time + behind));
    return behind;
  }

  /** How far rounding can move an event function about its zero: a few times its values where it was found, far below those over the step. */
  #hear(value: number, last: number): void {
    const i = this.#target;
    const size = Math.max(Math.abs(this.#starts[i]!), Math.abs(this.#ends[i]!));
    const near = 16 * Math.max(Math.abs(value), Math.abs(last));
    this.#noise[i] = Math.min(1e-9 * size, Math.max(1e-13 * size, near));
  }

  /** Where time decides, the stages must all lie before the kink: then the state before it stands for the one behind, a few units later. */
  #settle(time: number, behind: number, unit: number, retry: (h: number) => number): number {
    const before = behind - (kinkUnits + 1) * unit;
    this.value(time + before, this.#landed);
    if (this.isBehind || !(before > 0)) return behind;
    retry(before);
    this.value(time + behind, this.#landed);
    if (!this.isBehind) retry(behind);
    return behind;
  }

  /** What rounding of the states does to the target function where it landed: a few units of the last place, state by state. */
  #rounding(t: number): number {
    const y = this.scratch;
    y.set(this.#landed);
    const here = this.value(t, y);
    let sum = 0;
    for (let i = 0; i < y.length; i++) {
      const kept = y[i]!;
      y[i] = kept * (1 + 1e-7);
      sum += Math.abs(this.value(t, y) - here);
      y[i] = kept;
    }
    return sum * 1e7 * 4 * Number.EPSILON;
  }

  /** The target function at an attempted state; a state-sized array that is kept until the next call. */
  value(t: number, y: Float64Array): number {
    this.#landed = y;
    this.#system.clock[0] = t;
    this.#evaluate(y);
    return this.#values[this.#target]!;
  }

  /** The share of a step behind which a crossing lies at its end: the step has landed on it. */
  get landedShare(): number {
    return this.#landedShare;
  }

  /** Whether the crossing that was found is that of a kink. */
  get isKink(): boolean {
    return this.#target < this.#kinkCount;
  }

  /** Whether the target function has left its old sign, at the state of the last `value`. */
  get isBehind(): boolean {
    return Math.sign(this.#values[this.#target]!) !== this.#signs[this.#target]!;
  }

  /** Takes the signs at an accepted state, says what was crossed, and counts how often kinks are met: `short`, after hardly a step. */
  commit(span: Span, y: Float64Array, step: 'short' | 'whole'): 'event' | 'kink' | 'nothing' {
    if (this.#count === 0) return 'nothing';
    if (!this.#isCurrent) {
      this.#system.clock[0] = span[2]!;
      this.#evaluate(y);
    }
    this.#isCurrent = false;
    let found: 'event' | 'kink' | 'nothing' = 'nothing';
    const stands = span[2]! <= span[0]!;
    for (let i = 0; i < this.#count; i++) {
      const crossed = this.#crosses(i, this.#values[i]!);
      if (i < this.#kinkCount) this.#rest(i, crossed && step === 'short');
      // A function that hovers about its zero may cross it again and again by rounding alone: where time stands, that is no event, and its side is taken as it is.
      if (crossed && stands && i >= this.#kinkCount) this.#noise[i] = 0;
      else if (crossed) found = this.#note(i, found);
      this.#take(i);
    }
    return found;
  }

  /** Takes the sign of a value; one within the noise about a zero counts as zero, and leaving it arms the event anew. */
  #take(i: number): void {
    const value = this.#values[i]!;
    if (Math.abs(value) <= this.#noise[i]!) {
      this.#signs[i] = 0;
      return;
    }
    this.#signs[i] = Math.sign(value);
    this.#noise[i] = 0;
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

  #rest(i: number, chatters: boolean): void {
    if (this.#resting[i]! > 0) {
      this.#resting[i]!--;
      return;
    }
    this.#chatter[i] = Math.max(0, this.#chatter[i]! - 1) + (chatters ? chatterWeight : 0);
    if (this.#chatter[i]! <= chatterLimit) return;
    this.#chatter[i] = 0;
    this.kinksRested++;
    this.#resting[i] = chatterRest;
  }

  #crosses(i: number, value: number): boolean {
    const before = this.#signs[i]!;
    if (before === 0 || Math.sign(value) === before) return false;
    if (i < this.#kinkCount) return this.#resting[i] === 0;
    const direction = this.#system.eventDirections[i - this.#kinkCount]!;
    return direction === 0 || direction === -before;
  }

  /** At the time of the clock. */
  #evaluate(y: Float64Array): void {
    const kinkCount = this.#kinkCount;
    this.#isCurrent = false;
    if (kinkCount > 0) {
      this.#readKinks.kinks(y, this.#kinks);
      for (let i = 0; i < kinkCount; i++) this.#values[i] = this.#kinks[i]!;
    }
    if (this.#count === kinkCount) return;
    this.#system.events(y, this.#events);
    for (let i = kinkCount; i < this.#count; i++) this.#values[i] = this.#events[i - kinkCount]!;
  }
}
