import { parseUnit } from '@fedbatch/vocabulary';
import type { FeedLaw } from './watched.ts';

export interface PulseStatSettings {
  /** 'pH-stat' or 'DO-stat': what it is called in records. */
  readonly name: string;
  /** What it looks at, in words. */
  readonly needs: string;
  /** A pulse is given when the signal is above this, base units. */
  readonly limit: number;
  /** Volume of a pulse, L, and the time over which it is given, h. */
  readonly doseL: number;
  readonly overH: number;
  /** Shortest time from the end of a pulse to the next, h. */
  readonly restH: number;
}

/**
 * A dose of feed whenever the culture shows that it has run out: pH rises as ammonium is released and acids are taken up, dissolved oxygen as respiration
 * stops (both reviewed by Lee 1996, Trends Biotechnol. 14, 98). Between doses nothing is fed. Signal: pH, or dissolved oxygen.
 */
export function pulseStatFeed({ name, needs, limit, doseL, overH, restH }: PulseStatSettings): FeedLaw {
  if (!(doseL > 0 && Number.isFinite(doseL))) throw new RangeError(`A dose of ${doseL} L feeds nothing: above 0 L.`);
  if (!(overH > 0)) throw new RangeError(`A dose cannot be given over ${overH} h: above 0 h.`);
  if (!(restH >= 0)) throw new RangeError(`A dose cannot be followed by ${restH} h of rest: 0 h or more.`);
  /** Volume of this dose that is still to come, time since it ended, doses so far. */
  const memory = Float64Array.of(0, Number.POSITIVE_INFINITY, 0);
  let isAsked = false;
  return {
    name,
    needs: [needs],
    rises: 'on new values',
    tells: [{ id: 'doses', says: 'doses given so far', unit: parseUnit('-') }],
    told: memory.subarray(2),
    begin() {
      memory[0] = 0;
      memory[1] = Number.POSITIVE_INFINITY;
      isAsked = false;
    },
    see(signals) {
      const value = signals[1]!;
      if (!Number.isNaN(value)) isAsked = value > limit;
    },
    demand(scan) {
      const scanH = scan[1]!;
      if (isAsked && memory[0] === 0 && memory[1]! >= restH * (1 - 1e-9)) {
        memory[0] = doseL;
        memory[1] = 0;
        memory[2]!++;
      }
      isAsked = false;
      if (memory[0] === 0) {
        memory[1]! += scanH;
        scan[2] = 0;
        return;
      }
      const dose = Math.min(memory[0]!, (doseL / overH) * scanH);
      // What is left of a dose by rounding is no dose.
      memory[0] = memory[0]! - dose > 1e-9 * doseL ? memory[0]! - dose : 0;
      scan[2] = dose / scanH;
    },
  };
}
