/** Factors of a gain at rising values of a signal. */
export interface GainPoints {
  readonly at: readonly number[];
  readonly factor: readonly number[];
}

/**
 * The factor of a gain by a signal that tells how the process reacts, as stirrer speed tells of oxygen transfer (gain scheduling; Astrom and Wittenmark 1995,
 * Adaptive Control, ch. 9): straight lines between points, the ends held. Without a value the factor stays.
 */
export class GainSchedule {
  /** The signal now, NaN: none; write before `step`. */
  readonly seen = new Float64Array(1);
  readonly factor = Float64Array.of(1);
  readonly #at: Float64Array;
  readonly #factors: Float64Array;

  /** Throws RangeError for points that are no schedule. */
  constructor({ at, factor }: GainPoints) {
    if (at.length === 0 || at.length !== factor.length)
      throw new RangeError(
        `A gain schedule needs as many values as factors and at least one; it has ${at.length} and ${factor.length}.`,
      );
    at.forEach((value, i) => {
      if (!Number.isFinite(value) || (i > 0 && !(value > at[i - 1]!)))
        throw new RangeError(`The values of a gain schedule rise; entry ${i + 1} is ${value}.`);
      if (!(factor[i]! > 0 && Number.isFinite(factor[i]!)))
        throw new RangeError(`A gain is multiplied by something above 0; entry ${i + 1} is ${factor[i]}.`);
    });
    this.#at = Float64Array.from(at);
    this.#factors = Float64Array.from(factor);
  }

  /** Writes the factor for what stands in `seen`. */
  step(): void {
    const value = this.seen[0]!;
    if (Number.isNaN(value)) return;
    const at = this.#at;
    const last = at.length - 1;
    let i = 0;
    while (i < last && at[i + 1]! <= value) i++;
    const share = i === last ? 0 : Math.max(0, (value - at[i]!) / (at[i + 1]! - at[i]!));
    const here = this.#factors[i]!;
    this.factor[0] = i === last ? here : here + share * (this.#factors[i + 1]! - here);
  }
}
