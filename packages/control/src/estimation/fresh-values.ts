/** Tells new values from old ones: a value that repeats to the bit is a sample that still stands, or a sensor that is stuck, and is worth nothing twice. */
export class FreshValues {
  readonly #last: Float64Array;

  constructor(count: number) {
    this.#last = new Float64Array(count).fill(Number.NaN);
  }

  clear(): void {
    this.#last.fill(Number.NaN);
  }

  /** Makes what is not new NaN. */
  keep(measured: Float64Array): void {
    const last = this.#last;
    for (let k = 0; k < measured.length; k++) {
      if (Number.isNaN(measured[k]!)) continue;
      if (measured[k] === last[k]) measured[k] = Number.NaN;
      else last[k] = measured[k]!;
    }
  }
}
