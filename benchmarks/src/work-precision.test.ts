import { describe, expect, it } from 'vitest';
import { frontOf, timeAt } from './work-precision.ts';

const point = (error: number, microseconds: number) => ({ error, microseconds });

describe('points of work and precision', () => {
  it('keep those that no other beats in both, from loose to tight', () => {
    const [loose, beaten, middle, tight] = [point(1e-3, 10), point(1e-4, 50), point(1e-5, 40), point(1e-7, 90)];
    expect(frontOf([tight, beaten, loose, middle])).toEqual([loose, middle, tight]);
  });

  it('give the time at an error in between on a straight line of the logarithms', () => {
    expect(timeAt([point(1e-4, 100), point(1e-8, 10_000)], 1e-6)).toBeCloseTo(1000, 9);
    expect(timeAt([point(1e-4, 100), point(1e-8, 10_000)], 1e-8)).toBe(10_000);
  });

  it('give the time of the loosest point for an error looser than any measured', () => {
    expect(timeAt([point(1e-6, 100), point(1e-8, 300)], 1e-4)).toBe(100);
  });

  it('give no time for an error that was not reached', () => {
    expect(timeAt([point(1e-6, 100)], 1e-8)).toBeNaN();
    expect(timeAt([], 1e-8)).toBeNaN();
  });
});
