import { dirname, join } from 'node:path';
import { checkModel, explainModel, explanationParts } from '@fedbatch/model';
import { pageHtml, referencesHtml } from '@fedbatch/records';
import type { RunResult } from '@fedbatch/runtime';
import { ProblemError, Problems } from '@fedbatch/vocabulary';
import type { Inspected } from './inspect.ts';
import { runScenario } from './run-scenario.ts';
import { loadScenario } from './scenario/load-scenario.ts';

/**
 * Everything about a model on one page: what it is held to (of an organism: its reference scenarios are run for it), equations, audit,
 * parameters with their sources. Throws ProblemError where a reference cannot be read.
 */
export async function explanationPage(inspected: Inspected): Promise<string> {
  const { kind, model } = inspected;
  const { title, head, sections } = explanationParts(explainModel(model), checkModel(model, kind));
  const runs = await referenceRuns(inspected);
  return pageHtml({ title, parts: [head, runs ? referencesHtml(runs) : '', ...sections] });
}

async function referenceRuns({ file, references, files }: Inspected): Promise<RunResult[] | undefined> {
  if (!references) return undefined;
  const runs: RunResult[] = [];
  for (const { value, place } of references) {
    const path = join(dirname(file), value);
    if (files.kindOf(path) === undefined) {
      const problems = new Problems();
      problems.error(
        'STATION_FILE_MISSING',
        place,
        `There is no file \`${value.slice(0, 80)}\` beside the organism.`,
        `Paths count from the folder of the organism; looked for ${path}.`,
      );
      throw new ProblemError(problems.list);
    }
    runs.push(await runScenario(loadScenario(path, [], files)));
  }
  return runs;
}
