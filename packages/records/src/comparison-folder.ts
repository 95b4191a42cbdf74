import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ComparisonResult } from '@fedbatch/runtime';
import { ProblemError, Problems } from '@fedbatch/vocabulary';
import { digest, writeWhole } from './file-digest.ts';
import { jsonText } from './json-text.ts';
import type { FileDigest } from './manifest.ts';
import { comparisonReportHtml } from './report/comparison-report.ts';
import type { ResultContext } from './result-folder.ts';
import { cellText, quoteCell } from './samples-table.ts';

const ownFiles = ['comparison.csv', 'report.html', 'manifest.json'];

/** Refuses a folder that holds something else than an earlier comparison. Throws ProblemError. */
export function checkComparisonFolder(folder: string): void {
  if (!existsSync(folder)) return;
  const isFolder = statSync(folder).isDirectory();
  const foreign = isFolder
    ? readdirSync(folder).filter(
        (name) => !ownFiles.includes(name) && !/^\d\d-/.test(name) && !name.startsWith('.part-'),
      )
    : [folder];
  if (foreign.length === 0) return;
  const problems = new Problems();
  problems.error(
    'RECORDS_FOLDER_FOREIGN',
    undefined,
    isFolder
      ? `The folder ${folder} holds other files (${foreign.slice(0, 3).join(', ')}) and is no comparison.`
      : `${folder} is a file, not a folder.`,
    'Choose another folder with --out.',
  );
  throw new ProblemError(problems.list);
}

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
    writeWhole(folder, 'comparison.csv', tableLines(result)),
    writeWhole(folder, 'report.html', [comparisonReportHtml(result, folders, key, context)]),
  ];
  const manifest = {
    format: 'fedbatch-comparison',
    formatVersion: 1,
    key,
    study: result.title,
    ended: result.ended,
    strategies: result.strategies.map(({ name, ensemble }, i) => ({
      name,
      folder: folders[i],
      members: ensemble.members.length,
    })),
    versions: context.versions,
    inputs: context.inputs.map(({ path, bytes }) => digest(path, bytes)),
    outputs,
    started: context.started.toISOString(),
    finished: context.ended.toISOString(),
  };
  writeWhole(folder, 'manifest.json', [jsonText(manifest)]);
  return join(folder, 'report.html');
}

/** One line a strategy and figure: reads into a pivot table as it is. */
function* tableLines({ figures, strategies }: ComparisonResult): Generator<string> {
  yield 'strategy,figure,unit,plants,p5,p25,median,p75,p95,mean difference,low,high,pairs,clean share\n';
  for (const { name, ensemble, spread, differences, clean } of strategies) {
    for (const [f, { id, unit }] of figures.entries()) {
      const { p5, p25, p50, p75, p95 } = spread[f]!;
      const difference = differences[f];
      const numbers = [
        ...[ensemble.members.length, p5, p25, p50, p75, p95],
        ...(difference
          ? [difference.mean, difference.low, difference.high, difference.pairs]
          : Array<number>(4).fill(Number.NaN)),
        clean,
      ];
      yield `${[name, id, unit].map(quoteCell).join(',')},${numbers.map(cellText).join(',')}\n`;
    }
  }
}
