import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { symmetricEigen } from './symmetric-eigen.ts';

describe('eigenvalues of a symmetric matrix', () => {
  it('are those of the textbook', () => {
    const { values } = symmetricEigen(Float64Array.of(2, -1, 0, -1, 2, -1, 0, -1, 2), 3);
    const expected = [2 - Math.SQRT2, 2, 2 + Math.SQRT2];
    [...values].sort((a, b) => a - b).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 13));
  });

  it('and its eigenvectors make the matrix again, and stand at right angles', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 7 }),
        fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 49, maxLength: 49 }),
        (n, numbers) => {
          const matrix = new Float64Array(n * n);
          for (let i = 0; i < n; i++)
            for (let j = 0; j <= i; j++) matrix[i * n + j] = matrix[j * n + i] = numbers[i * 7 + j]!;
          const { values, vectors } = symmetricEigen(matrix, n);
          for (let i = 0; i < n; i++)
            for (let j = 0; j < n; j++) {
              let [made, dot] = [0, 0];
              for (let k = 0; k < n; k++) {
                made += vectors[i * n + k]! * values[k]! * vectors[j * n + k]!;
                dot += vectors[k * n + i]! * vectors[k * n + j]!;
              }
              expect(Math.abs(made - matrix[i * n + j]!)).toBeLessThan(1e-11);
              expect(Math.abs(dot - (i === j ? 1 : 0))).toBeLessThan(1e-12);
            }
        },
      ),
    );
  });
});
