import { join } from 'node:path';
import type { Located, Model } from '@fedbatch/model';
import { parseQuantity, type Quantity } from '@fedbatch/vocabulary';
import { modelOf } from '../models.ts';

/** One question of the feeding benchmark: a growth rate to hold on E. coli, and how good the oxygen transfer is. */
export interface FeedingCase {
  readonly name: 'A' | 'B';
  readonly muPerH: number;
  readonly kLaPerH: number;
  readonly hours: number;
}

/** A: a rate below the overflow with oxygen in plenty. B: a rate near the overflow, and too little oxygen before the end. */
export const feedingCases: readonly FeedingCase[] = [
  { name: 'A', muPerH: 0.18, kLaPerH: 3200, hours: 8 },
  { name: 'B', muPerH: 0.22, kLaPerH: 800, hours: 12 },
];

/** What every contender believes before it measures anything. */
export const believed = {
  volumeL: 2,
  biomassGPerL: 4,
  glucoseGPerL: 0.05,
  feedGPerL: 300,
  /** Biomass per glucose and oxygen per biomass of the nominal model where acetate is at rest, at 0.18 1/h as at 0.22 1/h. */
  yieldGPerG: 0.57,
  oxygenPerBiomass: 0.97,
} as const;

export const limits = { acetateGPerL: 0.5, oxygen: 0.2, briefH: 0.02 } as const;

/** Standard deviations of the measured values: share of the value, and amount. */
export const noise = {
  oxygenUptake: { relative: 0.02, absolute: 0 },
  oxygen: { relative: 0, absolute: 0.005 },
  biomass: { relative: 0.05, absolute: 0 },
  acetate: { relative: 0.1, absolute: 0.02 },
} as const;

export const stepH = 1 / 60;
export const sampleEveryH = 2;

const sims = join(import.meta.dirname, '../../../sims');
const place = { file: 'feeding benchmark', line: 1, column: 1 };
const quantity = (text: string): Located<Quantity> => ({ value: parseQuantity(text), place });

/** What is believed of the organism, and one of another structure that has the same names. */
export const organisms = {
  believed: join(sims, 'organisms/Anane2017-ecoli-settled.yaml'),
  other: join(import.meta.dirname, '../../models/ecoli-sharp-overflow.yaml'),
} as const;

/** The organism of the case in a stirred volume, with what is believed of it. */
export function modelOfCase({ kLaPerH }: FeedingCase, organism: keyof typeof organisms): Model {
  return modelOf({
    name: organism,
    files: { organism: organisms[organism], vessel: join(sims, 'vessels/volume-only.yaml') },
    setup: {
      charge: new Map([
        ['volume', quantity(`${believed.volumeL} L`)],
        ['X', quantity(`${believed.biomassGPerL} g/L`)],
        ['S', quantity(`${believed.glucoseGPerL} g/L`)],
        ['A', quantity('0 g/L')],
      ]),
      streams: new Map([['feed', new Map([['S', quantity(`${believed.feedGPerL} g/L`)]])]]),
      parameters: new Map([['organism.kLa', quantity(`${kLaPerH} 1/h`)]]),
    },
  });
}
