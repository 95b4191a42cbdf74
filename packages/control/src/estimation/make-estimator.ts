import type { Estimator } from './estimator.ts';
import { type CompiledObserver, compileObserver, type EstimatorSettings } from './estimator-settings.ts';
import { ModelEstimator } from './model-estimator.ts';
import { MovingHorizonEstimator } from './moving-horizon.ts';

/** The estimator that the settings ask for, on models that were compiled for them. Throws RangeError for names that the model does not have. */
export function makeEstimator(
  settings: EstimatorSettings,
  observer: CompiledObserver = compileObserver(settings),
): Estimator {
  return settings.estimator === 'moving-horizon'
    ? new MovingHorizonEstimator(settings, observer)
    : new ModelEstimator(settings, observer);
}
