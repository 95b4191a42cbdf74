import { parseUnit } from '@fedbatch/vocabulary';
import { Parts, type StrategyPart } from './parts.ts';
import type { FeedStrategy } from './strategy.ts';

/** The least of several feeds: each is a ceiling for the others. Signals: those of the parts, one after the other. */
export function cappedFeed(parts: readonly StrategyPart[]): FeedStrategy {
  const all = new Parts(parts, ['', ...parts.slice(1).map((_, i) => (parts.length > 2 ? `cap.${i + 1}.` : 'cap.'))]);
  const who = all.tell('who', 'which feed is the least, counted from 1', parseUnit('-'));
  return {
    ...all.contract,
    ...(parts[0]!.strategy.remote && { remote: parts[0]!.strategy.remote }),
    name: `${parts[0]!.strategy.name}, capped`,
    begin(timeH, measured) {
      for (const { strategy } of parts) strategy.begin(timeH, measured);
    },
    demand(scan) {
      let least = Number.POSITIVE_INFINITY;
      for (let i = 0; i < parts.length; i++) {
        parts[i]!.strategy.demand(scan);
        const rate = scan[2]!;
        if (!(rate < least)) continue;
        least = rate;
        all.told[who] = i + 1;
      }
      scan[2] = Number.isFinite(least) ? least : 0;
    },
  };
}
