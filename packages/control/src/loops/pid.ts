/** Settings of a PID law. `output` is whatever it drives; times in h. */
export interface PidSettings {
  /** Output for one unit of error; above zero where more output raises the measured value. */
  readonly gain: number;
  /** Integral time; Infinity: no integral part. */
  readonly resetH: number;
  /** Derivative time; default 0: no derivative part. */
  readonly derivativeH?: number;
  /** The derivative is filtered with a time constant of derivativeH / filter; default 10. */
  readonly filter?: number;
  /** Share of the set point that the proportional part sees; default 1. The derivative part sees none of it. */
  readonly setpointWeight?: number;
  /** Errors up to this size count as none. Default 0. */
  readonly deadBand?: number;
  /** Fastest change of the output, for each h; default no limit. */
  readonly ratePerH?: number;
  /** Time in which the integral part follows an output that was limited; default the root of integral and derivative time, else the integral time. */
  readonly trackingH?: number;
}

/**
 * A PID law with two degrees of freedom, filtered derivative of the measured value, dead band, rate and output limits, and anti-windup by
 * back-calculation (Astrom and Hagglund 2006, Advanced PID Control, ch. 3 and 13). Numbers come and go in arrays, so that a step allocates nothing.
 */
export class Pid {
  /** Set point, measured value, length of the step in h, factor of the gain (gain scheduling). */
  readonly seen = Float64Array.of(0, 0, 0, 1);
  /** The output, and the terms that it is the sum of before limits: proportional, integral, derivative. */
  readonly output = new Float64Array(1);
  readonly terms = new Float64Array(3);
  /** What the output came to, where that is known to be another than it: as of a slave that cannot follow. NaN: the output. */
  readonly reached = Float64Array.of(Number.NaN);
  /** Lowest and highest output; they may be moved between steps. */
  readonly limits = new Float64Array(2);
  #settings: Required<PidSettings>;
  readonly #lastMeasured = new Float64Array(1);
  /** The error outside the dead band. */
  readonly #error = new Float64Array(1);

  constructor(settings: PidSettings, low: number, high: number) {
    this.#settings = complete(settings);
    this.limits[0] = low;
    this.limits[1] = high;
  }

  /** Goes on with another law. Throws RangeError as the constructor does; call `takeOver` behind it. */
  retune(law: Pick<PidSettings, 'gain' | 'resetH' | 'derivativeH'>): void {
    const { filter, setpointWeight, deadBand, ratePerH } = this.#settings;
    this.#settings = complete({ filter, setpointWeight, deadBand, ratePerH, ...law });
  }

  /** Takes over at a given output without a bump: the integral part is what the others leave. Uses `seen` as it stands. */
  takeOver(output: number): void {
    this.output[0] = Math.min(Math.max(output, this.limits[0]!), this.limits[1]!);
    this.#lastMeasured[0] = this.seen[1]!;
    this.terms[2] = 0;
    this.#propose();
    this.terms[1] = this.output[0] - this.terms[0]!;
  }

  /** One step with what stands in `seen`. Without an integral part the output at take-over stays as the bias. */
  step(): void {
    const { resetH, derivativeH, filter, gain, ratePerH, trackingH } = this.#settings;
    const { seen, output, terms, limits } = this;
    const dt = seen[2]!;
    const k = gain * seen[3]!;
    const measured = seen[1]!;
    this.#propose();
    if (derivativeH > 0) {
      const scale = 1 / (derivativeH + filter * dt);
      terms[2] = scale * (derivativeH * terms[2]! - k * derivativeH * filter * (measured - this.#lastMeasured[0]!));
    }
    this.#lastMeasured[0] = measured;
    const wanted = terms[0]! + terms[1]! + terms[2]!;
    if (!Number.isFinite(wanted)) {
      // Numbers beyond all size came in: stay, and start anew from here.
      terms.fill(0);
      terms[1] = output[0]!;
      return;
    }
    const move = ratePerH < Number.POSITIVE_INFINITY ? ratePerH * dt : Number.POSITIVE_INFINITY;
    const reached = Math.min(Math.max(wanted, output[0]! - move), output[0]! + move);
    output[0] = Math.min(Math.max(reached, limits[0]!), limits[1]!);
    if (resetH === Number.POSITIVE_INFINITY) return;
    terms[1]! += (k * dt * this.#error[0]!) / resetH;
    // What the plant was given, not what was wanted, is where the integral part belongs.
    const given = Number.isNaN(this.reached[0]!) ? output[0]! : this.reached[0]!;
    terms[1]! += Math.min(1, dt / trackingH) * (given - wanted);
    if (!Number.isFinite(terms[1]!)) terms[1] = output[0]!;
  }

  /** Writes the error and the proportional term: what a function gives back may cost a box. */
  #propose(): void {
    const { deadBand, gain, setpointWeight } = this.#settings;
    const setpoint = this.seen[0]!;
    const error = setpoint - this.seen[1]!;
    // Inside the band 0, and no number where the error is none.
    const inside = error - error;
    const outside = error > deadBand ? error - deadBand : error < -deadBand ? error + deadBand : inside;
    this.#error[0] = outside;
    this.terms[0] = gain * this.seen[3]! * (outside + (setpointWeight - 1) * setpoint);
  }
}

/** Settings with every default, checked. */
function complete(settings: PidSettings): Required<PidSettings> {
  const { gain, resetH, derivativeH = 0 } = settings;
  if (gain === 0 || !Number.isFinite(gain)) throw new RangeError(`A gain of ${gain} controls nothing.`);
  if (!(resetH > 0)) throw new RangeError(`An integral time of ${resetH} h is not above 0.`);
  if (!(derivativeH >= 0)) throw new RangeError(`A derivative time of ${derivativeH} h is below 0.`);
  const root = derivativeH > 0 && resetH < Number.POSITIVE_INFINITY ? Math.sqrt(resetH * derivativeH) : resetH;
  return {
    derivativeH,
    filter: 10,
    setpointWeight: 1,
    deadBand: 0,
    ratePerH: Number.POSITIVE_INFINITY,
    trackingH: root,
    ...settings,
  };
}
