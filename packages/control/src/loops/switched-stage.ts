/** A stage that knows only off and on, as a valve or a dosing pump does. */
export type Switching =
  /** On for its share of every period. What is too short for the switch is saved up for the next period. */
  | { readonly kind: 'pulse'; readonly periodH: number; readonly shortestH: number }
  /** On above half of its range, with a hysteresis about it: a share of the range. */
  | { readonly kind: 'on-off'; readonly hysteresis: number };

/** Turns the share that a loop wants of a stage into off and on, scan by scan. Allocates nothing. */
export class SwitchedStage {
  /** Share wanted, 0 to 1, and the length of the scan in h; write before `step`. */
  readonly seen = new Float64Array(2);
  readonly #switching: Switching;
  /** Time on that is owed, and time left of the period, h. */
  readonly #owed = new Float64Array(2);
  #isOn = false;

  constructor(switching: Switching) {
    this.#switching = switching;
    if (switching.kind === 'on-off') {
      const { hysteresis } = switching;
      if (!(hysteresis >= 0 && hysteresis < 1))
        throw new RangeError(`A hysteresis of ${100 * hysteresis} % of a stage lies outside 0 to below 100 %.`);
      return;
    }
    const { periodH, shortestH } = switching;
    if (!(periodH > 0)) throw new RangeError(`A period of ${periodH} h has no pulses.`);
    if (!(shortestH >= 0 && shortestH <= periodH))
      throw new RangeError(`A shortest pulse of ${shortestH} h lies outside 0 to the period of ${periodH} h.`);
  }

  /** Off, with nothing owed. */
  rest(): void {
    this.#owed.fill(0);
    this.#isOn = false;
  }

  /** Whether it is on for the scan to come. */
  step(): boolean {
    if (this.#switching.kind === 'on-off') {
      const half = this.#switching.hysteresis / 2;
      if (this.seen[0]! > 0.5 + half) this.#isOn = true;
      else if (this.seen[0]! < 0.5 - half) this.#isOn = false;
      return this.#isOn;
    }
    return this.#pulse(this.#switching);
  }

  #pulse({ periodH, shortestH }: Switching & { kind: 'pulse' }): boolean {
    const owed = this.#owed;
    const scanH = this.seen[1]!;
    // A scan may be longer than a period.
    while (owed[1]! <= scanH / 2) {
      owed[1]! += periodH;
      owed[0]! += this.seen[0]! * periodH;
      this.#isOn = owed[0]! >= shortestH;
    }
    // Half a scan less is as near to what is owed as half a scan more.
    if (owed[0]! < scanH / 2 || !(this.seen[0]! > 0)) this.#isOn = false;
    if (this.#isOn) owed[0]! -= scanH;
    owed[1]! -= scanH;
    return this.#isOn;
  }
}
