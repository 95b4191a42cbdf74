import { parseUnit } from '@fedbatch/vocabulary';
import { Pid } from '../loops/pid.ts';
import type { FeedStrategy } from './strategy.ts';
import type { FeedLaw } from './watched.ts';

export interface RqSettings {
  /** Respiratory quotient that is held, mol/mol. */
  readonly at: number;
  /** Relative change of the feed for an error of 1 mol/mol, and its integral time, h. */
  readonly gain: number;
  readonly resetH: number;
  /** Time in which the quotient is smoothed, h: it is a ratio of two small differences. */
  readonly smoothingH: number;
  /** Least and most that the feed is multiplied by. */
  readonly low: number;
  readonly high: number;
}

/**
 * Another feed, corrected by a PI law on the respiratory quotient: yeast that ferments gives off more carbon dioxide than it takes up oxygen, so that the
 * quotient shows the feed that passes its respiratory capacity (Aiba, Nagai and Nishizawa 1976, Biotechnol. Bioeng. 18, 1001; Wang, Cooney and Wang 1979,
 * ibid. 21, 975). Signal: the quotient.
 */
export function rqFeed(base: FeedStrategy, settings: RqSettings): FeedLaw {
  const { at, gain, resetH, smoothingH, low, high } = settings;
  if (!(at > 0)) throw new RangeError(`A respiratory quotient of ${at} cannot be held: above 0.`);
  if (!(smoothingH > 0)) throw new RangeError(`A quotient cannot be smoothed over ${smoothingH} h: above 0 h.`);
  if (!(gain > 0))
    throw new RangeError(`A gain of ${gain} does not raise the feed while the quotient is low: above 0.`);
  if (!(low >= 0 && high > low)) throw new RangeError(`A correction from ${low} to ${high} is no range.`);
  const pid = new Pid({ gain, resetH }, low, high);
  /** The smoothed quotient, the time of the last value, and the time that waits for the next step. */
  const memory = Float64Array.of(Number.NaN, Number.NaN, 0);
  let isNew = false;
  return {
    name: 'RQ',
    needs: ['respiratory quotient'],
    rises: 'by itself',
    tells: [
      { id: 'quotient', says: 'respiratory quotient, smoothed', unit: parseUnit('-') },
      { id: 'factor', says: 'what the feed is multiplied by', unit: parseUnit('-') },
    ],
    told: new Float64Array(2).fill(Number.NaN),
    begin(timeH, measured) {
      base.begin(timeH, measured);
      pid.seen.set([at, at, 0, 1]);
      pid.takeOver(Math.min(1, high));
      memory[2] = 0;
    },
    see(signals) {
      const timeH = signals[0]!;
      const value = signals[1]!;
      if (Number.isNaN(value)) return;
      const share = Number.isNaN(memory[1]!) ? 1 : Math.min(1, (timeH - memory[1]!) / smoothingH);
      memory[0] = share === 1 ? value : memory[0]! + share * (value - memory[0]!);
      memory[1] = timeH;
      isNew = true;
    },
    demand(scan) {
      memory[2]! += scan[1]!;
      if (isNew) {
        pid.seen[1] = memory[0]!;
        pid.seen[2] = Math.min(memory[2]!, smoothingH);
        pid.step();
        memory[2] = 0;
        isNew = false;
      }
      this.told![0] = memory[0]!;
      this.told![1] = pid.output[0]!;
      base.demand(scan);
      scan[2]! *= pid.output[0]!;
    },
    ...(base.given && { given: (scan: Float64Array) => base.given!(scan) }),
  };
}
