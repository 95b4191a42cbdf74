import { compose, type Model, readComponent } from '@fedbatch/model';
import { RandomStream } from '@fedbatch/numerics';
import { Problems } from '@fedbatch/vocabulary';
import { describe, expect, it } from 'vitest';
import type { EstimatorName, EstimatorSettings } from './estimator-settings.ts';
import { linearTank } from './linear-tank.ts';
import { ModelEstimator } from './model-estimator.ts';
import { SigmaPoints } from './sigma-points.ts';

describe('sigma points', () => {
  const p = Float64Array.of(4, 1, 0, 1, 2, 0.5, 0, 0.5, 1);

  it('have the mean and the covariance that they were drawn from', () => {
    const points = new SigmaPoints(3);
    points.draw(p, Float64Array.of(1, -2, 3));
    const found = new Float64Array(9);
    points.writeMoments(found);
    [1, -2, 3].forEach((value, j) => expect(points.mean[j]).toBeCloseTo(value, 14));
    p.forEach((value, j) => expect(found[j]).toBeCloseTo(value, 13));
  });

  it('are fewer where something is known, or explained by the rest', () => {
    const points = new SigmaPoints(3);
    // The second unknown is twice the first one, the third is known.
    points.draw(Float64Array.of(1, 2, 0, 2, 4, 0, 0, 0, 0));
    expect(points.count).toBe(3);
    const found = new Float64Array(9);
    points.writeMoments(found);
    expect([...found]).toEqual([1, 2, 0, 2, 4, 0, 0, 0, 0]);
  });

  it('find mean and variance of the square of a normal variable as its moments say', () => {
    const points = new SigmaPoints(1);
    const [mean, deviation] = [0.7, 0.4];
    points.draw(Float64Array.of(deviation ** 2), Float64Array.of(mean));
    const moments = new Float64Array(2);
    const gain = new Float64Array(1);
    points.writeGain(
      points.offsets.map((x) => x ** 2),
      gain,
      moments,
    );
    expect(moments[0]).toBeCloseTo(mean ** 2 + deviation ** 2, 14);
    expect(moments[1]).toBeCloseTo(4 * mean ** 2 * deviation ** 2 + 2 * deviation ** 4, 14);
    expect(gain[0]).toBeCloseTo(2 * mean * deviation ** 2, 14);
  });
});

describe('an unscented Kalman filter', () => {
  it('is the Kalman filter on a linear plant', () => {
    const stepH = 0.1;
    const estimator = new ModelEstimator({
      estimator: 'unscented-kalman',
      model: linearTank(),
      states: [{ id: 'vessel.x', scale: 'linear', deviation: 3, drift: 0.4 }],
      parameters: [],
      signals: [{ output: 'vessel.double', relative: 0, absolute: 0.5, gate: 1e9 }],
      inputs: ['vessel.feed'],
      stepH,
      relativeTolerance: 1e-12,
    });
    const stream = new RandomStream(1, 'noise');
    const j = estimator.observer.model.states.findIndex(({ id }) => id === 'vessel.x');
    const growth = Math.exp(0.2 * stepH);
    let [x, variance] = [10, 9];
    estimator.begin(0);
    for (let step = 0; step < 50; step++) {
      stream.normal();
      const measured = 24 + stream.drawn[0]!;
      estimator.inputs[0] = 0.1;
      estimator.measured[0] = measured;
      estimator.step();
      x = x * growth + (100 * 0.1 * (growth - 1)) / 0.2;
      variance = variance * growth ** 2 + stepH * 0.4 ** 2;
      const gain = (2 * variance) / (4 * variance + 0.5 ** 2);
      x += gain * (measured - 2 * x);
      variance -= gain * 2 * variance;
      expect(estimator.state[j]! / x).toBeCloseTo(1, 10);
      expect(estimator.p[j * estimator.covariance.n + j]! / variance).toBeCloseTo(1, 10);
    }
  });

  /** An amount that stands still, of which the square is measured. */
  const squared = (): Model =>
    compose(
      [
        {
          role: 'vessel',
          file: readComponent(
            `
vessel: A tank whose square is measured
source: made for tests
parameters:
  start: { value: 1 g, source: made for tests, says: amount at the start }
  growth: { value: 0 1/h, source: made for tests, says: growth rate }
states: { x: { unit: g, initial: start, rate: growth * x, says: amount } }
quantities: { square: { unit: g^2, is: x^2, says: square of the amount } }
phases: { broth: { volume state: V, initial volume: 1 L } }
`,
            'tank.yaml',
            new Problems(),
          ),
        },
      ],
      {},
    );

  it('matches the moments of a quadratic measurement by quadrature, where the extended one does not', () => {
    const [deviation, noise, value] = [0.5, 0.2, 1.9];
    const settings: EstimatorSettings = {
      model: squared(),
      states: [{ id: 'vessel.x', scale: 'linear', deviation, drift: 0 }],
      parameters: [],
      signals: [{ output: 'vessel.square', relative: 0, absolute: noise, gate: 1e9 }],
      inputs: [],
      stepH: 0.1,
    };
    // Joint moments of x and y = x^2 + noise over the normal prior, by the trapezoidal rule.
    const moments = { mass: 0, y: 0, yy: 0, xy: 0 };
    for (let i = -4000; i <= 4000; i++) {
      const x = 1 + (deviation * i) / 500;
      const density = Math.exp(-0.5 * ((x - 1) / deviation) ** 2);
      moments.mass += density;
      moments.y += density * x ** 2;
      moments.yy += density * x ** 4;
      moments.xy += density * (x - 1) * x ** 2;
    }
    const mean = moments.y / moments.mass;
    const variance = moments.yy / moments.mass - mean ** 2 + noise ** 2;
    const along = moments.xy / moments.mass;
    const best = { x: 1 + (along / variance) * (value - mean), variance: deviation ** 2 - along ** 2 / variance };
    const found = (estimator: EstimatorName): { x: number; variance: number } => {
      const one = new ModelEstimator({ ...settings, estimator });
      one.begin(0);
      one.measured[0] = value;
      one.update();
      const j = one.observer.model.states.findIndex(({ id }) => id === 'vessel.x');
      return { x: one.state[j]!, variance: one.p[j * one.covariance.n + j]! };
    };
    const [unscented, extended] = [found('unscented-kalman'), found('extended-kalman')];
    expect(unscented.x).toBeCloseTo(best.x, 9);
    expect(unscented.variance).toBeCloseTo(best.variance, 9);
    expect(Math.abs(extended.x - best.x)).toBeGreaterThan(0.05);
    // The extended filter is surer than anybody can be.
    expect(extended.variance).toBeLessThan(0.5 * best.variance);
  });
});
