/** LU factors of a dense row-major n x n matrix, in place, with row pivoting. Returns false when a pivot is zero or not a number. */
export function factorise(a: Float64Array, n: number, pivots: Int32Array): boolean {
  for (let k = 0; k < n; k++) {
    let p = k;
    let largest = Math.abs(a[k * n + k]!);
    for (let i = k + 1; i < n; i++) {
      const size = Math.abs(a[i * n + k]!);
      if (size > largest) {
        largest = size;
        p = i;
      }
    }
    pivots[k] = p;
    if (!(largest > 0 && largest < Number.POSITIVE_INFINITY)) return false;
    if (p !== k) swapRows(a, n, p, k);
    const scale = 1 / a[k * n + k]!;
    for (let i = k + 1; i < n; i++) {
      const factor = a[i * n + k]! * scale;
      a[i * n + k] = factor;
      if (factor === 0) continue;
      for (let j = k + 1; j < n; j++) a[i * n + j]! -= factor * a[k * n + j]!;
    }
  }
  return true;
}

function swapRows(a: Float64Array, n: number, p: number, k: number): void {
  for (let j = 0; j < n; j++) {
    const value = a[p * n + j]!;
    a[p * n + j] = a[k * n + j]!;
    a[k * n + j] = value;
  }
}

/** Solves L U x = P b in place on the first n entries of b. */
export function solveFactorised(a: Float64Array, n: number, pivots: Int32Array, b: Float64Array): void {
  for (let k = 0; k < n; k++) {
    const p = pivots[k]!;
    if (p !== k) {
      const value = b[p]!;
      b[p] = b[k]!;
      b[k] = value;
    }
  }
  for (let i = 1; i < n; i++) {
    let sum = b[i]!;
    for (let j = 0; j < i; j++) sum -= a[i * n + j]! * b[j]!;
    b[i] = sum;
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i]!;
    for (let j = i + 1; j < n; j++) sum -= a[i * n + j]! * b[j]!;
    b[i] = sum / a[i * n + i]!;
  }
}
