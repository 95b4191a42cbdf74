import { type CompiledModel, compileModel, Instance } from '@fedbatch/model';
import { createIntegrator, type Integrator, REACHED } from '@fedbatch/numerics';
import { parseUnit } from '@fedbatch/vocabulary';
import { Covariance } from '../estimation/covariance.ts';
import { type CompiledObserver, compileObserver, type EstimatorSettings } from '../estimation/estimator-settings.ts';
import { differenceOf, ModelFeed, type ModelFeedSettings } from './model-feed.ts';
import type { Told } from './strategy.ts';

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
  /** The most that is kept free, base units, above 0: uncertainty alone shall not stop a feed. */
  readonly widest: number;
  /**
   * Standard deviation of the present estimate of the output, base units, up to which the limit counts in full; default `widest / deviations`. Where less is
   * known, the limit takes only as large a share off the open-loop feed as this is of the deviation.
   */
  readonly trusted?: number;
}

export interface AdaptiveFeedSettings extends ModelFeedSettings {
  /** What the feed shall hold: an output of the model, as mu, and its value in base units. It must rise with the feed. */
  readonly target: { readonly output: string; readonly value: number };
  /** The feed settles in about this time, h: the target is looked at so far ahead. */
  readonly settleH: number;
  readonly limits: readonly FeedLimit[];
  /** Growth of the feed over the time that is looked ahead, 1/h. */
  readonly muPerH: number;
  /** Least and most share of that open-loop feed that is ever proposed, however the estimate looks. */
  readonly band: { readonly low: number; readonly high: number };
}

const searches = 12;
const precise = 1e-4;
/** Most that the feed is multiplied by in one step: a wrong estimate shows before it has done much. */
const fastestRise = 1.1;
/** A feed that arrives less than it is off by calibration, in deviations of that, is lost on its way: a tube that is squeezed may open again at any moment. */
const calibrated = 2;

/** What a search looks at: the target, the limits, or both at once. */
type Asked = 'both' | 'target' | 'limits';

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
 * standard deviations of the prediction; a limit on what is hardly known gives way to the open-loop feed. Structure and weights are frozen; nothing is learnt.
 */
export class AdaptiveFeed extends ModelFeed {
  readonly name = 'adaptive';
  readonly tells: readonly Told[];
  readonly told: Float64Array;
  /** What is kept free before each limit at present, base units. */
  readonly margins: Float64Array;
  /** Share of the open-loop feed that each limit leaves at least: 0 where its output is known, towards 1 as it is lost. */
  readonly #left: Float64Array;
  readonly #settings: AdaptiveFeedSettings;
  readonly #instance: Instance;
  readonly #integrator: Integrator;
  readonly #ahead: Covariance;
  readonly #outputs: Float64Array;
  readonly #feedSlot: number;
  /** Logarithm of the share of the feed that arrives at least while nothing is lost. */
  readonly #leastShare: number;
  /** Share of the feed that arrives now, and that limits count with. */
  readonly #arrives = Float64Array.of(1, 1);
  /** Observed slot of the target, and of each limit. */
  readonly #target: number;
  readonly #limits: Int32Array;
  readonly #observed: Int32Array;
  /** Times ahead at which something is looked at, rising. */
  readonly #times: Float64Array;
  /** Rate that the target alone asks for; and what an open-loop feed would give, as its scan. */
  readonly #wanted = Float64Array.of(Number.NaN);
  readonly #reference = new Float64Array(3);
  /** A feed and its excess; and a bracket: lower feed and its excess, upper feed and its excess. */
  readonly #point = new Float64Array(2);
  readonly #ends = new Float64Array(4);
  /** The limit that holds the feed back, or -1. */
  #active = -1;

  /** Use `adaptiveFeed`, which compiles the models. */
  constructor(settings: AdaptiveFeedSettings, observer: CompiledObserver, ahead: CompiledModel) {
    super(settings, watching(settings), observer);
    this.#settings = settings;
    const { estimator, limits, feed } = settings;
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
    this.#leastShare = this.feedShare < 0 ? 0 : -calibrated * estimator.parameters[this.feedShare]!.deviation;
    this.#target = estimator.signals.length;
    this.#limits = Int32Array.from(limits, (_, i) => estimator.signals.length + 1 + i);
    this.#observed = this.observedSlots();
    this.margins = new Float64Array(limits.length);
    this.#left = new Float64Array(limits.length);
    this.#times = Float64Array.from(new Set([settings.settleH, ...limits.map(({ aheadH }) => aheadH)])).sort();
    this.tells = this.#names();
    this.told = new Float64Array(this.tells.length).fill(Number.NaN);
  }

  /** Makes a proposal: the largest feed at which neither target nor limits are passed. */
  propose(): void {
    const timeH = this.at[0]!;
    this.#widen();
    this.#reference[0] = timeH;
    this.#reference[1] = this.#settings.estimator.stepH;
    this.open.demand(this.#reference);
    this.#weighArrivals();
    const isLost = this.#arrives[0]! < this.#arrives[1]!;
    this.#search(isLost ? 'limits' : 'both');
    let limited = this.#point[0]!;
    this.#wanted[0] = limited;
    if ((isLost || this.#active >= 0) && Number.isFinite(limited)) {
      this.#search('target');
      this.#wanted[0] = this.#point[0]!;
      if (isLost) limited = Math.min(limited, this.#wanted[0]!);
      this.#point[0] = limited;
      this.#excess(isLost ? 'limits' : 'both');
    }
    if (!(this.#wanted[0]! > limited)) this.#active = -1;
    if (Number.isFinite(limited)) this.rate[0] = limited;
    this.proposal[0] = limited;
    this.proposal[1] = timeH;
    this.tell();
  }

  /** Finds a feed whose excess over what is `asked` is 0, near the last one and inside its band; NaN where the model cannot be carried ahead. */
  #search(asked: Asked): void {
    const { maximumLPerH, band } = this.#settings;
    const reference = this.#reference[2]!;
    const rate = this.rate[0]!;
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
  #try(end: 0 | 2, asked: Asked): void {
    this.#point[0] = this.#ends[end]!;
    this.#excess(asked);
    this.#ends[end + 1] = this.#point[1]!;
  }

  /** Between a feed that passes nothing and one that does: regula falsi after Illinois (Dowell and Jarratt 1971, BIT 11, 168). */
  #root(asked: Asked): void {
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

  /** Shares of the feed that arrive. Limits count with what would arrive if a loss ended now: the feed must not stand too high then. */
  #weighArrivals(): void {
    if (this.feedShare < 0) return;
    const share = this.estimator.shares[this.feedShare]!;
    this.#arrives[0] = Math.exp(share);
    this.#arrives[1] = Math.exp(Math.max(share, this.#leastShare));
  }

  /** By how much the model passes its target, or a limit too, at the feed in `#point[0]`: the largest share, into `#point[1]`. Notes which limit. */
  #excess(asked: Asked): void {
    const { settleH, muPerH, target, limits } = this.#settings;
    const instance = this.#instance;
    const integrator = this.#integrator;
    const outputs = this.#outputs;
    const times = this.#times;
    const feed = this.#point[0]! * this.#arrives[asked === 'limits' ? 1 : 0]!;
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
      if (times[i] === settleH && asked !== 'limits') {
        const excess = outputs[this.#target]! / target.value - 1;
        if (excess > worst) {
          worst = excess;
          active = -1;
        }
        if (asked === 'target') break;
      }
      for (let k = 0; asked !== 'target' && k < limits.length; k++) {
        const { aheadH, side, limit } = limits[k]!;
        if (aheadH !== times[i]) continue;
        const value = outputs[this.#limits[k]!]!;
        const beyond = (side === 'above' ? value - limit : limit - value) + this.margins[k]!;
        // Below what the limit leaves it is not passed, whatever the estimate says; the lesser of both rises with the feed as they do.
        const left = this.#left[k]! * this.#reference[2]!;
        const passed = beyond / Math.abs(limit);
        const excess = left > 0 ? Math.min(passed, this.#point[0]! / left - 1) : passed;
        if (excess > worst) {
          worst = excess;
          active = k;
        }
      }
    }
    this.#active = active;
    this.#point[1] = worst;
  }

  /** Margins from the covariance of the estimate, carried ahead; and what each limit leaves, from the covariance at present, which shows what is known. */
  #widen(): void {
    const { limits } = this.#settings;
    const { margins } = this;
    const left = this.#left;
    for (let k = 0; k < limits.length; k++) {
      const { deviations, widest, aheadH, trusted = widest / deviations } = limits[k]!;
      this.#ahead.stepH[0] = aheadH;
      this.estimator.writeDeviationAhead(this.#limits[k]!, this.#ahead, margins, k);
      margins[k] = Math.min(widest, deviations * margins[k]!);
      this.estimator.writeDeviation(this.#limits[k]!, left, k);
      left[k] = Math.max(0, 1 - trusted / left[k]!);
    }
  }

  #names(): Told[] {
    const { outputs } = this.estimator.observer.model;
    const { limits } = this.#settings;
    const rate = parseUnit('L/h');
    return [
      { id: 'proposed', says: 'feed that is proposed', unit: rate },
      { id: 'target', says: 'feed that the target alone asks for', unit: rate },
      { id: 'limit', says: 'which limit holds the feed back, counted from 1; 0: none', unit: parseUnit('-') },
      ...limits.map((_, i): Told => {
        const { id, unit, says } = outputs[this.#limits[i]!]!;
        return { id: `margin.${id}`, says: `kept free before the limit of ${says}`, unit: differenceOf(unit) };
      }),
      ...this.estimateNames(this.#observed),
    ];
  }

  protected tell(): void {
    const { told, margins } = this;
    let at = 0;
    told[at++] = this.proposal[0]!;
    told[at++] = this.#wanted[0]!;
    told[at++] = this.#active + 1;
    for (let k = 0; k < margins.length; k++) told[at++] = margins[k]!;
    this.tellEstimates(this.#observed, told, at);
  }
}
