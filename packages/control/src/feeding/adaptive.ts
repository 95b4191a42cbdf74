import { type CompiledModel, compileModel, Instance } from '@fedbatch/model';
import { createIntegrator, type Integrator, REACHED } from '@fedbatch/numerics';
import { parseUnit, type Unit } from '@fedbatch/vocabulary';
import { Covariance } from '../estimation/covariance.ts';
import {
  type CompiledObserver,
  compileObserver,
  type EstimatorSettings,
  ModelEstimator,
} from '../estimation/model-estimator.ts';
import type { Proposing } from '../guard/guard.ts';
import type { FeedSamples, FeedStrategy, Told } from './strategy.ts';

/** A bound that the feed shall respect, looked at `aheadH` from now along the model. Every bound must grow tighter as the feed grows. */
export interface FeedLimit {
  readonly output: string;
  readonly side: 'above' | 'below';
  /** Never beyond it, base units. */
  readonly limit: number;
  /** How far ahead it is looked at, h. */
  readonly aheadH: number;
  /** Standard deviations of the prediction that are kept free before the limit. */
  readonly deviations: number;
  /** The most that is kept free, base units: uncertainty alone shall not stop a feed. */
  readonly widest: number;
}

export interface AdaptiveFeedSettings {
  readonly estimator: Omit<EstimatorSettings, 'watched'>;
  /** The input of the model that is fed through; among the inputs of the estimator. */
  readonly feed: string;
  /** What the feed shall hold: an output of the model, as mu, and its value in base units. It must rise with the feed. */
  readonly target: { readonly output: string; readonly value: number };
  /** The feed settles in about this time, h: the target is looked at so far ahead. */
  readonly settleH: number;
  readonly limits: readonly FeedLimit[];
  /** Growth of the feed over the time that is looked ahead, 1/h. */
  readonly muPerH: number;
  /** Makes what would be fed if everything were as believed: an exponential feed. */
  readonly open: () => FeedStrategy;
  /** Least and most share of that open-loop feed that is ever proposed, however the estimate looks. */
  readonly band: { readonly low: number; readonly high: number };
  readonly maximumLPerH: number;
  /** Outputs of the model from which the open-loop feed starts: biomass in g/L and volume in L. Left out: from what is measured then. */
  readonly start?: { readonly biomass: string; readonly volume: string };
  /** Signals by index without which nothing is known of the plant, and how long each may stay away, h. */
  readonly needed: { readonly signals: readonly number[]; readonly withinH: number };
}

const searches = 12;
const precise = 1e-4;
/** Most that the feed is multiplied by in one step: a wrong estimate shows before it has done much. */
const fastestRise = 1.1;
/** The model explains what is measured as long as its residuals, squared and smoothed over some steps, stay below this many variances. */
const validResidual = 16;
const residualSmoothing = 0.05;

/** Compiles the models of an adaptive feed once, and makes one feed a call. Throws RangeError for names that the model does not have. */
export function adaptiveFeed(settings: AdaptiveFeedSettings): () => AdaptiveFeed {
  const observer = compileObserver(watching(settings));
  const { model, observed } = observer.observer;
  const ahead = compileModel({ ...model, outputs: model.outputs.slice(0, observed) });
  return () => new AdaptiveFeed(settings, observer, ahead);
}

/** The settings of its estimator, with what the feed wants to see beside. */
function watching({ estimator, target, limits, start }: AdaptiveFeedSettings): EstimatorSettings {
  return {
    ...estimator,
    watched: [target.output, ...limits.map(({ output }) => output), ...(start ? [start.biomass, start.volume] : [])],
  };
}

/**
 * Feeds by a model that is kept true by what is measured (certainty equivalence with margins, in the sense of Astrom and Wittenmark 1995, Adaptive Control,
 * 2.7): the rate at which the model, from the present estimate, meets its target, unless a limit with its margin is met first. A margin is a number of
 * standard deviations of the prediction. Structure and weights are frozen; nothing is learnt. Signals: those of the estimator in its order, then its
 * inputs save the feed; the strategy knows what it gives itself.
 */
export class AdaptiveFeed implements Proposing {
  readonly name = 'adaptive';
  readonly estimator: ModelEstimator;
  readonly proposal = Float64Array.of(Number.NaN, Number.NaN, 1, 1);
  readonly tells: readonly Told[];
  readonly told: Float64Array;
  /** What is kept free before each limit at present, base units. */
  readonly margins: Float64Array;
  readonly #settings: AdaptiveFeedSettings;
  readonly #open: FeedStrategy;
  readonly #instance: Instance;
  readonly #integrator: Integrator;
  readonly #ahead: Covariance;
  readonly #outputs: Float64Array;
  readonly #feedSlot: number;
  readonly #feedInput: number;
  readonly #feedShare: number;
  /** Observed slot of the target, and of each limit. */
  readonly #target: number;
  readonly #limits: Int32Array;
  /** Observed slots, each output once: a limit may look at what is measured too. */
  readonly #observed: Int32Array;
  /** Times ahead at which something is looked at, rising. */
  readonly #times: Float64Array;
  /** When each signal was last heard of, h, and the smoothed squares of its residuals. */
  readonly #heard: Float64Array;
  readonly #squares: Float64Array;
  #state: 'waits' | 'feeds' | 'lost' = 'waits';
  /** Rate that stands, rate that the target alone asks for, and what an open-loop feed would give. */
  readonly #rate = Float64Array.of(Number.NaN);
  readonly #wanted = Float64Array.of(Number.NaN);
  readonly #reference = Float64Array.of(Number.NaN);
  /** A feed and its excess; and a bracket: lower feed and its excess, upper feed and its excess. */
  readonly #point = new Float64Array(2);
  readonly #ends = new Float64Array(4);
  /** The limit that holds the feed back, or -1. */
  #active = -1;
  /** Fed since the last step: L, and over how many h; and when the next step is due. */
  readonly #given = new Float64Array(2);
  readonly #due = Float64Array.of(Number.NaN);

  /** Use `adaptiveFeed`, which compiles the models. */
  constructor(settings: AdaptiveFeedSettings, observer: CompiledObserver, ahead: CompiledModel) {
    this.#settings = settings;
    this.#open = settings.open();
    const { estimator, limits, feed } = settings;
    this.estimator = new ModelEstimator(watching(settings), observer);
    this.#feedInput = estimator.inputs.indexOf(feed);
    if (this.#feedInput < 0) throw new RangeError(`The feed \`${feed}\` is not among the inputs of the estimator.`);
    this.#feedShare = estimator.parameters.findIndex(({ id }) => id === feed);
    const { model, observed } = this.estimator.observer;
    this.#instance = new Instance(ahead);
    this.#integrator = createIntegrator(this.#instance, {
      method: 'rodas4',
      relativeTolerance: 1e-3,
      absoluteTolerance: Float64Array.from(model.states, ({ scale }) => 1e-6 * scale),
      kinks: 'ignore',
      stepLimit: 500,
    });
    this.#ahead = new Covariance(this.estimator.covariance.n);
    this.#outputs = new Float64Array(observed);
    this.#feedSlot = this.#instance.slotOf(feed);
    this.#target = estimator.signals.length;
    this.#limits = Int32Array.from(limits, (_, i) => estimator.signals.length + 1 + i);
    const names = model.outputs.slice(0, observed).map(({ id }) => id);
    this.#observed = Int32Array.from(new Set(names), (id) => names.indexOf(id));
    this.margins = new Float64Array(limits.length);
    this.#times = Float64Array.from(new Set([settings.settleH, ...limits.map(({ aheadH }) => aheadH)])).sort();
    this.#heard = new Float64Array(estimator.signals.length);
    this.#squares = new Float64Array(estimator.signals.length);
    this.tells = this.#names();
    this.told = new Float64Array(this.tells.length).fill(Number.NaN);
    this.estimator.begin(0);
  }

  see(signals: Float64Array): void {
    const timeH = signals[0]!;
    if (timeH < this.#due[0]! - 1e-9 || this.#state === 'lost') return;
    const { estimator } = this;
    const { measured, inputs } = estimator;
    const isFirst = Number.isNaN(this.#due[0]!);
    this.#due[0] = timeH + this.#settings.estimator.stepH;
    for (let k = 0; k < measured.length; k++) measured[k] = signals[1 + k]!;
    for (let i = 0, s = 1 + measured.length; i < inputs.length; i++)
      if (i !== this.#feedInput) inputs[i] = signals[s++]!;
    inputs[this.#feedInput] = this.#given[1]! > 0 ? this.#given[0]! / this.#given[1]! : 0;
    this.#given.fill(0);
    if (isFirst) estimator.update();
    else if (estimator.step() === 'lost') {
      this.#state = 'lost';
      this.proposal[0] = Number.NaN;
      return;
    }
    this.#weigh(timeH);
    if (this.#state === 'feeds') this.propose(timeH);
    else this.#tell();
  }

  begin(timeH: number, measured: FeedSamples): void {
    this.#open.begin(timeH, this.startOf(measured));
    if (this.#state === 'lost') return;
    this.#state = 'feeds';
    this.#rate[0] = this.#open.demand(timeH, this.#settings.estimator.stepH);
    this.propose(timeH);
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
  demand(timeH: number, scanH: number): number {
    const open = this.#open.demand(timeH, scanH);
    return Number.isFinite(this.proposal[0]!) ? this.proposal[0]! : open;
  }

  /** Makes a proposal: the largest feed at which neither target nor limits are passed. */
  propose(timeH: number): void {
    this.#widen();
    this.#reference[0] = this.#open.demand(timeH, this.#settings.estimator.stepH);
    this.#search('limits');
    const limited = this.#point[0]!;
    this.#wanted[0] = limited;
    if (this.#active >= 0 && Number.isFinite(limited)) {
      this.#search('target');
      this.#wanted[0] = this.#point[0]!;
      this.#point[0] = limited;
      this.#excess('limits');
    }
    if (!(this.#wanted[0]! > limited)) this.#active = -1;
    if (Number.isFinite(limited)) this.#rate[0] = limited;
    this.proposal[0] = limited;
    this.proposal[1] = timeH;
    this.#tell();
  }

  /** Whether the model explains what is measured, and whether enough is measured. */
  #weigh(timeH: number): void {
    const { residuals } = this.estimator;
    let valid = 1;
    for (let k = 0; k < residuals.length; k++) {
      const residual = residuals[k]!;
      if (Number.isNaN(residual)) continue;
      this.#heard[k] = timeH;
      this.#squares[k]! += residualSmoothing * (Math.min(residual ** 2, 100) - this.#squares[k]!);
      if (this.#squares[k]! > validResidual) valid = 0;
    }
    const { signals, withinH } = this.#settings.needed;
    let informed = 1;
    for (let i = 0; i < signals.length; i++) if (timeH - this.#heard[signals[i]!]! > withinH) informed = 0;
    this.proposal[2] = valid;
    this.proposal[3] = informed;
  }

  /** Finds a feed whose excess over what is `asked` is 0, near the last one and inside its band; NaN where the model cannot be carried ahead. */
  #search(asked: 'limits' | 'target'): void {
    const { maximumLPerH, band } = this.#settings;
    const reference = this.#reference[0]!;
    const rate = this.#rate[0]!;
    const point = this.#point;
    const ends = this.#ends;
    const least = band.low * reference;
    const most = Math.max(least, Math.min(maximumLPerH, band.high * reference, rate * fastestRise));
    ends[0] = Math.min(most, Math.max(least, rate * 0.98));
    ends[2] = Math.min(most, Math.max(ends[0]!, rate * 1.02));
    this.#try(0, asked);
    this.#try(2, asked);
    for (let widening = 0.1; ends[1]! > 0 && ends[0]! > least; widening *= 3) {
      ends[2] = ends[0]!;
      ends[3] = ends[1]!;
      ends[0] = Math.max(least, ends[0]! * (1 - Math.min(0.9, widening)));
      this.#try(0, asked);
    }
    for (let widening = 0.1; ends[3]! < 0 && ends[2]! < most; widening *= 3) {
      ends[0] = ends[2]!;
      ends[1] = ends[3]!;
      ends[2] = Math.min(most, ends[2]! * (1 + widening));
      this.#try(2, asked);
    }
    if (Number.isNaN(ends[1]!) || Number.isNaN(ends[3]!)) point[0] = Number.NaN;
    else if (ends[1]! >= 0) point[0] = ends[0]!;
    else if (ends[3]! <= 0) point[0] = ends[2]!;
    else this.#root(asked);
  }

  /** The excess at an end of the bracket: 0 the lower, 2 the upper. */
  #try(end: 0 | 2, asked: 'limits' | 'target'): void {
    this.#point[0] = this.#ends[end]!;
    this.#excess(asked);
    this.#ends[end + 1] = this.#point[1]!;
  }

  /** Between a feed that passes nothing and one that does: regula falsi after Illinois (Dowell and Jarratt 1971, BIT 11, 168). */
  #root(asked: 'limits' | 'target'): void {
    const point = this.#point;
    const ends = this.#ends;
    let side = 0;
    for (let i = 0; i < searches && ends[2]! - ends[0]! > precise * ends[2]!; i++) {
      point[0] = (ends[0]! * ends[3]! - ends[2]! * ends[1]!) / (ends[3]! - ends[1]!);
      this.#excess(asked);
      if (Math.abs(point[1]!) < precise) return;
      const isAbove = point[1]! > 0;
      const end = isAbove ? 2 : 0;
      ends[end] = point[0]!;
      ends[end + 1] = point[1]!;
      if (side === (isAbove ? 1 : -1)) ends[isAbove ? 1 : 3]! /= 2;
      side = isAbove ? 1 : -1;
    }
    point[0] = ends[0]!;
  }

  /** By how much the model passes its target, or a limit too, at the feed in `#point[0]`: the largest share, into `#point[1]`. Notes which limit. */
  #excess(asked: 'limits' | 'target'): void {
    const { settleH, muPerH, target, limits } = this.#settings;
    const instance = this.#instance;
    const integrator = this.#integrator;
    const outputs = this.#outputs;
    const times = this.#times;
    const arriving = this.#feedShare < 0 ? 1 : Math.exp(this.estimator.shares[this.#feedShare]!);
    const feed = this.#point[0]! * arriving;
    instance.parameters.set(this.estimator.instance.parameters);
    integrator.begin(0, this.estimator.state);
    let worst = Number.NEGATIVE_INFINITY;
    let active = -1;
    let growth = 1;
    for (let i = 0; i < times.length; i++) {
      const span = times[i]! - integrator.now[0]!;
      // The mean feed over the span, as it grows.
      const mean = muPerH * span > 0 ? Math.expm1(muPerH * span) / (muPerH * span) : 1;
      instance.parameters[this.#feedSlot] = feed * growth * mean;
      growth *= Math.exp(muPerH * span);
      integrator.jump();
      integrator.goal[0] = times[i]!;
      if (integrator.advanceToGoal() !== REACHED) {
        this.#point[1] = Number.NaN;
        return;
      }
      instance.clock[0] = integrator.now[0]!;
      instance.prepare();
      instance.outputs(integrator.state, outputs);
      if (times[i] === settleH) {
        const excess = outputs[this.#target]! / target.value - 1;
        if (excess > worst) {
          worst = excess;
          active = -1;
        }
        if (asked === 'target') break;
      }
      for (let k = 0; asked === 'limits' && k < limits.length; k++) {
        const { aheadH, side, limit } = limits[k]!;
        if (aheadH !== times[i]) continue;
        const value = outputs[this.#limits[k]!]!;
        const beyond = (side === 'above' ? value - limit : limit - value) + this.margins[k]!;
        const excess = beyond / Math.abs(limit);
        if (excess > worst) {
          worst = excess;
          active = k;
        }
      }
    }
    this.#active = active;
    this.#point[1] = worst;
  }

  /** Margins from the covariance of the estimate, carried ahead. */
  #widen(): void {
    const { limits } = this.#settings;
    const { margins } = this;
    for (let k = 0; k < limits.length; k++) {
      const { deviations, widest, aheadH } = limits[k]!;
      this.#ahead.stepH[0] = aheadH;
      this.estimator.writeDeviationAhead(this.#limits[k]!, this.#ahead, margins, k);
      margins[k] = Math.min(widest, deviations * margins[k]!);
    }
  }

  #names(): Told[] {
    const { outputs, parameters } = this.estimator.observer.model;
    const { limits, estimator } = this.#settings;
    const rate = parseUnit('L/h');
    const none = parseUnit('-');
    return [
      { id: 'proposed', says: 'feed that is proposed', unit: rate },
      { id: 'target', says: 'feed that the target alone asks for', unit: rate },
      { id: 'limit', says: 'which limit holds the feed back, counted from 1; 0: none', unit: none },
      ...limits.map((_, i): Told => {
        const { id, unit, says } = outputs[this.#limits[i]!]!;
        return { id: `margin.${id}`, says: `kept free before the limit of ${says}`, unit: differenceOf(unit) };
      }),
      ...[...this.#observed].flatMap((k): Told[] => {
        const { id, unit, says } = outputs[k]!;
        return [
          { id: `estimate.${id}`, says: `${says}, estimated`, unit },
          { id: `deviation.${id}`, says: `${says}, standard deviation of the estimate`, unit: differenceOf(unit) },
        ];
      }),
      ...estimator.parameters.map(({ id }): Told => {
        const { says } = parameters.find((parameter) => parameter.id === id)!;
        return { id: `share.${id}`, says: `${says}, estimated over believed`, unit: none };
      }),
    ];
  }

  #tell(): void {
    const { told, margins, estimator } = this;
    let at = 0;
    told[at++] = this.proposal[0]!;
    told[at++] = this.#wanted[0]!;
    told[at++] = this.#active + 1;
    for (let k = 0; k < margins.length; k++) told[at++] = margins[k]!;
    for (let i = 0; i < this.#observed.length; i++) {
      told[at++] = estimator.seen[this.#observed[i]!]!;
      estimator.writeDeviation(this.#observed[i]!, told, at++);
    }
    for (let i = 0; i < estimator.shares.length; i++) told[at++] = Math.exp(estimator.shares[i]!);
  }
}

/** The unit of a difference of two values: degrees lose their zero. */
function differenceOf(unit: Unit): Unit {
  return { ...unit, offset: 0 };
}
