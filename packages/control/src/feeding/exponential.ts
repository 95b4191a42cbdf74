import type { FeedSamples, FeedStrategy } from './strategy.ts';

export interface ExponentialFeedSettings {
  /** Specific growth rate that the feed shall hold, 1/h. */
  readonly muPerH: number;
  /** Biomass per substrate that the law assumes, g/g. */
  readonly yieldGPerG: number;
  /** Substrate in the feed, g/L. */
  readonly feedGPerL: number;
  /** Substrate that stays in the broth, g/L; 0 where it is limiting. */
  readonly residualGPerL?: number;
  /** Rate at the start, L/h; left out: from the biomass that is measured then. */
  readonly startLPerH?: number;
  /** Rate that is never passed, L/h. */
  readonly maximumLPerH?: number;
}

/**
 * F(t) = F0 exp(mu (t - t0)) with F0 = mu X V / (Y (Sf - S)), from the balances of biomass and substrate at constant mu
 * (Bastin and Dochain 1990, On-line Estimation and Adaptive Control of Bioreactors; Yamane and Shimizu 1984, Adv. Biochem. Eng. 30, 147).
 * The demand of a scan is the mean of F over it, so the dosed volume is exact at every scan boundary, however long the scan.
 */
export function exponentialFeed(settings: ExponentialFeedSettings): FeedStrategy {
  const { muPerH, maximumLPerH = Number.POSITIVE_INFINITY } = settings;
  let startH = 0;
  let startRate = 0;
  return {
    name: 'exponential',
    begin(timeH, measured) {
      startH = timeH;
      startRate = settings.startLPerH ?? startRateOf(settings, measured);
    },
    demand(scan) {
      const now = startRate * Math.exp(muPerH * (scan[0]! - startH));
      const growth = muPerH * scan[1]!;
      const mean = growth === 0 ? now : (now * Math.expm1(growth)) / growth;
      scan[2] = Math.min(mean, maximumLPerH);
    },
  };
}

function startRateOf(
  { muPerH, yieldGPerG, feedGPerL, residualGPerL = 0 }: ExponentialFeedSettings,
  { biomassGPerL, volumeL }: FeedSamples,
): number {
  const gain = yieldGPerG * (feedGPerL - residualGPerL);
  if (!(gain > 0))
    throw new RangeError(
      `The feed holds ${feedGPerL} g/L of substrate, which is not more than the broth: it cannot hold a growth rate.`,
    );
  if (!(biomassGPerL > 0 && volumeL > 0))
    throw new RangeError(
      `An exponential feed starts from measured biomass and volume, which are ${biomassGPerL} g/L and ${volumeL} L.`,
    );
  return (muPerH * biomassGPerL * volumeL) / gain;
}
