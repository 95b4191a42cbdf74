import { REACHED } from '@fedbatch/numerics';
import type { Estimate } from './estimate.ts';
import type { EstimatorSettings } from './estimator-settings.ts';
import type { FilterRule } from './filter-rule.ts';

/**
 * The extended Kalman filter (Jazwinski 1970, Stochastic Processes and Filtering Theory, 8.3): the mean goes through the integrator of the model, the
 * covariance through its exact Jacobian, and a measured number moves the unknowns along the exact derivative of its output.
 */
export function extendedKalman(estimate: Estimate, { stepH }: Pick<EstimatorSettings, 'stepH'>): FilterRule {
  const { integrator, covariance, noise, outputs, row, move } = estimate;
  return {
    memory: new Float64Array(0),
    begin() {},
    carry() {
      estimate.setParameters();
      integrator.goal[0] = integrator.now[0]! + stepH;
      integrator.jump();
      if (integrator.advanceToGoal() !== REACHED) return 'lost';
      estimate.linearise();
      covariance.stepH[0] = stepH;
      return covariance.propagate(noise) ? 'goes on' : 'lost';
    },
    expect(k, expected) {
      estimate.writeRow(k);
      // Moves of earlier signals are accounted for to first order.
      expected[0] = outputs[k]!;
      for (let i = 0; i < row.length; i++) expected[0]! += row[i]! * move[i]!;
      covariance.variance(row, expected, 1);
    },
    take(_, measurementNoise, innovation) {
      covariance.take(row, measurementNoise, innovation, move);
    },
  };
}
