import { CrossingWatch } from './crossing-watch.ts';
import type { Integrator, IntegratorOptions, WorkCounters } from './integrator.ts';
import { checkOptions } from './integrator-options.ts';
import { NonNegativity } from './non-negativity.ts';
import {
  EVENT,
  NEGATIVE_STATE,
  NOT_FINITE,
  type Outcome,
  REACHED,
  SINGULAR_MATRIX,
  STEP_LIMIT,
  STEP_TOO_SMALL,
} from './outcomes.ts';
import type { Method, StepMethod } from './step-method.ts';
import type { System } from './system.ts';

const safety = 0.9;
const shrinkLimit = 0.2;
const growthLimit = 8;
/** Exponents of the PI controller as shares of 1/order (Gustafsson 1991, ACM TOMS 17, 533; Hairer and Wanner 1996, IV.2). */
const proportional = 0.7;
const integral = 0.4;
/** Step times spectral radius at which the explicit pair is at its stability limit, and well inside it. */
const stiffAbove = 1.8;
const smoothBelow = 0.6;
const stiffVotes = 12;
const smoothVotes = 25;
/** A step that misses the end by less than this share of itself goes to the end. */
const stretch = 1e-10;
const triesLimit = 60;
/**
 * A step that had to be shortened because a state fell below zero weighs so much more than one that had not; when the sum passes the limit
 * some rate does not stop with what it uses, and shorter steps will not help.
 */
const fallWeight = 6;
const fallLimit = 360;

/**
 * The one adaptive loop: error control, non-negativity, kinks and events round any step method. The error is the largest over the
 * states of error / (atol + rtol max(|y0|, |y1|)): adding a state never loosens the control of the others.
 */
export class AdaptiveIntegrator implements Integrator {
  readonly method: Method;
  readonly state: Float64Array;
  readonly firedEvents: Uint8Array;
  readonly memorySize: number;
  time = 0;
  readonly #system: System;
  readonly #methods: readonly StepMethod[];
  readonly #absolute: Float64Array;
  readonly #relative: number;
  readonly #maximumStep: number;
  readonly #stepLimit: number;
  readonly #nonNegativity: NonNegativity;
  readonly #watch: CrossingWatch;
  readonly #next: Float64Array;
  readonly #error: Float64Array;
  readonly #counters: WorkCounters = emptyCounters();
  #ownCalls = 0;
  #current = 0;
  /** The step that error control would take next, however short the last one was cut. */
  #step = 0;
  #lastError = 1;
  #votes = 0;
  #rejectedBefore = false;
  #norm = 0;
  #lifted = false;
  #falling = 0;
  #fell = false;
  #denseMethod = 0;
  #denseStart = 0;
  #denseStep = 0;
  readonly #retryStep: (h: number) => number;

  constructor(system: System, methods: readonly StepMethod[], options: IntegratorOptions) {
    checkOptions(system, options);
    this.method = options.method;
    this.#system = system;
    this.#methods = methods;
    this.#absolute = options.absoluteTolerance;
    this.#relative = options.relativeTolerance;
    this.#maximumStep = options.maximumStep ?? Number.POSITIVE_INFINITY;
    this.#stepLimit = options.stepLimit ?? 100_000;
    this.#nonNegativity = new NonNegativity(system, options.absoluteTolerance);
    this.#watch = new CrossingWatch(system, options.kinks ?? 'locate');
    this.state = new Float64Array(system.size);
    this.#next = new Float64Array(system.size);
    this.#error = new Float64Array(system.size);
    this.firedEvents = this.#watch.fired;
    this.memorySize = 6 + this.#watch.memorySize;
    this.#retryStep = (h) => this.#retry(h);
  }

  get counters(): WorkCounters {
    const counters = this.#counters;
    counters.rhsCalls = this.#ownCalls;
    counters.jacobians = 0;
    counters.factorisations = 0;
    for (const method of this.#methods) {
      counters.rhsCalls += method.rhsCalls;
      counters.jacobians += method.jacobians;
      counters.factorisations += method.factorisations;
    }
    counters.lifts = this.#nonNegativity.lifts;
    counters.kinksLocated = this.#watch.kinksLocated;
    counters.eventsLocated = this.#watch.eventsLocated;
    return counters;
  }

  begin(t: number, y: Float64Array): void {
    this.#place(t, y);
    this.#current = 0;
    this.#step = 0;
    this.#lastError = 1;
    this.#votes = 0;
    this.#rejectedBefore = false;
    this.#falling = 0;
    this.#ownCalls = 0;
    Object.assign(this.#counters, emptyCounters());
    this.#nonNegativity.lifts = 0;
    this.#watch.begin();
    for (const method of this.#methods) {
      method.rhsCalls = 0;
      method.jacobians = 0;
      method.factorisations = 0;
    }
    this.jump();
  }

  jump(): void {
    this.#methods[this.#current]!.reset();
    this.#watch.read(this.time, this.state);
  }

  advance(tEnd: number): Outcome {
    if (!(tEnd >= this.time && tEnd < Number.POSITIVE_INFINITY)) {
      throw new RangeError(
        `The end ${tEnd} is not a time at or after the present one, ${this.time}. Integrate forwards to a finite time.`,
      );
    }
    this.firedEvents.fill(0);
    if (tEnd === this.time) return REACHED;
    if (this.#step === 0) this.#chooseFirstStep(tEnd);
    for (let steps = 0; steps < this.#stepLimit; steps++) {
      const outcome = this.#takeStep(tEnd);
      if (outcome !== REACHED) return outcome;
      if (this.time >= tEnd) return REACHED;
    }
    return STEP_LIMIT;
  }

  interpolate(t: number, out: Float64Array): void {
    if (this.#denseStep === 0 || t === this.time) out.set(this.state);
    else this.#methods[this.#denseMethod]!.dense((t - this.#denseStart) / this.#denseStep, out);
  }

  saveMemory(out: Float64Array): void {
    out[0] = this.#current;
    out[1] = this.#step;
    out[2] = this.#lastError;
    out[3] = this.#votes;
    out[4] = this.#rejectedBefore ? 1 : 0;
    out[5] = this.#falling;
    this.#watch.save(out, 6);
  }

  restore(t: number, y: Float64Array, memory: Float64Array): void {
    this.#place(t, y);
    this.#current = memory[0]!;
    this.#step = memory[1]!;
    this.#lastError = memory[2]!;
    this.#votes = memory[3]!;
    this.#rejectedBefore = memory[4] === 1;
    this.#falling = memory[5]!;
    this.#watch.restore(memory, 6);
    this.#methods[this.#current]!.reset();
  }

  #place(t: number, y: Float64Array): void {
    if (y.length !== this.state.length)
      throw new RangeError(
        `The system has ${this.state.length} states, and ${y.length} values were given. Give one value a state.`,
      );
    if (!Number.isFinite(t)) throw new RangeError(`The time ${t} is not finite. Start at a finite time.`);
    this.time = t;
    this.state.set(y);
    this.#denseStep = 0;
    this.firedEvents.fill(0);
  }

  /** One accepted step, or why there is none. */
  #takeStep(tEnd: number): Outcome {
    let wish = Math.min(this.#step, this.#maximumStep);
    let why: Outcome = STEP_TOO_SMALL;
    this.#fell = false;
    for (let tries = 0; ; tries++) {
      const rest = tEnd - this.time;
      const isLast = wish >= rest * (1 - stretch);
      // Two equal steps rather than a full one and a sliver.
      const h = isLast ? rest : Math.min(wish, 0.5 * rest);
      if (!(h > 4e-16 * Math.abs(this.time))) return why;
      why = this.#attempt(h, tries);
      if (why === REACHED) {
        this.#falling = Math.max(0, this.#falling + (this.#fell ? fallWeight : -1));
        return this.#falling > fallLimit ? NEGATIVE_STATE : this.#accept(h, isLast ? tEnd : this.time + h);
      }
      if (tries >= triesLimit) return why;
      if (why === NEGATIVE_STATE) this.#fell = true;
      this.#counters.rejectedSteps++;
      this.#rejectedBefore = true;
      wish =
        why === STEP_TOO_SMALL
          ? h * Math.max(shrinkLimit, safety * this.#norm ** (-1 / this.#methods[this.#current]!.errorOrder))
          : 0.25 * h;
      this.#step = wish;
    }
  }

  /** REACHED when the attempted step may be accepted; STEP_TOO_SMALL when its error is too large. */
  #attempt(h: number, tries: number): Outcome {
    const method = this.#methods[this.#current]!;
    if (!method.attempt(this.time, this.state, h, this.#next, this.#error)) return SINGULAR_MATRIX;
    this.#norm = this.#errorNorm();
    if (!(this.#norm < Number.POSITIVE_INFINITY)) return NOT_FINITE;
    if (this.#norm > 1) return STEP_TOO_SMALL;
    const restored = this.#nonNegativity.restore(this.#next, tries > 12);
    this.#lifted = restored === 'lifted';
    return restored === 'reject' ? NEGATIVE_STATE : REACHED;
  }

  #errorNorm(): number {
    const y0 = this.state;
    const y1 = this.#next;
    const error = this.#error;
    const absolute = this.#absolute;
    const relative = this.#relative;
    let largest = 0;
    for (let i = 0; i < y0.length; i++) {
      const size = Math.max(Math.abs(y0[i]!), Math.abs(y1[i]!));
      const ratio = Math.abs(error[i]!) / (absolute[i]! + relative * size);
      if (ratio > largest) largest = ratio;
      else if (ratio !== ratio) return Number.NaN;
    }
    return largest;
  }

  #accept(h: number, tNew: number): Outcome {
    const norm = this.#norm;
    let taken = h;
    let end = tNew;
    const theta = this.#watch.search(this.#methods[this.#current]!, this.time, h, tNew, this.#next);
    if (theta < 1) {
      taken = this.#watch.land(this.time, theta * h, this.#retryStep);
      end = this.time + taken;
    }
    const method = this.#methods[this.#current]!;
    const found = this.#watch.commit(end, this.#next);
    this.#denseMethod = this.#current;
    this.#denseStart = this.time;
    this.#denseStep = end - this.time;
    this.time = end;
    this.state.set(this.#next);
    method.accept();
    if (this.#lifted) method.reset();
    this.#counters.acceptedSteps++;
    this.#control(h, norm);
    if (this.method === 'auto') this.#considerMethod(method);
    return found === 'event' ? EVENT : REACHED;
  }

  /** Steps by h and gives the correction that the crossing function asks for. */
  #retry(h: number): number {
    const method = this.#methods[this.#current]!;
    method.attempt(this.time, this.state, h, this.#next, this.#error);
    this.#lifted = this.#nonNegativity.restore(this.#next, true) === 'lifted';
    return this.#watch.correction(this.time + h, this.#next);
  }

  /** PI control of the step; a step that was cut short by an end or a crossing neither shrinks the memory nor feeds it. */
  #control(h: number, norm: number): void {
    const share = 1 / this.#methods[this.#current]!.errorOrder;
    const error = Math.max(norm, 1e-10);
    const factor = safety * error ** (-proportional * share) * this.#lastError ** (integral * share);
    const limited = Math.min(growthLimit, Math.max(shrinkLimit, factor));
    const next = h * (this.#rejectedBefore ? Math.min(1, limited) : limited);
    const cut = h < this.#step * (1 - stretch);
    this.#step = cut ? Math.max(this.#step, next) : next;
    if (!cut) this.#lastError = Math.max(error, 1e-4);
    this.#rejectedBefore = false;
  }

  /** Votes on the method in use: the explicit one stands at its stability limit, or the stiff one steps well inside it. */
  #considerMethod(method: StepMethod): void {
    const { stiffness } = method;
    const isExplicit = this.#current === 0;
    const against = isExplicit ? stiffness > stiffAbove : stiffness < smoothBelow;
    this.#votes = against ? this.#votes + 1 : Math.max(0, this.#votes - (isExplicit ? 1 : 5));
    if (this.#votes < (isExplicit ? stiffVotes : smoothVotes)) return;
    this.#current = 1 - this.#current;
    this.#votes = 0;
    this.#lastError = 1;
    this.#counters.methodSwitches++;
    this.#methods[this.#current]!.reset();
  }

  /** Hairer, Norsett and Wanner 1993, Solving ODEs I, II.4: from the size of the rates and of their change over a small Euler step. */
  #chooseFirstStep(tEnd: number): void {
    const f0 = this.#error;
    const y1 = this.#next;
    const { time, state } = this;
    this.#system.rhs(time, state, f0);
    const d0 = this.#scaledSize(state);
    const d1 = this.#scaledSize(f0);
    const h0 = Math.min(d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : (0.01 * d0) / d1, tEnd - time);
    for (let i = 0; i < y1.length; i++) y1[i] = state[i]! + h0 * f0[i]!;
    const f1 = this.#watch.scratch;
    this.#system.rhs(time + h0, y1, f1);
    for (let i = 0; i < f1.length; i++) f1[i]! -= f0[i]!;
    const d2 = this.#scaledSize(f1) / h0;
    this.#ownCalls += 2;
    const largest = Math.max(d1, d2);
    const h1 =
      largest <= 1e-15 ? Math.max(1e-6, 1e-3 * h0) : (0.01 / largest) ** (1 / this.#methods[this.#current]!.errorOrder);
    const h = Math.min(100 * h0, h1);
    this.#step = h > 0 && h < Number.POSITIVE_INFINITY ? h : 1e-6;
  }

  #scaledSize(v: Float64Array): number {
    let largest = 0;
    for (let i = 0; i < v.length; i++) {
      const ratio = Math.abs(v[i]!) / (this.#absolute[i]! + this.#relative * Math.abs(this.state[i]!));
      if (ratio > largest) largest = ratio;
    }
    return largest;
  }
}

export function emptyCounters(): WorkCounters {
  return {
    rhsCalls: 0,
    jacobians: 0,
    factorisations: 0,
    acceptedSteps: 0,
    rejectedSteps: 0,
    kinksLocated: 0,
    eventsLocated: 0,
    lifts: 0,
    methodSwitches: 0,
  };
}
