import { type Design, type EnsembleTask, type MemberRun, runMember, type Varied } from '@fedbatch/studies';
import { type LoadedScenario, loadScenario } from './scenario/load-scenario.ts';

/** What a worker of an ensemble is told: where the scenario is, and what differs between members. */
export interface MemberTask {
  readonly scenario: string;
  readonly settings: readonly string[];
  readonly varied: readonly Varied[];
  readonly design: Design;
  readonly gridH: Float64Array;
}

let loaded: { readonly key: string; readonly scenario: LoadedScenario } | undefined;

/** Runs the members of one chunk in a worker thread; the scenario is loaded and compiled once a worker. */
export function runChunk(task: EnsembleTask<MemberTask>): MemberRun[] {
  const key = JSON.stringify([task.scenario, task.settings]);
  if (loaded?.key !== key) loaded = { key, scenario: loadScenario(task.scenario, task.settings) };
  const { plan } = loaded.scenario;
  return task.indices.map((index) => runMember(plan, task.varied, task.design, index, task.gridH));
}
