import { parseUnit } from '@fedbatch/vocabulary';
import type { FeedStrategy } from './strategy.ts';

/**
 * Feeds what somebody else demands, as long as that one lives. Element 0 of `remote`: the demand in L/h; element 1: 1 while whoever demands it lives. Else
 * the fallback feeds, and where there was a remote feed it does not rise above the last one: silence never drives a feed up.
 */
export function remoteFeed(fallback: FeedStrategy): FeedStrategy & { readonly remote: Float64Array } {
  const remote = Float64Array.of(Number.NaN, 0);
  /** The last remote rate, the most that a fallback may be; NaN: nothing was demanded yet. */
  const cap = Float64Array.of(Number.NaN);
  const told = Float64Array.of(0);
  let noted = 0;
  return {
    name: 'remote',
    remote,
    tells: [
      {
        id: 'remote',
        says: 'who feeds: 1 the remote controller, 0 the fallback',
        unit: parseUnit('-'),
      },
    ],
    told,
    begin(timeH, measured) {
      cap[0] = Number.NaN;
      fallback.begin(timeH, measured);
    },
    ...(fallback.see && { see: (signals: Float64Array) => fallback.see!(signals) }),
    ...(fallback.given && { given: (scan: Float64Array) => fallback.given!(scan) }),
    demand(scan) {
      fallback.demand(scan);
      told[0] = remote[1] === 1 && remote[0]! >= 0 && remote[0]! < Number.POSITIVE_INFINITY ? 1 : 0;
      if (told[0] === 1) {
        cap[0] = remote[0]!;
        scan[2] = remote[0]!;
      } else if (!Number.isNaN(cap[0]!)) scan[2] = Math.min(scan[2]!, cap[0]!);
    },
    changed() {
      if (told[0] === noted) return fallback.changed?.();
      noted = told[0]!;
      return noted === 1
        ? 'the remote controller feeds'
        : 'the remote controller is silent: the fallback feeds, and does not rise above the last feed';
    },
  };
}
