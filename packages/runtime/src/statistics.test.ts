import { describe, expect, it } from 'vitest';
import { Statistics } from './statistics.ts';

describe('statistics of a run', () => {
  it('are kept of what is watched, by the trapezoid rule over uneven times', () => {
    const statistics = new Statistics(3, new Set([2, 0]));
    const timesH = Float64Array.of(1, 1.5, 3);
    const rows = [
      [4, 9, -1],
      [2, 9, 5],
      [6, 9, 1],
    ];
    rows.forEach((row, at) => {
      statistics.add(timesH, at, Float64Array.from(row));
    });
    const { first, last, minimum, maximum, integral, durationH } = statistics;
    expect([first[0], last[0], minimum[0], maximum[0], integral[0]]).toEqual([4, 6, 2, 6, 7.5]);
    expect([first[2], last[2], minimum[2], maximum[2], integral[2]]).toEqual([-1, 1, -1, 5, 5.5]);
    expect([first[1], integral[1]]).toEqual([Number.NaN, 0]);
    expect(durationH).toBe(2);
  });
});
