import { parseUnit } from '@fedbatch/vocabulary';
import { type ExponentialFeedSettings, exponentialFeed } from './exponential.ts';
import type { FeedLaw } from './watched.ts';

export interface AnchoredSettings extends ExponentialFeedSettings {
  /** 'biomass': signals are biomass in g/L and volume in L; 'uptake': oxygen uptake in mol/L/h and volume. */
  readonly on: 'biomass' | 'uptake';
  /** How far the feed goes towards what a new value asks for: 1 all the way, on a logarithmic scale. */
  readonly trust: number;
  /** Time in which it goes there, h; for biomass at once, with every sample. */
  readonly followH: number;
  /** A value that asks for more than so many times the present feed, or for less than its inverse, is believed so far only. */
  readonly most: number;
}

/**
 * An exponential feed that starts anew from the biomass that is seen: F = mu X V / (Y (Sf - S)) with every sample of optical density, or, from oxygen, with
 * the biomass at the start times what has been taken up since over what had been then, since growth and respiration go together (Jobe et al. 2003,
 * Biotechnol. Bioeng. 82, 627 estimate biomass so). Between values the feed is exponential.
 */
export function anchoredFeed(settings: AnchoredSettings): FeedLaw {
  const { on, trust, followH, most } = settings;
  if (!(trust > 0 && trust <= 1)) throw new RangeError(`A trust of ${100 * trust} % is none: above 0, up to 100 %.`);
  if (!(most > 1)) throw new RangeError(`A correction of at most ${most} corrects nothing: above 1.`);
  if (!(followH > 0)) throw new RangeError(`A feed cannot follow in ${followH} h: above 0 h.`);
  const base = exponentialFeed(settings);
  /** Gain from biomass to feed, L/h/g. */
  const perGram = settings.muPerH / (settings.yieldGPerG * (settings.feedGPerL - (settings.residualGPerL ?? 0)));
  /** Factor on the open-loop feed; oxygen taken up, at the start of the feed; last uptake and its time; biomass at the start, g; what is asked, L/h; uptake and time now. */
  const m = new Float64Array(9).fill(Number.NaN);
  m.set([1, 0]);
  let feeds = false;
  let isNew = false;
  const told = new Float64Array(2).fill(Number.NaN);
  const seeUptake = (): void => {
    const passed = m[8]! - m[4]!;
    if (passed > 0) m[1]! += 0.5 * (m[7]! + m[3]!) * passed;
    m[3] = m[7]!;
    m[4] = m[8]!;
    if (feeds && m[2]! > 0 && passed > 0) {
      m[6] = (perGram * m[5]! * m[1]!) / m[2]!;
      isNew = true;
    }
  };
  return {
    name: 'anchored',
    needs: [on === 'biomass' ? 'biomass' : 'oxygen uptake'],
    rises: 'by itself',
    tells: [
      { id: 'anchor', says: 'feed that the biomass seen asks for', unit: parseUnit('L/h') },
      { id: 'factor', says: 'what the open-loop feed is multiplied by', unit: parseUnit('-') },
    ],
    told,
    begin(timeH, measured) {
      if (!(perGram > 0 && Number.isFinite(perGram)))
        throw new RangeError(
          `An anchored feed needs a yield and a feed above the broth, which are ${settings.yieldGPerG} g/g and ${settings.feedGPerL} g/L.`,
        );
      base.begin(timeH, measured);
      m[0] = 1;
      m[2] = m[1]!;
      m[5] = measured.biomassGPerL * measured.volumeL;
      m[6] = Number.NaN;
      feeds = true;
    },
    see(signals) {
      const value = signals[1]!;
      const volume = signals[2]!;
      if (!(value > 0 && volume > 0)) return;
      m[7] = value * volume;
      m[8] = signals[0]!;
      if (on === 'uptake') seeUptake();
      else if (feeds) {
        m[6] = perGram * m[7]!;
        isNew = true;
      }
    },
    demand(scan) {
      base.demand(scan);
      const open = scan[2]!;
      if (isNew && open > 0) {
        const share = on === 'biomass' ? trust : trust * Math.min(1, scan[1]! / followH);
        const asked = Math.min(most, Math.max(1 / most, m[6]! / (open * m[0]!)));
        m[0]! *= asked ** share;
        isNew = false;
      }
      told[0] = m[6]!;
      told[1] = m[0]!;
      scan[2] = m[0]! * open;
    },
  };
}
