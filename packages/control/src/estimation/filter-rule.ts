import type { Estimate } from './estimate.ts';
import type { CompiledObserver, EstimatorSettings } from './estimator-settings.ts';

/**
 * What one filter does otherwise than another: how it carries an estimate on, what it expects to be measured, and how it takes in what was. A rule is made
 * for one estimate and writes to it; outliers, late and missing values are no business of it. Nothing is allocated after construction.
 */
export interface FilterRule {
  /** What it must remember from step to step beside the estimate, for whoever goes back in time; read and written live. */
  readonly memory: Float64Array;
  /** Starts anew, after the estimate was. */
  begin(): void;
  /** Carries mean and covariance one step on, and leaves outputs and A of the estimate as they are then. */
  carry(): 'goes on' | 'lost';
  /**
   * What signal `k` is expected to be in base units, into element 0 of `expected`, and its variance, without the noise of the measurement, into element 1; with what
   * the estimate is already asked to `move` by.
   */
  expect(k: number, expected: Float64Array): void;
  /** Takes in that signal `k`, for which `expect` was asked last, differs by `innovation[0]` with noise of variance `noise[0]`: adds to `move`. */
  take(k: number, noise: Float64Array, innovation: Float64Array): void;
}

/** Makes the rule of a filter for one estimate. Throws RangeError for settings that it cannot work with. */
export type MakesFilterRule = (
  estimate: Estimate,
  settings: EstimatorSettings,
  observer: CompiledObserver,
) => FilterRule;
