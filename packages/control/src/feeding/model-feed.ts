import { parseUnit, type Unit } from '@fedbatch/vocabulary';
import type { Estimator } from '../estimation/estimator.ts';
import type { CompiledObserver, EstimatorSettings } from '../estimation/estimator-settings.ts';
import { makeEstimator } from '../estimation/make-estimator.ts';
import type { Proposing } from '../guard/guard.ts';
import { type FeedSamples, type FeedStrategy, rateOf, type Told } from './strategy.ts';

/** What every feed needs that has a model of its own. */
export interface ModelFeedSettings {
  readonly estimator: Omit<EstimatorSettings, 'watched'>;
  /** The input of the model that is fed through; among the inputs of the estimator. */
  readonly feed: string;
  /** Makes what would be fed if everything were as believed: an exponential feed. */
  readonly open: () => FeedStrategy;
  readonly maximumLPerH: number;
  /** Outputs of the model from which the open-loop feed starts: biomass in g/L and volume in L. Left out: from what is measured then. */
  readonly start?: { readonly biomass: string; readonly volume: string };
  /** Signals by index: without `each` of them, or without any of `oneOf`, too little is known of the plant; and how long one may stay away, h. */
  readonly needed: { readonly each: readonly number[]; readonly oneOf: readonly number[]; readonly withinH: number };
}

/** The model explains what is measured as long as its residuals, squared and smoothed over some steps, stay below this many variances. */
const validResidual = 16;
const residualSmoothing = 0.05;

/**
 * What feeds with a model of their own have in common: the estimate is carried on with every step from the start of the run, whether or not the feed goes,
 * and a proposal says when it was made, whether the model explains what is measured, and whether enough is measured. Signals: those of the estimator in its
 * order, then its inputs save the feed; the strategy knows what it gives itself.
 */
export abstract class ModelFeed implements Proposing {
  abstract readonly name: string;
  abstract readonly tells: readonly Told[];
  abstract readonly told: Float64Array;
  readonly estimator: Estimator;
  readonly proposal = Float64Array.of(Number.NaN, Number.NaN, 1, 1);
  protected readonly open: FeedStrategy;
  protected readonly feedInput: number;
  /** Index of the feed among the estimated parameters, or -1. */
  protected readonly feedShare: number;
  protected state: 'waits' | 'feeds' | 'lost' = 'waits';
  /** Time of the step, h. */
  protected readonly at = Float64Array.of(Number.NaN);
  /** Rate that stands, L/h. */
  protected readonly rate = Float64Array.of(Number.NaN);
  readonly #settings: ModelFeedSettings;
  /** When each signal was last heard of, h, and the smoothed squares of its residuals. */
  readonly #heard: Float64Array;
  readonly #squares: Float64Array;
  /** How many of the signals that one of is needed are silent, and how many were when it was last said. */
  #silent = 0;
  #noted = 0;
  /** Fed since the last step: L, and over how many h; and when the next step is due. */
  readonly #given = new Float64Array(2);
  readonly #due = Float64Array.of(Number.NaN);

  constructor(settings: ModelFeedSettings, estimating: EstimatorSettings, observer: CompiledObserver) {
    this.#settings = settings;
    this.open = settings.open();
    const { estimator, feed } = settings;
    this.estimator = makeEstimator(estimating, observer);
    this.feedInput = estimator.inputs.indexOf(feed);
    if (this.feedInput < 0) throw new RangeError(`The feed \`${feed}\` is not among the inputs of the estimator.`);
    this.feedShare = estimator.parameters.findIndex(({ id }) => id === feed);
    this.#heard = new Float64Array(estimator.signals.length);
    this.#squares = new Float64Array(estimator.signals.length);
    this.estimator.begin(0);
  }

  /** Makes a proposal for the time `at[0]` from the present estimate. */
  abstract propose(): void;
  /** Writes what is told. */
  protected abstract tell(): void;

  see(signals: Float64Array): void {
    const timeH = signals[0]!;
    if (timeH < this.#due[0]! - 1e-9 || this.state === 'lost') return;
    const { estimator } = this;
    const { measured, inputs } = estimator;
    const isFirst = Number.isNaN(this.#due[0]!);
    this.#due[0] = timeH + this.#settings.estimator.stepH;
    this.at[0] = timeH;
    for (let k = 0; k < measured.length; k++) measured[k] = signals[1 + k]!;
    for (let i = 0, s = 1 + measured.length; i < inputs.length; i++)
      if (i !== this.feedInput) inputs[i] = signals[s++]!;
    inputs[this.feedInput] = this.#given[1]! > 0 ? this.#given[0]! / this.#given[1]! : 0;
    this.#given.fill(0);
    if (isFirst) estimator.update();
    else if (estimator.step() === 'lost') {
      this.state = 'lost';
      this.proposal[0] = Number.NaN;
      return;
    }
    this.#weigh();
    if (this.state === 'feeds') this.propose();
    else this.tell();
  }

  begin(timeH: number, measured: FeedSamples): void {
    this.open.begin(timeH, this.startOf(measured));
    if (this.state === 'lost') return;
    this.state = 'feeds';
    this.rate[0] = rateOf(this.open, timeH, this.#settings.estimator.stepH);
    this.at[0] = timeH;
    this.propose();
  }

  startOf(measured: FeedSamples): FeedSamples {
    if (!this.#settings.start) return measured;
    const [biomass, volume] = this.estimator.seen.slice(-2);
    return { ...measured, biomassGPerL: biomass!, volumeL: volume! };
  }

  given(scan: Float64Array): void {
    this.#given[0]! += scan[2]! * scan[1]!;
    this.#given[1]! += scan[1]!;
  }

  /** The proposal as it stands; without one the open-loop feed. */
  demand(scan: Float64Array): void {
    this.open.demand(scan);
    if (Number.isFinite(this.proposal[0]!)) scan[2] = this.proposal[0]!;
  }

  /** Whether the model explains what is measured, and whether enough is measured. */
  #weigh(): void {
    const timeH = this.at[0]!;
    const { residuals } = this.estimator;
    let valid = 1;
    for (let k = 0; k < residuals.length; k++) {
      const residual = residuals[k]!;
      if (Number.isNaN(residual)) continue;
      this.#heard[k] = timeH;
      this.#squares[k]! += residualSmoothing * (Math.min(residual ** 2, 100) - this.#squares[k]!);
      if (this.#squares[k]! > validResidual) valid = 0;
    }
    const { each, oneOf, withinH } = this.#settings.needed;
    let informed = 1;
    for (let i = 0; i < each.length; i++) if (timeH - this.#heard[each[i]!]! > withinH) informed = 0;
    this.#silent = 0;
    for (let i = 0; i < oneOf.length; i++) if (timeH - this.#heard[oneOf[i]!]! > withinH) this.#silent++;
    if (oneOf.length > 0 && this.#silent === oneOf.length) informed = 0;
    this.proposal[2] = valid;
    this.proposal[3] = informed;
  }

  /** Says once that it goes on without a signal, and once that all are back. */
  changed(): string | undefined {
    if (this.#silent === this.#noted) return undefined;
    this.#noted = this.#silent;
    const { estimator, needed } = this.#settings;
    const [heard, silent] = [0, 1].map((one) =>
      needed.oneOf
        .filter((k) => Number(this.estimator.now[0]! - this.#heard[k]! > needed.withinH) === one)
        .map((k) => estimator.signals[k]!.output)
        .join(', '),
    );
    return this.#silent === 0
      ? `the estimate hears ${heard} again`
      : `the estimate hears nothing new of ${silent}${heard ? ` and goes on with ${heard}` : ''}`;
  }

  /** Observed slots, each output once: what is looked at may be measured too. */
  protected observedSlots(): Int32Array {
    const { model, observed } = this.estimator.observer;
    const names = model.outputs.slice(0, observed).map(({ id }) => id);
    return Int32Array.from(new Set(names), (id) => names.indexOf(id));
  }

  /** What is told of an estimate: values and deviations of observed slots, and shares of parameters. */
  protected estimateNames(slots: Int32Array): Told[] {
    const { outputs, parameters } = this.estimator.observer.model;
    return [
      ...[...slots].flatMap((k): Told[] => {
        const { id, unit, says } = outputs[k]!;
        return [
          { id: `estimate.${id}`, says: `${says}, estimated`, unit },
          { id: `deviation.${id}`, says: `${says}, standard deviation of the estimate`, unit: differenceOf(unit) },
        ];
      }),
      ...this.#settings.estimator.parameters.map(({ id }): Told => {
        const { says } = parameters.find((parameter) => parameter.id === id)!;
        return { id: `share.${id}`, says: `${says}, estimated over believed`, unit: parseUnit('-') };
      }),
    ];
  }

  /** Writes what `estimateNames` names, from place `from` on. */
  protected tellEstimates(slots: Int32Array, told: Float64Array, from: number): void {
    const { estimator } = this;
    let at = from;
    for (let i = 0; i < slots.length; i++) {
      told[at++] = estimator.seen[slots[i]!]!;
      estimator.writeDeviation(slots[i]!, told, at++);
    }
    for (let i = 0; i < estimator.shares.length; i++) told[at++] = Math.exp(estimator.shares[i]!);
  }
}

/** The unit of a difference of two values: degrees lose their zero. */
export function differenceOf(unit: Unit): Unit {
  return { ...unit, offset: 0 };
}
