import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { constantFeed } from './constant.ts';
import { exponentialFeed } from './exponential.ts';
import { remoteFeed } from './remote.ts';
import { rateOf } from './strategy.ts';
import { trimmedFeed } from './trim.ts';

const measured = { biomassGPerL: 10, volumeL: 1, feedRateLPerH: 0 };
const begun = (fallback = constantFeed(0.3)) => {
  const feed = remoteFeed(fallback);
  feed.begin(0, measured);
  return feed;
};
const minute = 1 / 60;

describe('a remote feed', () => {
  it('is its fallback until somebody demands, then what is demanded, and says who it is', () => {
    const feed = begun();
    expect(rateOf(feed, 0, minute)).toBe(0.3);
    expect(feed.changed!()).toBeUndefined();
    feed.remote.set([0.8, 1]);
    expect(rateOf(feed, 0, minute)).toBe(0.8);
    expect(feed.changed!()).toMatch(/remote controller feeds/);
    expect(feed.changed!()).toBeUndefined();
  });

  it('falls back in silence, and never above the last demand', () => {
    const feed = begun(exponentialFeed({ muPerH: 0.2, yieldGPerG: 0.5, feedGPerL: 500 }));
    feed.remote.set([0.009, 1]);
    rateOf(feed, 0, minute);
    expect(feed.changed!()).toMatch(/remote controller feeds/);
    feed.remote[1] = 0;
    const rates = Array.from({ length: 600 }, (_, i) => rateOf(feed, i * minute, minute));
    expect(rates[0]).toBeCloseTo(0.008, 4);
    expect(rates.at(-1)).toBe(0.009);
    expect(feed.changed!()).toMatch(/silent/);
  });

  it('takes no demand that is none', () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { minLength: 1, maxLength: 30 }), (demands) => {
        const feed = begun();
        for (const demand of demands) {
          feed.remote.set([demand, 1]);
          const rate = rateOf(feed, 0, minute);
          expect(rate).toBeGreaterThanOrEqual(0);
          expect(rate).toBeLessThan(Number.POSITIVE_INFINITY);
          if (demand >= 0 && demand < Number.POSITIVE_INFINITY) expect(rate).toBe(demand);
        }
      }),
    );
  });

  it('can be demanded inside a composition', () => {
    const rule = { side: 'below' as const, limit: 0.2, slow: 0.1, recover: 0.05, everyH: 0.1, least: 0.3 };
    const feed = trimmedFeed(begun(), [rule]);
    feed.remote!.set([0.5, 1]);
    expect(rateOf(feed, 0, minute)).toBe(0.5);
  });
});
