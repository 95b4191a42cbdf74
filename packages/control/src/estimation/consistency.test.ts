import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compose, readComponent } from '@fedbatch/model';
import { RandomStream } from '@fedbatch/numerics';
import { Problems, parseQuantity } from '@fedbatch/vocabulary';
import { describe, expect, it } from 'vitest';
import { compileObserver, type EstimatorName, type EstimatorSettings } from './estimator-settings.ts';
import { ModelEstimator } from './model-estimator.ts';
import { carriedPlant } from './small-culture.ts';

const sims = join(import.meta.dirname, '../../../../sims');
const part = (role: string, path: string) => ({
  role,
  file: readComponent(readFileSync(join(sims, path), 'utf8'), path, new Problems()),
});
const place = { file: 'consistency', line: 1, column: 1 };
const quantities = (values: Readonly<Record<string, string>>) =>
  new Map(Object.entries(values).map(([id, text]) => [id, { value: parseQuantity(text), place }]));

/** E. coli of Anane et al. 2017 in the volume that controllers carry. */
const model = compose(
  [part('organism', 'organisms/Anane2017-ecoli-closed.yaml'), part('vessel', 'vessels/observer-volume.yaml')],
  {
    charge: quantities({ volume: '2 L', X: '4 g/L', S: '0.05 g/L', A: '0.2 g/L' }),
    streams: new Map([['feed', quantities({ S: '300 g/L' })]]),
    parameters: quantities({ 'vessel.kLa': '2000 1/h' }),
  },
);
const stepH = 1 / 60;
const spreads = { 'organism.qSmax': 0.1, 'organism.pAmax': 0.2, 'organism.Yem': 0.06 } as const;
const biomassSpread = 0.15;
/** `share` of the spreads as published; a drift is the share of a spread that is added in a root of an hour. */
const settingsOf = (estimator: EstimatorName, share: number, drift: number): EstimatorSettings => ({
  estimator,
  model,
  states: [{ id: 'amount.X', scale: 'log', deviation: share * biomassSpread, drift: drift * biomassSpread }],
  parameters: Object.entries(spreads).map(([id, spread]) => ({ id, deviation: share * spread, drift: drift * spread })),
  signals: [
    { output: 'OUR', relative: 0.02, absolute: 0, gate: 1000 },
    { output: 'vessel.DO', relative: 0, absolute: 0.005, gate: 1000 },
    { output: 'A', relative: 0.1, absolute: 0.02, gate: 1000 },
  ],
  inputs: ['vessel.feedRate'],
  stepH,
});

const runs = 60;
const freedom = runs * (1 + Object.keys(spreads).length);

/** Errors after two hours of plants drawn from what is believed, squared, weighed by the covariance and summed (NEES; Bar-Shalom et al. 2001, 5.4). */
function weighedErrors(settings: EstimatorSettings): number {
  const observer = compileObserver(settings);
  const { parameters } = settings;
  const biomass = settings.states[0]!;
  let sum = 0;
  for (let seed = 1; seed <= runs; seed++) {
    const draw = new RandomStream(seed, 'plant');
    const normal = (stream: RandomStream): number => {
      stream.normal();
      return stream.drawn[0]!;
    };
    const off = [biomass.deviation * normal(draw), ...parameters.map(({ deviation }) => deviation * normal(draw))];
    const nominal = (id: string): number => model.parameters.find((parameter) => parameter.id === id)!.value;
    const plant = carriedPlant(model, {
      'charge.X': nominal('charge.X') * Math.exp(off[0]!),
      ...Object.fromEntries(parameters.map(({ id }, i) => [id, nominal(id) * Math.exp(off[1 + i]!)])),
    });
    const one = new ModelEstimator(settings, observer);
    const noise = new RandomStream(seed, 'noise');
    one.begin(0);
    for (let step = 1; step <= 120; step++) {
      const feed = 0.012 * Math.exp(0.25 * step * stepH);
      plant.carry(stepH, { 'vessel.feedRate': feed });
      one.inputs[0] = feed;
      one.measured[0] = plant.read('OUR') * (1 + 0.02 * normal(noise));
      one.measured[1] = plant.read('vessel.DO') + 0.005 * normal(noise);
      one.measured[2] =
        step % 60 === 0 ? plant.read('A') * (1 + 0.1 * normal(noise)) + 0.02 * normal(noise) : Number.NaN;
      expect(one.step()).toBe('goes on');
    }
    const { size, model: observed } = one.observer;
    const x = observed.states.findIndex(({ id }) => id === 'amount.X');
    const at = [x, ...parameters.map((_, i) => size + i)];
    const truth = Math.log((plant.read('X') * plant.read('V')) / one.state[x]!);
    const error = [truth, ...parameters.map((_, i) => off[1 + i]! - one.shares[i]!)];
    const covariance = at.map((i) => at.map((j) => one.p[i * one.covariance.n + j]!));
    sum += quadratic(covariance, error);
  }
  return sum;
}

describe.each(['extended-kalman', 'unscented-kalman'] as const)('an estimator by %s on E. coli', (estimator) => {
  it('is off by what it says where the plant is near: the weighed squares of sixty plants are chi-square', () => {
    // Normal approximation of chi-square with many degrees of freedom, 99.8 % on both sides.
    const half = 3.09 * Math.sqrt(2 * freedom);
    const sum = weighedErrors(settingsOf(estimator, 0.2, 0));
    expect(sum).toBeGreaterThan(freedom - half);
    expect(sum).toBeLessThan(freedom + half);
  });
});

it('the unscented filter is half as sure of itself where plants differ widely and probes are sharp', () => {
  const [extended, unscented] = (['extended-kalman', 'unscented-kalman'] as const).map(
    (estimator) => weighedErrors(settingsOf(estimator, 1, 0.1)) / freedom,
  );
  expect(unscented).toBeLessThan(2);
  expect(extended).toBeGreaterThan(1.5 * unscented!);
});

/** e' C^-1 e by elimination. */
function quadratic(c: number[][], e: number[]): number {
  const a = c.map((row, i) => [...row, e[i]!]);
  let sum = 0;
  for (let k = 0; k < a.length; k++) {
    sum += a[k]![a.length]! ** 2 / a[k]![k]!;
    for (let i = k + 1; i < a.length; i++) {
      const factor = a[i]![k]! / a[k]![k]!;
      for (let j = k; j <= a.length; j++) a[i]![j]! -= factor * a[k]![j]!;
    }
  }
  return sum;
}
