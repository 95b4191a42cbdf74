import { createHash } from 'node:crypto';
import { dirname, relative } from 'node:path';
import { keepFile } from '@fedbatch/records';
import { type AppliedChange, LiveRun, type RunResult } from '@fedbatch/runtime';
import type { LivePlant } from '../live/live-plant.ts';
import type { Files } from '../scenario/files.ts';
import type { LoadedScenario } from '../scenario/load-scenario.ts';
import type { PlantReplay } from './job.ts';

/** Name of the kept file with what was done to a plant. */
const changesName = 'changes.json';

interface Changes {
  readonly scans: number;
  readonly changes: readonly AppliedChange[];
}

/** Keeps what a plant follows from, and says where it is. */
export function replayOf({ name, scenario, live, plan }: LivePlant, folder: string) {
  const root = sharedFolder(scenario.inputs.map(({ path }) => path));
  const inside = (path: string): string => relative(root, path).replaceAll('\\', '/');
  const { scans, changes } = live.snapshot();
  const done: Changes = { scans, changes };
  const files = Object.fromEntries(scenario.inputs.map(({ path, bytes }) => [inside(path), keepFile(folder, bytes)]));
  return {
    subject: inside(scenario.file),
    settings: scenario.overrides,
    files: { ...files, [changesName]: keepFile(folder, Buffer.from(JSON.stringify(done))) },
    plant: name,
    seed: plan.title.seed,
    changes: changesName,
  };
}

/**
 * What the plant has done, done again. A plant that goes on is shown as far as it had come. `also`: what the result follows from beside its
 * scenario; nothing where nobody did anything to the plant and its recipe has ended.
 */
export function replayed(
  { plan }: LoadedScenario,
  { seed, changes, plant }: PlantReplay,
  files: Files,
): { readonly result: RunResult; readonly also: readonly string[] } {
  const bytes = files.read(changes)!;
  const done = JSON.parse(new TextDecoder().decode(bytes)) as Changes;
  const live = new LiveRun({ ...plan, title: { ...plan.title, seed } });
  live.replay(done.changes, done.scans);
  const isWhole = live.ended && done.changes.length === 0;
  live.run.stop(`to be put on record, while ${plant} goes on,`);
  const { faults, ...rest } = live.run.result();
  // A live plant could have got faults where its scenario knows of none; where it got none, the run is that of the scenario.
  const result = faults && (plan.equipment || faults.length > 0) ? { ...rest, faults } : rest;
  return { result, also: isWhole ? [] : [`changes=${createHash('sha256').update(bytes).digest('hex')}`] };
}

/** The folder that all of some paths lie in. */
function sharedFolder(paths: readonly string[]): string {
  const [first, ...rest] = paths.map((path) => dirname(path).split('/'));
  let length = first!.length;
  for (const parts of rest) while (first!.slice(0, length).join('/') !== parts.slice(0, length).join('/')) length--;
  return first!.slice(0, length).join('/') || '.';
}
