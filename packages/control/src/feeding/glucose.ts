import { parseUnit } from '@fedbatch/vocabulary';
import type { FeedLaw } from './watched.ts';

export interface GlucoseSettings {
  /** Concentration that is held, and that of the feed, in one unit. */
  readonly at: number;
  readonly feed: number;
  /** 'continuous': what the cells take, corrected; 'bolus': what is missing at each sample, at once. */
  readonly dosing: 'continuous' | 'bolus';
  /** Continuous: time in which an error is fed away, and in which the uptake is smoothed, h. */
  readonly settleH: number;
  readonly smoothingH: number;
  /** Bolus: shortest time between two, and the time over which one is given, h. */
  readonly everyH: number;
  readonly overH: number;
  /** Rate before the first sample, L/h. */
  readonly startLPerH: number;
  readonly maximumLPerH: number;
}

/**
 * Holds the glucose of a cell culture. From its balance between two values, V dG/dt = F (Gf - G) - q V, comes what the cells take, q; 'continuous' feeds
 * that and the error besides, 'bolus' tops the culture up to the set point and for half of what will be taken until the next one (Wlaschin and Hu 2006, Adv.
 * Biochem. Eng. 101, 43 review both ways). Signals: glucose, volume in L.
 */
export function glucoseFeed(settings: GlucoseSettings): FeedLaw {
  const { at, feed, dosing, settleH, smoothingH, everyH, overH, startLPerH, maximumLPerH } = settings;
  if (!(at > 0 && feed > at))
    throw new RangeError(`A feed with ${feed} cannot hold ${at}: the set point lies above 0 and below the feed.`);
  if (!(settleH > 0 && smoothingH > 0))
    throw new RangeError(`Times of ${settleH} and ${smoothingH} h are none to settle and smooth in: above 0 h.`);
  if (!(everyH > 0 && overH > 0 && overH <= everyH))
    throw new RangeError(`A bolus every ${everyH} h cannot be given over ${overH} h: above 0 h, and no longer.`);
  /** Last value and its time; uptake by volume and hour; fed since, L; rate; dose still to come, L; time since the last bolus; values since the start. */
  const m = Float64Array.of(Number.NaN, Number.NaN, Number.NaN, 0, startLPerH, 0, Number.POSITIVE_INFINITY);
  const told = new Float64Array(1).fill(Number.NaN);
  let feeds = false;
  const learn = (signals: Float64Array): void => {
    const timeH = signals[0]!;
    const value = signals[1]!;
    const volume = signals[2]!;
    const passed = timeH - m[1]!;
    if (passed > 0) {
      const taken = (m[3]! * (feed - 0.5 * (value + m[0]!))) / volume - (value - m[0]!);
      const uptake = Math.max(0, taken / passed);
      // Sums of differences telescope: the noise of single values does not pile up in the mean.
      const share = Number.isNaN(m[2]!) ? 1 : Math.min(1, passed / smoothingH);
      m[2] = share === 1 ? uptake : m[2]! + share * (taken / passed - m[2]!);
    }
    m[0] = value;
    m[1] = timeH;
    m[3] = 0;
  };
  return {
    name: 'glucose',
    needs: ['glucose'],
    rises: 'on new values',
    tells: [{ id: 'taken', says: 'feed that the cells take', unit: parseUnit('L/h') }],
    told,
    begin() {
      feeds = true;
      m[4] = dosing === 'continuous' ? startLPerH : 0;
      m[5] = 0;
      m[6] = Number.POSITIVE_INFINITY;
    },
    see(signals) {
      const value = signals[1]!;
      const volume = signals[2]!;
      if (Number.isNaN(value) || !(volume > 0)) return;
      learn(signals);
      const uptake = Math.max(0, Number.isNaN(m[2]!) ? 0 : m[2]!);
      const perL = volume / (feed - at);
      told[0] = uptake * perL;
      if (!feeds) return;
      if (dosing === 'continuous') {
        if (!Number.isNaN(m[2]!)) m[4] = Math.min(maximumLPerH, Math.max(0, perL * (uptake + (at - value) / settleH)));
      } else if (m[5] === 0 && m[6]! >= everyH * (1 - 1e-9)) {
        m[5] = Math.min(maximumLPerH * overH, Math.max(0, perL * (at - value + 0.5 * uptake * everyH)));
        if (m[5]! > 0) m[6] = 0;
        m[4] = m[5]! / overH;
      }
    },
    given(scan) {
      m[3]! += scan[1]! * scan[2]!;
    },
    demand(scan) {
      scan[2] = m[4]!;
      if (dosing === 'continuous') return;
      const scanH = scan[1]!;
      m[6]! += scanH;
      const dose = Math.min(m[5]!, m[4]! * scanH);
      m[5] = Math.max(0, m[5]! - dose);
      scan[2] = dose / scanH;
    },
  };
}
