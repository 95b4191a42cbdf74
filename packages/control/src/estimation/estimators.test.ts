import { RandomStream } from '@fedbatch/numerics';
import { describe, expect, it } from 'vitest';
import { type EstimatorSettings, estimatorNames } from './estimator-settings.ts';
import { makeEstimator } from './make-estimator.ts';
import { carriedPlant, smallCulture } from './small-culture.ts';

const stepH = 0.05;
const model = smallCulture('Monod', { X: '2.6 g/L' });
const plantModel = smallCulture();

/** Biomass is estimated from substrate at every step, and from its own samples where there are any. */
const settings: EstimatorSettings = {
  model,
  states: [
    { id: 'amount.X', scale: 'log', deviation: 0.3, drift: 0.01 },
    { id: 'amount.S', scale: 'linear', deviation: 0.1, drift: 0.5 },
  ],
  parameters: [],
  signals: [
    { output: 'S', relative: 0, absolute: 0.01 },
    { output: 'X', relative: 0.02, absolute: 0 },
  ],
  inputs: ['vessel.feed', 'vessel.harvest'],
  stepH,
};

type Shows = (value: number, step: number) => number;

interface Course {
  readonly steps?: number;
  readonly substrate?: Shows;
  readonly biomass?: Shows;
}

const none: Shows = () => Number.NaN;

/** A chemostat at 0.3 1/h, seen by an estimator. */
function track(made: EstimatorSettings, { steps = 60, substrate = (value) => value, biomass = none }: Course = {}) {
  const estimator = makeEstimator(made);
  const plant = carriedPlant(plantModel);
  const streams = { S: new RandomStream(1, 'S'), X: new RandomStream(1, 'X') };
  const noise = (stream: RandomStream): number => {
    stream.normal();
    return stream.drawn[0]!;
  };
  const flows = { 'vessel.feed': 0.3, 'vessel.harvest': 0.3 };
  estimator.begin(0);
  estimator.inputs.fill(0.3);
  for (let step = 1; step <= steps; step++) {
    plant.carry(stepH, flows);
    estimator.measured[0] = substrate(plant.read('S') + 0.01 * noise(streams.S), step);
    estimator.measured[1] = biomass(plant.read('X') * (1 + 0.02 * noise(streams.X)), step);
    expect(estimator.step()).toBe('goes on');
  }
  return { estimator, truth: plant.read('X') };
}

/** Nothing at the steps at which biomass is sampled: of two values of one step the second is expected by what the first one said, to first order only. */
const between: Shows = (value, step) => (step % 13 === 0 ? Number.NaN : value);
const everyHour: Shows = (value, step) => (step % 20 === 0 ? value : Number.NaN);

describe.each(estimatorNames)('an estimator by %s', (estimator) => {
  const made: EstimatorSettings = { ...settings, estimator };

  it('finds what it does not measure from what it does', () => {
    const { estimator: found, truth } = track(made, { steps: 200, biomass: everyHour });
    expect(found.seen[1]! / truth).toBeCloseTo(1, 1);
    expect(Math.abs(found.seen[1]! - truth)).toBeLessThan(4 * found.deviation(1));
    expect(found.deviation(1) / truth).toBeLessThan(0.1);
  });

  it('leaves one wild sample out, and follows when it is said again, unless all of the horizon says otherwise', () => {
    const wild = (at: (step: number) => boolean): Shows => {
      return (value, step) => (step % 20 === 0 ? (at(step) ? 2 * value : value) : Number.NaN);
    };
    const once = track(made, { biomass: wild((step) => step === 60) }).estimator;
    expect(once.rejected[1]).toBe(1);
    expect([...once.state]).toEqual([
      ...track(made, { biomass: (value, step) => everyHour(step === 60 ? Number.NaN : value, step) }).estimator.state,
    ]);
    const again = track(made, { steps: 400, biomass: wild((step) => step >= 60) });
    const found = again.estimator.seen[1]! / again.truth;
    if (estimator === 'moving-horizon') expect(found).toBeCloseTo(1, 1);
    else expect(found).toBeGreaterThan(1.25);
  });

  it('counts a value that repeats to the bit as none', () => {
    const stuck = track(made, { substrate: () => 0.8 }).estimator;
    const said = track(made, { substrate: (_, step) => (step === 1 ? 0.8 : Number.NaN) }).estimator;
    expect([...stuck.state]).toEqual([...said.state]);
    expect(stuck.residuals[0]).toBeNaN();
  });

  it('is less and less sure while values are missing, and surer again after', () => {
    const seen = track(made, { steps: 40 }).estimator;
    const blind = track(made, { steps: 60, substrate: (value, step) => (step > 40 ? Number.NaN : value) }).estimator;
    const back = track(made, {
      steps: 70,
      substrate: (value, step) => (step > 40 && step <= 60 ? Number.NaN : value),
    }).estimator;
    expect(blind.deviation(0)).toBeGreaterThan(2 * seen.deviation(0));
    expect(back.deviation(0)).toBeLessThan(1.1 * seen.deviation(0));
  });

  it('takes a late value in where it belongs: as if it had come at once', () => {
    const late: number[] = [];
    const biomass: Shows = (value, step) => {
      late[step] = step % 13 === 0 ? value : Number.NaN;
      return late[step - 10] ?? Number.NaN;
    };
    const [substrate, sample] = made.signals;
    const delayed = track(
      { ...made, signals: [substrate!, { ...sample!, delayH: 10 * stepH }] },
      { biomass, substrate: between },
    ).estimator;
    const prompt = track(made, {
      biomass: (value, step) => (step % 13 === 0 && step <= 50 ? value : Number.NaN),
      substrate: between,
    }).estimator;
    // A horizon is linearised where the fit was when a value came, and left there while it does not move much.
    const digits = estimator === 'moving-horizon' ? 3 : 9;
    prompt.state.forEach((value, j) => expect(delayed.state[j]! / value).toBeCloseTo(1, digits));
    prompt.p.forEach((value, j) => expect(delayed.p[j]!).toBeCloseTo(value, digits));
  });

  it('gives the same bits for the same data, also when it begins anew', () => {
    const { estimator: first } = track(made, { biomass: everyHour });
    const { estimator: second } = track(made, { biomass: everyHour });
    expect([...second.state, ...second.p]).toEqual([...first.state, ...first.p]);
    first.begin(0);
    const fresh = makeEstimator(made);
    fresh.begin(0);
    for (const one of [first, fresh]) {
      one.inputs.fill(0.3);
      for (const value of [0.9, 0.8, 0.7]) {
        one.measured.set([value, Number.NaN]);
        one.step();
      }
    }
    expect([...first.state, ...first.p]).toEqual([...fresh.state, ...fresh.p]);
  });

  it('keeps a covariance that is symmetric and has no negative variance', () => {
    const { p, covariance } = track(made, { steps: 200, biomass: everyHour }).estimator;
    for (let i = 0; i < covariance.n; i++) {
      expect(p[i * covariance.n + i]).toBeGreaterThanOrEqual(0);
      for (let j = 0; j < i; j++) expect(p[i * covariance.n + j]).toBe(p[j * covariance.n + i]);
    }
  });

  it('allocates nothing in a step', () => {
    const { estimator: one } = track(made);
    const rounds = Array.from({ length: 12 }, (_, round) => {
      const before = process.memoryUsage().heapUsed;
      for (let k = 0; k < 5_000; k++) {
        one.measured[0] = 0.3 + 1e-6 * (k + round);
        one.measured[1] = Number.NaN;
        one.step();
      }
      return (process.memoryUsage().heapUsed - before) / 5_000;
    });
    // The first rounds run before the code is optimised; a collection in between makes a round negative. One box of a number is 16 bytes.
    expect(Math.min(...rounds.filter((bytes) => bytes >= 0))).toBeLessThan(16);
  });

  it('names what its model does not have', () => {
    const states = [{ ...settings.states[0]!, id: 'amount.Y' }];
    expect(() => makeEstimator({ ...made, states })).toThrow('The model has no state `amount.Y`; its states are ');
    const signals = [{ ...settings.signals[0]!, output: 'OTR' }];
    expect(() => makeEstimator({ ...made, signals })).toThrow('The model has no output `OTR`.');
  });
});
