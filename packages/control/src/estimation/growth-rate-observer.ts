/** How an observer of the growth rate is tuned, and what it is told of the signal that drives it. */
export interface GrowthRateSettings {
  /** Both poles of the error are real and lie at -1 / this, h. */
  readonly settleH: number;
  /** Deviation of a value, as a share of it. */
  readonly relative: number;
  /** 'values': every value is off by itself, as a biomass probe is. 'increments': what a value adds is, as of an uptake that is added up. */
  readonly noise: 'values' | 'increments';
  /** Growth rate to start from, 1/h, and how far it may be off; default as far as it is large. */
  readonly startPerH: number;
  readonly startDeviationPerH?: number;
  /** What growth may change by, 1/h in the root of an hour: for the deviation and the gate, not for the gains; default 0.1. */
  readonly driftPerH?: number;
}

const usualDrift = 0.1;
const gate = 5;

/**
 * The observer-based estimator of the specific growth rate (Bastin and Dochain 1990, On-line Estimation and Adaptive Control of Bioreactors, ch. 4):
 *
 *   dX^/dt = mu^ X - D X + omega (X - X^),   dmu^/dt = gamma X (X - X^)
 *
 * with omega = 2 / tau and gamma = 1 / (tau X)^2, which puts both poles at -1 / tau. In ln of the whole amount dilution falls out and the error is linear with constant
 * coefficients, whatever X (as Perrier et al. 2000, Control Eng. Pract. 8, 377, make it by a transformation). It is carried exactly from value to value, whenever they
 * come, with both poles at exp(-h / tau): for values at short equal times the error of a step of mu by d is d (1 + t / tau) exp(-t / tau). A value beyond a gate is left out, and the
 * gate opens twofold for the next one. A step allocates nothing.
 */
export class GrowthRateObserver {
  /** Write before `step`: time in h, and the whole amount of what grows, in any unit; NaN: none. */
  readonly seen = new Float64Array(2);
  /** Growth rate and its standard deviation, 1/h; NaN before two values. */
  readonly estimate = Float64Array.of(Number.NaN, Number.NaN);
  readonly #settings: GrowthRateSettings;
  /** Time of the last value, ln of the amount, growth rate. */
  readonly #state = Float64Array.of(Number.NaN, Number.NaN, Number.NaN);
  /** Variances of the logarithm and the rate, with their covariance between. */
  readonly #p = new Float64Array(3);
  #leftOut = 0;

  /** Throws RangeError for a time or a noise that is none. */
  constructor(settings: GrowthRateSettings) {
    const { settleH, relative } = settings;
    if (!(settleH > 0 && settleH < Number.POSITIVE_INFINITY))
      throw new RangeError(`An observer of the growth rate cannot settle in ${settleH} h: above 0.`);
    if (!(relative > 0 && relative < 1))
      throw new RangeError(`A signal cannot be off by a share of ${relative}: above 0, below 1.`);
    this.#settings = settings;
  }

  /** Takes in what was `seen`; says whether the estimate has moved. */
  step(): 'moved' | 'stays' {
    const { seen } = this;
    const state = this.#state;
    const p = this.#p;
    const timeH = seen[0]!;
    if (!(seen[1]! > 0 && seen[1]! < Number.POSITIVE_INFINITY)) return 'stays';
    if (Number.isNaN(state[0]!)) {
      this.#start();
      return 'stays';
    }
    const h = timeH - state[0]!;
    if (!(h > 0)) return 'stays';
    const { settleH, relative, noise, driftPerH = usualDrift } = this.#settings;
    const rate = state[2]!;
    const added = noise === 'increments' ? (relative * rate * h) ** 2 : 0;
    const own = noise === 'values' ? relative ** 2 : 0;
    const spread = p[0]! + 2 * h * p[1]! + h * h * p[2]! + added;
    const across = p[1]! + h * p[2]!;
    const turn = p[2]! + driftPerH ** 2 * h;
    const innovation = Math.log(seen[1]!) - state[1]! - h * rate;
    if (!(Math.abs(innovation) <= gate * 2 ** this.#leftOut * Math.sqrt(spread + own))) {
      this.#leftOut++;
      return 'stays';
    }
    this.#leftOut = 0;
    const z = Math.exp(-h / settleH);
    const first = 1 - z * z;
    const second = (1 - z) ** 2 / h;
    state[0] = timeH;
    state[1] = state[1]! + h * rate + first * innovation;
    state[2] = rate + second * innovation;
    const left = 1 - first;
    p[0] = left * left * spread + first * first * own;
    p[1] = left * (across - second * spread) + first * second * own;
    p[2] = turn - 2 * second * across + second * second * (spread + own);
    this.estimate[0] = state[2]!;
    this.estimate[1] = Math.sqrt(Math.max(0, p[2]!));
    return 'moved';
  }

  #start(): void {
    const { relative, noise, startPerH, startDeviationPerH = Math.abs(startPerH) } = this.#settings;
    this.#state[0] = this.seen[0]!;
    this.#state[1] = Math.log(this.seen[1]!);
    this.#state[2] = startPerH;
    this.#p[0] = noise === 'values' ? relative ** 2 : 0;
    this.#p[1] = 0;
    this.#p[2] = startDeviationPerH ** 2;
  }
}
