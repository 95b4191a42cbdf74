import { copy } from './copy.ts';
import { CrossingWatch } from './crossing-watch.ts';
import { FirstStep } from './first-step.ts';
import type { Integrator, IntegratorOptions, WorkCounters } from './integrator.ts';
import { checkOptions } from './integrator-options.ts';
import { fifth, MethodChoice, third } from './method-choice.ts';
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
import {
  growthLimit,
  integral,
  proportional,
  resolution,
  safety,
  shrinkLimit,
  smallestError,
  smallestRemembered,
  stretch,
  wreckedShare,
} from './step-control.ts';
import { type Method, runCounts, runPlaces, type StepMethod, type StepRun } from './step-method.ts';
import type { System } from './system.ts';
import { emptyCounters } from './work-counters.ts';

/** Where the parts of the step memory begin, behind the numbers of this loop. */
const choiceFrom = 5;
const watchFrom = choiceFrom + MethodChoice.memorySize;
const triesLimit = 60;
/** A step to a kink that is shorter than this share of the remembered one has hardly left the last kink. */
const shortStep = 1e-3;
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
  readonly goal = new Float64Array(1);
  readonly now = new Float64Array(1);
  readonly #system: System;
  readonly #methods: readonly StepMethod[];
  readonly #absolute: Float64Array;
  readonly #relative: number;
  readonly #maximumStep: number;
  readonly #stepLimit: number;
  readonly #first: FirstStep;
  readonly #chosen = new Float64Array(1);
  readonly #nonNegativity: NonNegativity;
  readonly #watch: CrossingWatch;
  readonly #next: Float64Array;
  readonly #error: Float64Array;
  readonly #counters: WorkCounters = emptyCounters();
  #ownCalls = 0;
  readonly #choice = new MethodChoice();
  /** The step that error control would take next, however short the last one was cut. */
  #step = 0;
  /** Logarithm of the error of the last step that was not cut. */
  #lastError = 0;
  /** Element 0: the step that the error of the last one allowed; 0: there was none. A number of its own would cost a box each time that it changes. */
  readonly #allowed = new Float64Array(1);
  #rejectedBefore = false;
  #norm = 0;
  #lifted = false;
  #falling = 0;
  #fell = false;
  /** The step under way: start, length and end; whether it ends at a crossing, and what was said of the last retry. */
  readonly #span = new Float64Array(3);
  #landed = false;
  #retried: Outcome = REACHED;
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
    this.#first = new FirstStep(system, options);
    this.#nonNegativity = new NonNegativity(system, options.absoluteTolerance);
    this.#watch = new CrossingWatch(
      system,
      options.kinks ?? 'locate',
      options.relativeTolerance,
      methods.find(hasKinks),
    );
    this.state = new Float64Array(system.size);
    this.#next = new Float64Array(system.size);
    this.#error = new Float64Array(system.size);
    this.firedEvents = this.#watch.fired;
    this.memorySize = watchFrom + this.#watch.memorySize + methods.reduce((sum, method) => sum + method.memorySize, 0);
    this.#retryStep = (h) => this.#retry(h);
  }

  get time(): number {
    return this.now[0]!;
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
    counters.methodSwitches = this.#choice.switches;
    counters.lifts = this.#nonNegativity.lifts;
    counters.kinksLocated = this.#watch.kinksLocated;
    counters.kinksRested = this.#watch.kinksRested;
    counters.eventsLocated = this.#watch.eventsLocated;
    return counters;
  }

  begin(t: number, y: Float64Array): void {
    this.#place(t, y);
    this.#choice.begin();
    this.#step = 0;
    this.#lastError = 0;
    this.#allowed[0] = 0;
    this.#rejectedBefore = false;
    this.#falling = 0;
    this.#ownCalls = 0;
    Object.assign(this.#counters, noWork);
    this.#nonNegativity.lifts = 0;
    this.#watch.begin();
    for (const method of this.#methods) method.begin();
    this.jump();
  }

  disarm(event: number): void {
    this.#watch.disarm(event);
  }

  jump(): void {
    this.#system.prepare();
    for (const method of this.#methods) method.reset();
    this.#system.clock[0] = this.now[0]!;
    this.#watch.read(this.state);
  }

  advance(tEnd: number): Outcome {
    this.goal[0] = tEnd;
    return this.advanceToGoal();
  }

  advanceToGoal(): Outcome {
    const tEnd = this.goal[0]!;
    if (!(tEnd >= this.now[0]! && tEnd < Number.POSITIVE_INFINITY)) {
      throw new RangeError(
        `The end ${tEnd} is not a time at or after the present one, ${this.now[0]!}. Integrate forwards to a finite time.`,
      );
    }
    this.firedEvents.fill(0);
    if (tEnd === this.now[0]!) return REACHED;
    if (this.#step === 0) this.#chooseFirstStep();
    const counters = this.#counters;
    const last = counters.acceptedSteps + counters.rejectedSteps + this.#stepLimit;
    while (counters.acceptedSteps + counters.rejectedSteps < last) {
      const { run } = this.#methods[this.#choice.current]!;
      if (run && this.#run(run, last)) {
        if (this.now[0]! >= tEnd) return REACHED;
        if (this.method !== 'auto') continue;
      }
      const outcome = this.#takeStep();
      if (outcome !== REACHED) {
        // Attempts that failed have overwritten what dense output needs.
        if (outcome !== EVENT) this.#denseStep = 0;
        return outcome;
      }
      if (this.now[0]! >= tEnd) return REACHED;
    }
    return STEP_LIMIT;
  }

  interpolate(t: number, out: Float64Array): void {
    if (this.#denseStep === 0 || t === this.now[0]!) out.set(this.state);
    else this.#methods[this.#denseMethod]!.dense((t - this.#denseStart) / this.#denseStep, out);
  }

  saveMemory(out: Float64Array): void {
    out[0] = this.#step;
    out[1] = this.#lastError;
    out[2] = this.#rejectedBefore ? 1 : 0;
    out[3] = this.#falling;
    out[4] = this.#allowed[0]!;
    this.#choice.save(out, choiceFrom);
    this.#watch.save(out, watchFrom);
    let from = watchFrom + this.#watch.memorySize;
    for (const method of this.#methods) {
      method.save(out, from);
      from += method.memorySize;
    }
  }

  restore(t: number, y: Float64Array, memory: Float64Array): void {
    if (memory.length !== this.memorySize)
      throw new RangeError(
        `The step memory has ${this.memorySize} numbers, and ${memory.length} were given. Restore what saveMemory wrote for this method and system.`,
      );
    this.#place(t, y);
    this.#step = memory[0]!;
    this.#lastError = memory[1]!;
    this.#rejectedBefore = memory[2] === 1;
    this.#falling = memory[3]!;
    this.#allowed[0] = memory[4]!;
    this.#choice.restore(memory, choiceFrom);
    this.#watch.restore(memory, watchFrom);
    let from = watchFrom + this.#watch.memorySize;
    for (const method of this.#methods) {
      method.restore(memory, from);
      from += method.memorySize;
    }
  }

  #place(t: number, y: Float64Array): void {
    if (y.length !== this.state.length)
      throw new RangeError(
        `The system has ${this.state.length} states, and ${y.length} values were given. Give one value a state.`,
      );
    if (!Number.isFinite(t)) throw new RangeError(`The time ${t} is not finite. Start at a finite time.`);
    this.#system.prepare();
    this.now[0] = t;
    this.state.set(y);
    this.#denseStep = 0;
    this.firedEvents.fill(0);
  }

  #chooseFirstStep(): void {
    const { errorOrder } = this.#methods[this.#choice.current]!;
    this.#ownCalls += 2;
    this.#first.choose(this.now, this.goal, this.state, errorOrder, this.#chosen);
    this.#step = this.#chosen[0]!;
  }

  /** Lets a method take steps by itself. Gives whether the last attempt was a step: else the next is for `#takeStep`. */
  #run({ numbers, counts, signs, take }: StepRun, last: number): boolean {
    const watch = this.#watch;
    const work = this.#counters;
    const granted = this.method === 'auto' ? this.#choice.unheard : 2 ** 31 - 1;
    if (granted <= 0 || this.#maximumStep < Number.POSITIVE_INFINITY || watch.isResting) return false;
    const attempts = Math.min(last - work.acceptedSteps - work.rejectedSteps, 2 ** 31 - 1);
    numbers[runPlaces.time] = this.now[0]!;
    numbers[runPlaces.stop] = this.goal[0]!;
    numbers[runPlaces.wish] = this.#step;
    numbers[runPlaces.allowed] = this.#allowed[0]!;
    numbers[runPlaces.rejectedBefore] = this.#rejectedBefore ? 1 : 0;
    counts[runCounts.steps] = granted;
    counts[runCounts.attempts] = attempts;
    counts[runCounts.watchesKinks] = watch.seesKinks ? 1 : 0;
    watch.handSigns(signs);
    const isStep = take(this.state);
    const accepted = granted - counts[runCounts.steps]!;
    this.now[0] = numbers[runPlaces.time]!;
    this.#step = numbers[runPlaces.wish]!;
    this.#allowed[0] = numbers[runPlaces.allowed]!;
    this.#rejectedBefore = numbers[runPlaces.rejectedBefore] === 1;
    this.#falling = Math.max(0, this.#falling - accepted);
    if (this.method === 'auto') this.#choice.pass(accepted);
    watch.pass(accepted);
    work.acceptedSteps += accepted;
    work.rejectedSteps += attempts - counts[runCounts.attempts]! - accepted - (isStep ? 0 : 1);
    this.#denseMethod = this.#choice.current;
    this.#denseStart = numbers[runPlaces.start]!;
    this.#denseStep = isStep ? this.now[0]! - this.#denseStart : 0;
    return isStep;
  }

  /** One accepted step, or why there is none. */
  #takeStep(): Outcome {
    const tEnd = this.goal[0]!;
    let wish = Math.min(this.#step, this.#maximumStep);
    let why: Outcome = STEP_TOO_SMALL;
    this.#fell = false;
    for (let tries = 0; ; tries++) {
      const rest = tEnd - this.now[0]!;
      const isLast = wish >= rest * (1 - stretch);
      // Two equal steps rather than a full one and a sliver.
      const h = isLast ? rest : Math.min(wish, 0.5 * rest);
      // What is left may be as short as time can tell; only a step that had to be shortened can be too short.
      if (!(h > resolution * Math.abs(this.now[0]!)) && !(isLast && tries === 0)) return why;
      this.#span[0] = this.now[0]!;
      this.#span[1] = h;
      this.#span[2] = isLast ? tEnd : this.now[0]! + h;
      why = this.#meetCrossings(this.#attempt(tries));
      if (why === REACHED) {
        this.#falling = Math.max(0, this.#falling + (this.#fell ? fallWeight : -1));
        return this.#falling > fallLimit ? NEGATIVE_STATE : this.#accept();
      }
      if (tries >= triesLimit) return why;
      if (this.#choice.current === third) {
        this.#counters.rejectedSteps++;
        this.#goOver(fifth);
        continue;
      }
      if (why === NEGATIVE_STATE) this.#fell = true;
      this.#counters.rejectedSteps++;
      this.#rejectedBefore = true;
      wish =
        why === STEP_TOO_SMALL
          ? this.#span[1]! *
            Math.max(shrinkLimit, safety * this.#norm ** (-1 / this.#methods[this.#choice.current]!.errorOrder))
          : wreckedShare * this.#span[1]!;
      this.#step = wish;
    }
  }

  /** REACHED when the attempted step may be accepted; STEP_TOO_SMALL when its error is too large. */
  #attempt(tries: number): Outcome {
    const method = this.#methods[this.#choice.current]!;
    this.#lifted = false;
    if (!method.attempt(this.#span, this.state, this.#next, this.#error)) return SINGULAR_MATRIX;
    this.#measureError();
    const norm = this.#norm;
    if (!(norm < Number.POSITIVE_INFINITY)) return NOT_FINITE;
    if (norm > 1) return STEP_TOO_SMALL;
    const restored = this.#nonNegativity.restore(this.#next, tries > 12);
    this.#lifted = restored === 'lifted';
    return restored === 'reject' ? NEGATIVE_STATE : REACHED;
  }

  /**
   * Cuts an attempt to its first crossing. So does a step whose error is too large if a kink lies in it: the kink is probably why, and
   * the part before it may do. A landing is itself an attempt, and its verdict is what counts.
   */
  #meetCrossings(verdict: Outcome): Outcome {
    const watch = this.#watch;
    const span = this.#span;
    this.#landed = false;
    if (watch.isIdle || (verdict !== REACHED && verdict !== STEP_TOO_SMALL)) return verdict;
    let outcome: Outcome = verdict;
    // Landing on one crossing may uncover another that lies before it.
    for (let round = 0; round < 4; round++) {
      const taken = span[1]!;
      const method = this.#methods[this.#choice.current]!;
      // What lies in a step that fails is looked for where it may be why: kinks.
      if (outcome !== REACHED && !watch.seesKinks) return outcome;
      if (!watch.crosses(method, span, this.#next)) return outcome;
      const theta = watch.locate(method, span);
      if (theta >= watch.landedShare && (round > 0 || theta === 1)) return outcome;
      if (outcome !== REACHED && !this.#reaches(theta * taken * (1 - 1e-12))) return outcome;
      span[1] = watch.land(this.now[0]!, theta * taken, taken, this.#retryStep);
      span[2] = this.now[0]! + span[1]!;
      this.#landed = true;
      outcome = this.#retried;
      if (outcome !== REACHED) return outcome;
    }
    return outcome;
  }

  /** Whether a step to just before a kink passes error control where the step over it did not. */
  #reaches(h: number): boolean {
    const full = this.#span[1]!;
    if (!this.#watch.isKink || !(h > 1e-3 * full)) return false;
    this.#span[1] = h;
    const verdict = this.#attempt(0);
    // If the shorter attempt failed as well, shrink from there.
    if (verdict !== STEP_TOO_SMALL) this.#span[1] = full;
    if (verdict !== STEP_TOO_SMALL && verdict !== REACHED) this.#norm = 1 / 0;
    return verdict === REACHED;
  }

  /** The largest error over the states, in tolerances; not a number where a state is none. */
  #measureError(): void {
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
      else if (ratio !== ratio || size === Number.POSITIVE_INFINITY) largest = Number.POSITIVE_INFINITY;
    }
    this.#norm = largest;
  }

  #accept(): Outcome {
    const method = this.#methods[this.#choice.current]!;
    const span = this.#span;
    const found = this.#watch.commit(span, this.#next, span[1]! < shortStep * this.#step ? 'short' : 'whole');
    this.#denseMethod = this.#choice.current;
    this.#denseStart = this.now[0]!;
    this.#denseStep = span[2]! - this.now[0]!;
    this.now[0] = span[2]!;
    copy(this.#next, this.state);
    method.accept();
    if (this.#lifted || this.#landed) method.reset();
    this.#counters.acceptedSteps++;
    this.#control();
    if (this.method === 'auto') this.#considerMethod(method);
    return found === 'event' ? EVENT : REACHED;
  }

  /** Steps by h towards a crossing and gives the function that crosses there. What speaks against the step is kept for later. */
  #retry(h: number): number {
    this.#span[1] = h;
    this.#retried = this.#attempt(triesLimit);
    if (this.#retried !== REACHED && this.#watch.isKink) return Number.NaN;
    return this.#watch.value(this.now[0]! + h, this.#next);
  }

  /** The step to take next; one that was cut short by an end or a crossing neither shrinks the remembered step nor feeds PI control. */
  #control(): void {
    const h = this.#span[1]!;
    const { control, errorOrder } = this.#methods[this.#choice.current]!;
    const error = Math.log(Math.max(this.#norm, smallestError));
    const cut = h < this.#step * (1 - stretch);
    let factor: number;
    if (control === 'predictive') {
      // Gustafsson 1994 (ACM TOMS 20, 496, in the form of Hairer and Wanner 1996, IV.8): the step that the error allows shrinks on as it did.
      factor = Math.exp(-error / errorOrder);
      const allowed = h * Math.min(growthLimit, Math.max(shrinkLimit, factor));
      factor *= safety * Math.min(1, allowed / this.#allowed[0]!);
      this.#allowed[0] = allowed;
    } else factor = safety * Math.exp((integral * this.#lastError - proportional * error) / errorOrder);
    const next = h * Math.min(this.#rejectedBefore ? 1 : growthLimit, Math.max(shrinkLimit, factor));
    this.#step = cut ? Math.max(this.#step, next) : next;
    this.#choice.hear(cut && this.#norm < this.#choice.littleError ? 'short' : 'whole');
    if (!cut) this.#lastError = Math.max(error, smallestRemembered);
    this.#rejectedBefore = false;
  }

  #considerMethod(method: StepMethod): void {
    const next = this.#choice.next(method);
    if (next !== this.#choice.current) this.#goOver(next);
  }

  #goOver(to: number): void {
    this.#choice.take(to);
    this.#lastError = 0;
    this.#allowed[0] = 0;
    this.#methods[to]!.reset();
  }
}

const hasKinks = (method: StepMethod): method is StepMethod & Pick<System, 'kinks'> => method.kinks !== undefined;

const noWork: WorkCounters = emptyCounters();
