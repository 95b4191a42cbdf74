/**
 * Points that stand for a distribution of `n` unknowns: one at its mean, and a pair along every column of a root of its covariance (Julier and Uhlmann 2004,
 * eq. 12). Scaled with alpha = 1, beta = 2, kappa = 0 (van der Merwe 2004, eq. 3.21 to 3.24), so that no weight is negative: the pairs lie sqrt(m) deviations
 * out, m columns not 0, and the mean of the pairs is the mean; the centre counts in the covariance alone, with weight 2. All as offsets from a centre.
 */
export class SigmaPoints {
  readonly n: number;
  /** Offsets of the points, row by row: the centre, then pairs. Live: overwrite rows with what the points become. */
  readonly offsets: Float64Array;
  /** Mean of the offsets after `writeMoments`. */
  readonly mean: Float64Array;
  #count = 1;
  readonly #root: Float64Array;
  readonly #difference: Float64Array;
  readonly #start: Float64Array;

  constructor(n: number) {
    this.n = n;
    this.offsets = new Float64Array((2 * n + 1) * n);
    this.mean = new Float64Array(n);
    this.#root = new Float64Array(n * n);
    this.#difference = new Float64Array(n);
    this.#start = new Float64Array((2 * n + 1) * n);
  }

  /** How many points there are: what is known exactly has none of its own. */
  get count(): number {
    return this.#count;
  }

  /** Draws the points of covariance `p` (n x n) about `centre`, an offset too. */
  draw(p: Float64Array, centre?: Float64Array): void {
    const { n, offsets } = this;
    const root = this.#root;
    const pairs = writeRoot(p, root, n);
    const spread = Math.sqrt(pairs);
    for (let j = 0; j < n; j++) offsets[j] = centre ? centre[j]! : 0;
    let row = n;
    for (let c = 0; c < n; c++) {
      if (root[c * n + c] === 0) continue;
      for (let j = 0; j < n; j++) {
        const along = spread * root[j * n + c]!;
        offsets[row + j] = offsets[j]! + along;
        offsets[row + n + j] = offsets[j]! - along;
      }
      row += 2 * n;
    }
    this.#count = 2 * pairs + 1;
    this.#start.set(offsets);
  }

  /** Mean of what the points have become into `mean`, and their covariance into `p`. */
  writeMoments(p: Float64Array): void {
    const { n, offsets, mean } = this;
    const difference = this.#difference;
    const count = this.#count;
    const weight = 1 / (count - 1);
    if (count === 1) mean.set(offsets.subarray(0, n));
    else mean.fill(0);
    for (let i = 1; i < count; i++) for (let j = 0; j < n; j++) mean[j]! += weight * offsets[i * n + j]!;
    p.fill(0);
    for (let i = 0; i < count; i++) {
      const share = i === 0 ? centreWeight : weight;
      for (let j = 0; j < n; j++) difference[j] = offsets[i * n + j]! - mean[j]!;
      for (let j = 0; j < n; j++) {
        const scaled = share * difference[j]!;
        if (scaled === 0) continue;
        for (let c = 0; c <= j; c++) p[j * n + c]! += scaled * difference[c]!;
      }
    }
    for (let j = 0; j < n; j++) for (let c = 0; c < j; c++) p[c * n + j] = p[j * n + c]!;
  }

  /** For the `values` of a function at the points: mean and variance into `moments`, covariance with the unknowns as they were drawn into `gain` (n). */
  writeGain(values: Float64Array, gain: Float64Array, moments: Float64Array): void {
    const { n } = this;
    const count = this.#count;
    const weight = 1 / (count - 1);
    const drawn = this.#start;
    moments[0] = count === 1 ? values[0]! : 0;
    for (let i = 1; i < count; i++) moments[0]! += weight * values[i]!;
    moments[1] = 0;
    gain.fill(0);
    for (let i = 0; i < count; i++) {
      const difference = values[i]! - moments[0]!;
      const share = i === 0 ? centreWeight : weight;
      moments[1]! += share * difference ** 2;
      for (let j = 0; j < n; j++) gain[j]! += share * difference * (drawn[i * n + j]! - drawn[j]!);
    }
  }
}

/** 1 - alpha^2 + beta + lambda / (n + lambda) with lambda = 0. */
const centreWeight = 2;
/** A variance that others explain but for so little counts as explained. */
const tiny = 1e-13;

/** The lower Cholesky root of a covariance that may be singular: columns of what others explain, or what is known, are 0. Returns how many are not. */
function writeRoot(p: Float64Array, root: Float64Array, n: number): number {
  let columns = 0;
  root.fill(0);
  for (let c = 0; c < n; c++) {
    let square = p[c * n + c]!;
    for (let k = 0; k < c; k++) square -= root[c * n + k]! ** 2;
    if (!(square > tiny * p[c * n + c]!)) continue;
    columns++;
    const diagonal = Math.sqrt(square);
    root[c * n + c] = diagonal;
    for (let j = c + 1; j < n; j++) {
      let sum = p[j * n + c]!;
      for (let k = 0; k < c; k++) sum -= root[j * n + k]! * root[c * n + k]!;
      root[j * n + c] = sum / diagonal;
    }
  }
  return columns;
}
