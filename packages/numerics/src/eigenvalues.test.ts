import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eigenvalues } from './eigenvalues.ts';

const sorted = (values: Float64Array): number[] => [...values].sort((a, b) => a - b);

/** The companion matrix of the monic polynomial with the given roots. */
function companion(roots: readonly number[]): Float64Array {
  const n = roots.length;
  let coefficients = [1];
  for (const root of roots) {
    const next = [...coefficients, 0];
    coefficients.forEach((value, i) => (next[i + 1]! -= root * value));
    coefficients = next;
  }
  const a = new Float64Array(n * n);
  for (let j = 0; j < n; j++) a[j] = -coefficients[j + 1]!;
  for (let i = 1; i < n; i++) a[i * n + i - 1] = 1;
  return a;
}

describe('the eigenvalues', () => {
  it('of a triangular matrix are its diagonal', () => {
    const { re, im } = eigenvalues(Float64Array.of(3, 5, -2, 0, -1, 7, 0, 0, 0.5), 3);
    expect(sorted(re)).toEqual([-1, 0.5, 3]);
    expect([...im]).toEqual([0, 0, 0]);
  });

  it('of a rotation with growth are a conjugate pair', () => {
    const { re, im } = eigenvalues(Float64Array.of(1, -2, 2, 1), 2);
    expect(sorted(re)).toEqual([1, 1]);
    expect(sorted(im)).toEqual([-2, 2]);
  });

  it('of companion matrices are the roots', () => {
    const roots = [-5, -2.5, -1, 0.5, 2, 4];
    sorted(eigenvalues(companion(roots), 6).re).forEach((value, i) => expect(value).toBeCloseTo(roots[i]!, 8));
  });

  it('of a badly scaled matrix keep the small ones beside a fast one of -3.5e6', () => {
    // Two slow decays behind a fast one, with couplings that differ by ten orders.
    const a = Float64Array.of(-3.5e6, 1e5, 0, 1e-3, -0.5, 1e-4, 0, 1e4, -2);
    const [fast, middle, slow] = sorted(eigenvalues(a, 3).re) as [number, number, number];
    expect(fast / -3.5e6).toBeCloseTo(1, 6);
    expect(middle + slow).toBeCloseTo(-2.5, 3);
  });

  it('add up to the trace, and their squares to the trace of the square, for any matrix', () => {
    fc.assert(
      fc.property(
        fc
          .integer({ min: 1, max: 9 })
          .chain((n) =>
            fc.tuple(
              fc.constant(n),
              fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: n * n, maxLength: n * n }),
            ),
          ),
        ([n, values]) => {
          const a = Float64Array.from(values);
          const { re, im } = eigenvalues(a, n);
          let trace = 0;
          let square = 0;
          for (let i = 0; i < n; i++) {
            trace += a[i * n + i]!;
            for (let j = 0; j < n; j++) square += a[i * n + j]! * a[j * n + i]!;
          }
          const size = 1 + values.reduce((sum, value) => sum + value * value, 0);
          expect(Math.abs(re.reduce((sum, value) => sum + value, 0) - trace) / size).toBeLessThan(1e-9);
          expect(
            Math.abs(re.reduce((sum, value, i) => sum + value * value - im[i]! * im[i]!, 0) - square) / size,
          ).toBeLessThan(1e-8);
        },
      ),
      {
        numRuns: 300,
        // Entries whose products leave the range of numbers.
        examples: [
          [[3, [0, 0, -5e-324, 2.4492586956048745e-101, -9.4302103597279e-230, 0, 0, 6.337779568750578e-273, 0]]],
        ],
      },
    );
  });
});
