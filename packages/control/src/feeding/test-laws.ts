import { anchoredFeed } from './anchored.ts';
import { capacityFeed } from './capacity.ts';
import { constantFeed } from './constant.ts';
import { exponentialFeed } from './exponential.ts';
import { glucoseFeed } from './glucose.ts';
import { muStatFeed } from './mu-stat.ts';
import { oxygenLimitedFeed } from './oxygen-limited.ts';
import { probingFeed } from './probing.ts';
import { pulseStatFeed } from './pulse-stat.ts';
import { rqFeed } from './rq.ts';
import type { FeedLaw } from './watched.ts';

export const minute = 1 / 60;
export const growth = { muPerH: 0.2, yieldGPerG: 0.5, feedGPerL: 500 };
export const open = () => exponentialFeed(growth);
export const maximumLPerH = 0.5;

/** One of each feeding law that lives by signals. */
export const makers = {
  'mu-stat': () =>
    muStatFeed({ ...growth, gainH: 2, resetH: 2, smoothingH: 0.1, takenUp: 0.1, low: 0.2, high: 2 }) as FeedLaw,
  'pH-stat': () =>
    pulseStatFeed({ name: 'pH-stat', needs: 'pH', limit: 7, doseL: 0.001, overH: 2 * minute, restH: 3 * minute }),
  RQ: () => rqFeed(open(), { at: 1.05, gain: 1, resetH: 0.5, smoothingH: 0.1, low: 0.1, high: 1.5 }),
  'oxygen-limited': () => oxygenLimitedFeed(open(), { limitMolPerLH: 0.1, smoothingH: 0.05 }),
  capacity: () =>
    capacityFeed(open(), {
      tolerance: 0.05,
      slow: 0.05,
      recover: 0.02,
      everyH: 3 * minute,
      smoothingH: 0.05,
      least: 0.1,
    }),
  'glucose, continuous': () => glucose('continuous'),
  'glucose, bolus': () => glucose('bolus'),
  probing: () => probing(),
  'anchored on biomass': () => anchoredFeed({ ...growth, on: 'biomass', trust: 0.5, followH: 0.5, most: 1.5 }),
  'anchored on uptake': () => anchoredFeed({ ...growth, on: 'uptake', trust: 1, followH: 0.1, most: 1.5 }),
} satisfies Record<string, () => FeedLaw>;

export function glucose(dosing: 'continuous' | 'bolus'): FeedLaw {
  const times = { settleH: 1, smoothingH: 1, everyH: 10 * minute, overH: 4 * minute };
  return glucoseFeed({ at: 3, feed: 150, dosing, ...times, startLPerH: 0.01, maximumLPerH });
}

export function probing(): FeedLaw {
  return probingFeed(constantFeed(0.02), {
    everyH: 10 * minute,
    pulseH: 2 * minute,
    height: 0.25,
    reaction: 0.02,
    raise: 0.1,
    lower: 0.1,
    least: 0.2,
  });
}

/** A range of values in which each of them lives. */
export const span: Record<keyof typeof makers, readonly [number, number]> = {
  'mu-stat': [0.02, 0.3],
  'pH-stat': [6.8, 7.2],
  RQ: [0.9, 1.3],
  'oxygen-limited': [0.02, 0.3],
  capacity: [0.02, 0.3],
  'glucose, continuous': [0, 6],
  'glucose, bolus': [0, 6],
  probing: [0.1, 0.6],
  'anchored on biomass': [5, 30],
  'anchored on uptake': [0.02, 0.3],
};
