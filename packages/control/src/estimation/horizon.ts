import type { HorizonStage } from './horizon-stage.ts';

/** A jump that changes by less than this share is left as it was. */
const noticed = 0.1;

/**
 * The least-squares problem of a horizon, solved by its structure: stages that hang together like a chain make a block-tridiagonal system, which one
 * sweep forwards and one backwards solve. Forwards it is a Kalman filter in the form that takes information; backwards the adjoint of the filter
 * (Bryson and Frazier 1963, TDR-63-119; Bierman 1973, Automatica 9, 503), which needs no inverse of a covariance, so that what is known exactly may
 * be. Gauss-Newton on the whole horizon is this pair of sweeps, done again where the model is linearised anew (Bell 1994, SIAM J. Optim. 4, 626).
 * Nothing is allocated after construction.
 */
export class Horizon {
  readonly n: number;
  readonly #noise: Float64Array;
  readonly #allowed: number;
  readonly #left: Float64Array;
  readonly #slope: Float64Array;
  readonly #adjoint: Float64Array;

  /**
   * `noise` is what the model adds to the variance of each unknown from one stage to the next. Beyond `allowed` deviations of that it is no drift but a jump, and counts
   * with Huber's weight (Aravkin et al. 2017, Automatica 86, 63).
   */
  constructor(noise: Float64Array, allowed: number) {
    const n = noise.length;
    this.n = n;
    this.#noise = noise;
    this.#allowed = allowed;
    this.#left = new Float64Array(n * n);
    this.#slope = new Float64Array(n);
    this.#adjoint = new Float64Array(n);
  }

  /** Takes in what was measured in a stage: from `prior` to `filtered`. False where the matrices cannot be divided by. */
  take(stage: HorizonStage): boolean {
    const { n } = this;
    const { information, pull, point, prior, priorCovariance: p, filtered, filteredCovariance } = stage;
    const left = this.#left;
    // (I + P L) P+ = P, the symmetric form of (P^-1 + L)^-1 for a P that may be singular.
    multiply(p, information, left, n);
    for (let i = 0; i < n; i++) left[i * n + i]! += 1;
    filteredCovariance.set(p);
    if (!solve(left, filteredCovariance, n)) return false;
    symmetrise(filteredCovariance, n);
    const slope = this.#slope;
    for (let i = 0; i < n; i++) {
      let sum = pull[i]!;
      for (let j = 0; j < n; j++) sum -= information[i * n + j]! * (prior[j]! - point[j]!);
      slope[i] = sum;
    }
    for (let i = 0; i < n; i++) {
      let sum = prior[i]!;
      for (let j = 0; j < n; j++) sum += filteredCovariance[i * n + j]! * slope[j]!;
      filtered[i] = sum;
    }
    return true;
  }

  /** Where a stage leads: mean and covariance of the unknowns there, with what the model may drift by until the next stage, or without. */
  lead(stage: HorizonStage, model: 'drifts' | 'holds', mean: Float64Array, covariance: Float64Array): void {
    const { n } = this;
    const { transition, end, point, filtered, filteredCovariance, jumps } = stage;
    for (let i = 0; i < n; i++) {
      let sum = end[i]!;
      for (let j = 0; j < n; j++) sum += transition[i * n + j]! * (filtered[j]! - point[j]!);
      mean[i] = sum;
    }
    const half = this.#left;
    multiply(transition, filteredCovariance, half, n);
    for (let i = 0; i < n; i++)
      for (let j = 0; j <= i; j++) {
        let sum = 0;
        for (let k = 0; k < n; k++) sum += half[i * n + k]! * transition[j * n + k]!;
        covariance[i * n + j] = sum;
        covariance[j * n + i] = sum;
      }
    if (model === 'holds') return;
    for (let i = 0; i < n; i++) covariance[i * n + i]! += this.#noise[i]! * jumps[i]!;
  }

  /** The last stage: what comes after it is not known yet. */
  beginSmoothing(last: HorizonStage): void {
    last.smoothed.set(last.filtered);
    this.#adjoint.fill(0);
    this.#addPull(last);
  }

  /** Goes one stage back, from the one after it: `smoothed` of the stage, and `jumps` where the model has jumped. */
  smoothBack(stage: HorizonStage): 'kept' | 'changed' {
    const { n } = this;
    const { transition, filtered, filteredCovariance, smoothed, jumps } = stage;
    const adjoint = this.#adjoint;
    const slope = this.#slope;
    let changed: 'kept' | 'changed' = 'kept';
    for (let i = 0; i < n; i++) {
      // The model was passed by `noise * jumps * adjoint`.
      const jump = Math.max(1, (Math.sqrt(this.#noise[i]!) * jumps[i]! * Math.abs(adjoint[i]!)) / this.#allowed);
      if (Math.abs(jump - jumps[i]!) < noticed * jumps[i]!) continue;
      jumps[i] = jump;
      changed = 'changed';
    }
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += transition[i * n + j]! * adjoint[i]!;
      slope[j] = sum;
    }
    for (let i = 0; i < n; i++) {
      let sum = filtered[i]!;
      for (let j = 0; j < n; j++) sum += filteredCovariance[i * n + j]! * slope[j]!;
      smoothed[i] = sum;
    }
    adjoint.set(slope);
    this.#addPull(stage);
    return changed;
  }

  /** Adds the slope of the misfit of the stage at its smoothed unknowns to the adjoint. */
  #addPull({ information, pull, point, smoothed }: HorizonStage): void {
    const { n } = this;
    const adjoint = this.#adjoint;
    for (let i = 0; i < n; i++) {
      let sum = pull[i]!;
      for (let j = 0; j < n; j++) sum -= information[i * n + j]! * (smoothed[j]! - point[j]!);
      adjoint[i]! += sum;
    }
  }
}

function multiply(a: Float64Array, b: Float64Array, out: Float64Array, n: number): void {
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += a[i * n + k]! * b[k * n + j]!;
      out[i * n + j] = sum;
    }
}

/** Rounding leaves a covariance a little askew, and what is known exactly with a variance of a hair below 0. */
function symmetrise(p: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    p[i * n + i] = Math.max(0, p[i * n + i]!);
    for (let j = 0; j < i; j++) {
      const mean = 0.5 * (p[i * n + j]! + p[j * n + i]!);
      p[i * n + j] = mean;
      p[j * n + i] = mean;
    }
  }
}

/** `right` becomes the solution of `left` x = `right` by elimination with row pivoting; `left` is written over. */
function solve(left: Float64Array, right: Float64Array, n: number): boolean {
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(left[i * n + k]!) > Math.abs(left[pivot * n + k]!)) pivot = i;
    const size = left[pivot * n + k]!;
    if (!(Math.abs(size) > 1e-300)) return false;
    for (let j = 0; j < n; j++) {
      const l = left[k * n + j]!;
      left[k * n + j] = left[pivot * n + j]!;
      left[pivot * n + j] = l;
      const r = right[k * n + j]!;
      right[k * n + j] = right[pivot * n + j]!;
      right[pivot * n + j] = r;
    }
    for (let i = k + 1; i < n; i++) {
      const factor = left[i * n + k]! / size;
      if (factor === 0) continue;
      for (let j = k + 1; j < n; j++) left[i * n + j]! -= factor * left[k * n + j]!;
      for (let j = 0; j < n; j++) right[i * n + j]! -= factor * right[k * n + j]!;
    }
  }
  for (let i = n - 1; i >= 0; i--)
    for (let j = 0; j < n; j++) {
      let sum = right[i * n + j]!;
      for (let k = i + 1; k < n; k++) sum -= left[i * n + k]! * right[k * n + j]!;
      right[i * n + j] = sum / left[i * n + i]!;
    }
  return true;
}
