import { parseUnit } from '@fedbatch/vocabulary';
import type { FeedStrategy } from './strategy.ts';
import type { FeedLaw } from './watched.ts';

export interface CapacitySettings {
  /** Oxygen that is taken up for a litre of feed may fall by this share before the feed gives way. */
  readonly tolerance: number;
  /** What is taken off at each turn while it does, and given back at each turn behind it, shares. */
  readonly slow: number;
  readonly recover: number;
  readonly everyH: number;
  /** Time in which uptake and feed are smoothed, h. */
  readonly smoothingH: number;
  /** The feed is never slowed below this share. */
  readonly least: number;
}

/**
 * Another feed, held at the respiratory capacity of the culture. What a litre of feed takes up of oxygen stays the same as long as all of it is respired
 * and falls as soon as some of it is not (the bottleneck of Sonnleitner and Kaeppeli 1986, Biotechnol. Bioeng. 28, 927): the largest ratio seen is the
 * reference. No threshold has to be known. Signals: oxygen uptake in mol/L/h, and volume in L.
 */
export function capacityFeed(base: FeedStrategy, settings: CapacitySettings): FeedLaw {
  const { tolerance, slow, recover, everyH, smoothingH, least } = settings;
  if (!(tolerance > 0 && tolerance < 1))
    throw new RangeError(`A tolerance of ${100 * tolerance} % finds nothing: between 0 and 100 %.`);
  if (!(slow > 0 && slow < 1 && recover >= 0))
    throw new RangeError(`A feed that is slowed by ${100 * slow} % and given back ${100 * recover} % is not held.`);
  if (!(everyH > 0 && smoothingH > 0))
    throw new RangeError(`Turns every ${everyH} h and smoothing over ${smoothingH} h cannot be: above 0 h.`);
  if (!(least >= 0 && least < 1))
    throw new RangeError(`A feed cannot be left at least ${100 * least} %: from 0 to below 100 %.`);
  /** Smoothed uptake and feed, time of the last uptake, largest ratio, present ratio, factor, time since the last turn, time that was fed. */
  const m = Float64Array.of(Number.NaN, Number.NaN, Number.NaN, 0, Number.NaN, 1, 0, 0);
  const told = new Float64Array(2).fill(Number.NaN);
  let isNew = false;
  return {
    name: 'capacity',
    needs: ['oxygen uptake'],
    rises: 'by itself',
    tells: [
      { id: 'respired', says: 'oxygen for a litre of feed, over the most that was seen', unit: parseUnit('-') },
      { id: 'factor', says: 'what the feed is multiplied by', unit: parseUnit('-') },
    ],
    told,
    begin(timeH, measured) {
      base.begin(timeH, measured);
      m.fill(Number.NaN, 0, 3);
      m[3] = 0;
      m[4] = Number.NaN;
      m[5] = 1;
      m[6] = 0;
      m[7] = 0;
    },
    see(signals) {
      const timeH = signals[0]!;
      const uptake = signals[1]! * signals[2]!;
      if (Number.isNaN(uptake) || Number.isNaN(m[1]!)) return;
      const share = Number.isNaN(m[0]!) ? 1 : Math.min(1, (timeH - m[2]!) / smoothingH);
      m[0] = share === 1 ? uptake : m[0]! + share * (uptake - m[0]!);
      m[2] = timeH;
      // Until the first feed has gone through both filters the ratio is that of the batch before.
      if (!(m[7]! > 4 * smoothingH && m[1]! > 0)) return;
      m[4] = m[0]! / m[1]!;
      m[3] = Math.max(m[3]!, m[4]!);
      isNew = true;
    },
    given(scan) {
      const span = scan[1]!;
      const rate = scan[2]!;
      const share = Math.min(1, span / smoothingH);
      m[1] = Number.isNaN(m[1]!) ? rate : m[1]! + share * (rate - m[1]!);
      if (rate > 0) m[7]! += span;
      base.given?.(scan);
    },
    demand(scan) {
      m[6]! += scan[1]!;
      const falls = m[4]! < (1 - tolerance) * m[3]!;
      if (isNew && m[6]! >= everyH * (1 - 1e-9)) {
        m[5] = falls ? Math.max(least, m[5]! * (1 - slow)) : Math.min(1, m[5]! * (1 + recover));
        m[6] = 0;
      }
      isNew = false;
      told[0] = m[4]! / m[3]!;
      told[1] = m[5]!;
      base.demand(scan);
      scan[2]! *= m[5]!;
    },
  };
}
