import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bootstrapMedian } from './bootstrap.ts';
import { risenWork, type Work } from './work.ts';

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

describe('counts against the committed file', () => {
  const committed = JSON.parse(readFileSync(join(import.meta.dirname, '../../work.json'), 'utf8')) as Record<
    string,
    Work
  >;
  const changed = (count: string, value: number) => {
    const [name, work] = Object.entries(committed).at(-1)!;
    return risenWork(committed, { [name]: { ...work, [count]: value } });
  };

  it('pass where nothing rose, or by rounding alone', () => {
    expect(risenWork(committed, committed)).toEqual([]);
    const calls = Object.values(committed).at(-1)!.rhsCalls!;
    expect(changed('rhsCalls', calls - 500)).toEqual([]);
    expect(changed('rhsCalls', Math.floor(1.019 * calls))).toEqual([]);
  });

  it('fail on three in a hundred more, on a box a scan, and on a case that nobody knows', () => {
    const calls = Object.values(committed).at(-1)!.rhsCalls!;
    expect(changed('rhsCalls', Math.ceil(1.03 * calls))).toEqual([
      expect.stringMatching(/rhsCalls rose from \d+ to \d+/),
    ]);
    expect(changed('bytes a scan', 16)).toEqual([expect.stringMatching(/bytes a scan rose/)]);
    expect(risenWork(committed, { other: { rhsCalls: 1 } })).toEqual([expect.stringMatching(/not in work\.json/)]);
  });

  it('say that scans allocate nothing', () => {
    for (const [name, work] of Object.entries(committed))
      if ('bytes a scan' in work) expect([name, work['bytes a scan']! < 8]).toEqual([name, true]);
  });
});
