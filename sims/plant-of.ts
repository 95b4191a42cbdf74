import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  compileModel,
  compose,
  type Located,
  type Model,
  type OpenFile,
  type Part,
  readComponent,
  type Setup,
} from '@fedbatch/model';
import type { Method } from '@fedbatch/numerics';
import { Plant } from '@fedbatch/plant';
import { fromBase, type Place, Problems, parseQuantity, type Quantity } from '@fedbatch/vocabulary';

const place: Place = { file: 'test', line: 1, column: 1 };

/** Quantities as a scenario would give them. */
export function quantities(values: Readonly<Record<string, string>>): Map<string, Located<Quantity>> {
  return new Map(Object.entries(values).map(([name, text]) => [name, { value: parseQuantity(text), place }]));
}

export interface PlantRequest {
  readonly organism: string;
  readonly vessel?: string;
  /** Further component files by role. */
  readonly components?: Readonly<Record<string, string>>;
  readonly charge: Readonly<Record<string, string>>;
  /** Composition of the stream `feed`, and of others by name. */
  readonly feed?: Readonly<Record<string, string>>;
  readonly streams?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly watches?: Readonly<Record<string, string>>;
  readonly method?: Method;
  readonly tolerance?: number;
}

/** A shipped component file, read. */
export function part(role: string, path: string): Part {
  const file = join(import.meta.dirname, path);
  const open: OpenFile = (name, from) => {
    const other = join(dirname(from), name.value);
    return { source: readFileSync(join(import.meta.dirname, other), 'utf8'), file: other };
  };
  return { role, file: readComponent(readFileSync(file, 'utf8'), path, new Problems(), open) };
}

/** A model composed from shipped files. */
export function modelOf({
  organism,
  vessel = 'volume-only',
  components = {},
  charge,
  feed,
  streams,
  parameters,
  watches,
}: PlantRequest): Model {
  const setup: Setup = {
    charge: quantities(charge),
    streams: new Map(
      Object.entries({ ...streams, ...(feed && { feed }) }).map(([name, values]) => [name, quantities(values)]),
    ),
    parameters: quantities(parameters ?? {}),
    watches: Object.entries(watches ?? {}).map(([id, value]) => ({ id, condition: { value, place } })),
  };
  const further = Object.entries(components).map(([role, name]) => part(role, `components/${name}.yaml`));
  return compose(
    [part('organism', `organisms/${organism}.yaml`), part('vessel', `vessels/${vessel}.yaml`), ...further],
    setup,
  );
}

/** A plant at its start, ready to be integrated. */
export function plantOf(request: PlantRequest): Plant {
  const plant = new Plant(compileModel(modelOf(request)), {
    method: request.method ?? 'rodas5p',
    relativeTolerance: request.tolerance ?? 1e-10,
  });
  plant.begin();
  return plant;
}

/** The present value of an output, in its own unit. */
export function read(plant: Plant, output: string): number {
  const { outputs } = plant.instance.model;
  const values = new Float64Array(outputs.length);
  plant.sense(values);
  const slot = outputs.findIndex(({ id }) => id === output);
  return fromBase(values[slot]!, outputs[slot]!.unit);
}

/** A reference table: the numbers of each column by its title. */
export function referenceTable(name: string): Map<string, number[]> {
  const [titles, ...rows] = readFileSync(join(import.meta.dirname, 'reference', name), 'utf8')
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','));
  return new Map(titles!.map((title, c) => [title, rows.map((row) => Number(row[c]))]));
}
