import { RandomStream } from '@fedbatch/numerics';
import { believed, type FeedingCase } from './case.ts';

/** What happens to a plant besides being another one than was believed. */
export type Disturbance =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'less oxygen transfer' | 'less feed';
      readonly factor: number;
      readonly fromH: number;
      readonly toH: number;
    }
  | { readonly kind: 'drifting oxygen uptake'; readonly share: number }
  | {
      readonly kind: 'wrong sample and drifting oxygen';
      readonly factor: number;
      readonly sample: number;
      readonly drift: number;
    };

/** A plant as nature made it: parameters of the organism by id, what the pump really gives, and where it starts. */
export interface DrawnPlant {
  readonly index: number;
  readonly parameters: Readonly<Record<string, number>>;
  readonly pump: number;
  readonly feedGPerL: number;
  readonly biomassGPerL: number;
  readonly disturbance: Disturbance;
}

/** Standard deviations of the logarithms at severity 1: of the organism by parameter, of what the feed holds, of the biomass at the start, of what the pump gives. */
export const spreads = {
  organism: { qSmax: 0.1, pAmax: 0.2, qAmax: 0.2, Yem: 0.06, Ks: 0.4, Yos: 0.04, kLa: 0.12 },
  feed: 0.02,
  biomass: 0.15,
  pump: 0.03,
} as const;
export const nominal = { qSmax: 0.6356, pAmax: 0.2268, qAmax: 0.1148, Yem: 0.5333, Ks: 0.037, Yos: 1.562 } as const;

/** Plant `index` of a case: the same for every contender, and another one for another seed. Disturbances take turns. */
export function drawPlant(feedingCase: FeedingCase, severity: number, seed: number, index: number): DrawnPlant {
  const stream = new RandomStream(seed, `plant ${index} of ${feedingCase.name}`);
  const factor = (deviation: number): number => {
    stream.normal();
    return Math.exp(severity * deviation * stream.drawn[0]!);
  };
  const uniform = (low: number, high: number): number => {
    stream.uniform();
    return low + (high - low) * stream.drawn[0]!;
  };
  const parameters: Record<string, number> = {};
  for (const [id, deviation] of Object.entries(spreads.organism))
    parameters[id] = (id === 'kLa' ? feedingCase.kLaPerH : nominal[id as keyof typeof nominal]) * factor(deviation);
  return {
    index,
    parameters,
    pump: factor(spreads.pump),
    feedGPerL: believed.feedGPerL * factor(spreads.feed),
    biomassGPerL: believed.biomassGPerL * factor(spreads.biomass),
    disturbance: disturbanceOf(index, uniform, feedingCase.hours),
  };
}

function disturbanceOf(index: number, uniform: (low: number, high: number) => number, hours: number): Disturbance {
  const fromH = uniform(1, hours - 2);
  const sign = uniform(-1, 1) < 0 ? -1 : 1;
  switch (index % 5) {
    case 1:
      return { kind: 'less oxygen transfer', factor: 0.75, fromH, toH: fromH + 1 };
    case 2:
      return { kind: 'less feed', factor: 0.8, fromH, toH: fromH + 1 };
    case 3:
      return { kind: 'drifting oxygen uptake', share: 0.1 * sign };
    case 4:
      return { kind: 'wrong sample and drifting oxygen', factor: 1.6, sample: 1 + (index % 3), drift: -0.08 };
    default:
      return { kind: 'none' };
  }
}
