import { describe, expect, it } from 'vitest';
import { linearTank } from '../estimation/linear-tank.ts';
import { Guard } from '../guard/guard.ts';
import { constantFeed } from './constant.ts';
import { type PredictiveFeed, type PredictiveFeedSettings, predictiveFeed } from './predictive-feed.ts';
import { type FeedStrategy, rateOf } from './strategy.ts';

const stepH = 0.05;
const settings: PredictiveFeedSettings = {
  estimator: {
    model: linearTank(),
    states: [{ id: 'vessel.x', scale: 'log', deviation: 0.3, drift: 0.01 }],
    parameters: [{ id: 'vessel.strength', deviation: 0.3, drift: 0 }],
    signals: [{ output: 'vessel.double', relative: 0.001, absolute: 0 }],
    inputs: ['vessel.feed'],
    stepH,
  },
  feed: 'vessel.feed',
  predictive: {
    moves: 8,
    stepH,
    method: 'tsit5',
    relativeTolerance: 1e-6,
    wishes: [{ output: 'vessel.rate', track: { at: 0.5, weight: 10 } }],
    limits: [],
    moveWeight: 1e-4,
    low: 0,
    high: 10,
    evaluations: 20,
  },
  open: () => constantFeed(0.05),
  maximumLPerH: 10,
  needed: { each: [0], oneOf: [], withinH: 0.2 },
};
const measured = { biomassGPerL: 10, volumeL: 1, feedRateLPerH: 0 };

/** x' = 0.2 x + 70 f from x = 13, fed by the strategy; the believed tank has 10 and 100. */
function run(feed: FeedStrategy, steps: number, show = (value: number, _step: number): number => value) {
  let x = 13;
  let rate = Number.NaN;
  const rates: number[] = [];
  for (let step = 0; step < steps; step++) {
    feed.see!(Float64Array.of(step * stepH, show(2 * x, step)));
    if (step === 0) feed.begin(0, measured);
    const given = rateOf(feed, step * stepH, stepH);
    rates.push(given);
    feed.given!(Float64Array.of((step + 1) * stepH, stepH, given));
    const before = x;
    x = x * Math.exp(0.2 * stepH) + (70 * given * Math.expm1(0.2 * stepH)) / 0.2;
    rate = Math.log(x / before) / stepH;
  }
  return { x, rate, rates };
}

const making = (changes: Partial<PredictiveFeedSettings['predictive']> = {}): PredictiveFeed =>
  predictiveFeed({ ...settings, predictive: { ...settings.predictive, ...changes } })();

describe('a predictive feed', () => {
  it('finds the moves that hold what it tracks on a plant that it knew wrongly', () => {
    const feed = making();
    expect(run(feed, 60).rate).toBeCloseTo(0.5, 1);
    expect(feed.estimator.parameter(0) / 70).toBeCloseTo(1, 1);
  });

  it('slows before a limit comes, which it sees over its horizon', () => {
    const limit = { output: 'vessel.x', side: 'above' as const, limit: 25, weight: 100 };
    const [kept, free] = [making({ limits: [limit] }), making()].map((feed) => run(feed, 60));
    expect(free!.x).toBeGreaterThan(26);
    // Without any feed the tank grows by itself: what can be kept is that nothing is fed.
    const first = kept!.rates.findIndex((rate, i) => rate < 0.9 * free!.rates[i]!);
    expect(first).toBeGreaterThan(0);
    expect(kept!.rates.at(-1)!).toBeLessThan(0.1 * free!.rates.at(-1)!);
  });

  it('stays inside its hard bounds whatever its work, and has an answer after one evaluation', () => {
    for (const evaluations of [1, 2, 5, 20]) {
      const feed = making({ evaluations, high: 0.08 });
      for (const rate of run(feed, 40).rates) {
        expect(rate).toBeGreaterThanOrEqual(0);
        expect(rate).toBeLessThanOrEqual(0.08);
      }
      expect(feed.controller.evaluations).toBeLessThanOrEqual(evaluations);
    }
  });

  it('gives the same bits for the same data: its budget is counted, not timed', () => {
    expect(run(making(), 40).rates).toEqual(run(making(), 40).rates);
  });

  it('plans once a move, and lets its proposal stand between', () => {
    const { rates } = run(making({ stepH: 4 * stepH }), 40);
    for (let i = 8; i + 3 < rates.length; i += 4) expect(new Set(rates.slice(i, i + 4)).size).toBe(1);
    expect(new Set(rates).size).toBeGreaterThan(5);
  });

  it('does not rise behind its guard while what it needs is missing or stuck', () => {
    const envelope = { lowLPerH: 0, highLPerH: 1, risePerH: 5, staleAfterH: 0.2, answerHoldsH: 1 };
    for (const show of [
      (value: number, step: number) => (step > 20 ? Number.NaN : value),
      (value: number, step: number) => (step > 20 ? 99 : value),
    ]) {
      const { rates } = run(new Guard(making(), [constantFeed(10)], envelope, 'supervised'), 60, show);
      for (let i = 28; i < rates.length; i++) expect(rates[i]!).toBeLessThanOrEqual(rates[i - 1]!);
    }
  });
});
