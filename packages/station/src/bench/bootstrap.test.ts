import { describe, expect, it } from 'vitest';
import { bootstrapMedian } from './bootstrap.ts';

describe('the bootstrap of a median', () => {
  const around = (middle: number, spread: number): number[] =>
    Array.from({ length: 20 }, (_, i) => middle * (1 + spread * Math.sin(7.3 * i)));

  it('holds the median between its limits, closer the less the ratios scatter', () => {
    const [narrow, wide] = [bootstrapMedian(around(1, 0.01)), bootstrapMedian(around(1, 0.1))];
    for (const { low, median, high } of [narrow, wide]) {
      expect(low).toBeLessThanOrEqual(median);
      expect(high).toBeGreaterThanOrEqual(median);
    }
    expect(narrow.high - narrow.low).toBeLessThan(wide.high - wide.low);
    expect(bootstrapMedian(around(1, 0.1))).toEqual(wide);
  });

  it('tells a slow-down of 20 % from none, and does not mind an outlier', () => {
    expect(bootstrapMedian(around(1.2, 0.05)).low).toBeGreaterThan(1.05);
    expect(bootstrapMedian([...around(1, 0.03), 9]).low).toBeLessThan(1.05);
  });
});
