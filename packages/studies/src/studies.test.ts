import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DesignKind, designKinds, pointOf } from './design.ts';
import { normalProbability, normalQuantile, quantile } from './distribution.ts';
import { sobolDimensions, sobolPoint } from './sobol.ts';
import { correlation, firstOrderIndex, percentile, ranks } from './statistics.ts';

const column = (kind: DesignKind, members: number, d: number, dimensions: number, seed = 1): number[] =>
  Array.from({ length: members }, (_, i) => pointOf({ kind, members, seed }, i, dimensions)[d]!);

describe('a Sobol sequence', () => {
  it('begins as published: 0, 1/2, 3/4, 1/4 in one dimension', () => {
    expect(Array.from({ length: 4 }, (_, i) => sobolPoint(i, 1)[0]! / 2 ** 32)).toEqual([0, 0.5, 0.75, 0.25]);
  });

  it('has one of its first 2^m points in each of as many intervals, in every dimension', () => {
    for (let d = 0; d < sobolDimensions; d++) {
      const found = Array.from({ length: 256 }, (_, i) => sobolPoint(i, sobolDimensions)[d]! >>> 24);
      expect(new Set(found).size, `dimension ${d + 1}`).toBe(256);
    }
  });

  it('fills every square of a 16 x 16 grid evenly in its first two dimensions', () => {
    const squares = Array.from({ length: 256 }, (_, i) => {
      const [x, y] = sobolPoint(i, 2);
      return (x! >>> 28) * 16 + (y! >>> 28);
    });
    expect(new Set(squares).size).toBe(256);
  });

  it('integrates a product over six dimensions far better than chance does', () => {
    // The mean of prod (1 + (x_d - 1/2)) over the cube is 1.
    const error = (kind: DesignKind): number => {
      const points = Array.from({ length: 1024 }, (_, i) => pointOf({ kind, members: 1024, seed: 5 }, i, 6));
      const values = points.map((point) => point.reduce((product, x) => product * (0.5 + x), 1));
      return Math.abs(values.reduce((sum, value) => sum + value, 0) / 1024 - 1);
    };
    expect(error('sobol')).toBeLessThan(0.002);
    expect(error('random')).toBeGreaterThan(error('sobol'));
  });

  it('refuses more dimensions than it has', () => {
    expect(() => pointOf({ kind: 'sobol', members: 8, seed: 1 }, 0, sobolDimensions + 1)).toThrow(/at most 21/);
  });
});

describe('a design', () => {
  it('lies inside the unit cube, and depends on seed and index alone', () => {
    fc.assert(
      fc.property(fc.constantFrom(...designKinds), fc.nat(500), fc.nat(1e6), (kind, index, seed) => {
        const design = { kind, members: 501, seed };
        const point = pointOf(design, index, 7);
        for (const x of point) expect(x > 0 && x < 1).toBe(true);
        expect(pointOf(design, index, 7)).toEqual(point);
        if (kind !== 'latin') expect(pointOf({ ...design, members: 900 }, index, 7)).toEqual(point);
      }),
    );
  });

  it('of Latin kind has one member in each stratum of every quantity', () => {
    for (let d = 0; d < 5; d++) {
      const strata = column('latin', 97, d, 5).map((x) => Math.floor(97 * x));
      expect(new Set(strata).size).toBe(97);
    }
    expect(column('latin', 97, 0, 2)).not.toEqual(column('latin', 97, 1, 2));
    expect(column('latin', 97, 0, 2)).not.toEqual(column('latin', 97, 0, 2, 2));
  });
});

describe('a distribution', () => {
  it('knows the normal probabilities of the tables, and inverts them', () => {
    expect(normalProbability(1.959963984540054)).toBeCloseTo(0.975, 14);
    expect(normalProbability(-3)).toBeCloseTo(0.0013498980316301, 14);
    for (const u of [1e-9, 0.001, 0.3, 0.5, 0.975, 1 - 1e-9])
      expect(normalProbability(normalQuantile(u)) / u).toBeCloseTo(1, 6);
  });

  it('has its mean, deviation and limits', () => {
    const draw = (shape: 'normal' | 'lognormal' | 'uniform', deviation: number): number[] =>
      Array.from({ length: 20_000 }, (_, i) =>
        quantile({ shape, middle: 2, deviation, low: 1e-3, high: 100 }, (i + 0.5) / 20_000),
      );
    const deviationOf = (values: readonly number[], mean: number): number =>
      Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    for (const shape of ['normal', 'uniform'] as const) {
      const values = draw(shape, 0.3);
      expect(values.reduce((sum, value) => sum + value, 0) / values.length).toBeCloseTo(2, 4);
      expect(deviationOf(values, 2)).toBeCloseTo(0.3, 3);
    }
    const logs = draw('lognormal', 0.2).map(Math.log);
    expect(deviationOf(logs, Math.log(2))).toBeCloseTo(0.2, 3);
  });

  it('is cut at its limits and not heaped on them', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('normal' as const, 'lognormal' as const, 'uniform' as const),
        fc.double({ min: 0.01, max: 2, noNaN: true }),
        fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }),
        (shape, deviation, u) => {
          const value = quantile({ shape, middle: 1, deviation, low: 0.6, high: 1.2 }, u);
          expect(value).toBeGreaterThanOrEqual(0.6);
          expect(value).toBeLessThanOrEqual(1.2);
        },
      ),
    );
    const values = Array.from({ length: 100 }, (_, i) =>
      quantile({ shape: 'normal', middle: 1, deviation: 1, low: 0.6, high: 1.2 }, (i + 0.5) / 100),
    );
    expect(new Set(values).size).toBe(100);
  });
});

describe('the statistics of an ensemble', () => {
  it('are those of Hyndman and Fan, Spearman and a table', () => {
    expect(percentile([1, 2, 3, 4], 0.25)).toBe(1.75);
    expect(percentile([5], 0.95)).toBe(5);
    expect(percentile([], 0.5)).toBeNaN();
    expect(ranks([10, 30, 20, 30])).toEqual([1, 3.5, 2, 3.5]);
    expect(correlation([1, 2, 3], [2, 4, 6])).toBeCloseTo(1, 15);
    expect(correlation([1, 2, 3], [5, 5, 5])).toBe(0);
  });

  // Exact: 0.3139, 0.4424, 0 (Ishigami and Homma 1990, with 7 and 0.1).
  it.each(designKinds)('find the first-order indices of the Ishigami function from a %s design', (kind) => {
    const members = 4096;
    const points = Array.from({ length: members }, (_, i) =>
      pointOf({ kind, members, seed: 3 }, i, 3).map((u) => Math.PI * (2 * u - 1)),
    );
    const y = points.map(([a, b, c]) => Math.sin(a!) + 7 * Math.sin(b!) ** 2 + 0.1 * c! ** 4 * Math.sin(a!));
    const index = (d: number): number =>
      firstOrderIndex(
        points.map((point) => point[d]!),
        y,
      );
    expect(Math.abs(index(0) - 0.3139)).toBeLessThan(0.03);
    expect(Math.abs(index(1) - 0.4424)).toBeLessThan(0.03);
    expect(index(2)).toBeLessThan(0.04);
    expect(firstOrderIndex([1, 2, 3], [4, 4, 4])).toBe(0);
  });
});
