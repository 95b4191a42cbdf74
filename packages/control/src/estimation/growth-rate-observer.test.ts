import { RandomStream } from '@fedbatch/numerics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GrowthRateObserver, type GrowthRateSettings } from './growth-rate-observer.ts';

const usual: GrowthRateSettings = { settleH: 0.25, relative: 0.05, noise: 'values', startPerH: 0.2 };
const show = (observer: GrowthRateObserver, timeH: number, amount: number): 'moved' | 'stays' => {
  observer.seen.set([timeH, amount]);
  return observer.step();
};

/** Normal numbers, one a call. */
const normals = (seed: number) => {
  const stream = new RandomStream(seed, 'noise');
  return (): number => {
    stream.normal();
    return stream.drawn[0]!;
  };
};

describe('an observer of the growth rate', () => {
  it('loses the error of a step of mu by the double pole that it was given, exactly', () => {
    const observer = new GrowthRateObserver(usual);
    const h = 1 / 60;
    for (let i = 0; i <= 120; i++) show(observer, i * h, 3 * Math.exp(0.2 * i * h));
    expect(observer.estimate[0]).toBeCloseTo(0.2, 12);
    const z = Math.exp(-h / 0.25);
    for (let n = 1; n <= 120; n++) {
      show(observer, (120 + n) * h, 3 * Math.exp(0.2 * 120 * h + 0.3 * n * h));
      const error = (0.3 - observer.estimate[0]!) / 0.1;
      expect(error).toBeCloseTo(z ** n * (1 + n * (1 - z)), 10);
      // Which is the continuous law, but for the grid of the values.
      expect(Math.abs(error - (1 + (n * h) / 0.25) * Math.exp((-n * h) / 0.25))).toBeLessThan(0.013);
    }
  });

  it('is never off by more than it was, whenever values come, and settles with the next ones', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.001, max: 2, noNaN: true }), { minLength: 1, maxLength: 60 }), (gaps) => {
        const observer = new GrowthRateObserver(usual);
        let t = 0;
        const error = (gap: number): number => {
          t += gap;
          show(observer, t, 5 * Math.exp(0.35 * t));
          return Math.abs(observer.estimate[0]! - 0.35);
        };
        error(0);
        for (const gap of gaps) expect(error(gap)).toBeLessThan(0.15 * (1 + 1e-9));
        for (let i = 0; i < 60; i++) error(usual.settleH / 4);
        expect(error(usual.settleH / 4)).toBeLessThan(1e-4);
      }),
    );
  });

  it.each(['values', 'increments'] as const)('is off by what it says where %s are off', (noise) => {
    let squares = 0;
    for (let seed = 1; seed <= 200; seed++) {
      const relative = noise === 'values' ? 0.02 : 0.1;
      const observer = new GrowthRateObserver({ ...usual, noise, relative, startDeviationPerH: 0, driftPerH: 0 });
      const normal = normals(seed);
      let sum = 1;
      for (let i = 0; i <= 100; i++) {
        sum *= Math.exp((0.2 / 60) * (noise === 'values' ? 1 : 1 + relative * normal()));
        show(observer, i / 60, sum * (noise === 'values' ? 1 + relative * normal() : 1));
      }
      squares += ((observer.estimate[0]! - 0.2) / observer.estimate[1]!) ** 2;
    }
    // Chi-square of 200 degrees of freedom over 200, 99.8 % on both sides.
    expect(Math.abs(squares / 200 - 1)).toBeLessThan(0.31);
  });

  it('leaves one wild value out, and follows when it is said again', () => {
    const run = (wild: (i: number) => boolean) => {
      const observer = new GrowthRateObserver({ ...usual, relative: 0.01 });
      const moved: boolean[] = [];
      for (let i = 0; i <= 240; i++)
        moved[i] = show(observer, i / 60, Math.exp((0.2 * i) / 60) * (wild(i) ? 3 : 1)) === 'moved';
      return { mu: observer.estimate[0]!, moved };
    };
    const once = run((i) => i === 200);
    expect(once.moved[200]).toBe(false);
    expect(once.moved[201]).toBe(true);
    expect(once.mu).toBeCloseTo(0.2, 6);
    const always = run((i) => i >= 100);
    expect(always.moved.slice(100, 110)).toContain(true);
    expect(always.mu).toBeCloseTo(0.2, 2);
  });

  it('stays where it is without a value, and forgets nothing', () => {
    const observer = new GrowthRateObserver(usual);
    for (let i = 0; i <= 60; i++) show(observer, i / 60, Math.exp((0.3 * i) / 60));
    const before = [...observer.estimate];
    for (const nothing of [Number.NaN, 0, -1, Number.POSITIVE_INFINITY])
      expect(show(observer, 1.5, nothing)).toBe('stays');
    expect(show(observer, 1, 2)).toBe('stays');
    expect([...observer.estimate]).toEqual(before);
    show(observer, 2, Math.exp(0.6));
    expect(Math.abs(observer.estimate[0]! - 0.3)).toBeLessThan(Math.abs(before[0]! - 0.3));
  });

  it('refuses times and noises that are none', () => {
    expect(() => new GrowthRateObserver({ ...usual, settleH: 0 })).toThrow('cannot settle in 0 h: above 0');
    expect(() => new GrowthRateObserver({ ...usual, relative: 0 })).toThrow('cannot be off by a share of 0');
  });
});
