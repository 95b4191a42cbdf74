import { compileModel, Instance } from '@fedbatch/model';
import { createIntegrator } from '@fedbatch/numerics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoxNewton, type Cost } from './box-newton.ts';
import { batchReactor } from './fed-penicillin.ts';
import { compilePrediction, Prediction } from './prediction.ts';
import { type PredictiveSettings, predictiveController } from './predictive.ts';

const settings: PredictiveSettings = batchReactor({ relativeTolerance: 1e-8, tolerance: 1e-7, evaluations: 100 });
const { model } = settings;

/** The plant, integrated by another method than the controller uses. */
function reactor() {
  const instance = new Instance(compileModel(model));
  const integrator = createIntegrator(instance, {
    method: 'rodas5p',
    relativeTolerance: 1e-10,
    absoluteTolerance: new Float64Array(instance.size).fill(1e-12),
  });
  integrator.begin(0, instance.startState());
  return {
    state: () => integrator.state.slice(0, model.coreSize),
    carry(input: number, toH: number): void {
      instance.parameters[instance.slotOf('vessel.u')] = input;
      integrator.jump();
      integrator.advance(toH);
    },
  };
}

describe('a prediction', () => {
  const compiled = compilePrediction({ ...settings, outputs: ['vessel.P', 'vessel.mu', 'vessel.u'], moves: 6 });

  it('has the derivatives that small differences show, for every output and move', () => {
    const prediction = new Prediction(compiled);
    const start = prediction.startState();
    const moves = Float64Array.from({ length: 6 }, (_, k) => 0.01 + 0.01 * k);
    expect(prediction.run(0, start, moves)).toBe(true);
    const slopes = prediction.slopes.slice();
    const size = 1e-4;
    for (let m = 0; m < 6; m++) {
      const [above, below] = [size, -size].map((change) => {
        prediction.run(0, start, moves.with(m, moves[m]! + change));
        return prediction.values.slice();
      });
      above!.forEach((value, at) => {
        const difference = (value - below![at]!) / (2 * size);
        expect(slopes[at * 6 + m]! - difference).toBeCloseTo(0, 5);
      });
    }
  });

  it('knows nothing of moves that are still to come', () => {
    const prediction = new Prediction(compiled);
    prediction.run(0, prediction.startState(), new Float64Array(6).fill(0.02));
    for (let k = 0; k < 6; k++)
      for (let i = 0; i < 3; i++)
        for (let m = k + 1; m < 6; m++) expect(prediction.slopes[(3 * k + i) * 6 + m]).toBe(0);
  });

  it('names what its model does not have', () => {
    expect(() => compilePrediction({ ...settings, outputs: ['titre'] })).toThrow('The model has no output `titre`.');
    expect(() => compilePrediction({ ...settings, outputs: [], input: 'feed' })).toThrow(
      'The model has no parameter `feed`.',
    );
  });
});

/** A quadratic with its minimum at `at`, and curvature that grows from 1 to `steepest`. */
function bowl(at: readonly number[], steepest: number): Cost {
  const weight = (i: number): number => steepest ** (i / Math.max(1, at.length - 1));
  return {
    value(x, gradient) {
      let total = 0;
      x.forEach((value, i) => {
        total += 0.5 * weight(i) * (value - at[i]!) ** 2;
        gradient[i] = weight(i) * (value - at[i]!);
      });
      return total;
    },
    known(curvature) {
      curvature.fill(0);
    },
  };
}

describe('a search in a box', () => {
  const box = (n: number, low: number, high: number) => ({
    low: new Float64Array(n).fill(low),
    high: new Float64Array(n).fill(high),
    evaluations: 500,
    tolerance: 1e-9,
  });

  it('finds the nearest point of the box, wherever the bottom of a bowl lies', () => {
    const place = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(place, fc.constantFrom(1, 100), (at, steepest) => {
        const x = new Float64Array(at.length);
        new BoxNewton(at.length).minimise(x, bowl(at, steepest), box(at.length, -1, 1));
        x.forEach((value, i) => expect(value).toBeCloseTo(Math.max(-1, Math.min(1, at[i]!)), 4));
      }),
    );
  });

  it('walks down the valley of Rosenbrock', () => {
    const valley: Cost = {
      value([a, b], gradient) {
        gradient[0] = -400 * a! * (b! - a! * a!) - 2 * (1 - a!);
        gradient[1] = 200 * (b! - a! * a!);
        return 100 * (b! - a! * a!) ** 2 + (1 - a!) ** 2;
      },
      known(curvature) {
        curvature.fill(0);
      },
    };
    const x = Float64Array.of(-1.2, 1);
    const search = new BoxNewton(2);
    expect(search.minimise(x, valley, box(2, -5, 5))).toBeLessThan(1e-12);
    expect(search.evaluations).toBeLessThan(120);
  });

  it('has a point inside the box to show at any moment, never worse than the start', () => {
    for (let evaluations = 1; evaluations < 12; evaluations++) {
      const x = Float64Array.of(0.9, -0.9);
      const value = new BoxNewton(2).minimise(x, bowl([3, 0.2], 100), { ...box(2, -1, 1), evaluations });
      expect(value).toBeLessThanOrEqual(bowl([3, 0.2], 100).value(Float64Array.of(0.9, -0.9), new Float64Array(2)));
      for (const one of x) expect(Math.abs(one)).toBeLessThanOrEqual(1);
    }
  });
});

describe('predictive control', () => {
  it('makes the first five moves of the do-mpc batch reactor, to 1e-6', () => {
    // testing/results/results_batch_reactor.pkl of do-mpc 5.1.1.
    const published = [0.00809996, 0.01450173, 0.0192925, 0.02266675, 0.02487659];
    const controller = predictiveController(settings)();
    const plant = reactor();
    let last = 0;
    published.forEach((move, k) => {
      if (k === 4) {
        const found = plant.state();
        [1.06833463, 0.45574988, 0.01653633, 120.06456032].forEach((value, j) =>
          expect(Math.abs(found[j]! / value - 1)).toBeLessThan(1e-5),
        );
      }
      last = controller.move(k, plant.state(), last);
      expect(Math.abs(last - move)).toBeLessThan(1e-6);
      plant.carry(last, k + 1);
    });
  });

  it('runs the whole batch inside its bounds, on its limit, to the best value known', () => {
    const controller = predictiveController(settings)();
    const plant = reactor();
    let last = 0;
    let most = 0;
    for (let k = 0; k < 150; k++) {
      last = controller.move(k, plant.state(), last);
      expect(last).toBeGreaterThanOrEqual(0);
      expect(last).toBeLessThanOrEqual(0.2);
      plant.carry(last, k + 1);
      most = Math.max(most, plant.state()[0]!);
    }
    expect(most).toBeLessThan(3.7005);
    // 1.6819 g/L in the reference; 1.68296 is the best without a receding horizon.
    expect(plant.state()[2]).toBeCloseTo(1.6819, 4);
  });

  it('answers inside its bounds when time is up at once, and goes on from there', () => {
    const controller = predictiveController(settings)();
    const plant = reactor();
    const hurried = controller.move(0, plant.state(), 0.05, () => true);
    expect(hurried).toBe(0.05);
    expect(controller.evaluations).toBe(1);
    expect(Math.abs(controller.move(0, plant.state(), 0) - 0.00809996)).toBeLessThan(1e-5);
  });

  it('tracks a value, by squares', () => {
    const controller = predictiveController({
      ...settings,
      moves: 5,
      wishes: [{ output: 'vessel.S', track: { at: 0.3, weight: 1 } }],
      limits: [],
      moveWeight: 1e-6,
    })();
    const plant = reactor();
    let last = 0;
    for (let k = 0; k < 12; k++) {
      last = controller.move(k, plant.state(), last);
      plant.carry(last, k + 1);
    }
    expect(plant.state()[1]).toBeCloseTo(0.3, 3);
  });
});
