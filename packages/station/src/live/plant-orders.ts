import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { keepFile } from '@fedbatch/records';
import type { Person } from '@fedbatch/vocabulary';
import { mustBe, refuse } from '../refuse.ts';
import { type FilesOf, openFiles } from '../scenario/files.ts';
import { loadScenario } from '../scenario/load-scenario.ts';
import { LivePlant } from './live-plant.ts';
import type { ClockMode } from './plant-clock.ts';
import type { Flush } from './plant-record.ts';

/** A plant that somebody wants. */
export interface PlantOrder {
  readonly name: string;
  /** Path in the library, as `scenarios/ecoli-exponential`. */
  readonly scenario: string;
  /** `path=value` lines. */
  readonly settings: readonly string[];
  readonly clock: ClockMode;
  /** Plant seconds for each second of the wall clock. */
  readonly speed: number;
}

interface KeptOrder extends PlantOrder {
  readonly files: Readonly<Record<string, string>>;
}

const nameRule = /^[A-Za-z][A-Za-z0-9_-]{0,31}$/;
/** Folders of a station that no plant may be called after. */
const taken = ['jobs', 'library', 'pki', 'files'];
const mostPlants = 500;

/** Plants that were ordered while the station ran, with the files that they follow from, so that they are there again at the next start. */
export class PlantOrders {
  readonly #folder: string;
  readonly #flush: Flush;
  #orders: readonly KeptOrder[];

  constructor(folder: string, flush: Flush) {
    this.#folder = folder;
    this.#flush = flush;
    this.#orders = existsSync(this.#path) ? (JSON.parse(readFileSync(this.#path, 'utf8')) as KeptOrder[]) : [];
  }

  /** The plants as they were left. Throws ProblemError where a name was given to another one meanwhile. */
  reopen(plants: ReadonlyMap<string, LivePlant>): LivePlant[] {
    return this.#orders.map((order) => {
      mustBeFree(order.name, plants);
      return this.#open(order, { kind: 'kept', folder: this.#filesFolder, files: order.files });
    });
  }

  /** Builds a plant and keeps its order; `note` writes it down before. Throws ProblemError. */
  add(
    person: Person,
    order: PlantOrder,
    plants: ReadonlyMap<string, LivePlant>,
    from: FilesOf,
    note: () => void,
  ): LivePlant {
    mustBe(person, 'engineer', 'to add a plant');
    mustBeName(order.name);
    mustBeFree(order.name, plants);
    if (plants.size >= mostPlants)
      refuse(
        'STATION_PLANT_MOST',
        `There are ${plants.size} plants, and ${mostPlants} is the most.`,
        'Remove one first.',
      );
    const loaded = loadScenario(order.scenario, order.settings, openFiles(from));
    const files = Object.fromEntries(
      loaded.inputs.map(({ path, bytes }) => [path, keepFile(this.#filesFolder, bytes)]),
    );
    note();
    const kept = { ...order, files };
    const plant = this.#open(kept, { kind: 'kept', folder: this.#filesFolder, files });
    this.#write([...this.#orders, kept]);
    return plant;
  }

  remove(person: Person, name: string, note: () => void): void {
    mustBe(person, 'engineer', 'to remove a plant');
    if (!this.#orders.some((order) => order.name === name))
      refuse(
        'STATION_PLANT_SERVED',
        `The plant ${name} comes from the command or the configuration that the station was started with.`,
        'Stop the station, and start it without that scenario.',
      );
    note();
    this.#write(this.#orders.filter((order) => order.name !== name));
  }

  get #path(): string {
    return join(this.#folder, 'plants.json');
  }

  get #filesFolder(): string {
    return join(this.#folder, 'files');
  }

  #open({ name, scenario, settings, clock, speed }: PlantOrder, from: FilesOf): LivePlant {
    const loaded = loadScenario(scenario, settings, openFiles(from));
    return new LivePlant({ name, loaded, folder: join(this.#folder, name), clock, speed, flush: this.#flush });
  }

  #write(orders: readonly KeptOrder[]): void {
    writeFileSync(`${this.#path}.part`, `${JSON.stringify(orders, null, 2)}\n`);
    renameSync(`${this.#path}.part`, this.#path);
    this.#orders = orders;
  }
}

/** Throws ProblemError where a plant cannot be called so. */
export function mustBeName(name: string): void {
  if (nameRule.test(name) && !taken.includes(name.toLowerCase())) return;
  refuse(
    'STATION_PLANT_NAME',
    `\`${name.slice(0, 40)}\` is no name of a plant.`,
    'Use up to 32 letters, digits, dashes and underscores, and a first letter.',
  );
}

/** Throws ProblemError where there is a plant of that name. */
export function mustBeFree(name: string, plants: ReadonlyMap<string, LivePlant>): void {
  if (!plants.has(name)) return;
  refuse('STATION_PLANT_TAKEN', `There is a plant ${name} already.`, 'Choose another name.');
}
