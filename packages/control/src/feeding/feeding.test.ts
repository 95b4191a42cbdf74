import { describe, expect, it } from 'vitest';
import { constantFeed } from './constant.ts';
import { exponentialFeed } from './exponential.ts';
import { type FeedStrategy, rateOf } from './strategy.ts';
import { tableFeed } from './table.ts';

const measured = { biomassGPerL: 10, volumeL: 1, feedRateLPerH: 0 };
const settings = { muPerH: 0.2, yieldGPerG: 0.5, feedGPerL: 300, residualGPerL: 0.0666666666666667 };

/** Strategies with the volume that each must have dosed at a time since its start. */
const cases: { name: string; make: () => FeedStrategy; dosed: (hours: number) => number }[] = [
  { name: 'constant', make: () => constantFeed(0.25), dosed: (h) => 0.25 * h },
  {
    name: 'exponential',
    make: () => exponentialFeed(settings),
    dosed: (h) => (0.013336297 / 0.2) * Math.expm1(0.2 * h),
  },
  {
    name: 'linear table',
    make: () => tableFeed({ timeH: [0, 2, 4], rateLPerH: [0, 1, 1], between: 'linear' }),
    dosed: (h) => (h <= 2 ? h * h * 0.25 : 1 + (h - 2)),
  },
  {
    name: 'step table',
    make: () => tableFeed({ timeH: [1, 3], rateLPerH: [0.5, 0], between: 'step' }),
    dosed: (h) => 0.5 * Math.min(2, Math.max(0, h - 1)),
  },
];

describe.each(cases)('the $name feed', ({ make, dosed }) => {
  it.each([1 / 3600, 0.1, 0.37])('has dosed its exact volume at every boundary of a scan of %d h', (scanH) => {
    const strategy = make();
    strategy.begin(5, measured);
    let volume = 0;
    for (let k = 0; k * scanH < 6; k++) {
      volume += rateOf(strategy, 5 + k * scanH, scanH) * scanH;
      expect(Math.abs(volume - dosed((k + 1) * scanH))).toBeLessThan(1e-8);
    }
  });

  it('never asks for less than nothing', () => {
    const strategy = make();
    strategy.begin(0, measured);
    for (let t = 0; t < 10; t += 0.13) expect(rateOf(strategy, t, 0.13)).toBeGreaterThanOrEqual(0);
  });
});

describe('the exponential feed', () => {
  it('starts at the rate that the balance asks for (reference: F0 = 0.0133362970 L/h)', () => {
    const strategy = exponentialFeed(settings);
    strategy.begin(0, measured);
    expect(rateOf(strategy, 0, 1e-9)).toBeCloseTo(0.013336297, 9);
  });

  it('stays at its maximum', () => {
    const strategy = exponentialFeed({ ...settings, maximumLPerH: 0.02 });
    strategy.begin(0, measured);
    expect(rateOf(strategy, 50, 0.1)).toBe(0.02);
  });

  it('says in words why it cannot start', () => {
    expect(() => exponentialFeed(settings).begin(0, { ...measured, biomassGPerL: Number.NaN })).toThrow(
      /biomass and volume, which are NaN g\/L/,
    );
    expect(() => exponentialFeed({ ...settings, feedGPerL: 0 }).begin(0, measured)).toThrow(/0 g\/L of substrate/);
  });
});

describe('the feed table', () => {
  it.each([
    [{ timeH: [], rateLPerH: [] }, /at least one/],
    [{ timeH: [0, 0], rateLPerH: [1, 1] }, /entry 2 is 0 h/],
    [{ timeH: [0], rateLPerH: [-1] }, /entry 1 is -1 L\/h/],
    [{ timeH: [0, 1], rateLPerH: [1] }, /as many times as rates/],
  ])('refuses %j', (table, message) => {
    expect(() => tableFeed({ ...table, between: 'step' })).toThrow(message);
  });
});
