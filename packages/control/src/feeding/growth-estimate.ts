import { parseUnit } from '@fedbatch/vocabulary';
import { GrowthRateObserver } from '../estimation/growth-rate-observer.ts';
import type { Told } from './strategy.ts';

/** A growth rate out of what a law is shown: time in h, a signal, volume in L. */
export interface GrowthEstimate {
  /** What it cannot do without, in words. */
  readonly needs: readonly string[];
  /** Element 0: the growth rate, 1/h; NaN: none yet. */
  readonly estimate: Float64Array;
  readonly tells: readonly Told[];
  readonly told: Float64Array;
  /** Says whether the estimate has moved. */
  see(signals: Float64Array): 'moved' | 'stays';
}

export interface ObservedGrowthSettings {
  /** What drives the observer: 'uptake' in mol/L/h, which is added up, or 'biomass' in g/L. */
  readonly on: 'uptake' | 'biomass';
  /** Time constant of both poles, h. */
  readonly settleH: number;
  /** Deviation of a value of the signal, as a share of it. */
  readonly relative: number;
  /** Growth rate to start from, 1/h. */
  readonly startPerH: number;
  /** Uptake before the first look, in the unit of uptake times h and L. */
  readonly takenUp: number;
}

/**
 * Uptake over what has been taken up so far, smoothed: in exponential growth their ratio is mu, whatever the yield (cumulative oxygen; Luttmann et al. 2012,
 * Eng. Life Sci. 12, 39 review such estimators).
 */
export function uptakeRatio(smoothingH: number, takenUp: number): GrowthEstimate {
  const estimate = Float64Array.of(Number.NaN);
  const sum = new UptakeSum(takenUp);
  return {
    needs: ['oxygen uptake'],
    estimate,
    tells: [],
    told: new Float64Array(0),
    see(signals) {
      if (sum.add(signals) === 'stays') return 'stays';
      const ratio = sum.rate[0]! / sum.taken[0]!;
      const share = Math.min(1, sum.rate[1]! / smoothingH);
      estimate[0] = Number.isNaN(estimate[0]!) ? ratio : estimate[0]! + share * (ratio - estimate[0]!);
      return 'moved';
    },
  };
}

/** The growth rate as the observer after Bastin and Dochain has it, with its deviation; of an uptake what has been taken up so far stands for the biomass. */
export function observedGrowth(settings: ObservedGrowthSettings): GrowthEstimate {
  const { on, settleH, relative, startPerH, takenUp } = settings;
  const noise = on === 'uptake' ? 'increments' : 'values';
  const observer = new GrowthRateObserver({ settleH, relative, noise, startPerH });
  const sum = new UptakeSum(takenUp);
  const rate = parseUnit('1/h');
  return {
    needs: [on === 'uptake' ? 'oxygen uptake' : 'biomass'],
    estimate: observer.estimate,
    tells: [
      { id: 'estimate.mu', says: 'specific growth rate, estimated', unit: rate },
      { id: 'deviation.mu', says: 'specific growth rate, standard deviation of the estimate', unit: rate },
    ],
    told: observer.estimate,
    see(signals) {
      observer.seen[0] = signals[0]!;
      observer.seen[1] = signals[1]! * signals[2]!;
      if (on === 'uptake') {
        if (sum.add(signals) === 'stays') return 'stays';
        observer.seen[1] = sum.taken[0]!;
      }
      return observer.step();
    },
  };
}

/** What has been taken up, added up over the times between values. */
class UptakeSum {
  /** Element 0: so far. */
  readonly taken: Float64Array;
  /** Present uptake of the whole broth, and the time that it stands for, h. */
  readonly rate = new Float64Array(2);
  readonly #last = Float64Array.of(Number.NaN);

  constructor(takenUp: number) {
    this.taken = Float64Array.of(takenUp);
  }

  add(signals: Float64Array): 'moved' | 'stays' {
    const uptake = signals[1]! * signals[2]!;
    const passed = signals[0]! - this.#last[0]!;
    if (Number.isNaN(uptake)) return 'stays';
    this.#last[0] = signals[0]!;
    if (!(uptake > 0 && passed > 0)) return 'stays';
    this.taken[0]! += uptake * passed;
    this.rate[0] = uptake;
    this.rate[1] = passed;
    return 'moved';
  }
}
