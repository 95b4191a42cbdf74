import { type EnsembleTask, type Judged, judgeRun } from '@fedbatch/studies';
import { ProblemError } from '@fedbatch/vocabulary';
import { type FilesOf, openFiles } from '../scenario/files.ts';
import { loadScenario } from '../scenario/load-scenario.ts';

/** What a worker of a search is told: the scenario, the figure, and what each candidate changes. */
export interface CandidateTask {
  readonly files: FilesOf;
  readonly scenario: string;
  readonly figure: string;
  readonly settings: readonly (readonly string[])[];
}

export interface JudgedCandidate extends Judged {
  readonly place: number;
}

/** Runs some candidates of a generation in a worker thread. One that cannot stand, at some corner of what is sought, has failed. */
export function runChunk({
  files,
  scenario,
  figure,
  settings,
  indices,
}: EnsembleTask<CandidateTask>): JudgedCandidate[] {
  return indices.map((place) => {
    try {
      const { plan } = loadScenario(scenario, settings[place]!, openFiles(files));
      return { place, ...judgeRun(plan, figure) };
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      return { place, figure: null, missed: 1, outcome: 'failed' };
    }
  });
}
