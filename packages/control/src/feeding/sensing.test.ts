import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anchoredFeed } from './anchored.ts';
import { cappedFeed } from './capped.ts';
import { constantFeed } from './constant.ts';
import { overriddenFeed } from './overridden.ts';
import { oxygenLimitedFeed } from './oxygen-limited.ts';
import { pulseStatFeed } from './pulse-stat.ts';
import { rqFeed } from './rq.ts';
import { scheduledFeed } from './scheduled.ts';
import { type FeedStrategy, rateOf } from './strategy.ts';
import { growth, makers, maximumLPerH, minute, open, probing, span } from './test-laws.ts';
import { type FeedLaw, watchedFeed } from './watched.ts';

const measured = { biomassGPerL: 10, volumeL: 1, feedRateLPerH: 0 };
const staleAfterH = 10 * minute;

const watched = (law: FeedLaw, blindShare = 1): FeedStrategy =>
  watchedFeed(law, { staleAfterH, blindShare, maximumLPerH });
/** Shows a value a minute and takes what is fed for it. */
function feedBy(feed: FeedStrategy, values: readonly number[], fromMinute = 0): number[] {
  return values.map((value, i) => {
    const timeH = (fromMinute + i) * minute;
    feed.see!(Float64Array.of(timeH, value, 1));
    if (fromMinute + i === 0) feed.begin(0, measured);
    const rate = rateOf(feed, timeH, minute);
    feed.given?.(Float64Array.of(timeH + minute, minute, rate));
    return rate;
  });
}

describe.each(Object.keys(makers) as (keyof typeof makers)[])('the feed %s', (name) => {
  const make = () => watched(makers[name]());
  const [low, high] = span[name];
  const sound = fc.array(fc.double({ min: low, max: high, noNaN: true }), { minLength: 5, maxLength: 40 });
  const rises = makers[name]().rises === 'by itself' ? Math.exp(growth.muPerH * minute) : 1;

  it('is never driven up by a signal that is missing, bad or stuck', () => {
    fc.assert(
      fc.property(sound, fc.constantFrom('missing', 'stuck'), (values, how) => {
        const feed = make();
        const seen = feedBy(feed, values);
        const shown = how === 'missing' ? Number.NaN : values.at(-1)!;
        const blind = feedBy(feed, Array(60).fill(shown), values.length);
        let last = seen.at(-1)!;
        blind.forEach((rate, i) => {
          // A law that rises by itself goes on as if nothing had been seen until what it sees is stale, no further.
          const mayRise = how === 'stuck' && i * minute <= staleAfterH ? rises * (1 + 1e-9) : 1 + 1e-12;
          expect(rate).toBeLessThanOrEqual(last * mayRise);
          last = rate;
        });
      }),
      { numRuns: 60 },
    );
  });

  it('feeds a number from 0 to its maximum, whatever it is shown', () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { minLength: 1, maxLength: 60 }), (values) => {
        for (const rate of feedBy(make(), values)) {
          expect(rate).toBeGreaterThanOrEqual(0);
          expect(rate).toBeLessThanOrEqual(maximumLPerH);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('says when its signal goes and when it is back, once each', () => {
    const feed = make();
    const middle = (i: number) => low + ((i % 7) / 7) * (high - low);
    const said: string[] = [];
    for (let i = 0; i < 30; i++) {
      feedBy(feed, [i >= 10 && i < 20 ? Number.NaN : middle(i)], i);
      const says = feed.changed!();
      if (says !== undefined) said.push(says);
    }
    expect(said).toHaveLength(2);
    expect(said[0]).toMatch(/is missing, bad or stuck: the .+ feed does not rise/);
    expect(said[1]).toMatch(/is there again/);
  });

  it('goes on with its share of the last feed while it is blind', () => {
    const values = Array.from({ length: 20 }, (_, i) => low + (((i * 5) % 7) / 7) * (high - low));
    const careful = watched(makers[name](), 0.5);
    const seen = feedBy(careful, values);
    const blind = feedBy(careful, Array(40).fill(Number.NaN), 20);
    expect(blind.at(-1)!).toBeLessThanOrEqual(0.5 * Math.max(...seen) + 1e-15);
  });

  it('gives the same bits for the same values', () => {
    const values = Array.from({ length: 50 }, (_, i) => low + (((i * 3) % 11) / 11) * (high - low));
    expect(feedBy(make(), values)).toEqual(feedBy(make(), values));
  });
});

describe('whoever watches a law', () => {
  it('lets one that rises on new values rise on nothing else, whatever the law asks for', () => {
    let asked = 0;
    const greedy: FeedLaw = {
      ...probing(),
      begin: () => undefined,
      see: () => undefined,
      demand: (scan) => void (scan[2] = asked += 0.01),
    };
    const rates = feedBy(watched(greedy), [0.5, 0.51, 0.51, 0.51, 0.52]);
    expect(rates).toEqual([0.01, 0.02, 0.02, 0.02, 0.05]);
  });
});

describe('what each feed does to its plant', () => {
  it('pH-stat: gives its dose exactly, and rests', () => {
    const feed = watched(makers['pH-stat']());
    const values = Array.from({ length: 60 }, (_, i) => (i < 30 ? 7.1 + 1e-4 * i : 6.9 + 1e-4 * i));
    const rates = feedBy(feed, values);
    const volume = rates.reduce((sum, rate) => sum + rate * minute, 0);
    // Every dose takes 2 min and a rest of 3: six of them begin in half an hour.
    expect(volume).toBeCloseTo(6 * 0.001, 9);
    expect(rates.slice(1, 7).map((rate) => rate > 0)).toEqual([true, true, false, false, false, true]);
  });

  it('RQ: finds the feed at which fermentation begins', () => {
    const feed = watched(makers.RQ());
    const capacity = 0.012;
    let rate = 0;
    for (let i = 0; i < 600; i++) {
      const beyond = Math.max(0, rate - capacity * Math.exp(0.05 * i * minute));
      rate = feedBy(feed, [1 + (20 * beyond) / capacity / 20 + 1e-6 * (i % 2)], i)[0]!;
    }
    const quotientAtEnd = rate / (capacity * Math.exp(0.05 * 10));
    expect(quotientAtEnd).toBeGreaterThan(0.98);
    expect(quotientAtEnd).toBeLessThan(1.1);
  });

  it('oxygen-limited: follows its growth rate, then stays at the limit of uptake', () => {
    const feed = watched(makers['oxygen-limited']());
    let uptake = 0.04;
    const seen: number[] = [];
    for (let i = 0; i < 720; i++) {
      const rate = feedBy(feed, [uptake], i)[0]!;
      uptake += 0.3 * (10 * rate - uptake) + 1e-9 * (i % 2);
      seen.push(uptake);
    }
    expect(seen[60]!).toBeCloseTo(10 * 0.008 * Math.exp(0.2 * 1), 2);
    expect(seen.at(-1)!).toBeCloseTo(0.1, 3);
    expect(Math.max(...seen)).toBeLessThan(0.104);
  });

  it('capacity: stays near what the culture can respire', () => {
    const feed = watched(makers.capacity());
    let uptake = 0.08;
    const rates: number[] = [];
    for (let i = 0; i < 720; i++) {
      const rate = feedBy(feed, [uptake], i)[0]!;
      uptake += 0.3 * (10 * Math.min(rate, 0.015) - uptake) + 1e-9 * (i % 2);
      rates.push(rate);
    }
    const late = rates.slice(-240);
    expect(Math.min(...late)).toBeGreaterThan(0.012);
    expect(Math.max(...late)).toBeLessThan(0.019);
  });

  it.each(['continuous', 'bolus'] as const)(
    'glucose, %s: holds its set point while the cells take more and more',
    (dosing) => {
      const feed = watched(makers[`glucose, ${dosing}`]());
      let glucoseNow = 3;
      const seen: number[] = [];
      for (let i = 0; i < 48 * 60; i++) {
        const rate = feedBy(feed, [glucoseNow], i)[0]!;
        const uptake = 0.2 * Math.exp(0.03 * i * minute);
        glucoseNow += minute * (rate * (150 - glucoseNow) - uptake);
        seen.push(glucoseNow);
      }
      const late = seen.slice(-24 * 60);
      expect(Math.min(...late)).toBeGreaterThan(2.7);
      expect(Math.max(...late)).toBeLessThan(3.2);
    },
  );

  it('probing: climbs to the capacity of a culture that answers, and comes down from above it', () => {
    for (const capacity of [0.04, 0.01]) {
      const feed = watched(probing());
      let last = 0.02;
      const rates: number[] = [];
      for (let i = 0; i < 600; i++) {
        const respired = Math.min(last, capacity);
        last = feedBy(feed, [0.9 - (0.4 * respired) / capacity + 1e-7 * (i % 2)], i)[0]!;
        rates.push(last);
      }
      for (const rate of rates.slice(-60)) {
        expect(rate).toBeGreaterThan(0.8 * capacity);
        expect(rate).toBeLessThan(1.4 * capacity);
      }
    }
  });

  it('anchored: comes to the feed of the biomass that is there, from a start half too low', () => {
    for (const on of ['biomass', 'uptake'] as const) {
      const feed = watchedFeed(makers[`anchored on ${on}`](), { staleAfterH: 4, blindShare: 1 });
      let biomass = 20;
      let rate = 0;
      for (let i = 0; i < 360; i++) {
        const shows = on === 'biomass' ? (i % 60 === 0 ? biomass : Number.NaN) : 0.006 * 0.5 * 500 * rate;
        rate = feedBy(feed, [shows], i)[0]!;
        biomass += minute * 0.5 * 500 * rate;
      }
      // From oxygen the start is what it was told: what it corrects is how fast it goes on.
      if (on === 'biomass') expect((0.5 * 500 * rate) / biomass).toBeCloseTo(0.2, 1);
      else expect(rate).toBeCloseTo(0.008 * Math.exp(0.2 * 6), 2);
    }
  });
});

describe('feeds that are composed', () => {
  const part = (strategy: FeedStrategy, signals = 0) => ({ strategy, signals });

  it('a cap: the least of all goes, and who it is can be read', () => {
    const feed = cappedFeed([part(open()), part(constantFeed(0.01))]);
    feed.begin(0, measured);
    expect(rateOf(feed, 0, minute)).toBeCloseTo(0.008, 4);
    expect(feed.told!.at(-1)).toBe(1);
    expect(rateOf(feed, 5, minute)).toBe(0.01);
    expect(feed.told!.at(-1)).toBe(2);
  });

  it('an override: another feed while the limit is passed, back with a dead band, the lesser one when blind', () => {
    const rule = { side: 'below' as const, limit: 0.15, deadBand: 0.05, staleAfterH };
    const feed = overriddenFeed(part(constantFeed(1)), part(constantFeed(0.2)), rule);
    expect(feedBy(feed, [0.3, 0.14, 0.18, 0.21, 0.3])).toEqual([1, 0.2, 0.2, 1, 1]);
    expect(feedBy(feed, [Number.NaN, 0.3], 5)).toEqual([0.2, 1]);
    expect(feedBy(feed, Array(20).fill(0.3), 7).at(-1)).toBe(0.2);
  });

  it('an override never rises because of a value that is missing or stuck', () => {
    const rule = { side: 'below' as const, limit: 0.15, deadBand: 0.05, staleAfterH };
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0.1, 0.18, 0.3, Number.NaN), { minLength: 2, maxLength: 60 }), (values) => {
        const feed = overriddenFeed(part(constantFeed(1)), part(constantFeed(0.2)), rule);
        const rates = feedBy(feed, values);
        values.forEach((value, i) => {
          if (i > 0 && (Number.isNaN(value) || value === values[i - 1]) && !Number.isNaN(values[i - 1]!))
            expect(rates[i]).toBeLessThanOrEqual(rates[i - 1]!);
        });
      }),
    );
  });

  it('a schedule: each begins at its time, from what is there then', () => {
    const parts = [
      { ...part(constantFeed(0.01)), afterH: 0 },
      { ...part(open()), afterH: 1 },
    ];
    const feed = scheduledFeed(parts, 'known');
    feed.begin(3, measured);
    feed.see!(Float64Array.of(4, 2, 20));
    expect(rateOf(feed, 3.5, minute)).toBe(0.01);
    expect(rateOf(feed, 4, 1e-9)).toBeCloseTo((0.2 * 20 * 2) / 250, 9);
    expect(() => scheduledFeed([{ ...parts[0]!, afterH: 1 }], 'known')).toThrow(/entry 1 is 1 h/);
  });

  it('shows each part its own signals', () => {
    const seen: number[][] = [];
    const spy = (rate: number): FeedStrategy => ({
      ...constantFeed(rate),
      see: (signals) => void seen.push([...signals]),
    });
    cappedFeed([part(spy(1), 2), part(spy(2), 1)]).see!(Float64Array.of(9, 1, 2, 3));
    expect(seen).toEqual([
      [9, 1, 2],
      [9, 3],
    ]);
  });
});

describe('what is refused', () => {
  it.each([
    [
      'pulse',
      () => pulseStatFeed({ name: 'pH-stat', needs: 'pH', limit: 7, doseL: 0, overH: 1, restH: 1 }),
      /dose of 0 L/,
    ],
    ['RQ', () => rqFeed(open(), { at: 0, gain: 1, resetH: 1, smoothingH: 1, low: 0, high: 1 }), /quotient of 0/],
    ['limit', () => oxygenLimitedFeed(open(), { limitMolPerLH: 0, smoothingH: 1 }), /0 mol\/L\/h is no limit/],
    ['trust', () => anchoredFeed({ ...growth, on: 'uptake', trust: 2, followH: 1, most: 2 }), /trust of 200 %/],
    ['watch', () => watchedFeed(probing(), { staleAfterH: 0, blindShare: 1 }), /stale after 0 h/],
    ['share', () => watchedFeed(probing(), { staleAfterH: 1, blindShare: 2 }), /not with 200 %/],
  ] as const)('%s', (_, make, says) => {
    expect(make).toThrow(says);
  });
});
