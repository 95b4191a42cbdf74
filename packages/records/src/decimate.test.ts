import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimate, fewestPoints, type Series } from './decimate.ts';

const gap = Number.NaN;
const seriesOf = (values: readonly number[], steps?: readonly number[]): Series => {
  let time = 0;
  return {
    timeH: Float64Array.from(values, (_, i) => {
      time += steps ? steps[i % steps.length]! : 1;
      return time;
    }),
    values: Float64Array.from(values),
  };
};
const someSeries = fc
  .record({
    values: fc.array(
      fc.oneof(
        { weight: 3, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
        { weight: 1, arbitrary: fc.constant(gap) },
      ),
      { minLength: 50, maxLength: 300 },
    ),
    steps: fc.array(
      fc.integer({ min: 0, max: 9 }).map((step) => step / 8),
      { minLength: 1, maxLength: 7 },
    ),
  })
  .map(({ values, steps }) => seriesOf(values, steps));
const isGap = (value: number): boolean => !Number.isFinite(value);

/** Rows of the source that the points of a trend are, each after the one before. */
function rowsOf(source: Series, trend: Series): number[] {
  let from = 0;
  return [...trend.values].map((value, p) => {
    while (
      from < source.values.length &&
      !(Object.is(source.values[from], value) && source.timeH[from] === trend.timeH[p])
    )
      from++;
    return from++;
  });
}

describe('a trend', () => {
  it('of any series has at most the points that were asked for, all of the series and in its order, from its first to its last', () => {
    fc.assert(
      fc.property(someSeries, fc.integer({ min: fewestPoints, max: 60 }), (series, points) => {
        const trend = decimate(series, points);
        expect(trend.values.length).toBeLessThanOrEqual(points);
        const rows = rowsOf(series, trend);
        expect(Math.max(...rows)).toBeLessThan(series.values.length);
        expect([trend.timeH[0], trend.values[0]]).toEqual([series.timeH[0], series.values[0]]);
        expect([trend.timeH.at(-1), trend.values.at(-1)]).toEqual([series.timeH.at(-1), series.values.at(-1)]);
      }),
    );
  });

  it('keeps the lowest and the highest value of every span of equal time', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 64, maxLength: 300 }),
        fc.integer({ min: fewestPoints, max: 60 }),
        (values, points) => {
          const series = seriesOf(values);
          const kept = new Set(decimate(series, points).values);
          const spans = (points - 2) >> 1;
          const ofSpan = Array.from({ length: spans }, (): number[] => []);
          values.forEach((value, i) =>
            ofSpan[Math.min(spans - 1, Math.floor((i * spans) / (values.length - 1)))]!.push(value),
          );
          for (const span of ofSpan.filter(({ length }) => length > 0)) {
            expect(kept.has(Math.min(...span)), `lowest of ${span}`).toBe(true);
            expect(kept.has(Math.max(...span)), `highest of ${span}`).toBe(true);
          }
        },
      ),
    );
  });

  it('draws no line over a gap', () => {
    fc.assert(
      fc.property(someSeries, fc.integer({ min: fewestPoints, max: 60 }), (series, points) => {
        const trend = decimate(series, points);
        const rows = rowsOf(series, trend);
        for (let p = 1; p < rows.length; p++) {
          if (isGap(trend.values[p - 1]!) || isGap(trend.values[p]!)) continue;
          expect(series.values.slice(rows[p - 1]!, rows[p]!).some(isGap)).toBe(false);
        }
      }),
    );
  });

  it('uses most of its points, with gaps and without', () => {
    const wave = Array.from({ length: 20_000 }, (_, i) => Math.sin(i / 3) * i);
    expect(decimate(seriesOf(wave), 2000).values.length).toBe(2000);
    const torn = wave.map((value, i) => (i % 100 === 0 ? gap : value));
    expect(decimate(seriesOf(torn), 2000).values.length).toBeGreaterThan(1500);
  });

  it('is the series itself where that is short enough, and refused below the least', () => {
    const series = seriesOf([1, gap, 3]);
    expect(decimate(series, 8)).toBe(series);
    expect(() => decimate(series, 7)).toThrow(/A trend of 7 points is too short: 8 are the least/);
  });
});
