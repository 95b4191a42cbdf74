/** A smooth cost of some variables. */
export interface Cost {
  /** Writes the gradient and returns the value; NaN where there is none. */
  value(x: Float64Array, gradient: Float64Array): number;
  /** Writes the part of the curvature that is known where `value` was asked for last, n x n; positive semidefinite. The rest is learnt. */
  known(curvature: Float64Array): void;
}

export interface BoxOptions {
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Most evaluations of the cost. */
  readonly evaluations: number;
  /** The search ends where no free variable has a gradient above this, relative to its first size. */
  readonly tolerance: number;
  /** Says that time is up: the best point so far is a feasible answer at any moment. */
  readonly expired?: () => boolean;
}

/**
 * Minimises a smooth cost inside a box: quasi-Newton directions on the variables that are free (Bertsekas 1982, SIAM J. Control Optim. 20, 221), damped
 * BFGS (Powell 1978; Nocedal and Wright 2006, Numerical Optimization, 18.3) on the part of the curvature that the cost does not know of itself, projected
 * backtracking. What is learnt is kept between calls: a problem that is like the last one begins with it. Nothing is allocated after construction.
 */
export class BoxNewton {
  readonly n: number;
  /** Curvature, n x n, row-major: what is learnt, and what the cost knows of itself at the best point and at the one that is tried. */
  readonly #learnt: Float64Array;
  readonly #known: Float64Array;
  readonly #trialKnown: Float64Array;
  readonly #factor: Float64Array;
  readonly #gradient: Float64Array;
  readonly #trialGradient: Float64Array;
  readonly #trial: Float64Array;
  readonly #direction: Float64Array;
  readonly #step: Float64Array;
  readonly #product: Float64Array;
  readonly #free: Int32Array;
  #isNew = true;
  /** Evaluations that the last search took. */
  evaluations = 0;

  constructor(n: number) {
    this.n = n;
    this.#learnt = new Float64Array(n * n);
    this.#known = new Float64Array(n * n);
    this.#trialKnown = new Float64Array(n * n);
    this.#factor = new Float64Array(n * n);
    this.#gradient = new Float64Array(n);
    this.#trialGradient = new Float64Array(n);
    this.#trial = new Float64Array(n);
    this.#direction = new Float64Array(n);
    this.#step = new Float64Array(n);
    this.#product = new Float64Array(n);
    this.#free = new Int32Array(n);
    this.#forget();
  }

  /** Moves `x` to a minimum inside the box. Returns the cost there; NaN where the start has none. */
  minimise(x: Float64Array, cost: Cost, options: BoxOptions): number {
    const { low, high, evaluations, tolerance, expired } = options;
    const { n } = this;
    const gradient = this.#gradient;
    for (let i = 0; i < n; i++) x[i] = Math.min(high[i]!, Math.max(low[i]!, x[i]!));
    let value = cost.value(x, gradient);
    this.evaluations = 1;
    if (Number.isNaN(value)) return value;
    cost.known(this.#known);
    const first = this.#projected(x, low, high);
    while (this.evaluations < evaluations && !expired?.()) {
      if (this.#projected(x, low, high) <= tolerance * Math.max(1, first)) break;
      const count = this.#chooseFree(x, low, high);
      this.#solve(count);
      const after = this.#search(x, value, cost, options);
      if (!(after < value)) {
        // What was learnt was wrong: once more without it, then give up.
        if (this.#isNew) break;
        this.#forget();
        continue;
      }
      value = after;
    }
    return value;
  }

  /** Largest gradient that could still be followed inside the box. */
  #projected(x: Float64Array, low: Float64Array, high: Float64Array): number {
    let most = 0;
    for (let i = 0; i < this.n; i++) {
      const g = this.#gradient[i]!;
      if ((x[i]! <= low[i]! && g > 0) || (x[i]! >= high[i]! && g < 0)) continue;
      most = Math.max(most, Math.abs(g));
    }
    return most;
  }

  #chooseFree(x: Float64Array, low: Float64Array, high: Float64Array): number {
    let count = 0;
    for (let i = 0; i < this.n; i++) {
      const g = this.#gradient[i]!;
      if ((x[i]! <= low[i]! && g > 0) || (x[i]! >= high[i]! && g < 0)) this.#direction[i] = 0;
      else this.#free[count++] = i;
    }
    return count;
  }

  /** Direction on the free variables: B d = -g by Cholesky; B is positive definite by its updates. */
  #solve(count: number): void {
    const { n } = this;
    const learnt = this.#learnt;
    const known = this.#known;
    const factor = this.#factor;
    const free = this.#free;
    const d = this.#direction;
    for (let i = 0; i < count; i++)
      for (let j = 0; j <= i; j++) {
        const at = free[i]! * n + free[j]!;
        let sum = learnt[at]! + known[at]!;
        for (let k = 0; k < j; k++) sum -= factor[i * n + k]! * factor[j * n + k]!;
        factor[i * n + j] =
          i === j ? Math.sqrt(Math.max(sum, 1e-12 * (learnt[at]! + known[at]!))) : sum / factor[j * n + j]!;
      }
    for (let i = 0; i < count; i++) {
      let sum = -this.#gradient[free[i]!]!;
      for (let k = 0; k < i; k++) sum -= factor[i * n + k]! * this.#product[k]!;
      this.#product[i] = sum / factor[i * n + i]!;
    }
    for (let i = count - 1; i >= 0; i--) {
      let sum = this.#product[i]!;
      for (let k = i + 1; k < count; k++) sum -= factor[k * n + i]! * d[free[k]!]!;
      d[free[i]!] = sum / factor[i * n + i]!;
    }
  }

  /** Backtracks along the projected direction until the cost falls enough; updates the curvature with what was seen. */
  #search(x: Float64Array, value: number, cost: Cost, { low, high, evaluations }: BoxOptions): number {
    const { n } = this;
    const trial = this.#trial;
    for (let length = 1; length > 1e-10 && this.evaluations < evaluations; length *= 0.5) {
      let expected = 0;
      for (let i = 0; i < n; i++) {
        trial[i] = Math.min(high[i]!, Math.max(low[i]!, x[i]! + length * this.#direction[i]!));
        expected += this.#gradient[i]! * (trial[i]! - x[i]!);
      }
      const there = cost.value(trial, this.#trialGradient);
      this.evaluations++;
      if (there <= value + 1e-4 * expected && expected < 0) {
        cost.known(this.#trialKnown);
        this.#learn(x);
        this.#known.set(this.#trialKnown);
        x.set(trial);
        this.#gradient.set(this.#trialGradient);
        return there;
      }
    }
    return value;
  }

  /** Damped BFGS on what is not known, with the step from `x` to the trial point. */
  #learn(x: Float64Array): void {
    const { n } = this;
    const learnt = this.#learnt;
    const known = this.#trialKnown;
    const step = this.#step;
    const product = this.#product;
    const change = this.#direction;
    let bent = 0;
    let seen = 0;
    for (let i = 0; i < n; i++) step[i] = this.#trial[i]! - x[i]!;
    for (let i = 0; i < n; i++) {
      let sum = 0;
      let explained = 0;
      for (let j = 0; j < n; j++) {
        sum += learnt[i * n + j]! * step[j]!;
        explained += known[i * n + j]! * step[j]!;
      }
      product[i] = sum;
      change[i] = this.#trialGradient[i]! - this.#gradient[i]! - explained;
      bent += step[i]! * sum;
      seen += step[i]! * change[i]!;
    }
    if (!(bent > 0)) return;
    const share = seen >= 0.2 * bent ? 1 : (0.8 * bent) / (bent - seen);
    let along = 0;
    for (let i = 0; i < n; i++) {
      change[i] = share * change[i]! + (1 - share) * product[i]!;
      along += change[i]! * step[i]!;
    }
    if (!(along > 0)) return;
    this.#isNew = false;
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++)
        learnt[i * n + j]! += (change[i]! * change[j]!) / along - (product[i]! * product[j]!) / bent;
  }

  /** Nothing is learnt yet: a little curvature everywhere, so that the sum can be divided by. */
  #forget(): void {
    this.#learnt.fill(0);
    for (let i = 0; i < this.n; i++) this.#learnt[i * (this.n + 1)] = leastCurvature;
    this.#isNew = true;
  }
}

const leastCurvature = 1e-2;
