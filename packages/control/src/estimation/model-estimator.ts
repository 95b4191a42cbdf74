import type { Instance, ObserverModel } from '@fedbatch/model';
import { asymptoticObserver } from './asymptotic-observer.ts';
import type { Covariance } from './covariance.ts';
import { Estimate } from './estimate.ts';
import type { Estimator } from './estimator.ts';
import {
  type CompiledObserver,
  compileObserver,
  type EstimatorName,
  type EstimatorSettings,
} from './estimator-settings.ts';
import { extendedKalman } from './extended-kalman.ts';
import type { FilterRule, MakesFilterRule } from './filter-rule.ts';
import { FreshValues } from './fresh-values.ts';
import { History, type StepRecord } from './history.ts';
import { unscentedKalman } from './unscented-kalman.ts';

const defaultGate = 5;
/** Estimates that are carried from step to step; a horizon is looked at as a whole. */
const rules: Readonly<Record<Exclude<EstimatorName, 'moving-horizon'>, MakesFilterRule>> = {
  'extended-kalman': extendedKalman,
  'unscented-kalman': unscentedKalman,
  'bastin-dochain': asymptoticObserver,
};

/**
 * Estimates states and chosen parameters of a compiled model from what is measured: exact Jacobians, positive quantities as logarithms, one scalar update a
 * signal, an outlier gate that opens when a value is said again. A late sample is taken in where it belongs: the filter goes back to its time and comes
 * forward again. How mean and covariance are carried and corrected is the rule of the filter. A step allocates nothing.
 */
export class ModelEstimator implements Estimator, StepRecord {
  readonly observer: ObserverModel;
  readonly instance: Instance;
  readonly covariance: Covariance;
  /** Logarithms of the estimated parameters over their nominal values. */
  readonly shares: Float64Array;
  /** Inputs at present, in the order of the settings; write before `step`. */
  readonly inputs: Float64Array;
  /** Measured values of this step in base units, NaN: none. Write before `step`. */
  readonly measured: Float64Array;
  /** Outputs of the observed signals, then of what is watched, after `look`. */
  readonly seen: Float64Array;
  /** What each signal last differed by, in deviations; NaN: nothing was taken in. */
  readonly residuals: Float64Array;
  /** How often a value was left out by its gate. */
  readonly rejected: Uint32Array;
  readonly #settings: EstimatorSettings;
  readonly #estimate: Estimate;
  readonly #rule: FilterRule;
  readonly #scalar = new Float64Array(1);
  readonly #expected = new Float64Array(2);
  readonly #noise = new Float64Array(1);
  readonly #innovation = new Float64Array(1);
  readonly #fresh: FreshValues;
  readonly #history: History;
  readonly #late: Uint8Array;
  /** How many values in a row each gate has kept out. */
  readonly #inARow: Uint32Array;

  /** Throws RangeError for names that the model does not have. */
  constructor(settings: EstimatorSettings, observer: CompiledObserver = compileObserver(settings)) {
    this.#settings = settings;
    const { signals } = settings;
    const estimate = new Estimate(settings, observer);
    this.#estimate = estimate;
    const { estimator = 'extended-kalman' } = settings;
    if (estimator === 'moving-horizon')
      throw new RangeError('A moving-horizon estimate is no filter: make it by `makeEstimator`.');
    this.#rule = rules[estimator](estimate, settings, observer);
    this.observer = estimate.observer;
    this.instance = estimate.instance;
    this.covariance = estimate.covariance;
    this.shares = estimate.shares;
    this.inputs = estimate.inputs;
    this.measured = new Float64Array(signals.length).fill(Number.NaN);
    this.seen = new Float64Array(this.observer.observed);
    this.residuals = new Float64Array(signals.length).fill(Number.NaN);
    this.rejected = new Uint32Array(signals.length);
    this.#fresh = new FreshValues(signals.length);
    this.#late = Uint8Array.from(signals, ({ delayH = 0 }) => (delayH > 0 ? 1 : 0));
    this.#inARow = new Uint32Array(signals.length);
    const longest = signals.reduce((most, { delayH = 0 }) => Math.max(most, delayH), 0);
    this.#history = new History(Math.ceil(longest / settings.stepH - 1e-9), this);
  }

  /** Estimated states, live, in base units. */
  get state(): Float64Array {
    return this.#estimate.integrator.state;
  }

  /** Variances and covariances of the unknowns, live: states, then shares. */
  get p(): Float64Array {
    return this.covariance.p;
  }

  /** Element 0: time of the estimate, h. */
  get now(): Float64Array {
    return this.#estimate.integrator.now;
  }

  /** What the rule of the filter remembers beside, live. */
  get memory(): Float64Array {
    return this.#rule.memory;
  }

  /** Starts at `timeH` from the start values of the model, with the deviations of the settings. */
  begin(timeH: number): void {
    this.#estimate.begin(timeH);
    this.#rule.begin();
    this.residuals.fill(Number.NaN);
    this.rejected.fill(0);
    this.#fresh.clear();
    this.#inARow.fill(0);
    this.#history.clear();
    this.look();
  }

  /** Carries the estimate one step on with `inputs`, then takes in what was `measured` at its end. */
  step(): 'goes on' | 'lost' {
    this.#fresh.keep(this.measured);
    this.#history.keep(this);
    if (this.#takeLate() === 'lost' || this.#rule.carry() === 'lost') return 'lost';
    this.#takeAll(this.measured);
    this.look();
    return 'goes on';
  }

  /** Takes in what was `measured` without a step before it, as at the start. */
  update(): void {
    this.#fresh.keep(this.measured);
    this.look();
    this.#takeAll(this.measured);
    this.look();
  }

  /** Computes `seen` and the derivatives that `deviation` needs, at the present estimate. */
  look(): void {
    this.#estimate.look();
    const { outputs } = this.#estimate;
    for (let k = 0; k < this.seen.length; k++) this.seen[k] = outputs[k]!;
  }

  /** Standard deviation of observed output `k` at the present estimate, in base units. */
  deviation(k: number): number {
    this.writeDeviation(k, this.#scalar, 0);
    return this.#scalar[0]!;
  }

  /** The same into `out[at]`: a number in an array costs no box. */
  writeDeviation(k: number, out: Float64Array, at: number): void {
    this.#estimate.writeDeviation(k, out, at);
  }

  /** What an estimated parameter is thought to be, in base units; of an input: the share of it that arrives. */
  parameter(i: number): number {
    return this.#estimate.parameter(i);
  }

  /** The deviation of output `k`, `scratch.stepH[0]` from now, by the dynamics of the present estimate; `scratch` is written over. */
  writeDeviationAhead(k: number, scratch: Covariance, out: Float64Array, at: number): void {
    this.#estimate.writeDeviationAhead(k, scratch, out, at);
  }

  /** Takes in the value of signal `k` among those `measured`, unless its gate keeps it out. */
  #take(k: number, measured: Float64Array): void {
    const value = measured[k]!;
    this.residuals[k] = Number.NaN;
    if (!Number.isFinite(value)) return;
    const { relative, absolute, gate = defaultGate } = this.#settings.signals[k]!;
    const expected = this.#expected;
    this.#rule.expect(k, expected);
    const noise = (relative * expected[0]!) ** 2 + absolute ** 2;
    const residual = (value - expected[0]!) / Math.sqrt(expected[1]! + noise);
    this.residuals[k] = residual;
    if (!(Math.abs(residual) <= gate * 2 ** this.#inARow[k]!)) {
      this.rejected[k]!++;
      this.#inARow[k]!++;
      return;
    }
    this.#inARow[k] = 0;
    this.#noise[0] = noise;
    this.#innovation[0] = value - expected[0]!;
    this.#rule.take(k, this.#noise, this.#innovation);
  }

  #takeAll(measured: Float64Array): void {
    for (let k = 0; k < measured.length; k++) if (this.#late[k] === 0) this.#take(k, measured);
    this.#estimate.apply();
  }

  /** Goes back to where a late sample was taken, takes it in, and comes forward again through what was measured since. */
  #takeLate(): 'goes on' | 'lost' {
    const { signals, stepH } = this.#settings;
    for (let k = 0; k < signals.length; k++) {
      if (this.#late[k] === 0 || Number.isNaN(this.measured[k]!)) continue;
      const back = Math.min(this.#history.kept - 1, Math.max(0, Math.round(signals[k]!.delayH! / stepH) - 1));
      this.#restore(this.#history.at(back));
      this.look();
      this.#take(k, this.measured);
      this.#estimate.apply();
      for (let again = back; again > 0; again--) if (this.#again(again) === 'lost') return 'lost';
      this.#history.correct(0, this);
      this.inputs.set(this.#history.at(0).inputs);
    }
    return 'goes on';
  }

  /** The step of `back` steps ago once more, from the present estimate. */
  #again(back: number): 'goes on' | 'lost' {
    this.#history.correct(back, this);
    const { inputs, measured } = this.#history.at(back);
    this.inputs.set(inputs);
    if (this.#rule.carry() === 'lost') return 'lost';
    this.#takeAll(measured);
    return 'goes on';
  }

  #restore({ now, state, shares, p, memory }: StepRecord): void {
    this.#estimate.integrator.begin(now[0]!, state);
    this.shares.set(shares);
    this.covariance.p.set(p);
    this.memory.set(memory);
  }
}
