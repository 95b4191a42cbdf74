import { describe, expect, it } from 'vitest';
import { leastSquares } from './least-squares.ts';

const points = Array.from({ length: 12 }, (_, i) => i / 11);
const column = (f: (x: number) => number): Float64Array => Float64Array.from(points, f);
const times = (rows: readonly Float64Array[], values: Float64Array): number[] =>
  rows.map((row) => row.reduce((sum, value, i) => sum + value * values[i]!, 0));

describe('least squares as one matrix', () => {
  it('gives back the coefficients of what is made of its columns', () => {
    const found = leastSquares([column(() => 1), column((x) => x), column((x) => Math.exp(x))]);
    if ('dependent' in found) throw new Error('these columns are independent');
    const made = column((x) => 3 - 2 * x + 0.5 * Math.exp(x));
    times(found.rows, made).forEach((value, i) => expect(value).toBeCloseTo([3, -2, 0.5][i]!, 10));
  });

  it('leaves a rest that is at right angles to every column', () => {
    const columns = [column(() => 1), column((x) => x)];
    const found = leastSquares(columns);
    if ('dependent' in found) throw new Error('these columns are independent');
    const values = column((x) => Math.sin(5 * x));
    const [a, b] = times(found.rows, values);
    const rest = values.map((value, i) => value - a! - b! * points[i]!);
    for (const one of columns)
      expect(Math.abs(one.reduce((sum, value, i) => sum + value * rest[i]!, 0))).toBeLessThan(1e-12);
  });

  it('names the column that the earlier ones make already', () => {
    expect(leastSquares([column((x) => x), column(() => 1), column((x) => 2 * x - 3)])).toEqual({ dependent: 2 });
    expect(leastSquares([column(() => 0)])).toEqual({ dependent: 0 });
  });
});
