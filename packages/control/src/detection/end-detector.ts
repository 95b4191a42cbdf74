/** A change of a signal that ends a phase. */
export interface EndSettings {
  readonly side: 'rises' | 'falls';
  /** By how much, base units, and within which time at least, h: a slower drift is none. */
  readonly by: number;
  readonly withinH: number;
  /** Not before so long into the phase, h. */
  readonly afterH: number;
}

/**
 * Finds the end of a batch in one signal: dissolved oxygen that rises when the substrate is spent, a respiratory quotient that falls, base that is no longer
 * asked for. It keeps the lowest value of late (the highest, where the signal falls), which follows the signal by `by` in `withinH`, so that only what changes
 * faster is an end. Without a value nothing is found.
 */
export class EndDetector {
  /** The value now, NaN: none, and the length of the scan, h; write before `step`. */
  readonly seen = new Float64Array(2);
  readonly #settings: EndSettings;
  /** Time in the phase, the reference, and the time that waits since the last value. */
  readonly #memory = Float64Array.of(0, Number.NaN, 0);

  /** Throws RangeError for a change that is none. */
  constructor(settings: EndSettings) {
    const { by, withinH, afterH } = settings;
    if (!(by > 0)) throw new RangeError(`A change by ${by} ends nothing: above 0.`);
    if (!(withinH > 0)) throw new RangeError(`A change within ${withinH} h cannot be seen: above 0 h.`);
    if (!(afterH >= 0)) throw new RangeError(`A phase cannot end after ${afterH} h: 0 h or more.`);
    this.#settings = settings;
  }

  /** True where the signal has changed so far so fast. */
  step(): boolean {
    const { side, by, withinH, afterH } = this.#settings;
    const memory = this.#memory;
    const scanH = this.seen[1]!;
    memory[0]! += scanH;
    memory[2]! += scanH;
    if (!Number.isFinite(this.seen[0]!)) return false;
    const value = side === 'rises' ? this.seen[0]! : -this.seen[0]!;
    if (Number.isNaN(memory[1]!)) memory[1] = value;
    memory[1] = Math.min(value, memory[1]! + (by * memory[2]!) / withinH);
    memory[2] = 0;
    return memory[0]! >= afterH && value - memory[1]! >= by;
  }
}
