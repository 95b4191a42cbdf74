import { describe, expect, it } from 'vitest';
import { linearTank } from '../estimation/linear-tank.ts';
import { type AdaptiveFeed, type AdaptiveFeedSettings, adaptiveFeed } from './adaptive.ts';
import { constantFeed } from './constant.ts';
import { rateOf } from './strategy.ts';

const stepH = 0.05;
const settings: AdaptiveFeedSettings = {
  estimator: {
    model: linearTank(),
    states: [{ id: 'vessel.x', scale: 'log', deviation: 0.3, drift: 0.01 }],
    parameters: [{ id: 'vessel.strength', deviation: 0.3, drift: 0 }],
    signals: [{ output: 'vessel.double', relative: 0.001, absolute: 0 }],
    inputs: ['vessel.feed'],
    stepH,
  },
  feed: 'vessel.feed',
  target: { output: 'vessel.rate', value: 0.5 },
  settleH: stepH,
  limits: [],
  muPerH: 0.5,
  open: () => constantFeed(0.05),
  band: { low: 0.01, high: 100 },
  maximumLPerH: 10,
  needed: { each: [0], oneOf: [], withinH: 0.2 },
};
const measured = { biomassGPerL: 10, volumeL: 1, feedRateLPerH: 0 };

/** x' = 0.2 x + 70 f from x = 13, fed by the strategy; the believed tank has 10 and 100. */
function run(feed: AdaptiveFeed, steps: number, show = (value: number, _step: number): number => value) {
  let x = 13;
  let rate = Number.NaN;
  const rates: number[] = [];
  for (let step = 0; step < steps; step++) {
    feed.see(Float64Array.of(step * stepH, show(2 * x, step)));
    if (step === 0) feed.begin(0, measured);
    const given = rateOf(feed, step * stepH, stepH);
    rates.push(given);
    feed.given(Float64Array.of((step + 1) * stepH, stepH, given));
    const before = x;
    x = x * Math.exp(0.2 * stepH) + (70 * given * Math.expm1(0.2 * stepH)) / 0.2;
    rate = Math.log(x / before) / stepH;
  }
  return { x, rate, rates };
}

describe('an adaptive feed', () => {
  const make = adaptiveFeed(settings);

  it('finds the feed that holds its target on a plant that it knew wrongly', () => {
    const feed = make();
    const { rate } = run(feed, 60);
    expect(rate).toBeCloseTo(0.5, 2);
    expect(feed.estimator.parameter(0) / 70).toBeCloseTo(1, 1);
  });

  it('stops before a limit, by a margin that is as wide as what it does not know', () => {
    const limit = { output: 'vessel.x', side: 'above' as const, limit: 25, aheadH: 0.5, deviations: 2, widest: 5 };
    const feed = adaptiveFeed({ ...settings, limits: [limit] })();
    const { rates } = run(feed, 60);
    const told = new Map(feed.tells.map(({ id }, i) => [id, feed.told[i]!]));
    expect(told.get('limit')).toBe(1);
    expect(told.get('margin.vessel.x')).toBeGreaterThan(0);
    expect(told.get('proposed')!).toBeLessThan(told.get('target')!);
    expect(rates.at(-1)).toBeLessThan(rates[20]!);
    // Where nothing is kept free the feed goes nearer to the limit.
    const bold = adaptiveFeed({ ...settings, limits: [{ ...limit, deviations: 0 }] })();
    const { rates: bolder } = run(bold, 60);
    const first = rates.findIndex((rate, i) => rate < bolder[i]! * 0.999);
    expect(first).toBeGreaterThan(0);
    expect(rates[first]!).toBeLessThan(bolder[first]!);
  });

  it('lets a limit on what nobody measures any more give way to the open-loop feed, step by step', () => {
    const limit = { output: 'vessel.x', side: 'above' as const, limit: 12, aheadH: 0.5, deviations: 2, widest: 0.5 };
    const states = [{ id: 'vessel.x', scale: 'log' as const, deviation: 0.01, drift: 0.5 }];
    const make = adaptiveFeed({
      ...settings,
      estimator: { ...settings.estimator, states },
      open: () => constantFeed(0.02),
      limits: [limit],
    });
    // What is measured stands beyond the limit: as long as it is, the feed goes to the bottom of its band.
    const { rates: seeing } = run(make(), 60);
    expect(seeing.at(-1)).toBeCloseTo(0.01 * 0.02, 6);
    const blind = make();
    const { rates } = run(blind, 120, (value, step) => (step > 20 ? Number.NaN : value));
    expect(rates[20]).toBeCloseTo(0.01 * 0.02, 6);
    for (let step = 21; step < 120; step++) expect(rates[step]!).toBeGreaterThanOrEqual(rates[step - 1]! * (1 - 1e-9));
    blind.see(Float64Array.of(120 * stepH, Number.NaN));
    const deviation = blind.estimator.deviation(
      blind.estimator.observer.model.outputs.findIndex(({ id }) => id === 'vessel.x'),
    );
    expect(blind.proposal[0]! / 0.02).toBeCloseTo(1 - 0.5 / (2 * deviation), 3);
    expect(blind.proposal[0]! / 0.02).toBeGreaterThan(0.9);
  });

  it('trusts a limit up to the deviation that it is told, however wide its margin may be', () => {
    const states = [{ id: 'vessel.x', scale: 'log' as const, deviation: 0.01, drift: 0.5 }];
    const lastOf = (trusted?: number): number => {
      const limit = { output: 'vessel.x', side: 'above' as const, limit: 12, aheadH: 0.5, deviations: 2, widest: 5 };
      const feed = adaptiveFeed({
        ...settings,
        estimator: { ...settings.estimator, states },
        open: () => constantFeed(0.02),
        limits: [{ ...limit, ...(trusted && { trusted }) }],
      })();
      const { rates } = run(feed, 120, (value, step) => (step > 20 ? Number.NaN : value));
      return rates.at(-1)! / 0.02;
    };
    expect(lastOf(0.25)).toBeGreaterThan(0.9);
    expect(lastOf(10)).toBeLessThan(lastOf(0.25) - 0.05);
    expect(lastOf()).toBe(lastOf(2.5));
  });

  it('never leaves its band round the open-loop feed', () => {
    const { rates } = run(adaptiveFeed({ ...settings, band: { low: 0.5, high: 1.1 } })(), 60);
    for (const rate of rates) {
      expect(rate).toBeGreaterThanOrEqual(0.5 * 0.05 * (1 - 1e-12));
      expect(rate).toBeLessThanOrEqual(1.1 * 0.05 * (1 + 1e-12));
    }
  });

  it('says when it is blind: what it needs is missing, or stuck', () => {
    const feed = make();
    run(feed, 30, (value, step) => (step > 20 ? Number.NaN : value));
    expect(feed.proposal[3]).toBe(0);
    const stuck = make();
    run(stuck, 30, (value, step) => (step > 20 ? 99 : value));
    expect(stuck.proposal[3]).toBe(0);
    const sound = make();
    run(sound, 30);
    expect(sound.proposal[3]).toBe(1);
  });

  it('goes on while one of what it needs is heard, says what it goes without, and is blind without all', () => {
    const two = adaptiveFeed({
      ...settings,
      estimator: {
        ...settings.estimator,
        signals: [...settings.estimator.signals, { output: 'vessel.rate', relative: 0.2, absolute: 0 }],
      },
      needed: { each: [], oneOf: [0, 1], withinH: 0.2 },
    });
    const feed = two();
    const said: (string | undefined)[] = [];
    let x = 13;
    for (let step = 0; step <= 60; step++) {
      const isSilent = step > 20 && step <= 40;
      const wobble = 1 + 1e-3 * Math.sin(step);
      feed.see(
        Float64Array.of(
          step * stepH,
          isSilent ? Number.NaN : 2 * x * wobble,
          step > 30 && step <= 40 ? Number.NaN : 0.3 * wobble,
        ),
      );
      if (step === 0) feed.begin(0, measured);
      feed.given(Float64Array.of((step + 1) * stepH, stepH, rateOf(feed, step * stepH, stepH)));
      x *= Math.exp(0.4 * stepH);
      const change = feed.changed();
      if (change) said.push(change);
      if (step === 30) expect(feed.proposal[3]).toBe(1);
      if (step === 40) expect(feed.proposal[3]).toBe(0);
    }
    expect(said).toEqual([
      'the estimate hears nothing new of vessel.double and goes on with vessel.rate',
      'the estimate hears nothing new of vessel.double, vessel.rate',
      'the estimate hears vessel.double, vessel.rate again',
    ]);
  });

  it('keeps its limits also where a loss of feed ends at once, and meets its target with what arrives', () => {
    const limit = { output: 'vessel.x', side: 'above' as const, limit: 45, aheadH: 0.5, deviations: 0, widest: 5 };
    const lossy: AdaptiveFeedSettings = {
      ...settings,
      estimator: { ...settings.estimator, parameters: [{ id: 'vessel.feed', deviation: 0.05, drift: 0.3 }] },
      limits: [limit],
    };
    const feed = adaptiveFeed(lossy)();
    // The plant gets 70 % of what its model believes.
    run(feed, 43);
    const arrives = feed.estimator.parameter(0);
    expect(arrives).toBeLessThan(0.8);
    const told = new Map(feed.tells.map(({ id }, i) => [id, feed.told[i]!]));
    expect(told.get('limit')).toBe(1);
    // At the limit the feed is what would keep it if all arrived but what calibration may be off.
    const x = feed.estimator.state[feed.estimator.observer.model.states.findIndex(({ id }) => id === 'vessel.x')]!;
    const [growth, ahead] = [0.2, 0.5];
    const grown = Math.expm1(0.5 * ahead) / (0.5 * ahead);
    const allowed = ((45 - x * Math.exp(growth * ahead)) * growth) / (100 * Math.expm1(growth * ahead) * grown);
    expect(told.get('proposed')! / (allowed / Math.exp(-0.1))).toBeCloseTo(1, 1);
    expect(told.get('target')).toBeGreaterThan(told.get('proposed')!);
  });

  it('says when its model does not explain what is measured', () => {
    const feed = make();
    run(feed, 60, (value, step) => (step > 30 ? value * (1 + 0.3 * Math.sin(3 * step)) : value));
    expect(feed.proposal[2]).toBe(0);
  });

  it('gives the same bits for the same data', () => {
    expect(run(make(), 40).rates).toEqual(run(make(), 40).rates);
  });

  it('refuses a feed that its estimator does not know of', () => {
    expect(() => adaptiveFeed({ ...settings, feed: 'vessel.pump' })()).toThrow(
      'The feed `vessel.pump` is not among the inputs of the estimator.',
    );
  });
});
