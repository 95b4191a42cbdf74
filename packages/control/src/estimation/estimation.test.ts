import { RandomStream } from '@fedbatch/numerics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Covariance } from './covariance.ts';
import type { EstimatorSettings } from './estimator-settings.ts';
import { linearTank } from './linear-tank.ts';
import { ModelEstimator } from './model-estimator.ts';

const stepH = 0.1;
const model = linearTank();
const filtered: EstimatorSettings = {
  model,
  states: [{ id: 'vessel.x', scale: 'log', deviation: 0.3, drift: 0 }],
  parameters: [{ id: 'vessel.growth', deviation: 0.3, drift: 0 }],
  signals: [{ output: 'vessel.double', relative: 0, absolute: 0.05 }],
  inputs: ['vessel.feed'],
  stepH,
};

/** Runs an estimator beside x' = g x + 100 f, x(0) = 13, g = 0.15, measured as 2 x with noise; `show` may spoil what is shown. */
function track(
  settings: EstimatorSettings,
  { steps = 100, feed = 0, show = (value: number, _step: number): number => value, seed = 1 } = {},
): { estimator: ModelEstimator; truth: number } {
  const estimator = new ModelEstimator(settings);
  const stream = new RandomStream(seed, 'noise');
  const g = 0.15;
  estimator.begin(0);
  let truth = 13;
  for (let step = 1; step <= steps; step++) {
    truth = truth * Math.exp(g * stepH) + (100 * feed * Math.expm1(g * stepH)) / g;
    stream.normal();
    estimator.inputs[0] = feed;
    estimator.measured[0] = show(2 * truth + 0.05 * stream.drawn[0]!, step);
    expect(estimator.step()).toBe('goes on');
  }
  return { estimator, truth };
}

describe('a covariance', () => {
  it('grows as that of a random walk, and of a state that grows, by their closed forms', () => {
    const covariance = new Covariance(2);
    covariance.p.set([1, 0, 0, 4]);
    covariance.a.set([0, 0, 0, 0.5]);
    covariance.stepH[0] = 1e-3;
    for (let i = 0; i < 1000; i++) expect(covariance.propagate(Float64Array.of(2, 0))).toBe(true);
    expect(covariance.p[0]).toBeCloseTo(3, 9);
    expect(covariance.p[3]).toBeCloseTo(4 * Math.E, 1);
  });

  it('takes in a number as the formula for one unknown does', () => {
    const covariance = new Covariance(1);
    covariance.p[0] = 4;
    const move = new Float64Array(1);
    covariance.take(Float64Array.of(2), Float64Array.of(1), Float64Array.of(3), move);
    // Gain 4 * 2 / (2 * 4 * 2 + 1) = 8 / 17.
    expect(move[0]).toBeCloseTo((8 / 17) * 3, 12);
    expect(covariance.p[0]).toBeCloseTo(4 - (8 * 8) / 17, 12);
  });

  it('does the same for two numbers, whichever comes first', () => {
    const numbers = fc.double({ min: -2, max: 2, noNaN: true });
    fc.assert(
      fc.property(fc.array(numbers, { minLength: 6, maxLength: 6 }), ([a, b, c, d, e, f]) => {
        const found = [0, 1].map((first) => {
          const covariance = new Covariance(2);
          covariance.p.set([2, 0.5, 0.5, 1]);
          const move = new Float64Array(2);
          const rows = [Float64Array.of(a!, b!), Float64Array.of(c!, d!)];
          const values = [e!, f!];
          for (const k of [first, 1 - first]) {
            const expected = rows[k]![0]! * move[0]! + rows[k]![1]! * move[1]!;
            covariance.take(rows[k]!, Float64Array.of(0.1), Float64Array.of(values[k]! - expected), move);
          }
          return [...covariance.p, ...move];
        });
        found[0]!.forEach((value, i) => expect(value).toBeCloseTo(found[1]![i]!, 6));
      }),
    );
  });

  it('refuses a transition that cannot be inverted, and is left as it was', () => {
    const covariance = new Covariance(1);
    covariance.p[0] = 1;
    covariance.a[0] = 10;
    covariance.stepH[0] = 0.1;
    expect(covariance.propagate(Float64Array.of(1))).toBe(false);
    expect(covariance.p[0]).toBe(1);
  });
});

describe.each(['extended-kalman', 'unscented-kalman'] as const)('an estimator by %s', (estimator) => {
  const usual: EstimatorSettings = { ...filtered, estimator };

  it('finds the state and the parameter that made the data, and knows how well', () => {
    const { estimator, truth } = track(usual);
    expect(estimator.state[estimator.observer.model.states.findIndex(({ id }) => id === 'vessel.x')]).toBeCloseTo(
      truth,
      1,
    );
    expect(estimator.parameter(0)).toBeCloseTo(0.15, 3);
    expect(estimator.deviation(0)).toBeLessThan(0.05);
  });

  it('is off by more than three of its own deviations on less than one run in fifty', () => {
    let beyond = 0;
    for (let seed = 1; seed <= 200; seed++) {
      const { estimator, truth } = track(usual, { seed, steps: 30 });
      if (Math.abs(estimator.seen[0]! - 2 * truth) > 3 * estimator.deviation(0)) beyond++;
    }
    expect(beyond).toBeLessThan(4);
  });

  it('estimates what reaches the plant of an input', () => {
    const settings = {
      ...usual,
      states: [{ id: 'vessel.x', scale: 'log' as const, deviation: 0.3, drift: 0 }],
      parameters: [{ id: 'vessel.feed', deviation: 0.3, drift: 0 }],
    };
    const estimator = new ModelEstimator(settings);
    estimator.begin(0);
    let truth = 13;
    for (let step = 1; step <= 100; step++) {
      truth = truth * Math.exp(0.2 * stepH) + (80 * 0.1 * Math.expm1(0.2 * stepH)) / 0.2;
      estimator.inputs[0] = 0.1;
      estimator.measured[0] = 2 * truth;
      estimator.step();
    }
    expect(estimator.parameter(0)).toBeCloseTo(0.8, 2);
  });

  it('leaves one wild value out, and follows when it is said again', () => {
    const wild = (at: (step: number) => boolean) => (value: number, step: number) => (at(step) ? 3 * value : value);
    const once = track(usual, { show: wild((step) => step === 50), steps: 50 });
    const before = track(usual, { steps: 49 });
    expect(once.estimator.rejected[0]! - before.estimator.rejected[0]!).toBe(1);
    expect(once.estimator.seen[0]).toBeCloseTo(2 * once.truth, 0);
    const always = track(
      { ...usual, states: [{ ...usual.states[0]!, drift: 0.05 }] },
      { show: wild((step) => step >= 50), steps: 90 },
    );
    expect(always.estimator.seen[0]! / (6 * always.truth)).toBeCloseTo(1, 1);
  });

  it('counts a value that repeats to the bit as none', () => {
    const { estimator } = track(usual, { show: () => 30, steps: 20 });
    expect(estimator.residuals[0]).toBeNaN();
    const without = track(usual, { show: (_, step) => (step === 1 ? 30 : Number.NaN), steps: 20 });
    expect([...estimator.state]).toEqual([...without.estimator.state]);
  });

  it('takes a late value in where it belongs: as if it had come at once', () => {
    const late: number[] = [];
    const delayed = track(
      { ...usual, signals: [{ ...usual.signals[0]!, delayH: 1 }] },
      {
        steps: 60,
        show: (value, step) => {
          late[step] = step % 13 === 0 ? value : Number.NaN;
          return late[step - 10] ?? Number.NaN;
        },
      },
    );
    const prompt = track(usual, {
      steps: 60,
      show: (value, step) => (step % 13 === 0 && step <= 50 ? value : Number.NaN),
    });
    expect(delayed.estimator.seen[0]! / prompt.estimator.seen[0]!).toBeCloseTo(1, 9);
    expect(delayed.estimator.deviation(0) / prompt.estimator.deviation(0)).toBeCloseTo(1, 9);
  });

  it('names what its model does not have', () => {
    expect(() => new ModelEstimator({ ...usual, states: [{ ...usual.states[0]!, id: 'X' }] })).toThrow(
      'The model has no state `X`; its states are ',
    );
    expect(() => new ModelEstimator({ ...usual, parameters: [{ ...usual.parameters[0]!, id: 'mu' }] })).toThrow(
      'The model has no parameter `mu`.',
    );
    expect(() => new ModelEstimator({ ...usual, signals: [{ ...usual.signals[0]!, output: 'OTR' }] })).toThrow(
      'The model has no output `OTR`.',
    );
  });
});

describe('an extended Kalman filter', () => {
  it('is as sure of the growth rate as linear regression of the logarithms is', () => {
    // Noise of constant size on a known start: var(g) = s^2 / sum (dy/dg)^2 with y = 2 x0 exp(g t).
    const settings = {
      ...filtered,
      states: [{ id: 'vessel.x', scale: 'log' as const, deviation: 1e-9, drift: 0 }],
    };
    const estimator = new ModelEstimator(settings);
    estimator.begin(0);
    let information = 1 / 0.3 ** 2;
    let x = 10;
    for (let step = 1; step <= 50; step++) {
      x *= Math.exp(0.2 * stepH);
      estimator.measured[0] = 2 * x;
      estimator.step();
      information += (2 * x * 0.2 * stepH * step) ** 2 / 0.05 ** 2;
    }
    const variance = estimator.p[estimator.covariance.n ** 2 - 1]!;
    expect(Math.sqrt(variance * information)).toBeCloseTo(1, 1);
  });

  it('is less and less sure without values, and never moves by them', () => {
    const { estimator } = track(
      { ...filtered, states: [{ ...filtered.states[0]!, drift: 0.1 }] },
      { show: () => Number.NaN },
    );
    expect(estimator.seen[0]).toBeCloseTo(20 * Math.exp(0.2 * 10), 2);
    expect(estimator.deviation(0) / estimator.seen[0]!).toBeGreaterThan(0.4);
  });
});
