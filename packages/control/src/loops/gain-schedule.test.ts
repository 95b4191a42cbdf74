import { describe, expect, it } from 'vitest';
import { GainSchedule } from './gain-schedule.ts';

const points = { at: [400, 800, 1200], factor: [1, 0.5, 0.2] };
const factors = (values: readonly number[]): number[] => {
  const schedule = new GainSchedule(points);
  return values.map((value) => {
    schedule.seen[0] = value;
    schedule.step();
    return schedule.factor[0]!;
  });
};

describe('a gain schedule', () => {
  it('joins its points by straight lines, and holds its ends', () => {
    const found = factors([0, 400, 600, 800, 1000, 1200, 5000]);
    [1, 1, 0.75, 0.5, 0.35, 0.2, 0.2].forEach((factor, i) => expect(found[i]).toBeCloseTo(factor, 12));
  });

  it('stays where it is without a value', () => {
    expect(factors([600, Number.NaN, 800])).toEqual([0.75, 0.75, 0.5]);
  });

  it('is one point, held', () => {
    const schedule = new GainSchedule({ at: [1], factor: [0.5] });
    schedule.seen[0] = -3;
    schedule.step();
    expect(schedule.factor[0]).toBe(0.5);
  });

  it.each([
    [{ at: [], factor: [] }, /at least one/],
    [{ at: [1, 1], factor: [1, 1] }, /entry 2 is 1/],
    [{ at: [1, 2], factor: [1, 0] }, /entry 2 is 0/],
    [{ at: [1, 2], factor: [1] }, /has 2 and 1/],
  ])('refuses %j', (wrong, says) => {
    expect(() => new GainSchedule(wrong)).toThrow(says);
  });
});
