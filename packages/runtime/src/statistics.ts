/** Running extremes and integrals of a row of values; `add` allocates nothing. */
export class Statistics {
  readonly first: Float64Array;
  readonly last: Float64Array;
  readonly minimum: Float64Array;
  readonly maximum: Float64Array;
  /** Time integral by the trapezoid rule, value times h. */
  readonly integral: Float64Array;
  #startH = Number.NaN;
  #lastH = Number.NaN;

  constructor(size: number) {
    this.first = new Float64Array(size).fill(Number.NaN);
    this.last = new Float64Array(size).fill(Number.NaN);
    this.minimum = new Float64Array(size).fill(Number.POSITIVE_INFINITY);
    this.maximum = new Float64Array(size).fill(Number.NEGATIVE_INFINITY);
    this.integral = new Float64Array(size);
  }

  add(timeH: number, values: Float64Array): void {
    const { first, last, minimum, maximum, integral } = this;
    const isFirst = Number.isNaN(this.#startH);
    if (isFirst) this.#startH = timeH;
    const step = isFirst ? 0 : timeH - this.#lastH;
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (isFirst) first[i] = value;
      else integral[i]! += 0.5 * step * (value + last[i]!);
      if (value < minimum[i]!) minimum[i] = value;
      if (value > maximum[i]!) maximum[i] = value;
      last[i] = value;
    }
    this.#lastH = timeH;
  }

  get durationH(): number {
    return this.#lastH - this.#startH;
  }
}
