import type { Instance, ObserverModel } from '@fedbatch/model';
import type { Covariance } from './covariance.ts';

/** What every estimator is to those who feed by it, whatever its method: written to before a step, read after it. A step allocates nothing. */
export interface Estimator {
  readonly observer: ObserverModel;
  /** The model with the parameters that are thought to be true. */
  readonly instance: Instance;
  /** Covariance of the unknowns, states, then shares; and A of their dynamics at present. */
  readonly covariance: Covariance;
  /** Logarithms of the estimated parameters over their nominal values. */
  readonly shares: Float64Array;
  /** Inputs at present, in the order of the settings; write before `step`. */
  readonly inputs: Float64Array;
  /** Measured values of this step in base units, NaN: none. Write before `step`. */
  readonly measured: Float64Array;
  /** Outputs of the observed signals, then of what is watched, at the present estimate. */
  readonly seen: Float64Array;
  /** What each signal last differed by, in deviations; NaN: nothing was taken in. */
  readonly residuals: Float64Array;
  /** How often a value was left out, or hardly counted. */
  readonly rejected: Uint32Array;
  /** Variances and covariances of the unknowns, live: states, then shares. */
  readonly p: Float64Array;
  /** Estimated states, live, in base units. */
  readonly state: Float64Array;
  /** Element 0: time of the estimate, h. */
  readonly now: Float64Array;
  /** Starts at `timeH` from the start values of the model, with the deviations of the settings. */
  begin(timeH: number): void;
  /** Carries the estimate one step on with `inputs`, then takes in what was `measured` at its end. */
  step(): 'goes on' | 'lost';
  /** Takes in what was `measured` without a step before it, as at the start. */
  update(): void;
  /** What an estimated parameter is thought to be, in base units; of an input: the share of it that arrives. */
  parameter(i: number): number;
  /** Standard deviation of observed output `k` at the present estimate, in base units. */
  deviation(k: number): number;
  /** The same into `out[at]`: a number in an array costs no box. */
  writeDeviation(k: number, out: Float64Array, at: number): void;
  /** The same, `scratch.stepH[0]` from now, by the dynamics of the present estimate; `scratch` is written over. */
  writeDeviationAhead(k: number, scratch: Covariance, out: Float64Array, at: number): void;
}
