/**
 * The covariance of a Kalman filter of `n` unknowns and what is done to it. Matrices are row-major, n x n; nothing is allocated after construction.
 * Propagation uses the implicit transition (I - h A)^-1, so that unknowns much faster than the step h settle instead of blowing up.
 */
export class Covariance {
  readonly n: number;
  /** Live: write the start values, read variances on the diagonal. */
  readonly p: Float64Array;
  /** Derivatives of the rates of the unknowns by the unknowns, 1/h; filled by the caller before `propagate`. */
  readonly a: Float64Array;
  /** Element 0: the step in h, for `propagate`. */
  readonly stepH = new Float64Array(1);
  readonly #matrix: Float64Array;
  readonly #order: Int32Array;
  readonly #column: Float64Array;
  readonly #variance = new Float64Array(1);

  constructor(n: number) {
    this.n = n;
    this.p = new Float64Array(n * n);
    this.a = new Float64Array(n * n);
    this.#matrix = new Float64Array(n * n);
    this.#order = new Int32Array(n);
    this.#column = new Float64Array(n);
  }

  /** P becomes F P F' + h Q with F = (I - h A)^-1; `noise` holds the diagonal of Q in variance per h. False, and P is left, where A cannot be inverted. */
  propagate(noise: Float64Array): boolean {
    const { n, p, a } = this;
    const h = this.stepH[0]!;
    const matrix = this.#matrix;
    for (let i = 0; i < n * n; i++) matrix[i] = -h * a[i]!;
    for (let i = 0; i < n; i++) matrix[i * n + i]! += 1;
    if (!factorise(matrix, this.#order, n)) return false;
    this.#solveColumns();
    this.#transpose();
    this.#solveColumns();
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) {
        const mean = 0.5 * (p[i * n + j]! + p[j * n + i]!);
        p[i * n + j] = mean;
        p[j * n + i] = mean;
      }
      p[i * n + i]! += h * noise[i]!;
    }
    return true;
  }

  /**
   * Takes in one measured number that is `h` times the unknowns plus noise of variance `noise[0]`; `innovation[0]` is what it differs by. Adds the move of
   * the unknowns to `move` (length n).
   */
  take(h: Float64Array, noise: Float64Array, innovation: Float64Array, move: Float64Array): void {
    const { n, p } = this;
    const gain = this.#column;
    const variance = this.#variance;
    variance[0] = noise[0]!;
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += p[i * n + j]! * h[j]!;
      gain[i] = sum;
      variance[0]! += h[i]! * sum;
    }
    this.takeAlong(gain, variance, innovation, move);
  }

  /** The same for a number of variance `variance[0]`, noise and all, whose covariance with the unknowns is `gain` (length n). */
  takeAlong(gain: Float64Array, variance: Float64Array, innovation: Float64Array, move: Float64Array): void {
    const { n, p } = this;
    const scale = 1 / variance[0]!;
    for (let i = 0; i < n; i++) {
      move[i]! += gain[i]! * scale * innovation[0]!;
      for (let j = 0; j <= i; j++) {
        const value = p[i * n + j]! - gain[i]! * gain[j]! * scale;
        p[i * n + j] = value;
        p[j * n + i] = value;
      }
      if (p[i * n + i]! < 0) p[i * n + i] = 0;
    }
  }

  /** Variance of `h` times the unknowns into `out[at]`. */
  variance(h: Float64Array, out: Float64Array, at = 0): void {
    const { n, p } = this;
    let total = 0;
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += p[i * n + j]! * h[j]!;
      total += h[i]! * sum;
    }
    out[at] = total;
  }

  #transpose(): void {
    const { n, p } = this;
    for (let i = 0; i < n; i++)
      for (let j = 0; j < i; j++) {
        const value = p[i * n + j]!;
        p[i * n + j] = p[j * n + i]!;
        p[j * n + i] = value;
      }
  }

  /** Every column of P divided by the factorised matrix. */
  #solveColumns(): void {
    const { n, p } = this;
    const matrix = this.#matrix;
    const order = this.#order;
    const column = this.#column;
    for (let c = 0; c < n; c++) {
      for (let i = 0; i < n; i++) column[i] = p[order[i]! * n + c]!;
      for (let i = 1; i < n; i++) {
        let sum = column[i]!;
        for (let j = 0; j < i; j++) sum -= matrix[i * n + j]! * column[j]!;
        column[i] = sum;
      }
      for (let i = n - 1; i >= 0; i--) {
        let sum = column[i]!;
        for (let j = i + 1; j < n; j++) sum -= matrix[i * n + j]! * column[j]!;
        column[i] = sum / matrix[i * n + i]!;
      }
      for (let i = 0; i < n; i++) p[i * n + c] = column[i]!;
    }
  }
}

/** LU with row pivoting, in place; false for a matrix without an inverse. */
function factorise(matrix: Float64Array, order: Int32Array, n: number): boolean {
  for (let i = 0; i < n; i++) order[i] = i;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(matrix[i * n + k]!) > Math.abs(matrix[pivot * n + k]!)) pivot = i;
    if (!(Math.abs(matrix[pivot * n + k]!) > 1e-300)) return false;
    if (pivot !== k) {
      for (let j = 0; j < n; j++) {
        const value = matrix[k * n + j]!;
        matrix[k * n + j] = matrix[pivot * n + j]!;
        matrix[pivot * n + j] = value;
      }
      const row = order[k]!;
      order[k] = order[pivot]!;
      order[pivot] = row;
    }
    for (let i = k + 1; i < n; i++) {
      const factor = matrix[i * n + k]! / matrix[k * n + k]!;
      if (factor === 0) continue;
      matrix[i * n + k] = factor;
      for (let j = k + 1; j < n; j++) matrix[i * n + j]! -= factor * matrix[k * n + j]!;
    }
    if (matrix[k * n + k] === 0) return false;
  }
  return true;
}
