import { type Design, type EnsembleTask, type MemberRun, runMember, type Varied } from '@fedbatch/studies';
import { type FilesOf, openFiles } from './scenario/files.ts';
import { type LoadedScenario, loadScenario } from './scenario/load-scenario.ts';

/** What a worker of an ensemble is told: where the scenario is, and what differs between members. */
export interface MemberTask {
  readonly files: FilesOf;
  readonly scenario: string;
  readonly settings: readonly string[];
  readonly varied: readonly Varied[];
  readonly design: Design;
  readonly gridH: Float64Array;
}

/** Scenarios that this thread has loaded; a study has few. */
const loaded = new Map<string, LoadedScenario>();
const keptScenarios = 32;

/** Runs the members of one chunk in a worker thread; the scenario is loaded and compiled once a worker. */
export function runChunk(task: EnsembleTask<MemberTask>): MemberRun[] {
  const key = JSON.stringify([task.files, task.scenario, task.settings]);
  const scenario = loaded.get(key) ?? loadScenario(task.scenario, task.settings, openFiles(task.files));
  if (loaded.size >= keptScenarios) loaded.clear();
  loaded.set(key, scenario);
  const { plan } = scenario;
  return task.indices.map((index) => runMember(plan, task.varied, task.design, index, task.gridH));
}
