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
  #rate = Number.NaN;
  /** Rate that the target alone asks for, and the limit that holds it back, or -1. */
  #wanted = Number.NaN;
  #active = -1;
  #given = 0;
  #givenH = 0;
  #dueH = Number.NaN;

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
    if (timeH < this.#dueH - 1e-9 || this.#state === 'lost') return;
    const { estimator } = this;
    const { measured, inputs } = estimator;
    const isFirst = Number.isNaN(this.#dueH);
    this.#dueH = timeH + this.#settings.estimator.stepH;
    for (let k = 0; k < measured.length; k++) measured[k] = signals[1 + k]!;
    for (let i = 0, s = 1 + measured.length; i < inputs.length; i++)
      if (i !== this.#feedInput) inputs[i] = signals[s++]!;
    inputs[this.#feedInput] = this.#givenH > 0 ? this.#given / this.#givenH : 0;
    this.#given = 0;
    this.#givenH = 0;
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
    this.#rate = this.#open.demand(timeH, this.#settings.estimator.stepH);
    this.propose(timeH);
  }

  startOf(measured: FeedSamples): FeedSamples {
    if (!this.#settings.start) return measured;
    const [biomass, volume] = this.estimator.seen.slice(-2);
    return { ...measured, biomassGPerL: biomass!, volumeL: volume! };
  }

  given(scan: Float64Array): void {
    this.#given += scan[2]! * scan[1]!;
    this.#givenH += scan[1]!;
  }

  /** The proposal as it stands; without one the open-loop feed. */
  demand(timeH: number, scanH: number): number {
    const open = this.#open.demand(timeH, scanH);
    return Number.isFinite(this.proposal[0]!) ? this.proposal[0]! : open;
  }

  /** Makes a proposal: the largest feed at which neither target nor limits are passed. */
  propose(timeH: number): void {
    this.#widen();
    const limited = this.#search(timeH, 'limits');
    this.#wanted = this.#active >= 0 && Number.isFinite(limited) ? this.#search(timeH, 'target') : limited;
    if (this.#wanted > limited) this.#excess(limited, 'limits');
    else this.#active = -1;
    if (Number.isFinite(limited)) this.#rate = limited;
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

  /** A feed whose excess over what is `asked` is 0, near the last one and inside its band. NaN where the model cannot be carried ahead. */
  #search(timeH: number, asked: 'limits' | 'target'): number {
    const { maximumLPerH, band, estimator } = this.#settings;
    const reference = this.#open.demand(timeH, estimator.stepH);
    const least = band.low * reference;
    const most = Math.max(least, Math.min(maximumLPerH, band.high * reference, this.#rate * fastestRise));
    let low = Math.min(most, Math.max(least, this.#rate * 0.98));
    let high = Math.min(most, Math.max(low, this.#rate * 1.02));
    let atLow = this.#excess(low, asked);
    let atHigh = this.#excess(high, asked);
    for (let widening = 0.1; atLow > 0 && low > least; widening *= 3) {
      high = low;
      atHigh = atLow;
      low = Math.max(least, low * (1 - Math.min(0.9, widening)));
      atLow = this.#excess(low, asked);
    }
    for (let widening = 0.1; atHigh < 0 && high < most; widening *= 3) {
      low = high;
      atLow = atHigh;
      high = Math.min(most, high * (1 + widening));
      atHigh = this.#excess(high, asked);
    }
    if (Number.isNaN(atLow) || Number.isNaN(atHigh)) return Number.NaN;
    return atLow >= 0 ? low : atHigh <= 0 ? high : this.#root(low, atLow, high, atHigh, asked);
  }

  /** Between a feed that passes nothing and one that does: regula falsi after Illinois (Dowell and Jarratt 1971, BIT 11, 168). */
  #root(fromLow: number, lowExcess: number, fromHigh: number, highExcess: number, asked: 'limits' | 'target'): number {
    let low = fromLow;
    let atLow = lowExcess;
    let high = fromHigh;
    let atHigh = highExcess;
    let side = 0;
    for (let i = 0; i < searches && high - low > precise * high; i++) {
      const middle = (low * atHigh - high * atLow) / (atHigh - atLow);
      const there = this.#excess(middle, asked);
      if (Math.abs(there) < precise) return middle;
      if (there > 0) {
        high = middle;
        atHigh = there;
        if (side > 0) atLow /= 2;
        side = 1;
      } else {
        low = middle;
        atLow = there;
        if (side < 0) atHigh /= 2;
        side = -1;
      }
    }
    return low;
  }

  /** By how much the model passes its target, or a limit too, at a feed: the largest share. Notes which limit. */
  #excess(feedLPerH: number, asked: 'limits' | 'target'): number {
    const { settleH, muPerH, target } = this.#settings;
    const instance = this.#instance;
    const integrator = this.#integrator;
    const arriving = this.#feedShare < 0 ? 1 : this.estimator.parameter(this.#feedShare);
    instance.parameters.set(this.estimator.instance.parameters);
    integrator.begin(0, this.estimator.state);
    let worst = Number.NEGATIVE_INFINITY;
    let active = -1;
    let growth = 1;
    for (let i = 0; i < this.#times.length; i++) {
      const span = this.#times[i]! - integrator.now[0]!;
      // The mean feed over the span, as it grows.
      const mean = muPerH * span > 0 ? Math.expm1(muPerH * span) / (muPerH * span) : 1;
      instance.parameters[this.#feedSlot] = feedLPerH * arriving * growth * mean;
      growth *= Math.exp(muPerH * span);
      integrator.jump();
      integrator.goal[0] = this.#times[i]!;
      if (integrator.advanceToGoal() !== REACHED) return Number.NaN;
      instance.clock[0] = integrator.now[0]!;
      instance.prepare();
      instance.outputs(integrator.state, this.#outputs);
      if (this.#times[i] === settleH) {
        const excess = this.#outputs[this.#target]! / target.value - 1;
        if (excess > worst) {
          worst = excess;
          active = -1;
        }
        if (asked === 'target') return worst;
      }
      for (let k = 0; asked === 'limits' && k < this.#limits.length; k++) {
        const excess = this.#beyond(k, this.#times[i]!);
        if (excess > worst) {
          worst = excess;
          active = k;
        }
      }
    }
    this.#active = active;
    return worst;
  }

  /** By how much limit `k` is passed by the outputs as they are ahead, as a share of it. */
  #beyond(k: number, atH: number): number {
    const { aheadH, side, limit } = this.#settings.limits[k]!;
    if (aheadH !== atH) return Number.NEGATIVE_INFINITY;
    const value = this.#outputs[this.#limits[k]!]!;
    const beyond = side === 'above' ? value - limit : limit - value;
    return (beyond + this.margins[k]!) / Math.abs(limit);
  }

  /** Margins from the covariance of the estimate, carried ahead. */
  #widen(): void {
    const { limits } = this.#settings;
    for (let k = 0; k < limits.length; k++) {
      const { deviations, widest, aheadH } = limits[k]!;
      const spread = this.estimator.deviationAhead(this.#limits[k]!, aheadH, this.#ahead);
      this.margins[k] = Math.min(widest, deviations * spread);
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
    told[at++] = this.#wanted;
    told[at++] = this.#active + 1;
    for (let k = 0; k < margins.length; k++) told[at++] = margins[k]!;
    for (let i = 0; i < this.#observed.length; i++) {
      told[at++] = estimator.seen[this.#observed[i]!]!;
      told[at++] = estimator.deviation(this.#observed[i]!);
    }
    for (let i = 0; i < estimator.shares.length; i++) told[at++] = Math.exp(estimator.shares[i]!);
  }
}

/** The unit of a difference of two values: degrees lose their zero. */
function differenceOf(unit: Unit): Unit {
  return { ...unit, offset: 0 };
}
