import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { OptimisationResult } from '@fedbatch/runtime';
import { writeWhole } from './file-digest.ts';
import { jsonText } from './json-text.ts';
import type { FileDigest } from './manifest.ts';
import { optimisationReportHtml } from './report/optimisation-report.ts';
import type { ResultContext } from './result-folder.ts';
import { cellText, quoteCell } from './samples-table.ts';
import { checkStudyFolder, writeStudyManifest } from './study-folder.ts';

const ownFiles = ['candidates.csv', 'optimum.json', 'report.html', 'manifest.json'];

/** Refuses a folder that holds something else than an earlier search. Throws ProblemError. */
export const checkOptimisationFolder = (folder: string): void =>
  checkStudyFolder(folder, 'search', (name) => ownFiles.includes(name));

/** Writes all candidates, the best of them with its settings, the report and last the manifest of a search. Returns the path of the report. */
export function writeOptimisation(
  folder: string,
  key: string,
  result: OptimisationResult,
  context: ResultContext,
): string {
  mkdirSync(folder, { recursive: true });
  const { candidates, ...rest } = result;
  const optimum = { ...rest, settings: bestSettings(result), candidates: candidates.length };
  const outputs: FileDigest[] = [
    writeWhole(folder, 'candidates.csv', candidateLines(result)),
    writeWhole(folder, 'optimum.json', [jsonText(optimum)]),
    writeWhole(folder, 'report.html', [optimisationReportHtml(result, key, context)]),
  ];
  const own = {
    scenario: result.scenario,
    ended: result.ended,
    candidates: candidates.length,
    overrides: context.overrides,
  };
  writeStudyManifest(folder, { format: 'fedbatch-optimisation', key, own }, outputs, context);
  return join(folder, 'report.html');
}

/** The settings of the best candidate as `--set` takes them. */
export function bestSettings({ best, sought }: OptimisationResult): string[] {
  return sought
    .map(({ path, unit }, i) => `${path}=${best?.values[i]}${unit === '' ? '' : ` ${unit}`}`)
    .slice(0, best ? undefined : 0);
}

function* candidateLines({ sought, figure, candidates }: OptimisationResult): Generator<string> {
  const titles = sought.map(({ path, unit }) => (unit === '' ? path : `${path} [${unit}]`));
  const head = ['candidate', 'generation', ...titles, `${figure.id} [${figure.unit}]`, 'missed [-]', 'outcome'];
  yield `${head.map(quoteCell).join(',')}\n`;
  for (const { index, generation, values, figure: found, missed, outcome } of candidates)
    yield `${[index, generation, ...values, found ?? Number.NaN, missed].map(cellText).join(',')},${outcome}\n`;
}
