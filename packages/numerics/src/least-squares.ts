/** Less than this share of a column left over once the earlier ones are taken out of it: it says nothing of its own. */
const dependentShare = 1e-6;

/** The least-squares solution as one matrix, or the column that the earlier ones make already. */
export type LeastSquares = { readonly rows: readonly Float64Array[] } | { readonly dependent: number };

/**
 * The rows that turn measured values into the coefficients of `columns` which fit them best: R^-1 Q^T of a QR factorisation by modified
 * Gram-Schmidt, run twice (Bjorck 1967, BIT 7, 1; Giraud et al. 2005, Numer. Math. 101, 87).
 */
export function leastSquares(columns: readonly Float64Array[]): LeastSquares {
  const basis: Float64Array[] = [];
  const triangle = columns.map(() => new Float64Array(columns.length));
  for (const [k, column] of columns.entries()) {
    const rest = column.slice();
    const size = norm(rest);
    for (let pass = 0; pass < 2; pass++) {
      for (const [j, q] of basis.entries()) {
        const share = dot(q, rest);
        triangle[j]![k]! += share;
        for (let i = 0; i < rest.length; i++) rest[i]! -= share * q[i]!;
      }
    }
    const left = norm(rest);
    if (!(left > dependentShare * size)) return { dependent: k };
    triangle[k]![k] = left;
    basis.push(rest.map((value) => value / left));
  }
  const rows: Float64Array[] = basis.map((q) => q.slice());
  for (let k = rows.length - 1; k >= 0; k--) {
    const row = rows[k]!;
    for (let j = k + 1; j < rows.length; j++) {
      const share = triangle[k]![j]!;
      for (let i = 0; i < row.length; i++) row[i]! -= share * rows[j]![i]!;
    }
    for (let i = 0; i < row.length; i++) row[i]! /= triangle[k]![k]!;
  }
  return { rows };
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

function norm(a: Float64Array): number {
  return Math.sqrt(dot(a, a));
}
