/** Running extremes and integrals of some values of a row; `add` allocates nothing. */
export class Statistics {
  readonly first: Float64Array;
  readonly last: Float64Array;
  readonly minimum: Float64Array;
  readonly maximum: Float64Array;
  /** Time integral by the trapezoid rule, value times h. */
  readonly integral: Float64Array;
  /** Where in a row the values stand that are looked at; of the others nothing is known. */
  readonly #watched: Int32Array;
  /** Time of the first row and of the last, h. */
  readonly #span = new Float64Array(2).fill(Number.NaN);

  /** Rows of `size` values, of which those at `watched` are looked at. */
  constructor(size: number, watched: ReadonlySet<number>) {
    this.#watched = Int32Array.from(watched);
    this.first = new Float64Array(size).fill(Number.NaN);
    this.last = new Float64Array(size).fill(Number.NaN);
    this.minimum = new Float64Array(size).fill(Number.POSITIVE_INFINITY);
    this.maximum = new Float64Array(size).fill(Number.NEGATIVE_INFINITY);
    this.integral = new Float64Array(size);
  }

  /** Takes a row at `timesH[at]`. */
  add(timesH: Float64Array, at: number, values: Float64Array): void {
    const { first, last, minimum, maximum, integral } = this;
    const span = this.#span;
    const watched = this.#watched;
    const timeH = timesH[at]!;
    const isFirst = Number.isNaN(span[0]!);
    if (isFirst) span[0] = timeH;
    const step = isFirst ? 0 : timeH - span[1]!;
    for (let k = 0; k < watched.length; k++) {
      const i = watched[k]!;
      const value = values[i]!;
      if (isFirst) first[i] = value;
      else integral[i]! += 0.5 * step * (value + last[i]!);
      if (value < minimum[i]!) minimum[i] = value;
      if (value > maximum[i]!) maximum[i] = value;
      last[i] = value;
    }
    span[1] = timeH;
  }

  get durationH(): number {
    return this.#span[1]! - this.#span[0]!;
  }
}
