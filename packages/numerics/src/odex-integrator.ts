import odex from 'odex';
import { CrossingWatch } from './crossing-watch.ts';
import type { Integrator, IntegratorOptions, WorkCounters } from './integrator.ts';
import { checkOptions } from './integrator-options.ts';
import { NonNegativity } from './non-negativity.ts';
import { EVENT, NEGATIVE_STATE, NOT_FINITE, type Outcome, REACHED, STEP_LIMIT, STEP_TOO_SMALL } from './outcomes.ts';
import type { StepMethod } from './step-method.ts';
import type { System } from './system.ts';
import { emptyCounters } from './work-counters.ts';

/** odex always starts at least this far; nothing shorter can be asked of it. */
const shortestStart = 1e-4;
/** Below the reach of rounding odex tries one step for ever; so many evaluations in one step mean that. */
const stepCallLimit = 50_000;

class Stuck extends Error {}

/**
 * Hairer's ODEX (extrapolated midpoint rule of variable order; Hairer, Norsett and Wanner 1993, Solving ODEs I, II.9) through npm `odex`: an
 * independent integrator behind the same contract, to hold the others against. It allocates, and it is explicit.
 */
export class OdexIntegrator implements Integrator {
  readonly method = 'odex';
  readonly state: Float64Array;
  readonly firedEvents: Uint8Array;
  readonly counters: WorkCounters = emptyCounters();
  readonly memorySize: number;
  readonly goal = new Float64Array(1);
  readonly now = new Float64Array(1);
  readonly #system: System;
  readonly #options: IntegratorOptions;
  readonly #watch: CrossingWatch;
  readonly #nonNegativity: NonNegativity;
  readonly #rate: Float64Array;
  readonly #argument: Float64Array;
  readonly #next: Float64Array;
  #step = shortestStart;
  #stepCalls = 0;
  #denseStart = Number.NaN;
  #dense: ((component: number, x: number) => number) | undefined;

  constructor(system: System, options: IntegratorOptions) {
    checkOptions(system, options);
    this.#system = system;
    this.#options = options;
    this.#watch = new CrossingWatch(system, options.kinks ?? 'locate', options.relativeTolerance);
    this.#nonNegativity = new NonNegativity(system, options.absoluteTolerance);
    this.state = new Float64Array(system.size);
    this.#rate = new Float64Array(system.size);
    this.#argument = new Float64Array(system.size);
    this.#next = new Float64Array(system.size);
    this.firedEvents = this.#watch.fired;
    this.memorySize = 1 + this.#watch.memorySize;
  }

  get time(): number {
    return this.now[0]!;
  }

  begin(t: number, y: Float64Array): void {
    if (y.length !== this.state.length)
      throw new RangeError(
        `The system has ${this.state.length} states, and ${y.length} values were given. Give one value a state.`,
      );
    if (!Number.isFinite(t)) throw new RangeError(`The time ${t} is not finite. Start at a finite time.`);
    this.now[0] = t;
    this.state.set(y);
    this.#step = shortestStart;
    this.#dense = undefined;
    this.firedEvents.fill(0);
    Object.assign(this.counters, emptyCounters());
    this.#watch.begin();
    this.jump();
  }

  disarm(event: number): void {
    this.#watch.disarm(event);
  }

  jump(): void {
    this.#system.prepare();
    this.#system.clock[0] = this.now[0]!;
    this.#watch.read(this.state);
  }

  advance(tEnd: number): Outcome {
    if (!(tEnd >= this.time && tEnd < Number.POSITIVE_INFINITY)) {
      throw new RangeError(
        `The end ${tEnd} is not a time at or after the present one, ${this.time}. Integrate forwards to a finite time.`,
      );
    }
    this.firedEvents.fill(0);
    const limit = this.#options.stepLimit ?? 100_000;
    const before = this.counters.acceptedSteps;
    while (this.time < tEnd) {
      const outcome = this.#stretch(tEnd, limit);
      if (outcome !== REACHED) return outcome;
      if (this.counters.acceptedSteps - before > limit) return STEP_LIMIT;
    }
    return REACHED;
  }

  advanceToGoal(): Outcome {
    return this.advance(this.goal[0]!);
  }

  interpolate(t: number, out: Float64Array): void {
    for (let i = 0; i < out.length; i++)
      out[i] = this.#dense && t >= this.#denseStart && t < this.time ? this.#dense(i, t) : this.state[i]!;
  }

  saveMemory(out: Float64Array): void {
    out[0] = this.#step;
    this.#watch.save(out, 1);
  }

  restore(t: number, y: Float64Array, memory: Float64Array): void {
    this.now[0] = t;
    this.state.set(y);
    this.#system.prepare();
    this.#step = memory[0]!;
    this.#watch.restore(memory, 1);
    this.#dense = undefined;
    this.firedEvents.fill(0);
  }

  /** Runs odex until the end, a crossing, or a state that has to be lifted: each restarts it. */
  #stretch(tEnd: number, limit: number): Outcome {
    let outcome: Outcome = REACHED;
    const startedAt = this.time;
    const solver = this.#solver(true, limit);
    let solution: ReturnType<typeof solver.solve>;
    this.#stepCalls = 0;
    try {
      solution = solver.solve(this.#derivative, this.time, Array.from(this.state), tEnd, (n, xOld, x, y, dense) => {
        if (n === 1) return undefined;
        const verdict = this.#accept(xOld, x, y, dense);
        if (verdict === 'on') return undefined;
        outcome = verdict === 'restart' ? REACHED : verdict;
        return false;
      });
    } catch (error) {
      if (error instanceof Stuck) return STEP_TOO_SMALL;
      throw error;
    }
    this.counters.rejectedSteps += solution.nReject;
    if (solution.outcome === 1) return STEP_LIMIT;
    if (outcome === REACHED && this.time <= startedAt) return STEP_TOO_SMALL;
    return outcome;
  }

  #solver(dense: boolean, limit: number): InstanceType<typeof odex.Solver> {
    const solver = new odex.Solver(this.#system.size);
    solver.denseOutput = dense;
    solver.maxSteps = limit;
    solver.initialStepSize = this.#step;
    solver.maxStepSize = Math.min(this.#options.maximumStep ?? 0, 1e300);
    solver.relativeTolerance = this.#options.relativeTolerance;
    solver.absoluteTolerance = Array.from(this.#options.absoluteTolerance);
    return solver;
  }

  readonly #derivative = (x: number, y: number[]): Float64Array => {
    this.#argument.set(y);
    this.#system.clock[0] = x;
    this.#system.rhs(this.#argument, this.#rate);
    this.counters.rhsCalls++;
    if (++this.#stepCalls > stepCallLimit) throw new Stuck();
    return this.#rate.slice();
  };

  #accept(
    xOld: number,
    x: number,
    y: number[],
    dense: (component: number, x: number) => number,
  ): 'on' | 'restart' | Outcome {
    const next = this.#next;
    next.set(y);
    if (next.some((value) => !Number.isFinite(value))) return NOT_FINITE;
    const span = Float64Array.of(xOld, x - xOld, x);
    const method = this.#denseMethod(xOld, x, dense);
    const theta = this.#watch.crosses(method, span, next) ? this.#watch.locate(method, span) : 1;
    let end = x;
    if (theta < 1) end = xOld + this.#watch.land(xOld, theta * (x - xOld), x - xOld, (h) => this.#retry(xOld, h));
    const restored = this.#nonNegativity.restore(next, true);
    if (restored === 'reject') return NEGATIVE_STATE;
    const found = this.#watch.commit(
      Float64Array.of(xOld, end - xOld, end),
      next,
      end - xOld < 1e-3 * (x - xOld) ? 'short' : 'whole',
    );
    this.#denseStart = xOld;
    this.#dense = dense;
    if (theta === 1) this.#step = Math.max(shortestStart, x - xOld);
    this.now[0] = end;
    this.state.set(next);
    this.counters.acceptedSteps++;
    this.#stepCalls = 0;
    this.counters.lifts = this.#nonNegativity.lifts;
    this.counters.kinksLocated = this.#watch.kinksLocated;
    this.counters.kinksRested = this.#watch.kinksRested;
    this.counters.eventsLocated = this.#watch.eventsLocated;
    if (found === 'event') return EVENT;
    return found === 'kink' || restored === 'lifted' || theta < 1 ? 'restart' : 'on';
  }

  /** Integrates anew from the last accepted state to a trial end. */
  #retry(xOld: number, h: number): number {
    const solver = this.#solver(false, 10_000);
    const { y } = solver.solve(this.#derivative, xOld, Array.from(this.state), xOld + h);
    this.#next.set(y);
    return this.#watch.value(xOld + h, this.#next);
  }

  #denseMethod(xOld: number, x: number, dense: (component: number, x: number) => number): StepMethod {
    const write = (theta: number, out: Float64Array): void => {
      for (let i = 0; i < out.length; i++) out[i] = dense(i, xOld + theta * (x - xOld));
    };
    return {
      name: 'odex',
      errorOrder: 1,
      control: 'damped',
      rhsCalls: 0,
      jacobians: 0,
      factorisations: 0,
      measureStiffness: () => {},
      memorySize: 0,
      save: () => {},
      restore: () => {},
      begin: () => {},
      reset: () => {},
      accept: () => {},
      attempt: () => true,
      dense: write,
    };
  }
}
