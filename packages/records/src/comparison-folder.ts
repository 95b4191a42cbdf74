import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ComparisonResult } from '@fedbatch/runtime';
import { writeWhole } from './file-digest.ts';
import type { FileDigest } from './manifest.ts';
import { comparisonReportHtml } from './report/comparison-report.ts';
import type { ResultContext } from './result-folder.ts';
import { checkStudyFolder, writeStudyManifest } from './study-folder.ts';
import { type StudyColumn, writeStudyTable } from './study-table.ts';

const ownFiles = ['comparison.csv', 'comparison.parquet', 'report.html', 'manifest.json'];

/** Refuses a folder that holds something else than an earlier comparison. Throws ProblemError. */
export const checkComparisonFolder = (folder: string): void =>
  checkStudyFolder(folder, 'comparison', (name) => ownFiles.includes(name) || /^\d\d-/.test(name));

/** Writes the table, the report and last the manifest of a comparison; `folders` hold its ensembles. Returns the path of the report. */
export function writeComparison(
  folder: string,
  key: string,
  result: ComparisonResult,
  folders: readonly string[],
  context: ResultContext,
): string {
  mkdirSync(folder, { recursive: true });
  const outputs: FileDigest[] = [
    ...writeStudyTable(folder, 'comparison', columnsOf(result)),
    writeWhole(folder, 'report.html', [comparisonReportHtml(result, folders, key, context)]),
  ];
  const own = {
    study: result.title,
    ended: result.ended,
    strategies: result.strategies.map(({ name, ensemble }, i) => ({
      name,
      folder: folders[i],
      members: ensemble.members.length,
    })),
  };
  writeStudyManifest(folder, { format: 'fedbatch-comparison', key, own }, outputs, context);
  return join(folder, 'report.html');
}

/** One line a strategy and figure: reads into a pivot table as it is. */
function columnsOf({ figures, strategies }: ComparisonResult): StudyColumn[] {
  const lines = strategies.flatMap(({ name, ensemble, spread, differences, clean }) =>
    figures.map(({ id, unit }, f) => ({
      name,
      id,
      unit,
      ensemble,
      spread: spread[f]!,
      difference: differences[f],
      clean,
    })),
  );
  type Line = (typeof lines)[number];
  const words = (title: string, of: (line: Line) => string): StudyColumn => ({
    title,
    type: 'STRING',
    data: lines.map(of),
  });
  const numbers = (title: string, of: (line: Line) => number | undefined): StudyColumn => ({
    title,
    type: 'DOUBLE',
    data: lines.map((line) => of(line) ?? Number.NaN),
  });
  return [
    words('strategy', ({ name }) => name),
    words('figure', ({ id }) => id),
    words('unit', ({ unit }) => unit),
    { title: 'plants', type: 'INT32', data: lines.map(({ ensemble }) => ensemble.members.length) },
    numbers('p5', ({ spread }) => spread.p5),
    numbers('p25', ({ spread }) => spread.p25),
    numbers('median', ({ spread }) => spread.p50),
    numbers('p75', ({ spread }) => spread.p75),
    numbers('p95', ({ spread }) => spread.p95),
    numbers('mean difference', ({ difference }) => difference?.mean),
    numbers('low', ({ difference }) => difference?.low),
    numbers('high', ({ difference }) => difference?.high),
    numbers('pairs', ({ difference }) => difference?.pairs),
    numbers('clean share', ({ clean }) => clean),
  ];
}
