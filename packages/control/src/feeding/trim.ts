import type { FeedStrategy } from './strategy.ts';

/** A rule that slows a feed while a signal is beyond a limit. */
export interface TrimRule {
  readonly side: 'above' | 'below';
  readonly limit: number;
  /** Share that is taken off the feed at each turn, and given back at each turn behind the limit until nothing is taken off. */
  readonly slow: number;
  readonly recover: number;
  /** Time between two turns, h. */
  readonly everyH: number;
  /** The feed is never slowed below this share by the rule. */
  readonly least: number;
}

/**
 * Another strategy, slowed by rules: low dissolved oxygen, a by-product in a sample, an oxygen uptake near its limit. Each rule has a factor of its own
 * that falls and recovers by turns, and the feed is that of the strategy times all of them: what each takes off can be read. Signals of the rules come
 * first, in their order, then those of the strategy. Without a value a rule stays where it is.
 */
export function trimmedFeed(
  base: FeedStrategy,
  rules: readonly TrimRule[],
): FeedStrategy & { readonly factors: Float64Array } {
  for (const { slow, recover, everyH, least } of rules) {
    if (!(slow > 0 && slow < 1))
      throw new RangeError(`A rule that takes off ${100 * slow} % is none: between 0 and 100 %.`);
    if (!(recover >= 0)) throw new RangeError(`A rule cannot give back ${100 * recover} %.`);
    if (!(everyH > 0)) throw new RangeError(`A rule needs a time between its turns above 0, not ${everyH} h.`);
    if (!(least >= 0 && least < 1))
      throw new RangeError(`A rule cannot leave at least ${100 * least} %: from 0 to below 100 %.`);
  }
  const factors = new Float64Array(rules.length).fill(1);
  const waited = new Float64Array(rules.length);
  const seen = new Float64Array(rules.length).fill(Number.NaN);
  let own = new Float64Array(0);
  return {
    name: `${base.name}, trimmed`,
    factors,
    begin(timeH, measured) {
      factors.fill(1);
      waited.fill(0);
      base.begin(timeH, measured);
    },
    see(signals) {
      for (let i = 0; i < rules.length; i++) seen[i] = signals[1 + i]!;
      if (!base.see) return;
      if (own.length === 0) own = new Float64Array(signals.length - rules.length);
      own[0] = signals[0]!;
      for (let i = 1; i < own.length; i++) own[i] = signals[rules.length + i]!;
      base.see(own);
    },
    demand(scan) {
      let factor = 1;
      for (let i = 0; i < rules.length; i++) {
        waited[i]! += scan[1]!;
        if (waited[i]! >= rules[i]!.everyH * (1 - 1e-9)) {
          waited[i] = 0;
          factors[i] = turn(rules[i]!, factors[i]!, seen[i]!);
        }
        factor *= factors[i]!;
      }
      base.demand(scan);
      scan[2]! *= factor;
    },
    ...(base.given && { given: (scan: Float64Array) => base.given!(scan) }),
    ...(base.tells && base.told && { tells: base.tells, told: base.told }),
    ...(base.remote && { remote: base.remote }),
    ...(base.changed && { changed: () => base.changed!() }),
  };
}

function turn({ side, limit, slow, recover, least }: TrimRule, factor: number, value: number): number {
  if (Number.isNaN(value)) return factor;
  const isBeyond = side === 'above' ? value > limit : value < limit;
  return isBeyond ? Math.max(least, factor * (1 - slow)) : Math.min(1, factor * (1 + recover));
}
