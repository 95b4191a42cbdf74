/** One period of a relay oscillation as it is being seen: sums over time, extremes, and where it switched. Times in h. Allocates nothing. */
export class RelayCycle {
  /** Length, share of it spent high, mean deviations of measured value and output, half of the swing, first harmonic of the one over that of the other, deviation at the switches. */
  readonly periodH = new Float64Array(1);
  readonly highShare = new Float64Array(1);
  readonly means = new Float64Array(2);
  readonly swing = new Float64Array(1);
  readonly response = new Float64Array(1);
  readonly switchedAt = new Float64Array(1);
  /** Time, time high, integrals of measured value and output, lowest and highest, deviation at switches up and down. */
  readonly #sums = new Float64Array(8);
  /** Integrals of measured value and output with cosine and sine of the period before. */
  readonly #harmonics = new Float64Array(4);

  /** Starts a period, at a switch up that came at this deviation of set point less measured value. */
  begin(deviation: number): void {
    this.#sums.fill(0);
    this.#harmonics.fill(0);
    this.#sums[4] = Number.POSITIVE_INFINITY;
    this.#sums[5] = Number.NEGATIVE_INFINITY;
    this.#sums[6] = Math.abs(deviation);
  }

  switchDown(deviation: number): void {
    this.#sums[7] = Math.abs(deviation);
  }

  /** A stretch `dtH` with the measured value so far from its set point, and the output so far from its point of work. */
  add(measured: number, output: number, dtH: number, side: 'high' | 'low'): void {
    const sums = this.#sums;
    const harmonics = this.#harmonics;
    // Both stand for the stretch, so both are counted at its middle.
    const angle = (2 * Math.PI * (sums[0]! + dtH / 2)) / this.periodH[0]!;
    harmonics[0]! += measured * Math.cos(angle) * dtH;
    harmonics[1]! += measured * Math.sin(angle) * dtH;
    harmonics[2]! += output * Math.cos(angle) * dtH;
    harmonics[3]! += output * Math.sin(angle) * dtH;
    sums[0]! += dtH;
    if (side === 'high') sums[1]! += dtH;
    sums[2]! += measured * dtH;
    sums[3]! += output * dtH;
    sums[4] = Math.min(sums[4]!, measured);
    sums[5] = Math.max(sums[5]!, measured);
  }

  /** Ends the period and writes what it was. */
  end(): void {
    const [sums, harmonics] = [this.#sums, this.#harmonics];
    const length = sums[0]!;
    this.means[0] = sums[2]! / length;
    this.means[1] = sums[3]! / length;
    this.highShare[0] = sums[1]! / length;
    this.swing[0] = (sums[5]! - sums[4]!) / 2;
    this.switchedAt[0] = (sums[6]! + sums[7]!) / 2;
    this.response[0] = Math.hypot(harmonics[0]!, harmonics[1]!) / Math.hypot(harmonics[2]!, harmonics[3]!);
    this.periodH[0] = length;
  }
}
