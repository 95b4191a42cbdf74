import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { type CompiledModel, compose, type Model, type Part, readComponent, type Setup } from '@fedbatch/model';
import type { EquipmentSpec } from '@fedbatch/plant';
import { loadScenario } from '@fedbatch/station';
import { Problems, parseQuantity } from '@fedbatch/vocabulary';

const sims = resolve(import.meta.dirname, '../../sims');
const benchLiter = join(sims, 'vessels/bench-15L.yaml');
const volumeOnly = join(sims, 'vessels/volume-only.yaml');
const place = { file: 'benchmark', line: 1, column: 1 };

/** Where a model comes from: component files by role, and what a scenario would settle. */
export interface Recipe {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly setup: Setup;
}

const quantities = (values: Readonly<Record<string, string>>): NonNullable<Setup['charge']> =>
  new Map(Object.entries(values).map(([name, text]) => [name, { value: parseQuantity(text), place }]));

/** The benchmark problem p1 in the model language, with its feed inside the equations. */
export const p1: Recipe = {
  name: 'p1',
  files: {
    organism: resolve(import.meta.dirname, '../models/p1.yaml'),
    vessel: volumeOnly,
    feed: join(sims, 'components/exponential-feed.yaml'),
  },
  setup: {
    charge: quantities({ volume: '2 L', X: '0.17 g/L', S: '10 g/L', A: '0.0129 g/L' }),
    streams: new Map([['program', quantities({ S: '500 g/L' })]]),
    parameters: quantities({
      'feed.mu': '0.13 1/h',
      'feed.Y': '0.4 g/g',
      'feed.Sf': '500 g/L',
      'feed.limit': '0.05 g/L',
    }),
  },
};

/** The shipped E. coli in a whole glass vessel: pH and ions, heat, foam, pressure, loops and feed as equations. */
export const fullVessel: Recipe = {
  name: 'full vessel',
  files: {
    organism: join(sims, 'organisms/Anane2017-ecoli-closed.yaml'),
    vessel: join(sims, 'vessels/glass-15L.yaml'),
    loops: join(sims, 'components/base-loops.yaml'),
    feed: join(sims, 'components/exponential-feed.yaml'),
  },
  setup: {
    charge: quantities({ volume: '6 L', X: '0.5 g/L', S: '10 g/L', temperature: '37 degC', pH: '7 pH' }),
    streams: new Map([['program', quantities({ S: '500 g/L', temperature: '20 degC' })]]),
    parameters: quantities({
      'feed.mu': '0.13 1/h',
      'feed.Y': '0.4 g/g',
      'feed.Sf': '500 g/L',
      'feed.limit': '0.05 g/L',
      'vessel.airFlow': '10 L/min',
      'vessel.stirrer': '900 rpm',
    }),
  },
};

/** Baker's yeast in the bench vessel: a batch on glucose, with a slow feed from the start. */
export const yeast: Recipe = {
  name: 'yeast',
  files: { organism: join(sims, 'organisms/SonnleitnerKaeppeli1986-yeast-closed.yaml'), vessel: benchLiter },
  setup: {
    charge: quantities({ volume: '6 L', X: '0.5 g/L', G: '20 g/L' }),
    streams: new Map([['feed', quantities({ G: '400 g/L' })]]),
    parameters: quantities({
      'vessel.feedRate': '0.01 L/h',
      'vessel.airFlow': '10 L/min',
      'vessel.stirrer': '900 rpm',
    }),
  },
};

/** The hybridoma of Amribt 2013 in its whole vessel with pH and temperature held by equations, fed from the start. */
export const cho: Recipe = {
  name: 'CHO',
  files: {
    organism: join(sims, 'organisms/Amribt2013-cho-closed.yaml'),
    vessel: join(sims, 'vessels/cell-culture-5L.yaml'),
    loops: join(sims, 'components/base-loops.yaml'),
  },
  setup: {
    charge: quantities({
      volume: '1.5 L',
      Xv: '0.172e9 cells/L',
      Xd: '0.02e9 cells/L',
      G: '17.83 mmol/L',
      Gn: '3.74 mmol/L',
      L: '0.12 mmol/L',
      N: '0.24 mmol/L',
      temperature: '37 degC',
      pH: '7.1 pH',
    }),
    streams: new Map([['feed', quantities({ G: '15 mmol/L', Gn: '9.3 mmol/L', temperature: '20 degC' })]]),
    parameters: quantities({
      'loops.pHset': '7.1',
      'vessel.mediumNH4': '0 g/L',
      'vessel.mediumPO4': '0.09 g/L',
      'vessel.mediumCl': '4.15 g/L',
      'vessel.feedRate': '0.01 L/h',
      'vessel.airFlow': '0.05 L/min',
      'vessel.oxygenFlow': '0.05 L/min',
      'vessel.overlayFlow': '0.2 L/min',
      'vessel.stirrer': '150 rpm',
      'vessel.jacketInlet': '37 degC',
    }),
  },
};

/** Benchmark Simulation Model no. 1, open loop: five tanks and a settler of ten layers (Alex et al. 2008, IWA Task Group on Benchmarking of Control Strategies). */
export const bsm1: Recipe = {
  name: 'BSM1',
  files: { organism: join(sims, 'organisms/Henze1987-asm1.yaml'), vessel: join(sims, 'vessels/bsm1-plant.yaml') },
  setup: {
    charge: quantities({}),
    streams: new Map([
      [
        'influent',
        quantities({
          SI: '30 g/m3',
          SS: '69.5 g/m3',
          XI: '51.2 g/m3',
          XS: '202.32 g/m3',
          XBH: '28.17 g/m3',
          SNH: '31.56 g/m3',
          SND: '6.95 g/m3',
          XND: '10.59 g/m3',
          SALK: '7 mol/m3',
        }),
      ],
    ]),
  },
};

/** Standard initial value problems in the model language. */
export const standardFolder = resolve(import.meta.dirname, '../models/standard');

/** The shipped E. coli whose balances close, growing on a feed in the bench vessel with its gas space. */
export const benchEcoli: Recipe = {
  name: 'Anane2017-ecoli-closed in bench-15L',
  files: { organism: join(sims, 'organisms/Anane2017-ecoli-closed.yaml'), vessel: benchLiter },
  setup: {
    charge: quantities({ volume: '6 L', X: '5 g/L', S: '0.1 g/L' }),
    streams: new Map([['feed', quantities({ S: '500 g/L' })]]),
    parameters: quantities({ 'vessel.feedRate': '0.02 L/h' }),
  },
};

/** Every shipped organism, in the bench vessel where it needs dissolved oxygen, else in a bare volume. */
export function shippedOrganisms(): Recipe[] {
  return readdirSync(join(sims, 'organisms'))
    .filter((file) => file.endsWith('.yaml'))
    .map((file): Recipe => {
      const organism = join(sims, 'organisms', file);
      const { needs, phases } = readPart('organism', organism).file.value;
      const vessel = needs?.has('DO') ? benchLiter : volumeOnly;
      const name = basename(file, '.yaml');
      if (phases?.has('broth')) return { name, files: { organism }, setup: { mode: 'probe' } };
      return { name: `${name} in ${basename(vessel, '.yaml')}`, files: { organism, vessel }, setup: { mode: 'probe' } };
    });
}

export function readParts({ files }: Recipe): Part[] {
  return Object.entries(files).map(([role, path]) => readPart(role, path));
}

export function modelOf(recipe: Recipe): Model {
  return compose(readParts(recipe), recipe.setup);
}

/** The same organism in a whole vessel with its loops, and the instruments round it. */
export function wholeVessel(): { compiled: CompiledModel; equipment: EquipmentSpec } {
  const { compiled, equipment } = loadScenario(join(sims, 'scenarios/ecoli-probe-drift')).plan;
  return { compiled, equipment: { ...equipment!, faults: [] } };
}

function readPart(role: string, path: string): Part {
  const open = ({ value }: { value: string }, from: string) => {
    const file = join(dirname(from), value);
    return { source: readFileSync(file, 'utf8'), file };
  };
  return { role, file: readComponent(readFileSync(path, 'utf8'), path, new Problems(), open) };
}
