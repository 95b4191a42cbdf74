import { parseUnit } from '@fedbatch/vocabulary';
import type { FeedStrategy, Told } from './strategy.ts';

/**
 * A feeding law that lives by signals. It is shown what is new and nothing else: NaN stands for a value that is missing, bad, or the same to the bit as
 * the last one. `watchedFeed` makes a strategy of it.
 */
export interface FeedLaw extends FeedStrategy {
  /** What it cannot do without, in words, in the order in which it is shown; signals behind them are shown as they are. */
  readonly needs: readonly string[];
  /** Whether its feed rises between new values, as an exponential one does, or only because of one. */
  readonly rises: 'by itself' | 'on new values';
  see(signals: Float64Array): void;
}

export interface Watching {
  /** Without a new value for so long a law is blind, h. */
  readonly staleAfterH: number;
  /** Share of its last feed that a blind law goes on with; 0 to 1. */
  readonly blindShare: number;
  /** Rate that is never passed, L/h. */
  readonly maximumLPerH?: number;
}

/**
 * A law with somebody beside it who watches its signals. Where one is missing, bad or stuck the feed does not rise, and after a time it is blind: it
 * goes on with a share of its last feed at most, says so, and goes back to its law with the next new value. Throws RangeError for watching that is none.
 */
export function watchedFeed(law: FeedLaw, { staleAfterH, blindShare, maximumLPerH }: Watching): FeedStrategy {
  if (!(staleAfterH > 0)) throw new RangeError(`A value cannot be stale after ${staleAfterH} h: above 0.`);
  if (!(blindShare >= 0 && blindShare <= 1))
    throw new RangeError(`A blind feed goes on with 0 to 100 % of its last rate, not with ${100 * blindShare} %.`);
  const { needs } = law;
  const most = maximumLPerH ?? Number.POSITIVE_INFINITY;
  const shown: { values: Float64Array } = { values: new Float64Array(1 + needs.length) };
  const last = new Float64Array(needs.length).fill(Number.NaN);
  const heardH = new Float64Array(needs.length).fill(Number.NaN);
  /** Present time; the last rate; the most that a blind feed may be, NaN: it sees. */
  const memory = Float64Array.of(Number.NaN, Number.NaN, Number.NaN);
  let isNew = false;
  let missing = -1;
  let noted = -1;
  const tells: Told[] = [
    ...(law.tells ?? []),
    { id: 'informed', says: 'whether the feeding law sees all that it needs: 1 yes, 0 no', unit: parseUnit('-') },
  ];
  const told = new Float64Array(tells.length).fill(Number.NaN);
  return {
    name: law.name,
    tells,
    told,
    begin(timeH, measured) {
      memory[0] = timeH;
      memory[1] = Number.NaN;
      memory[2] = Number.NaN;
      for (let k = 0; k < needs.length; k++) if (Number.isNaN(heardH[k]!)) heardH[k] = timeH;
      law.begin(timeH, measured);
    },
    see(signals) {
      if (shown.values.length !== signals.length) shown.values = new Float64Array(signals.length);
      shown.values.set(signals);
      const timeH = signals[0]!;
      memory[0] = timeH;
      missing = -1;
      for (let k = 0; k < needs.length; k++) {
        const value = signals[1 + k]!;
        if (Number.isFinite(value) && value !== last[k]) {
          last[k] = value;
          heardH[k] = timeH;
          isNew = true;
        } else shown.values[1 + k] = Number.NaN;
        if (!Number.isFinite(value) || timeH - heardH[k]! > staleAfterH) missing = k;
      }
      law.see(shown.values);
      if (law.told) for (let i = 0; i < law.told.length; i++) told[i] = law.told[i]!;
      told[told.length - 1] = missing < 0 ? 1 : 0;
    },
    demand(scan) {
      law.demand(scan);
      const asked = scan[2]!;
      let rate = Math.min(Number.isFinite(asked) ? Math.max(0, asked) : Number.NaN, most);
      const before = memory[1]!;
      if (Number.isNaN(rate)) rate = Number.isNaN(before) ? 0 : before;
      if (missing < 0) memory[2] = Number.NaN;
      else if (Number.isNaN(memory[2]!)) memory[2] = Number.isNaN(before) ? blindShare * rate : before;
      if (missing >= 0) {
        const isStale = memory[0]! - heardH[missing]! > staleAfterH;
        rate = Math.min(rate, isStale ? blindShare * memory[2]! : memory[2]!);
      }
      if (law.rises === 'on new values' && !isNew && !Number.isNaN(before)) rate = Math.min(rate, before);
      isNew = false;
      memory[1] = rate;
      scan[2] = rate;
    },
    ...(law.given && { given: (scan: Float64Array) => law.given!(scan) }),
    changed() {
      if (missing === noted) return undefined;
      const was = noted;
      noted = missing;
      return missing < 0
        ? `${needs[was]} is there again: the ${law.name} feed goes on by it`
        : `${needs[missing]} is missing, bad or stuck: the ${law.name} feed does not rise`;
    },
  };
}
