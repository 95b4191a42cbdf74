/** One period of a relay oscillation as it is being seen: sums over time and extremes. Times in h. Allocates nothing. */
export class RelayCycle {
  /** Length; share of it spent high; mean deviations of measured value and output; half of the swing. */
  readonly periodH = new Float64Array(1);
  readonly highShare = new Float64Array(1);
  readonly means = new Float64Array(2);
  readonly swing = new Float64Array(1);
  /** First harmonic of the measured value over that of the output: real and imaginary part of the frequency response at this period. */
  readonly response = new Float64Array(2);
  /** Time, time high, integrals of measured value and output, lowest and highest. */
  readonly #sums = new Float64Array(6);
  /** Integrals of measured value and output with cosine and sine of the length of the period before. */
  readonly #harmonics = new Float64Array(4);

  /** Length so far. */
  get sinceH(): number {
    return this.#sums[0]!;
  }

  begin(): void {
    this.#sums.fill(0);
    this.#harmonics.fill(0);
    this.#sums[4] = Number.POSITIVE_INFINITY;
    this.#sums[5] = Number.NEGATIVE_INFINITY;
  }

  /** A stretch `dtH` with the measured value so far from its set point, and the output so far from its point of work. */
  add(measured: number, output: number, dtH: number, side: 'high' | 'low'): void {
    const sums = this.#sums;
    const harmonics = this.#harmonics;
    // The value came at the start of the stretch: taken at its middle, it makes half a scan of dead time, which a loop of such scans has.
    const angle = (2 * Math.PI * (sums[0]! + dtH / 2)) / this.periodH[0]!;
    const cosine = Math.cos(angle) * dtH;
    const sine = Math.sin(angle) * dtH;
    harmonics[0]! += measured * cosine;
    harmonics[1]! += measured * sine;
    harmonics[2]! += output * cosine;
    harmonics[3]! += output * sine;
    sums[0]! += dtH;
    if (side === 'high') sums[1]! += dtH;
    sums[2]! += measured * dtH;
    sums[3]! += output * dtH;
    sums[4] = Math.min(sums[4]!, measured);
    sums[5] = Math.max(sums[5]!, measured);
  }

  /** Ends the period and writes what it was. */
  end(): void {
    const sums = this.#sums;
    const length = sums[0]!;
    this.means[0] = sums[2]! / length;
    this.means[1] = sums[3]! / length;
    this.highShare[0] = sums[1]! / length;
    this.swing[0] = (sums[5]! - sums[4]!) / 2;
    this.#respond();
    this.periodH[0] = length;
  }

  /** (a - jb) / (c - jd), from the cosine and sine parts of both. */
  #respond(): void {
    const [a, b, c, d] = [this.#harmonics[0]!, this.#harmonics[1]!, this.#harmonics[2]!, this.#harmonics[3]!];
    const size = c * c + d * d;
    this.response[0] = (a * c + b * d) / size;
    this.response[1] = (a * d - b * c) / size;
  }
}
