import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { constantFeed } from './constant.ts';
import { type MuStatSettings, muStatFeed } from './mu-stat.ts';
import { rateOf } from './strategy.ts';
import { type TrimRule, trimmedFeed } from './trim.ts';

const measured = { biomassGPerL: 10, volumeL: 1, feedRateLPerH: 0 };
const rule: TrimRule = { side: 'below', limit: 0.2, slow: 0.1, recover: 0.05, everyH: 0.1, least: 0.3 };

describe('a feed that is trimmed', () => {
  const show = (values: readonly number[], rules = [rule]) => {
    const feed = trimmedFeed(constantFeed(1), rules);
    feed.begin(0, measured);
    return values.map((value, i) => {
      feed.see!(Float64Array.of(0.1 * i, ...rules.map(() => value)));
      return rateOf(feed, 0.1 * i, 0.1);
    });
  };

  it('falls by turns beyond the limit, recovers behind it, and never beyond what it was', () => {
    const found = show([0.5, 0.1, 0.1, 0.3, 0.3, 0.3, 0.3]);
    [1, 0.9, 0.81, 0.8505, 0.893025, 0.93767625, 0.98456].forEach((value, i) => expect(found[i]).toBeCloseTo(value, 6));
    expect(show(Array(50).fill(0.5)).at(-1)).toBe(1);
    expect(show(Array(50).fill(0.1)).at(-1)).toBeCloseTo(0.3, 12);
  });

  it('takes its turns in its own time, however short the scans', () => {
    const feed = trimmedFeed(constantFeed(1), [rule]);
    feed.begin(0, measured);
    let last = 1;
    for (let i = 0; i < 300; i++) {
      feed.see!(Float64Array.of(i / 1000, 0));
      last = rateOf(feed, i / 1000, 1 / 1000);
    }
    expect(last).toBeCloseTo(0.9 ** 3, 12);
  });

  it('multiplies its rules, and stays where it is without a value', () => {
    const two = [rule, { ...rule, slow: 0.5, least: 0 }];
    expect(show([0.1, 0.1], two)).toEqual([0.45, expect.closeTo(0.81 * 0.25, 12)]);
    expect(show([0.1, Number.NaN, Number.NaN])).toEqual([0.9, 0.9, 0.9]);
  });

  it('is never driven up by a value that is missing, bad or stuck, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.double(), fc.constant(Number.NaN)), { minLength: 1, maxLength: 60 }),
        (values) => {
          const found = show(values);
          found.forEach((demand, i) => {
            expect(demand).toBeGreaterThanOrEqual(0.3 - 1e-12);
            expect(demand).toBeLessThanOrEqual(1);
            if (Number.isNaN(values[i]!)) expect(demand).toBe(i === 0 ? 1 : found[i - 1]);
          });
        },
      ),
    );
  });

  it.each([
    [{ slow: 1 }, /takes off 100 %/],
    [{ recover: -0.1 }, /give back -10 %/],
    [{ everyH: 0 }, /not 0 h/],
    [{ least: 1 }, /at least 100 %/],
  ])('refuses %j', (wrong, says) => {
    expect(() => trimmedFeed(constantFeed(1), [{ ...rule, ...wrong }])).toThrow(says);
  });
});

describe('a mu-stat', () => {
  const settings = {
    ...{ muPerH: 0.2, yieldGPerG: 0.5, feedGPerL: 500 },
    ...{ gainH: 2, resetH: 2, smoothingH: 0.1, low: 0.2, high: 2 },
  };
  /** A culture that grows with its feed and takes up oxygen in proportion, after a batch at 0.3 1/h. */
  const grow = (
    gain: number,
    hours: number,
    hide: (t: number) => boolean = () => false,
    more: Partial<MuStatSettings> = {},
  ) => {
    const feed = muStatFeed({ ...settings, ...more });
    const onBiomass = more.observes?.on === 'biomass';
    const dt = 1 / 360;
    let X = 0.2;
    let mu = 0.3;
    const rates: number[] = [];
    for (let t = 0; t < 12 + hours; t += dt) {
      if (Math.abs(t - 12) < dt / 2) feed.begin(t, { biomassGPerL: X, volumeL: 1, feedRateLPerH: 0 });
      feed.see!(Float64Array.of(t, hide(t) ? Number.NaN : onBiomass ? X : 0.006 * mu * X, 1));
      // The real yield is another one than the law assumes.
      if (t >= 12) mu = (gain * 0.5 * 500 * rateOf(feed, t, dt)) / X;
      if (t >= 12) rates.push(mu);
      X *= Math.exp(mu * dt);
    }
    return { rates, estimate: feed.estimate[0]!, told: feed.told!, tells: feed.tells! };
  };

  it('holds the growth rate where the yield is a fifth other than assumed (open loop: 0.16 and 0.24)', () => {
    for (const gain of [0.8, 1.2]) {
      const { rates, estimate } = grow(gain, 12);
      const late = rates.slice(-360);
      const mean = late.reduce((sum, value) => sum + value, 0) / late.length;
      expect(Math.abs(mean - 0.2)).toBeLessThan(0.012);
      expect(Math.abs(estimate - mean)).toBeLessThan(0.012);
    }
  });

  it.each(['uptake', 'biomass'] as const)(
    'holds it as well by an observer that %s drives, and tells what that knows',
    (on) => {
      for (const gain of [0.8, 1.2]) {
        const { rates, estimate, told, tells } = grow(gain, 12, () => false, { observes: { on, relative: 0.02 } });
        const mean = rates.slice(-360).reduce((sum, value) => sum + value, 0) / 360;
        expect(Math.abs(mean - 0.2)).toBeLessThan(0.012);
        expect(Math.abs(estimate - mean)).toBeLessThan(0.012);
        expect(tells.map(({ id }) => id)).toEqual(['estimate.mu', 'deviation.mu']);
        expect(told[0]).toBe(estimate);
        expect(told[1]).toBeGreaterThan(0);
        expect(told[1]).toBeLessThan(0.2);
      }
    },
  );

  it('goes on as it was while it sees nothing', () => {
    const { rates } = grow(1, 6, (t) => t > 14);
    const [before, after] = [rates[719]!, rates.at(-1)!];
    expect(Math.abs(after - before)).toBeLessThan(0.02);
  });

  it.each([
    [{ smoothingH: 0 }, /smoothed over 0 h/],
    [{ low: 2, high: 1 }, /from 2 to 1/],
  ])('refuses %j', (wrong, says) => {
    expect(() => muStatFeed({ ...settings, ...wrong })).toThrow(says);
  });
});
