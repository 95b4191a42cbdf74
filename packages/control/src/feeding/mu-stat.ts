import { Pid } from '../loops/pid.ts';
import { type ExponentialFeedSettings, exponentialFeed } from './exponential.ts';
import type { FeedLaw } from './watched.ts';

export interface MuStatSettings extends ExponentialFeedSettings {
  /** Relative change of the feed for one 1/h of error in the growth rate. */
  readonly gainH: number;
  readonly resetH: number;
  /** Time constant in which the estimate is smoothed, h. */
  readonly smoothingH: number;
  /** Uptake before the first look, in the unit of uptake times h; default 0, as for one that sees the batch from its inoculation. */
  readonly takenUp?: number;
  /** Least and most that the feed is multiplied by. */
  readonly low: number;
  readonly high: number;
}

/**
 * An exponential feed that is corrected by a PI law on the growth rate it sees. The growth rate is estimated from oxygen uptake alone, as uptake over
 * what has been taken up so far: in exponential growth their ratio is mu, whatever the yield (cumulative oxygen; Luttmann et al. 2012, Eng. Life Sci. 12, 39
 * review such estimators). Signals: oxygen uptake in mol/L/h, and volume in L. What was taken up in the batch before counts.
 * Without a signal the correction stays where it is.
 */
export function muStatFeed(settings: MuStatSettings): FeedLaw & { readonly estimate: Float64Array } {
  const { muPerH, gainH, resetH, smoothingH, low, high } = settings;
  if (!(smoothingH > 0)) throw new RangeError(`A growth rate cannot be smoothed over ${smoothingH} h.`);
  if (!(low >= 0 && high > low)) throw new RangeError(`A correction from ${low} to ${high} is no range.`);
  const base = exponentialFeed(settings);
  const pid = new Pid({ gain: gainH, resetH }, low, high);
  const estimate = Float64Array.of(Number.NaN);
  /** Oxygen taken up so far, time of the last uptake, and the time that waits for the next step of the PI law. */
  const memory = Float64Array.of(settings.takenUp ?? 0, Number.NaN, 0);
  let isNew = false;
  return {
    name: 'mu-stat',
    needs: ['oxygen uptake'],
    rises: 'by itself',
    estimate,
    begin(timeH, measured) {
      base.begin(timeH, measured);
      pid.seen.set([muPerH, muPerH, 0, 1]);
      pid.takeOver(1);
      memory[2] = 0;
    },
    see(signals) {
      const [timeH, uptake] = [signals[0]!, signals[1]! * signals[2]!];
      const passed = timeH - memory[1]!;
      if (Number.isNaN(uptake)) return;
      memory[1] = timeH;
      if (!(uptake > 0 && passed > 0)) return;
      memory[0]! += uptake * passed;
      const ratio = uptake / memory[0]!;
      const share = Math.min(1, passed / smoothingH);
      estimate[0] = Number.isNaN(estimate[0]!) ? ratio : estimate[0]! + share * (ratio - estimate[0]!);
      isNew = true;
    },
    demand(timeH, scanH) {
      memory[2]! += scanH;
      if (isNew) {
        pid.seen[1] = estimate[0]!;
        pid.seen[2] = Math.min(memory[2]!, smoothingH);
        pid.step();
        memory[2] = 0;
        isNew = false;
      }
      return Math.min(pid.output[0]! * base.demand(timeH, scanH), settings.maximumLPerH ?? Number.POSITIVE_INFINITY);
    },
  };
}
