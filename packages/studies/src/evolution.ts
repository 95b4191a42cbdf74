import { RandomStream, symmetricEigen } from '@fedbatch/numerics';

/*
 * Symbols of the paper: n quantities, lambda candidates a generation of which mu are taken, m the mean, sigma the step size, C the covariance,
 * pc and ps its two paths.
 */

/**
 * CMA-ES on the unit box (Hansen 2016, The CMA Evolution Strategy: A Tutorial, arXiv:1604.00772, with its default settings and positive weights). It
 * wants no derivatives and only the order of candidates, so that noise, kinks and candidates that fail do no harm. Candidates outside the box
 * are mirrored back into it. What it does is settled by its seed and by what it is told.
 */
export class Evolution {
  /** Candidates of a generation. */
  readonly size: number;
  readonly #n: number;
  readonly #weights: readonly number[];
  readonly #muEff: number;
  readonly #rates: {
    readonly cs: number;
    readonly damp: number;
    readonly cc: number;
    readonly c1: number;
    readonly cMu: number;
  };
  readonly #chi: number;
  readonly #random: RandomStream;
  readonly #mean: Float64Array;
  readonly #covariance: Float64Array;
  readonly #pathC: Float64Array;
  readonly #pathS: Float64Array;
  #sigma: number;
  #axes: Float64Array;
  #lengths: Float64Array;
  #generation = 0;
  #asked: readonly Float64Array[] = [];

  /** `start`: where to begin in the unit box; `sigma`: how far to look at first. */
  constructor(start: readonly number[], seed: number, sigma = 0.25) {
    const n = start.length;
    this.#n = n;
    this.size = 4 + Math.floor(3 * Math.log(n));
    const mu = Math.floor(this.size / 2);
    const raw = Array.from({ length: mu }, (_, i) => Math.log((this.size + 1) / 2) - Math.log(i + 1));
    const sum = raw.reduce((all, weight) => all + weight, 0);
    this.#weights = raw.map((weight) => weight / sum);
    const muEff = 1 / this.#weights.reduce((all, weight) => all + weight * weight, 0);
    this.#muEff = muEff;
    const cs = (muEff + 2) / (n + muEff + 5);
    const c1 = 2 / ((n + 1.3) ** 2 + muEff);
    this.#rates = {
      cs,
      damp: 1 + 2 * Math.max(0, Math.sqrt((muEff - 1) / (n + 1)) - 1) + cs,
      cc: (4 + muEff / n) / (n + 4 + (2 * muEff) / n),
      c1,
      cMu: Math.min(1 - c1, (2 * (muEff - 2 + 1 / muEff)) / ((n + 2) ** 2 + muEff)),
    };
    this.#chi = Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n));
    this.#random = new RandomStream(seed, 'evolution');
    this.#mean = Float64Array.from(start);
    this.#sigma = sigma;
    this.#covariance = identity(n);
    this.#axes = identity(n);
    this.#lengths = new Float64Array(n).fill(1);
    this.#pathC = new Float64Array(n);
    this.#pathS = new Float64Array(n);
  }

  /** How far candidates lie apart still, in parts of the box, along the longest axis. */
  get spread(): number {
    return this.#sigma * Math.max(...this.#lengths);
  }

  /** The next candidates, each in the unit box. */
  ask(): readonly Float64Array[] {
    const n = this.#n;
    this.#asked = Array.from({ length: this.size }, () => {
      const z = Float64Array.from({ length: n }, () => {
        this.#random.normal();
        return this.#random.drawn[0]!;
      });
      return Float64Array.from({ length: n }, (_, i) => {
        let step = 0;
        for (let k = 0; k < n; k++) step += this.#axes[i * n + k]! * this.#lengths[k]! * z[k]!;
        return mirrored(this.#mean[i]! + this.#sigma * step);
      });
    });
    return this.#asked;
  }

  /** Takes the candidates that were asked for, by their places, the best first. */
  tell(order: readonly number[]): void {
    const n = this.#n;
    const { cs, damp, cc, c1, cMu } = this.#rates;
    const steps = this.#weights.map((_, i) =>
      this.#asked[order[i]!]!.map((value, k) => (value - this.#mean[k]!) / this.#sigma),
    );
    const step = new Float64Array(n);
    steps.forEach((y, i) => y.forEach((value, k) => void (step[k]! += this.#weights[i]! * value)));
    for (let k = 0; k < n; k++) this.#mean[k]! += this.#sigma * step[k]!;
    const whitened = this.#whitened(step);
    const kept = Math.sqrt(cs * (2 - cs) * this.#muEff);
    for (let k = 0; k < n; k++) this.#pathS[k] = (1 - cs) * this.#pathS[k]! + kept * whitened[k]!;
    const length = Math.hypot(...this.#pathS);
    this.#generation++;
    const isLong = length / Math.sqrt(1 - (1 - cs) ** (2 * this.#generation)) >= (1.4 + 2 / (n + 1)) * this.#chi;
    const along = isLong ? 0 : Math.sqrt(cc * (2 - cc) * this.#muEff);
    for (let k = 0; k < n; k++) this.#pathC[k] = (1 - cc) * this.#pathC[k]! + along * step[k]!;
    const stall = isLong ? c1 * cc * (2 - cc) : 0;
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        let spread = 0;
        steps.forEach((y, k) => void (spread += this.#weights[k]! * y[i]! * y[j]!));
        this.#covariance[i * n + j] =
          (1 - c1 - cMu + stall) * this.#covariance[i * n + j]! + c1 * this.#pathC[i]! * this.#pathC[j]! + cMu * spread;
      }
    this.#sigma = Math.min(1, this.#sigma * Math.exp((cs / damp) * (length / this.#chi - 1)));
    const { values, vectors } = symmetricEigen(this.#covariance, n);
    this.#axes = vectors;
    this.#lengths = values.map((value) => Math.sqrt(Math.max(value, 1e-20)));
  }

  /** C^(-1/2) times a step. */
  #whitened(step: Float64Array): Float64Array {
    const n = this.#n;
    const turned = Float64Array.from({ length: n }, (_, k) => {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += this.#axes[i * n + k]! * step[i]!;
      return sum / this.#lengths[k]!;
    });
    return Float64Array.from({ length: n }, (_, i) => {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += this.#axes[i * n + k]! * turned[k]!;
      return sum;
    });
  }
}

function identity(n: number): Float64Array {
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) matrix[i * n + i] = 1;
  return matrix;
}

/** Into 0 to 1, as a mirror at both ends would have it. */
function mirrored(value: number): number {
  const folded = Math.abs(value) % 2;
  return folded > 1 ? 2 - folded : folded;
}
