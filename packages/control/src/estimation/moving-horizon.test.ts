import { RandomStream } from '@fedbatch/numerics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileObserver, type EstimatorSettings } from './estimator-settings.ts';
import { Horizon } from './horizon.ts';
import { HorizonStage } from './horizon-stage.ts';
import { linearTank } from './linear-tank.ts';
import { makeEstimator } from './make-estimator.ts';
import { MovingHorizonEstimator } from './moving-horizon.ts';

const stepH = 0.1;
const noise = 0.05;
/** x' = g x + 100 f from 10 g with g = 0.2 1/h, seen as 2 x. */
const settings: EstimatorSettings = {
  estimator: 'moving-horizon',
  model: linearTank(),
  states: [{ id: 'vessel.x', scale: 'linear', deviation: 3, drift: 0 }],
  parameters: [],
  signals: [{ output: 'vessel.double', relative: 0, absolute: noise, gate: 1e6 }],
  inputs: ['vessel.feed'],
  stepH,
  relativeTolerance: 1e-9,
};
const growing: EstimatorSettings = {
  ...settings,
  states: [{ id: 'vessel.x', scale: 'log', deviation: 0.3, drift: 0 }],
  parameters: [{ id: 'vessel.growth', deviation: 0.3, drift: 0 }],
};

function valuesOf(steps: number, { x0 = 13, g = 0.15, seed = 1, jump = 1 } = {}): number[] {
  const stream = new RandomStream(seed, 'noise');
  return Array.from({ length: steps }, (_, k) => {
    stream.normal();
    const late = k >= steps / 2 ? jump : 1;
    return 2 * x0 * late * Math.exp(g * stepH * (k + 1)) + noise * stream.drawn[0]!;
  });
}

function run(made: EstimatorSettings, values: readonly number[]): MovingHorizonEstimator {
  const estimator = new MovingHorizonEstimator(made, compileObserver(made));
  estimator.begin(0);
  for (const value of values) {
    estimator.measured[0] = value;
    expect(estimator.step()).toBe('goes on');
  }
  return estimator;
}

describe('the horizon', () => {
  const numbers = fc.double({ min: -1, max: 1, noNaN: true });
  const some = (count: number) => fc.array(numbers, { minLength: count, maxLength: count });

  it('is solved as the same least-squares problem is by dense elimination, and its covariance is the inverse of the curvature', () => {
    const [n, count] = [2, 4];
    fc.assert(
      fc.property(
        some(count * 4),
        some(count * 2),
        some(count * 4),
        some(count * 2),
        some(count * 2),
        (H, y, F, f, z) => {
          const drift = Float64Array.of(0.3, 0.7);
          const horizon = new Horizon(drift, Number.POSITIVE_INFINITY);
          const stages = Array.from({ length: count }, (_, s) => {
            const stage = new HorizonStage(n, 1, 1, 1);
            stage.clear(new Float64Array(1));
            const rows = H.slice(4 * s, 4 * s + 4);
            const values = y.slice(2 * s, 2 * s + 2);
            stage.point.set(z.slice(2 * s, 2 * s + 2));
            for (let i = 0; i < 2; i++) {
              stage.pull[i] = rows[i]! * values[0]! + rows[2 + i]! * values[1]!;
              for (let j = 0; j < 2; j++)
                stage.information[i * 2 + j] = rows[i]! * rows[j]! + rows[2 + i]! * rows[2 + j]!;
            }
            stage.transition.set(F.slice(4 * s, 4 * s + 4));
            stage.end.set(f.slice(2 * s, 2 * s + 2));
            return stage;
          });
          stages[0]!.prior.set([0.2, -0.1]);
          stages[0]!.priorCovariance.set([2, 0.5, 0.5, 1]);
          stages.forEach((stage, s) => {
            expect(horizon.take(stage)).toBe(true);
            const next = stages[s + 1];
            if (next) horizon.lead(stage, 'drifts', next.prior, next.priorCovariance);
          });
          horizon.beginSmoothing(stages[count - 1]!);
          for (let s = count - 2; s >= 0; s--) horizon.smoothBack(stages[s]!);
          const { solution, inverse } = dense(stages, drift);
          stages.forEach(({ smoothed }, s) => {
            for (let i = 0; i < n; i++) expect(smoothed[i]).toBeCloseTo(solution[2 * s + i]!, 7);
          });
          const last = 2 * (count - 1);
          stages[count - 1]!.filteredCovariance.forEach((value, at) =>
            expect(value).toBeCloseTo(inverse[last + Math.floor(at / 2)]![last + (at % 2)]!, 7),
          );
        },
      ),
    );
  });
});

describe('a moving-horizon estimate', () => {
  it('is that of a Kalman filter on a linear plant, however the horizon is divided, also once it moves', () => {
    const values = valuesOf(40, { x0: 10.05, g: 0.2 });
    for (const horizon of [
      { stages: 3, stepsPerStage: 4, work: 3 },
      { stages: 12, stepsPerStage: 1, work: 12 },
    ]) {
      const estimator = run({ ...settings, horizon }, values);
      let [x, p] = [10, 9];
      for (const value of values) {
        const f = Math.exp(0.2 * stepH);
        [x, p] = [f * x, f * f * p];
        const gain = (2 * p) / (4 * p + noise ** 2);
        [x, p] = [x + gain * (value - 2 * x), p - gain * 2 * p];
      }
      expect(
        estimator.state[estimator.observer.model.states.findIndex(({ id }) => id === 'vessel.x')]! / x,
      ).toBeCloseTo(1, 4);
      expect(estimator.deviation(0) / (2 * Math.sqrt(p))).toBeCloseTo(1, 2);
    }
  });

  it('is the nonlinear least-squares fit to all values where the horizon holds them all', () => {
    const values = valuesOf(60);
    const estimator = run({ ...growing, horizon: { stages: 12, stepsPerStage: 5, work: 12 } }, values);
    // Gauss-Newton on the closed form, from the same prior: u = ln(x0 / 10), v = ln(g / 0.2).
    let [u, v] = [0, 0];
    for (let i = 0; i < 50; i++) {
      let [a, b, c] = [1 / 0.09, 0, 1 / 0.09];
      let [d, e] = [-u / 0.09, -v / 0.09];
      values.forEach((value, k) => {
        const g = 0.2 * Math.exp(v);
        const t = stepH * (k + 1);
        const y = 20 * Math.exp(u + g * t);
        const [hu, hv, r] = [y / noise, (y * g * t) / noise, (value - y) / noise];
        const w = Math.min(1, 2.5 / Math.abs(r));
        [a, b, c, d, e] = [a + w * hu * hu, b + w * hu * hv, c + w * hv * hv, d + w * hu * r, e + w * hv * r];
      });
      const det = a * c - b * b;
      [u, v] = [u + (c * d - b * e) / det, v + (a * e - b * d) / det];
    }
    expect(estimator.shares[0]).toBeCloseTo(v, 4);
    expect(estimator.seen[0]! / (20 * Math.exp(u + 0.2 * Math.exp(v) * stepH * values.length))).toBeCloseTo(1, 5);
  });

  it('is nearer than the extended Kalman filter where what is seen bends with the unknowns', () => {
    const wide: EstimatorSettings = {
      ...growing,
      states: [{ ...growing.states[0]!, deviation: 1 }],
      parameters: [{ ...growing.parameters[0]!, deviation: 0.6 }],
    };
    let [horizon, filter] = [0, 0];
    for (let seed = 1; seed <= 20; seed++) {
      const stream = new RandomStream(seed, 'plant');
      stream.normal();
      const x0 = 10 * Math.exp(stream.drawn[0]!);
      stream.normal();
      const g = 0.2 * Math.exp(0.6 * Math.max(-1.5, Math.min(1.5, stream.drawn[0]!)));
      const values = valuesOf(20, { x0, g, seed });
      horizon += (run(wide, values).parameter(0) - g) ** 2;
      const other = makeEstimator({ ...wide, estimator: 'extended-kalman' });
      other.begin(0);
      for (const value of values) {
        other.measured[0] = value;
        other.step();
      }
      filter += (other.parameter(0) - g) ** 2;
    }
    expect(horizon).toBeLessThan(filter / 2);
  });

  it('keeps a parameter inside its box, and what it is sure of elsewhere', () => {
    const estimator = run(growing, valuesOf(60, { g: 0.9 }));
    expect(estimator.shares[0]).toBeLessThanOrEqual(1);
    expect(estimator.shares[0]).toBeGreaterThan(0.95);
  });

  it('takes what the model is passed by at once for a jump, and not for growth', () => {
    const drifting: EstimatorSettings = {
      ...growing,
      states: [{ ...growing.states[0]!, drift: 0.02 }],
      signals: [{ ...growing.signals[0]!, absolute: 1 }],
    };
    const estimator = run(drifting, valuesOf(80, { jump: 1.3 }).slice(0, 46));
    const truth = 2 * 13 * 1.3 * Math.exp(0.15 * 4.6);
    expect(estimator.seen[0]! / truth).toBeCloseTo(1, 2);
    // By least squares alone a part of the jump would be growth: 0.21 1/h.
    expect(Math.abs(estimator.parameter(0) - 0.15)).toBeLessThan(0.02);
  });

  it('counts wild values with a weight that makes them as little as mild ones', () => {
    const values = valuesOf(60);
    const wild = values.map((value, k) => (k % 10 === 5 ? value * 1.4 : value));
    expect(run(growing, wild).seen[0]! / run(growing, values).seen[0]!).toBeCloseTo(1, 3);
  });

  it('linearises no more stages in a step than its budget says, and is there in the end', () => {
    const horizon = { stages: 12, stepsPerStage: 5, work: 2 };
    const made = { ...growing, horizon };
    const estimator = new MovingHorizonEstimator(made, compileObserver(made));
    estimator.begin(0);
    const spent: number[] = [];
    valuesOf(60, { x0: 25 }).forEach((value, k) => {
      // What is said before the thirtieth value is said a third too high.
      estimator.measured[0] = k < 30 ? 1.3 * value : value;
      const before = estimator.spent[0]!;
      estimator.step();
      spent.push(estimator.spent[0]! - before);
    });
    expect(Math.max(...spent)).toBe(2);
    expect(estimator.shares.every(Number.isFinite)).toBe(true);
  });

  it('says what a horizon needs', () => {
    const horizon = { stages: 1, stepsPerStage: 5, work: 2 };
    expect(() => makeEstimator({ ...settings, horizon })).toThrow('A horizon of 1 stages of 5 steps');
    const other = compileObserver({ ...settings, estimator: 'extended-kalman' });
    expect(() => new MovingHorizonEstimator(settings, other)).toThrow(
      'The observer was compiled for another estimator',
    );
  });
});

/** Normal equations of the whole chain, by elimination: nodes and the inverse of their curvature. */
function dense(stages: readonly HorizonStage[], drift: Float64Array): { solution: number[]; inverse: number[][] } {
  const size = 2 * stages.length;
  const A = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  const b = new Array<number>(size).fill(0);
  const add = (rows: readonly number[], from: readonly number[], weight: number, value: number): void => {
    from.forEach((i, p) => {
      b[i]! += weight * rows[p]! * value;
      from.forEach((j, q) => {
        A[i]![j]! += weight * rows[p]! * rows[q]!;
      });
    });
  };
  const [first] = stages;
  const det = 2 * 1 - 0.25;
  const P = [1 / det, -0.5 / det, -0.5 / det, 2 / det];
  for (let i = 0; i < 2; i++)
    for (let j = 0; j < 2; j++) {
      A[i]![j]! += P[i * 2 + j]!;
      b[i]! += P[i * 2 + j]! * first!.prior[j]!;
    }
  stages.forEach((stage, s) => {
    const { point: z, information: L, pull, transition: F, end } = stage;
    for (let i = 0; i < 2; i++) {
      b[2 * s + i]! += pull[i]!;
      for (let j = 0; j < 2; j++) {
        A[2 * s + i]![2 * s + j]! += L[i * 2 + j]!;
        b[2 * s + i]! += L[i * 2 + j]! * z[j]!;
      }
    }
    if (s + 1 === stages.length) return;
    for (let i = 0; i < 2; i++) {
      const [p, q] = [F[i * 2]!, F[i * 2 + 1]!];
      add([1, -p, -q], [2 * s + 2 + i, 2 * s, 2 * s + 1], 1 / drift[i]!, end[i]! - p * z[0]! - q * z[1]!);
    }
  });
  const wide = A.map((row, i) => [...row, b[i]!, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (let k = 0; k < size; k++) {
    const pivot = wide[k]![k]!;
    wide[k] = wide[k]!.map((value) => value / pivot);
    wide.forEach((row, i) => {
      if (i === k) return;
      const factor = row[k]!;
      wide[k]!.forEach((value, j) => {
        row[j]! -= factor * value;
      });
    });
  }
  return { solution: wide.map((row) => row[size]!), inverse: wide.map((row) => row.slice(size + 1)) };
}
