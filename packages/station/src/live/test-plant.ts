import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import type { JournalRecord } from '@fedbatch/records';
import type { Command, Person, Receipt } from '@fedbatch/vocabulary';
import { loadScenario } from '../scenario/load-scenario.ts';
import { LivePlant, type LivePlantOptions } from './live-plant.ts';

export const scenarios = resolve(import.meta.dirname, '../../../../sims/scenarios');
export const cascade = loadScenario(join(scenarios, 'ecoli-oxygen-cascade'));
export const instruments = loadScenario(join(scenarios, 'ecoli-instruments'));
export const engineer: Person = { name: 'eve', role: 'engineer', face: 'test', session: null };
export const observer: Person = { name: 'otto', role: 'observer', face: 'test', session: null };

/** Of the test that runs: plants lie in it. */
export let folder = '';
let open: LivePlant[] = [];
/** A live plant that is closed when its test is over. */
export const plant = (loaded = cascade, more: Partial<LivePlantOptions> = {}): LivePlant => {
  const options = { name: 'Bioreactor1', loaded, folder: join(folder, 'a'), clock: 'lockstep', speed: 1 } as const;
  const made = new LivePlant({ ...options, ...more });
  open.push(made);
  return made;
};
export const read = (live: LivePlant, tag: string): number => live.table.values[live.table.slotOf(tag)]!;
export const step = (live: LivePlant, dtS: number, writes: (Command & { kind: 'step' })['writes'] = []) =>
  live.step(engineer, 'a', dtS, writes);
export const write = (live: LivePlant, tag: string, value: number | string, unit?: string): Receipt =>
  live.command(engineer, { kind: 'write', tag, value, ...(unit !== undefined && { unit }) });
export const journal = (live: LivePlant): JournalRecord[] => live.records(0, live.journalSize);

/** The cascade scenario with some of its text replaced, in a folder of its own. */
export function scenarioWith(text: string, by: string): ReturnType<typeof loadScenario> {
  const own = join(folder, 'scenario');
  mkdirSync(own);
  const source = readFileSync(join(scenarios, 'ecoli-oxygen-cascade/scenario.yaml'), 'utf8');
  const paths = source.replaceAll('../../', `${relative(own, join(scenarios, '..'))}/`);
  writeFileSync(join(own, 'scenario.yaml'), paths.replace(text, by));
  return loadScenario(own);
}

/** Leaves the plants of a test as a kill leaves them: nothing is closed. */
export const leaveOpen = (): void => {
  open = [];
};

/** Before each test. */
export const begin = (): void => {
  folder = mkdtempSync(join(tmpdir(), 'fedbatch-live-'));
};

/** After each test. */
export const end = (): void => {
  for (const one of open) one.close();
  open = [];
  rmSync(folder, { recursive: true });
};
