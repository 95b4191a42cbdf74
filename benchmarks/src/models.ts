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
