import { parseUnit } from '@fedbatch/vocabulary';
import type { FeedStrategy } from './strategy.ts';
import type { FeedLaw } from './watched.ts';

export interface OxygenLimitedSettings {
  /** Oxygen uptake that is not to be passed, mol/L/h: what the vessel transfers with something in hand. */
  readonly limitMolPerLH: number;
  /** Time in which uptake and feed are smoothed, h. */
  readonly smoothingH: number;
}

/**
 * Another feed, held where oxygen uptake would pass what the vessel can transfer. A culture that is limited by its substrate takes up oxygen in proportion
 * to what it is fed, so the feed of the last minutes times limit over uptake is the feed at the limit, whatever strain and yield (uptake is transfer where
 * oxygen is at rest: Doran 2013, Bioprocess Engineering Principles, ch. 10). Signal: oxygen uptake in mol/L/h.
 */
export function oxygenLimitedFeed(base: FeedStrategy, settings: OxygenLimitedSettings): FeedLaw {
  const { limitMolPerLH, smoothingH } = settings;
  if (!(limitMolPerLH > 0)) throw new RangeError(`An oxygen uptake of ${limitMolPerLH} mol/L/h is no limit: above 0.`);
  if (!(smoothingH > 0)) throw new RangeError(`Uptake cannot be smoothed over ${smoothingH} h: above 0 h.`);
  /** Smoothed uptake and feed, the time of the last uptake, and the feed at the limit; NaN: none is known. */
  const memory = Float64Array.of(Number.NaN, Number.NaN, Number.NaN, Number.NaN);
  const told = memory.subarray(3);
  return {
    name: 'oxygen-limited',
    needs: ['oxygen uptake'],
    rises: 'by itself',
    tells: [{ id: 'ceiling', says: 'feed at the limit of oxygen uptake', unit: parseUnit('L/h') }],
    told,
    begin(timeH, measured) {
      base.begin(timeH, measured);
      memory.fill(Number.NaN, 1);
      memory[0] = Number.NaN;
    },
    see(signals) {
      const timeH = signals[0]!;
      const uptake = signals[1]!;
      // Before anything was fed the uptake says nothing of a feed.
      if (Number.isNaN(uptake) || Number.isNaN(memory[1]!)) return;
      const share = Number.isNaN(memory[0]!) ? 1 : Math.min(1, (timeH - memory[2]!) / smoothingH);
      memory[0] = share === 1 ? uptake : memory[0]! + share * (uptake - memory[0]!);
      memory[2] = timeH;
      memory[3] = memory[0]! > 0 ? (memory[1]! * limitMolPerLH) / memory[0]! : Number.NaN;
    },
    given(scan) {
      const span = scan[1]!;
      const rate = scan[2]!;
      const share = Math.min(1, span / smoothingH);
      memory[1] = Number.isNaN(memory[1]!) ? rate : memory[1]! + share * (rate - memory[1]!);
      base.given?.(scan);
    },
    demand(scan) {
      base.demand(scan);
      const ceiling = memory[3]!;
      if (!Number.isNaN(ceiling)) scan[2] = Math.min(ceiling, scan[2]!);
    },
  };
}
