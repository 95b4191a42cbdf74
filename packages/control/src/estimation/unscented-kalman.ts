import { Instance } from '@fedbatch/model';
import { REACHED } from '@fedbatch/numerics';
import type { Estimate } from './estimate.ts';
import { largestShare } from './estimate.ts';
import type { CompiledObserver, EstimatorSettings } from './estimator-settings.ts';
import type { FilterRule } from './filter-rule.ts';
import { SigmaPoints } from './sigma-points.ts';

/**
 * The unscented Kalman filter (Julier and Uhlmann 2004, Proc. IEEE 92, 401; scaled as by van der Merwe 2004, Sigma-Point Kalman Filters, ch. 3): points
 * that have the mean and the covariance of the estimate go through the model itself, and the moments of what comes out are taken from them. Signals are taken
 * in one by one, each with points of its own: P - g g'/s is then a covariance whatever the model does, so that no square-root form is needed.
 */
export function unscentedKalman(
  estimate: Estimate,
  { stepH }: EstimatorSettings,
  { own }: CompiledObserver,
): FilterRule {
  const { integrator: carried, observer, covariance, isLog, noise, move, shares } = estimate;
  const { size, observed } = observer;
  const { n, p } = covariance;
  const { states } = observer.model;
  const instance = new Instance(own!);
  const integrator = estimate.integratorOf(instance);
  const points = new SigmaPoints(n);
  const { offsets, mean } = points;
  const state = new Float64Array(size);
  const centre = new Float64Array(size);
  const parameters = new Float64Array(shares.length);
  const outputs = new Float64Array(observed);
  const values = new Float64Array(2 * n + 1);
  const gain = new Float64Array(n);
  const variance = new Float64Array(1);

  /** State and parameters at a point, inside what they may be. */
  const place = (i: number): void => {
    for (let j = 0; j < size; j++) {
      const offset = offsets[i * n + j]!;
      state[j] = isLog[j] === 1 ? centre[j]! * Math.exp(offset) : centre[j]! + offset;
      if (states[j]!.nonNegative && state[j]! < 0) state[j] = 0;
    }
    for (let k = 0; k < parameters.length; k++)
      parameters[k] = Math.min(largestShare, Math.max(-largestShare, shares[k]! + offsets[i * n + size + k]!));
    estimate.writeParameters(instance.parameters, parameters);
  };

  return {
    memory: new Float64Array(0),
    begin() {
      integrator.begin(carried.now[0]!, carried.state);
    },

    carry() {
      centre.set(carried.state);
      instance.parameters.set(estimate.instance.parameters);
      points.draw(p);
      for (let i = 0; i < points.count; i++) {
        place(i);
        integrator.now[0] = carried.now[0]!;
        integrator.goal[0] = carried.now[0]! + stepH;
        integrator.state.set(state);
        integrator.jump();
        if (integrator.advanceToGoal() !== REACHED) return 'lost';
        for (let j = 0; j < size; j++) {
          const x = integrator.state[j]!;
          offsets[i * n + j] = isLog[j] === 1 ? Math.log(x / centre[j]!) : x - centre[j]!;
        }
      }
      points.writeMoments(p);
      for (let i = 0; i < n; i++) p[i * n + i]! += stepH * noise[i]!;
      for (let j = 0; j < size; j++)
        state[j] = isLog[j] === 1 ? centre[j]! * Math.exp(mean[j]!) : centre[j]! + mean[j]!;
      for (let k = 0; k < shares.length; k++) shares[k]! += mean[size + k]!;
      carried.now[0]! += stepH;
      carried.state.set(state);
      estimate.setParameters();
      carried.jump();
      estimate.linearise();
      return 'goes on';
    },

    expect(k, expected) {
      centre.set(carried.state);
      instance.parameters.set(estimate.instance.parameters);
      instance.clock[0] = carried.now[0]!;
      points.draw(p, move);
      for (let i = 0; i < points.count; i++) {
        place(i);
        instance.prepare();
        instance.outputs(state, outputs);
        values[i] = outputs[k]!;
      }
      points.writeGain(values, gain, expected);
      variance[0] = expected[1]!;
    },

    take(_, measurementNoise, innovation) {
      variance[0]! += measurementNoise[0]!;
      covariance.takeAlong(gain, variance, innovation, move);
    },
  };
}
