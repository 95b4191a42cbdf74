import type { Instance, ObserverModel } from '@fedbatch/model';
import type { Covariance } from './covariance.ts';
import { Estimate, largestShare } from './estimate.ts';
import type { Estimator } from './estimator.ts';
import type { CompiledObserver, EstimatorSettings, HorizonSettings } from './estimator-settings.ts';
import { FreshValues } from './fresh-values.ts';
import { Horizon } from './horizon.ts';
import { HorizonStage } from './horizon-stage.ts';
import { StageFlow } from './stage-flow.ts';
import { allowedMisfit, StageMisfit } from './stage-misfit.ts';

const usualHorizon: HorizonSettings = { stages: 24, stepsPerStage: 5, work: 24 };
/** The same for what the model is passed by: a drift beyond it is a jump. */
const allowedDrift = 1.5;
/** A stage is linearised anew where an unknown has moved by this share of its size, or of the deviation that it started with. Logarithms have a size, too. */
const movedShare = 0.2;
const leastShare = 0.04;
/** Sweeps over the horizon in one step at most. */
const mostSweeps = 3;
const defaultGate = 5;

/**
 * Moving-horizon estimation (Rao, Rawlings and Mayne 2003, IEEE Trans. Autom. Control 48, 246) by Gauss-Newton on the compiled variational equations:
 * the course of the unknowns over the last stages that fits what was measured best, with robust weights, bounds on parameters, and a Gaussian prior for all
 * before. Where an unknown moves, its stages are linearised anew; where it does not, they are kept (after Kaess et al. 2012, Int. J. Robot. Res. 31,
 * 216), so that a step costs little when nothing is new. Late values count where they belong. The budget is counted in stages, not in seconds.
 */
export class MovingHorizonEstimator implements Estimator {
  readonly observer: ObserverModel;
  readonly instance: Instance;
  readonly covariance: Covariance;
  readonly shares: Float64Array;
  readonly inputs: Float64Array;
  readonly measured: Float64Array;
  readonly seen: Float64Array;
  readonly residuals: Float64Array;
  readonly rejected: Uint32Array;
  /** Stages that were linearised anew since the start: what was spent. */
  readonly spent = new Uint32Array(1);
  readonly #settings: EstimatorSettings;
  readonly #size: HorizonSettings;
  readonly #estimate: Estimate;
  readonly #horizon: Horizon;
  readonly #misfit: StageMisfit;
  /** The open stage is carried by one flow, stages that are gone back to by another. */
  readonly #open: StageFlow;
  readonly #again: StageFlow;
  readonly #ring: HorizonStage[];
  #oldest = 0;
  #count = 1;
  readonly #now: Float64Array;
  readonly #fresh: FreshValues;
  readonly #given: Float64Array;
  readonly #gate: Float64Array;
  /** Steps that a value of each signal is late. */
  readonly #late: Int32Array;
  readonly #silent: Uint8Array;
  /** How many values in a row each gate has kept out. */
  readonly #inARow: Uint32Array;
  readonly #mean: Float64Array;
  readonly #state: Float64Array;
  readonly #deviations: Float64Array;
  readonly #scalar = new Float64Array(1);
  #isBehind = false;

  /** Throws RangeError for names that the model does not have, and for a horizon that holds nothing. */
  constructor(settings: EstimatorSettings, compiled: CompiledObserver) {
    const { signals, states, parameters, stepH, horizon: size = usualHorizon } = settings;
    const { own: variation } = compiled;
    if (!variation) throw new RangeError('The observer was compiled for another estimator than `moving-horizon`.');
    if (!(size.stages >= 2 && size.stepsPerStage >= 1 && size.work >= 1))
      throw new RangeError(
        `A horizon of ${size.stages} stages of ${size.stepsPerStage} steps, of which ${size.work} may be linearised in a step, holds nothing: it needs 2, 1 and 1 at least.`,
      );
    this.#settings = settings;
    this.#size = size;
    const estimate = new Estimate(settings, compiled);
    this.#estimate = estimate;
    this.observer = estimate.observer;
    this.instance = estimate.instance;
    this.covariance = estimate.covariance;
    this.shares = estimate.shares;
    this.inputs = estimate.inputs;
    const { n } = estimate.covariance;
    this.measured = new Float64Array(signals.length).fill(Number.NaN);
    this.seen = new Float64Array(this.observer.observed);
    this.residuals = new Float64Array(signals.length).fill(Number.NaN);
    this.rejected = new Uint32Array(signals.length);
    this.#horizon = new Horizon(
      estimate.noise.map((perH) => perH * size.stepsPerStage * stepH),
      allowedDrift,
    );
    this.#open = new StageFlow(estimate, variation, settings);
    this.#again = new StageFlow(estimate, variation, settings);
    this.#ring = Array.from(
      { length: size.stages },
      () => new HorizonStage(n, size.stepsPerStage, signals.length, settings.inputs.length),
    );
    this.#now = new Float64Array(1);
    this.#fresh = new FreshValues(signals.length);
    this.#given = new Float64Array(settings.inputs.length);
    this.#misfit = new StageMisfit(signals, this.observer.size);
    this.#gate = Float64Array.from(signals, ({ gate = defaultGate }) => gate);
    this.#late = Int32Array.from(signals, ({ delayH = 0 }) => Math.round(delayH / stepH));
    this.#silent = new Uint8Array(signals.length).fill(1);
    this.#inARow = new Uint32Array(signals.length);
    this.#mean = new Float64Array(n);
    this.#state = new Float64Array(this.observer.size);
    this.#deviations = new Float64Array(n);
    for (const { id, deviation } of states) this.#deviations[estimate.stateOf(id)] = deviation;
    parameters.forEach(({ deviation }, i) => {
      this.#deviations[this.observer.size + i] = deviation;
    });
  }

  get state(): Float64Array {
    return this.#estimate.integrator.state;
  }

  get now(): Float64Array {
    return this.#now;
  }

  get p(): Float64Array {
    return this.covariance.p;
  }

  begin(timeH: number): void {
    const estimate = this.#estimate;
    estimate.begin(timeH);
    this.#now[0] = timeH;
    this.#oldest = 0;
    this.#count = 1;
    this.#isBehind = false;
    this.spent[0] = 0;
    this.residuals.fill(Number.NaN);
    this.rejected.fill(0);
    this.#fresh.clear();
    this.#silent.fill(1);
    this.#inARow.fill(0);
    const first = this.#ring[0]!;
    first.clear(this.#now);
    this.#writeMean(first.prior);
    first.priorCovariance.set(estimate.covariance.p);
    first.point.set(first.prior);
    this.#open.clear();
    this.#again.clear();
    this.#open.begin(first);
    this.#open.writeEnd(first);
    this.#misfit.accumulate(first);
    this.#horizon.take(first);
    this.#settle();
  }

  step(): 'goes on' | 'lost' {
    this.#fresh.keep(this.measured);
    this.#given.set(this.inputs);
    const isNew = this.#stageAt(this.#count - 1).steps === this.#size.stepsPerStage;
    if (isNew) this.#openStage();
    const stage = this.#stageAt(this.#count - 1);
    stage.inputs.set(this.#given, stage.steps * this.#given.length);
    if (isNew) this.#open.begin(stage);
    if (this.#open.carry(stage, stage.steps) === 'lost') return 'lost';
    stage.steps++;
    this.#open.writeEnd(stage);
    this.#now[0] = stage.startH[0]! + stage.steps * this.#settings.stepH;
    return this.#takeIn();
  }

  update(): void {
    this.#fresh.keep(this.measured);
    this.#takeIn();
  }

  parameter(i: number): number {
    return this.#estimate.parameter(i);
  }

  deviation(k: number): number {
    this.writeDeviation(k, this.#scalar, 0);
    return this.#scalar[0]!;
  }

  writeDeviation(k: number, out: Float64Array, at: number): void {
    this.#estimate.writeDeviation(k, out, at);
  }

  writeDeviationAhead(k: number, scratch: Covariance, out: Float64Array, at: number): void {
    this.#estimate.writeDeviationAhead(k, scratch, out, at);
  }

  #stageAt(s: number): HorizonStage {
    return this.#ring[(this.#oldest + s) % this.#ring.length]!;
  }

  /** The next stage begins where the last one ends; the oldest one goes, and what it knew stays as the prior of the next. */
  #openStage(): void {
    if (this.#count === this.#ring.length) this.#oldest = (this.#oldest + 1) % this.#ring.length;
    else this.#count++;
    const last = this.#stageAt(this.#count - 2);
    const stage = this.#stageAt(this.#count - 1);
    stage.clear(this.#now);
    this.#horizon.lead(last, 'drifts', stage.prior, stage.priorCovariance);
    stage.point.set(stage.prior);
    this.#bound(stage.point);
  }

  /** Puts what was measured where it belongs, and finds the estimate that fits. */
  #takeIn(): 'goes on' | 'lost' {
    let from = this.#count - 1;
    let isNews = this.#isBehind || this.#stageAt(from).steps === this.#size.stepsPerStage;
    for (let k = 0; k < this.measured.length; k++) {
      this.residuals[k] = Number.NaN;
      if (Number.isNaN(this.measured[k]!)) {
        this.#silent[k] = 1;
        continue;
      }
      from = Math.min(from, this.#put(k));
      if (this.#silent[k] === 1) isNews = true;
      this.#silent[k] = 0;
    }
    for (let s = from; s < this.#count; s++) this.#misfit.accumulate(this.#stageAt(s));
    if (!this.#forwards(from)) return 'lost';
    if (isNews && this.#refine() === 'lost') return 'lost';
    this.#settle();
    return 'goes on';
  }

  /** Notes the value of signal `k` where it was sampled, and how far it is off. Returns its stage, or the count of stages where its gate keeps it out. */
  #put(k: number): number {
    const value = this.measured[k]!;
    const late = this.#late[k]!;
    const { stepsPerStage } = this.#size;
    const signals = this.measured.length;
    const newest = (this.#count - 1) * stepsPerStage + this.#stageAt(this.#count - 1).steps;
    const step = Math.max(0, newest - late);
    const s = Math.min(this.#count - 1, Math.max(0, Math.ceil(step / stepsPerStage) - 1));
    const stage = this.#stageAt(s);
    const at = (step - s * stepsPerStage) * signals + k;
    const n = this.#mean.length;
    // What is expected is that of the estimate before the value.
    const centre = late > 0 ? stage.filtered : s === this.#count - 1 && stage.steps > 1 ? stage.filtered : stage.prior;
    const covariance = centre === stage.prior ? stage.priorCovariance : stage.filteredCovariance;
    let expected = stage.expected[at]!;
    let variance = 0;
    for (let i = 0; i < n; i++) {
      const row = stage.rows[at * n + i]!;
      expected += row * (centre[i]! - stage.point[i]!);
      let sum = 0;
      for (let j = 0; j < n; j++) sum += covariance[i * n + j]! * stage.rows[at * n + j]!;
      variance += row * sum;
    }
    const { relative, absolute } = this.#misfit;
    const noise = (relative[k]! * expected) ** 2 + absolute[k]! ** 2;
    const residual = (value - expected) / Math.sqrt(variance + noise);
    this.residuals[k] = residual;
    if (!(Math.abs(residual) <= this.#gate[k]! * 2 ** this.#inARow[k]!)) {
      this.rejected[k]!++;
      this.#inARow[k]!++;
      return this.#count;
    }
    this.#inARow[k] = 0;
    stage.measured[at] = value;
    stage.weights[at] = Math.min(1, allowedMisfit / Math.abs(residual));
    return s;
  }

  /** The forward sweep from stage `from` on. */
  #forwards(from: number): boolean {
    const horizon = this.#horizon;
    for (let s = from; s < this.#count; s++) {
      const stage = this.#stageAt(s);
      if (!horizon.take(stage)) return false;
      if (s + 1 === this.#count) break;
      const next = this.#stageAt(s + 1);
      horizon.lead(stage, 'drifts', next.prior, next.priorCovariance);
    }
    return true;
  }

  /** Sweeps back and forth: weights and bounds as the fit asks for, and stages linearised anew where it has moved, as far as the budget goes. */
  #refine(): 'goes on' | 'lost' {
    let budget = this.#size.work;
    this.#isBehind = false;
    for (let sweep = 0; sweep < mostSweeps; sweep++) {
      let from = this.#backwards();
      for (let s = 0; s < this.#count; s++) {
        const stage = this.#stageAt(s);
        const changed = this.#misfit.reweigh(stage);
        if (this.#hasMoved(stage)) {
          if (budget-- > 0) {
            if (this.#relinearise(stage, s) === 'lost') return 'lost';
          } else this.#isBehind = true;
        } else if (changed === 'kept') continue;
        this.#misfit.accumulate(stage);
        from = Math.min(from, s);
      }
      if (from === this.#count) return 'goes on';
      if (!this.#forwards(from)) return 'lost';
    }
    this.#isBehind = true;
    return 'goes on';
  }

  /** The backward sweep; the first stage after which something jumped otherwise than was thought. */
  #backwards(): number {
    const horizon = this.#horizon;
    let from = this.#count;
    horizon.beginSmoothing(this.#stageAt(this.#count - 1));
    for (let s = this.#count - 2; s >= 0; s--) if (horizon.smoothBack(this.#stageAt(s)) === 'changed') from = s;
    return from;
  }

  /** Whether the fit has left the point of a stage by more than the linear model is good for. */
  #hasMoved({ point, smoothed }: HorizonStage): boolean {
    const { isLog } = this.#estimate;
    const mean = this.#mean;
    mean.set(smoothed);
    this.#bound(mean);
    for (let i = 0; i < point.length; i++) {
      const size = isLog[i] === 1 ? leastShare : Math.abs(point[i]!);
      if (Math.abs(mean[i]! - point[i]!) > movedShare * Math.max(size, this.#deviations[i]!)) return true;
    }
    return false;
  }

  #relinearise(stage: HorizonStage, s: number): 'goes on' | 'lost' {
    const flow = s === this.#count - 1 ? this.#open : this.#again;
    stage.point.set(stage.smoothed);
    this.#bound(stage.point);
    flow.begin(stage);
    for (let step = 0; step < stage.steps; step++) if (flow.carry(stage, step) === 'lost') return 'lost';
    flow.writeEnd(stage);
    this.spent[0]!++;
    return 'goes on';
  }

  /** Keeps unknowns inside what they may be: parameters in their box, amounts not below zero. */
  #bound(z: Float64Array): void {
    const { size, model } = this.observer;
    const { isLog } = this.#estimate;
    for (let j = 0; j < size; j++) if (isLog[j] === 0 && model.states[j]!.nonNegative && z[j]! < 0) z[j] = 0;
    for (let i = size; i < z.length; i++) z[i] = Math.min(largestShare, Math.max(-largestShare, z[i]!));
  }

  /** Unknowns of the estimate as they are. */
  #writeMean(z: Float64Array): void {
    const { isLog, shares, integrator } = this.#estimate;
    const { size } = this.observer;
    for (let j = 0; j < size; j++) z[j] = isLog[j] === 1 ? Math.log(integrator.state[j]!) : integrator.state[j]!;
    for (let i = 0; i < shares.length; i++) z[size + i] = shares[i]!;
  }

  /** Hands out the estimate of the present: where the open stage leads. */
  #settle(): void {
    const estimate = this.#estimate;
    const { isLog, integrator, shares } = estimate;
    const { size } = this.observer;
    const stage = this.#stageAt(this.#count - 1);
    const mean = this.#mean;
    // What the model drifts by in the open stage stands in its prior already.
    this.#horizon.lead(stage, 'holds', mean, estimate.covariance.p);
    this.#bound(mean);
    for (let j = 0; j < size; j++) this.#state[j] = isLog[j] === 1 ? Math.exp(mean[j]!) : mean[j]!;
    for (let i = 0; i < shares.length; i++) shares[i] = mean[size + i]!;
    integrator.state.set(this.#state);
    integrator.now[0] = this.#now[0]!;
    estimate.inputs.set(this.#given);
    estimate.setParameters();
    estimate.instance.clock[0] = this.#now[0]!;
    estimate.instance.prepare();
    estimate.linearise();
    for (let k = 0; k < this.seen.length; k++) this.seen[k] = estimate.outputs[k]!;
  }
}
