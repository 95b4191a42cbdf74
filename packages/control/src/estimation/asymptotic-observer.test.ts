import { describe, expect, it } from 'vitest';
import type { EstimatorSettings } from './estimator-settings.ts';
import { ModelEstimator } from './model-estimator.ts';
import { reconstruction } from './reconstruction.ts';
import { carriedPlant, smallCulture } from './small-culture.ts';

const stepH = 0.05;
const flows = { 'vessel.feed': 0.3, 'vessel.harvest': 0.3 };
const bySubstrate: EstimatorSettings = {
  estimator: 'bastin-dochain',
  model: smallCulture('Monod', { X: '3 g/L' }),
  states: [
    { id: 'amount.X', scale: 'linear', deviation: 1, drift: 0 },
    { id: 'amount.S', scale: 'linear', deviation: 0.1, drift: 1000 },
  ],
  parameters: [],
  signals: [{ output: 'S', relative: 0, absolute: 1e-6 }],
  inputs: ['vessel.feed', 'vessel.harvest'],
  stepH,
};
const byUptake: EstimatorSettings = {
  ...bySubstrate,
  model: smallCulture('Monod', { S: '0.05 g/L' }),
  states: [{ id: 'amount.X', scale: 'log', deviation: 0.15, drift: 0 }],
  signals: [{ output: 'OUR', relative: 0.02, absolute: 0 }],
};

describe('the transformation of an asymptotic observer', () => {
  it('comes from the yields of the model: a gram of substrate is half a gram of biomass', () => {
    const { known, reconstructed, a0 } = reconstruction(bySubstrate);
    const states = bySubstrate.model.states.map(({ id }) => id);
    expect(known.map((slot) => states[slot])).toEqual(['amount.S']);
    expect(reconstructed.map((slot) => states[slot])).toEqual(['amount.X']);
    expect(a0[0]![0]).toBeCloseTo(0.5, 12);
  });

  it('takes an exchange before a substrate, and then needs none', () => {
    const { exchanges, known, a0 } = reconstruction(byUptake);
    expect(exchanges).toEqual([{ signal: 0, sign: -1 }]);
    expect(known.map((slot) => byUptake.model.states[slot]!.id)).toEqual(['amount.S']);
    // CH1.8O0.5N0.2 has 4.2 electrons a carbon atom, glucose 24 a molecule: of 2 g of it 1 g of biomass keeps what oxygen does not take.
    const electrons = (2 / 180.156) * 24 - (1 / 24.626) * 4.2;
    expect(a0[0]![0]! * (electrons / 4)).toBeCloseTo(1, 3);
  });

  it('is refused in words where it cannot be found', () => {
    const refuse = (changes: Partial<EstimatorSettings>) => () => reconstruction({ ...bySubstrate, ...changes });
    const sample = { output: 'X', relative: 0.05, absolute: 0 };
    expect(refuse({ signals: [], states: [...bySubstrate.states] })).toThrow(
      'must know 1 amounts or exchanges that are independent, and knows 0',
    );
    expect(refuse({ parameters: [{ id: 'organism.Y', deviation: 0.1, drift: 0 }] })).toThrow(
      'estimates states, not the parameter `organism.Y`',
    );
    expect(refuse({ signals: [{ ...sample, output: 'organism.mu' }] })).toThrow(
      '`organism.mu` tells an asymptotic observer nothing',
    );
    expect(
      refuse({
        signals: [
          { ...sample, output: 'OUR' },
          { ...sample, output: 'CER' },
        ],
      }),
    ).toThrow('`CER` tells an asymptotic observer nothing that others do not');
    expect(refuse({ states: [], signals: byUptake.signals })).toThrow('has nothing to reconstruct');
    expect(refuse({ states: [bySubstrate.states[0]!] })).toThrow('how unsure `amount.S` is');
  });
});

describe('an asymptotic observer', () => {
  it.each(['Monod', 'Contois'] as const)(
    'forgets a wrong start with the outflow alone, also where the plant is of %s',
    (law) => {
      const plant = carriedPlant(smallCulture(law));
      const estimator = new ModelEstimator(bySubstrate);
      estimator.begin(0);
      estimator.inputs.fill(0.3);
      for (let step = 1; step <= 400; step++) {
        plant.carry(stepH, flows);
        estimator.measured[0] = plant.read('S');
        estimator.step();
        const error =
          estimator.state[estimator.observer.model.states.findIndex(({ id }) => id === 'amount.X')]! - plant.read('X');
        if (step % 50 === 0) expect(error / Math.exp(-0.3 * stepH * step)).toBeCloseTo(1, 4);
      }
      // What it says of itself is the same: the deviation at the start, washed out.
      expect(estimator.p[4]).toBeCloseTo(Math.exp(-2 * 0.3 * 20), 6);
    },
  );

  it('follows biomass by oxygen uptake alone in a fed-batch, whatever the kinetics', () => {
    const plant = carriedPlant(smallCulture('Contois', { S: '0.05 g/L' }));
    const estimator = new ModelEstimator(byUptake);
    estimator.begin(0);
    for (let step = 0; step < 160; step++) {
      const feed = 0.02 * Math.exp(0.15 * step * stepH);
      plant.carry(stepH, { 'vessel.feed': feed });
      estimator.inputs.set([feed, 0]);
      estimator.measured[0] = plant.read('OUR');
      estimator.step();
    }
    const [x, v] = ['amount.X', 'V'].map((id) => estimator.observer.model.states.findIndex((state) => state.id === id));
    expect(estimator.state[x!]! / (plant.read('X') * plant.read('V'))).toBeCloseTo(1, 2);
    expect(estimator.state[v!]).toBeCloseTo(plant.read('V'), 6);
  });

  it('holds an uptake that is missing, is less sure for it, and takes an error of the meter for a standing one', () => {
    const run = (missing: boolean) => {
      const plant = carriedPlant(smallCulture('Monod', { S: '0.05 g/L' }));
      const estimator = new ModelEstimator({ ...byUptake, states: [{ ...byUptake.states[0]!, deviation: 1e-6 }] });
      estimator.begin(0);
      estimator.inputs.set([0.05, 0]);
      for (let step = 0; step < 80; step++) {
        plant.carry(stepH, { 'vessel.feed': 0.05 });
        estimator.measured[0] = missing && step >= 40 ? Number.NaN : plant.read('OUR');
        estimator.step();
      }
      const x = estimator.observer.model.states.findIndex(({ id }) => id === 'amount.X');
      const made = plant.read('X') * plant.read('V') - 2;
      return {
        made,
        found: estimator.state[x]! - 2,
        deviation: estimator.state[x]! * Math.sqrt(estimator.p[x * estimator.covariance.n + x]!),
      };
    };
    const [seen, blind] = [run(false), run(true)];
    expect(seen.found / seen.made).toBeCloseTo(1, 1);
    // Two per cent of what was taken up are two per cent of what was made.
    expect(seen.deviation / (0.02 * seen.made)).toBeCloseTo(1, 1);
    expect(blind.found / blind.made).toBeCloseTo(1, 1);
    expect(blind.deviation).toBeGreaterThan(5 * seen.deviation);
  });

  it('is corrected by a sample of what it reconstructs', () => {
    const settings = { ...byUptake, signals: [...byUptake.signals, { output: 'X', relative: 0.05, absolute: 0 }] };
    const estimator = new ModelEstimator(settings);
    estimator.begin(0);
    estimator.inputs.fill(0);
    estimator.measured.set([0.001, 2.4]);
    estimator.step();
    const before = 0.15 ** 2;
    const x = estimator.observer.model.states.findIndex(({ id }) => id === 'amount.X');
    expect(estimator.p[x * estimator.covariance.n + x]).toBeCloseTo((before * 0.05 ** 2) / (before + 0.05 ** 2), 3);
    expect(estimator.seen[1]).toBeGreaterThan(2.3);
  });

  it('takes what was taken up between two values for the mean of both', () => {
    const wide = { ...byUptake, stepH: 0.5 };
    const plant = carriedPlant(smallCulture('Monod', { S: '0.05 g/L' }));
    const estimator = new ModelEstimator(wide);
    estimator.begin(0);
    // Past the start, where uptake follows its feed within minutes: a feed that doubles twice.
    const x = estimator.observer.model.states.findIndex(({ id }) => id === 'amount.X');
    let settled = 0;
    for (let step = 0; step < 20; step++) {
      for (let k = 0; k < 10; k++)
        plant.carry(0.05, { 'vessel.feed': 0.02 * Math.exp(0.15 * (step * 0.5 + k * 0.05)) });
      estimator.inputs[0] = 0.02 * Math.exp(0.15 * (step * 0.5 + 0.225));
      estimator.measured[0] = plant.read('OUR');
      estimator.step();
      const off = estimator.state[x]! - plant.read('X') * plant.read('V');
      if (step === 3) settled = off;
      if (step === 19) expect(Math.abs(off - settled)).toBeLessThan(0.01 * (plant.read('X') * plant.read('V') - 2));
    }
  });

  it('takes a late sample in beside an uptake that has gone on since', () => {
    const run = (delayH: number) => {
      const sample = { output: 'X', relative: 0.05, absolute: 0, gate: 100, ...(delayH > 0 && { delayH }) };
      const estimator = new ModelEstimator({ ...byUptake, signals: [...byUptake.signals, sample] });
      estimator.begin(0);
      for (let step = 1; step <= 40; step++) {
        // The step of the sample has no uptake of its own: the one that stands is that of the step before.
        estimator.measured[0] = step === 20 ? Number.NaN : 0.002 * Math.exp(0.03 * step);
        estimator.measured[1] = step === 20 + Math.round(delayH / stepH) ? 2.5 : Number.NaN;
        estimator.step();
      }
      return [...estimator.state, ...estimator.p, ...estimator.memory];
    };
    const [prompt, late] = [run(0), run(10 * stepH)];
    prompt.forEach((value, i) => expect(late[i]).toBeCloseTo(value, 9));
  });
});
