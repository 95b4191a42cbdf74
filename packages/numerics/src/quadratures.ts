import { quadratureWeights } from './quadrature-weights.ts';
import type { RosenbrockTableau } from './rosenbrock.ts';
import type { System } from './system.ts';

/**
 * A sum over the stages of all states behind the core, one for each set of weights: those of the new state, of the error or of a polynomial of dense output. In the
 * array of all stages the core has its stages, and the states behind it their rates.
 */
export class Quadratures {
  readonly #size: number;
  readonly #coreSize: number;
  readonly #weights: Float64Array;
  readonly #slope: number;
  /** Entries of the Jacobian in rows behind the core, their rows and columns; the columns, each once. */
  readonly #entries: Int32Array;
  readonly #rows: Int32Array;
  readonly #columns: Int32Array;
  readonly #used: Int32Array;
  /** The stages of the core, summed with the same weights. */
  readonly #summed: Float64Array;

  constructor(
    tableau: RosenbrockTableau,
    sum: readonly number[],
    system: Pick<System, 'size' | 'coreSize' | 'pattern'>,
  ) {
    const { size, coreSize, pattern } = system;
    const { stages, slope } = quadratureWeights(tableau, sum);
    const entries = [...pattern.rows.keys()].filter((k) => pattern.rows[k]! >= coreSize);
    this.#size = size;
    this.#coreSize = coreSize;
    this.#weights = Float64Array.from(stages);
    this.#slope = slope;
    this.#entries = Int32Array.from(entries);
    this.#rows = Int32Array.from(entries, (k) => pattern.rows[k]!);
    this.#columns = Int32Array.from(entries, (k) => pattern.columns[k]!);
    this.#used = Int32Array.from(new Set(this.#columns));
    this.#summed = new Float64Array(coreSize);
  }

  /** Adds the sums to `out` (length `size`). Scale: the length of the step stands first. */
  addTo(out: Float64Array, all: Float64Array, jacobian: Float64Array, byTime: Float64Array, scale: Float64Array): void {
    const size = this.#size;
    const weights = this.#weights;
    const entries = this.#entries;
    const rows = this.#rows;
    const columns = this.#columns;
    const used = this.#used;
    const summed = this.#summed;
    const h = scale[0]!;
    const bySlope = h * this.#slope;
    for (let c = 0; c < used.length; c++) {
      const column = used[c]!;
      let sum = 0;
      for (let i = 0; i < weights.length; i++) sum += weights[i]! * all[i * size + column]!;
      summed[column] = h * sum;
    }
    for (let row = this.#coreSize; row < size; row++) {
      let sum = bySlope * byTime[row]!;
      for (let i = 0; i < weights.length; i++) sum += weights[i]! * all[i * size + row]!;
      out[row]! += h * sum;
    }
    for (let k = 0; k < entries.length; k++) out[rows[k]!]! += jacobian[entries[k]!]! * summed[columns[k]!]!;
  }
}
