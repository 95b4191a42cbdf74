import { join } from 'node:path';
import { loadScenario } from '../scenario/load-scenario.ts';
import { LivePlant, type LivePlantOptions } from './live-plant.ts';
import { mustBeFree, mustBeName } from './plant-orders.ts';

/** A scenario that is served from the start of the station on. */
export interface ServedScenario {
  /** Folder with a scenario.yaml, or the file itself. */
  readonly scenario: string;
  /** Of the plant; with copies, numbers are put behind it. Default Bioreactor1, Bioreactor2 ... in order. */
  readonly name?: string;
  /** `path=value` lines; those of the whole station count more. */
  readonly settings?: readonly string[];
  /** Plants of it; they differ in their seeds. Default as for the whole station. */
  readonly copies?: number;
}

interface ServedOptions extends Pick<LivePlantOptions, 'folder' | 'clock' | 'speed' | 'flush'> {
  readonly settings: readonly string[];
  readonly copies: number;
}

/** Opens the plants of some scenarios, each where it was left. Throws ProblemError. */
export function openServed(
  scenarios: readonly (string | ServedScenario)[],
  { folder, settings, copies, ...clock }: ServedOptions,
): Map<string, LivePlant> {
  const plants = new Map<string, LivePlant>();
  for (const given of scenarios) {
    const served = typeof given === 'string' ? { scenario: given } : given;
    const loaded = loadScenario(served.scenario, [...(served.settings ?? []), ...settings]);
    const count = served.copies ?? copies;
    for (let seedShift = 0; seedShift < count; seedShift++) {
      const number = served.name === undefined ? plants.size + 1 : count > 1 ? seedShift + 1 : '';
      const name = `${served.name ?? 'Bioreactor'}${number}`;
      mustBeName(name);
      mustBeFree(name, plants);
      plants.set(name, new LivePlant({ name, loaded, seedShift, folder: join(folder, name), ...clock }));
    }
  }
  return plants;
}
