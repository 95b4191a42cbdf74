import { Pid } from '../loops/pid.ts';
import { type ExponentialFeedSettings, exponentialFeed } from './exponential.ts';
import { type ObservedGrowthSettings, observedGrowth, uptakeRatio } from './growth-estimate.ts';
import type { FeedLaw } from './watched.ts';

export interface MuStatSettings extends ExponentialFeedSettings {
  /** Relative change of the feed for one 1/h of error in the growth rate. */
  readonly gainH: number;
  readonly resetH: number;
  /** Time constant in which the estimate is smoothed, h; of an observer both of its poles. */
  readonly smoothingH: number;
  /** The signal and its noise where the growth rate is observed; left out: the ratio of uptake to what has been taken up. */
  readonly observes?: Pick<ObservedGrowthSettings, 'on' | 'relative'>;
  /** Uptake before the first look, in the unit of uptake times h; default 0, as for one that sees the batch from its inoculation. */
  readonly takenUp?: number;
  /** Least and most that the feed is multiplied by. */
  readonly low: number;
  readonly high: number;
}

/**
 * An exponential feed that is corrected by a PI law on the growth rate it sees: by default from oxygen uptake alone, as uptake over what has been taken up so far;
 * or from an observer that oxygen uptake or biomass drives. Signals: oxygen uptake in mol/L/h or biomass in g/L, and volume in L. What was taken up in the
 * batch before counts. Without a signal the correction stays where it is.
 */
export function muStatFeed(settings: MuStatSettings): FeedLaw & { readonly estimate: Float64Array } {
  const { muPerH, gainH, resetH, smoothingH, low, high, observes, takenUp = 0 } = settings;
  if (!(smoothingH > 0)) throw new RangeError(`A growth rate cannot be smoothed over ${smoothingH} h.`);
  if (!(low >= 0 && high > low)) throw new RangeError(`A correction from ${low} to ${high} is no range.`);
  const base = exponentialFeed(settings);
  const pid = new Pid({ gain: gainH, resetH }, low, high);
  const growth = observes
    ? observedGrowth({ ...observes, settleH: smoothingH, startPerH: muPerH, takenUp })
    : uptakeRatio(smoothingH, takenUp);
  /** The time that waits for the next step of the PI law. */
  const waits = new Float64Array(1);
  let isNew = false;
  return {
    name: 'mu-stat',
    needs: growth.needs,
    rises: 'by itself',
    estimate: growth.estimate,
    tells: growth.tells,
    told: growth.told,
    begin(timeH, measured) {
      base.begin(timeH, measured);
      pid.seen.set([muPerH, muPerH, 0, 1]);
      pid.takeOver(1);
      waits[0] = 0;
    },
    see(signals) {
      if (growth.see(signals) === 'moved') isNew = true;
    },
    demand(scan) {
      waits[0]! += scan[1]!;
      if (isNew) {
        pid.seen[1] = growth.estimate[0]!;
        pid.seen[2] = Math.min(waits[0]!, smoothingH);
        pid.step();
        waits[0] = 0;
        isNew = false;
      }
      base.demand(scan);
      scan[2] = Math.min(pid.output[0]! * scan[2]!, settings.maximumLPerH ?? Number.POSITIVE_INFINITY);
    },
  };
}
