import { parseUnit } from '@fedbatch/vocabulary';
import { Parts, type StrategyPart } from './parts.ts';
import type { FeedStrategy } from './strategy.ts';

/** When another feed takes over: while a signal is beyond a limit. */
export interface OverrideRule {
  readonly side: 'above' | 'below';
  readonly limit: number;
  /** How far the signal must come back, base units. */
  readonly deadBand: number;
  /** Without a new value for so long the lesser of both feeds goes, h. */
  readonly staleAfterH: number;
}

/**
 * A feed that gives way to another one while a limit is passed. It changes over only because of a new value; where the signal is missing, bad or stuck the
 * lesser of both goes, and never more than the last. Signals: that of the rule, then those of both feeds.
 */
export function overriddenFeed(base: StrategyPart, other: StrategyPart, rule: OverrideRule): FeedStrategy {
  const { side, limit, deadBand, staleAfterH } = rule;
  if (!(deadBand >= 0)) throw new RangeError(`A dead band of ${deadBand} is below 0.`);
  if (!(staleAfterH > 0)) throw new RangeError(`A value cannot be stale after ${staleAfterH} h: above 0.`);
  /** The last value, when it was new, the last rate, the time now. */
  const memory = Float64Array.of(Number.NaN, Number.NaN, Number.NaN, Number.NaN);
  let isOver = false;
  let isMissing = false;
  const look = (signals: Float64Array): void => {
    const timeH = signals[0]!;
    const value = signals[1]!;
    if (Number.isNaN(memory[1]!)) memory[1] = timeH;
    if (Number.isFinite(value) && value !== memory[0]) {
      memory[0] = value;
      memory[1] = timeH;
      const beyond = side === 'above' ? value - limit : limit - value;
      isOver = beyond > 0 || (isOver && beyond > -deadBand);
    }
    isMissing = !Number.isFinite(value) || timeH - memory[1]! > staleAfterH;
  };
  const all = new Parts([base, other], ['', 'override.'], 1, look);
  const who = all.tell('override', 'whether the other feed has taken over: 1 yes, 0 no', parseUnit('-'));
  return {
    ...all.contract,
    ...(base.strategy.remote && { remote: base.strategy.remote }),
    name: `${base.strategy.name}, overridden`,
    begin(timeH, measured) {
      base.strategy.begin(timeH, measured);
      other.strategy.begin(timeH, measured);
      memory[2] = Number.NaN;
    },
    demand(scan) {
      base.strategy.demand(scan);
      const usual = scan[2]!;
      other.strategy.demand(scan);
      const instead = scan[2]!;
      let rate = isOver ? instead : usual;
      if (isMissing) rate = Math.min(usual, instead, Number.isNaN(memory[2]!) ? usual : memory[2]!);
      all.told[who] = isOver ? 1 : 0;
      memory[2] = rate;
      scan[2] = rate;
    },
  };
}
