import { parseUnit } from '@fedbatch/vocabulary';
import { Parts, type StrategyPart } from './parts.ts';
import type { FeedStrategy } from './strategy.ts';

/** A feed, and how long after the start of the phase it takes over, h. */
export interface ScheduledPart extends StrategyPart {
  readonly afterH: number;
}

/**
 * One feed after the other: each begins at its time, from the volume and the biomass of that time, and the feed that goes. Signals: volume in L, biomass in
 * g/L where it is known, then those of the parts. Throws RangeError for times that do not rise from 0.
 */
export function scheduledFeed(parts: readonly ScheduledPart[], biomass: 'known' | 'unknown'): FeedStrategy {
  parts.forEach(({ afterH }, i) => {
    if (i === 0 ? afterH !== 0 : !(afterH > parts[i - 1]!.afterH))
      throw new RangeError(`The times of a schedule rise from 0 h; entry ${i + 1} is ${afterH} h.`);
  });
  const seen = Float64Array.of(Number.NaN, Number.NaN);
  const own = biomass === 'known' ? 2 : 1;
  const all = new Parts(parts, ['', ...parts.slice(1).map((_, i) => `then.${i + 1}.`)], own, (signals) => {
    for (let i = 0; i < own; i++) seen[i] = signals[1 + i]!;
  });
  const who = all.tell('who', 'which feed of the schedule goes, counted from 1', parseUnit('-'));
  /** Start of the phase, the last rate. */
  const memory = new Float64Array(2);
  let now = 0;
  return {
    ...all.contract,
    name: `${parts[0]!.strategy.name}, scheduled`,
    begin(timeH, measured) {
      memory[0] = timeH;
      memory[1] = measured.feedRateLPerH;
      now = 0;
      parts[0]!.strategy.begin(timeH, measured);
    },
    demand(scan) {
      const timeH = scan[0]!;
      const ran = timeH - memory[0]!;
      while (now + 1 < parts.length && ran >= parts[now + 1]!.afterH - 1e-9) {
        now++;
        parts[now]!.strategy.begin(timeH, { biomassGPerL: seen[1]!, volumeL: seen[0]!, feedRateLPerH: memory[1]! });
      }
      all.told[who] = now + 1;
      parts[now]!.strategy.demand(scan);
      memory[1] = scan[2]!;
    },
  };
}
