import { join } from 'node:path';
import type { EnsembleResult } from '@fedbatch/runtime';
import { writeWhole } from './file-digest.ts';
import type { FileDigest } from './manifest.ts';
import { ensembleReportHtml } from './report/ensemble-report.ts';
import type { ResultContext } from './result-folder.ts';
import { columnTitle } from './samples-table.ts';
import { writeStudyManifest } from './study-folder.ts';
import { type StudyColumn, writeStudyTable } from './study-table.ts';

/**
 * Writes what an ensemble found beside its progress: members (what was drawn, what came out), envelopes and sensitivities as CSV and Parquet, a report, and
 * last the manifest. Returns the path of the report.
 */
export function writeEnsemble(folder: string, key: string, result: EnsembleResult, context: ResultContext): string {
  const outputs: FileDigest[] = [
    ...writeStudyTable(folder, 'members', memberColumns(result)),
    ...writeStudyTable(folder, 'envelopes', envelopeColumns(result)),
    ...writeStudyTable(folder, 'sensitivity', sensitivityColumns(result)),
    writeWhole(folder, 'report.html', [ensembleReportHtml(result, key, context)]),
  ];
  const own = {
    scenario: result.scenario,
    design: result.design,
    ended: result.ended,
    members: result.members.length,
    overrides: context.overrides,
  };
  writeStudyManifest(folder, { format: 'fedbatch-ensemble', key, own }, outputs, context);
  return join(folder, 'report.html');
}

function memberColumns({ varied, figures, expectations, members }: EnsembleResult): StudyColumn[] {
  return [
    { title: 'member', type: 'INT32', data: members.map(({ index }) => index) },
    { title: 'outcome', type: 'STRING', data: members.map(({ outcome }) => outcome.kind) },
    ...varied.map(
      (one, v): StudyColumn => ({
        title: columnTitle(one),
        type: 'DOUBLE',
        data: members.map(({ values }) => values[v]!),
      }),
    ),
    ...figures.map(
      (one, f): StudyColumn => ({
        title: columnTitle(one),
        type: 'DOUBLE',
        data: members.map((member) => member.figures[f] ?? Number.NaN),
      }),
    ),
    ...expectations.map(
      (text, e): StudyColumn => ({
        title: `expect ${text}`,
        type: 'BOOLEAN',
        data: members.map(({ met }) => met[e]!),
      }),
    ),
  ];
}

function envelopeColumns({ timeH, envelopes }: EnsembleResult): StudyColumn[] {
  const shares = ['p5', 'p25', 'p50', 'p75', 'p95'] as const;
  return [
    { title: 'time [h]', type: 'DOUBLE', data: [...timeH] },
    { title: 'members', type: 'INT32', data: [...timeH.keys()].map((row) => envelopes[0]?.members[row] ?? 0) },
    ...envelopes.flatMap((envelope) =>
      shares.map(
        (share): StudyColumn => ({
          title: `${envelope.channel.id} ${share} [${envelope.channel.unit}]`,
          type: 'DOUBLE',
          data: [...envelope[share]],
        }),
      ),
    ),
  ];
}

function sensitivityColumns({ figures, varied, sensitivities }: EnsembleResult): StudyColumn[] {
  const pairs = figures.flatMap((figure, f) =>
    varied.map((quantity, v) => ({ figure: figure.id, quantity: quantity.id, ...sensitivities[f]![v]! })),
  );
  return [
    { title: 'figure', type: 'STRING', data: pairs.map(({ figure }) => figure) },
    { title: 'quantity', type: 'STRING', data: pairs.map(({ quantity }) => quantity) },
    { title: 'rank correlation', type: 'DOUBLE', data: pairs.map(({ rank }) => rank) },
    { title: 'first-order index', type: 'DOUBLE', data: pairs.map(({ firstOrder }) => firstOrder) },
  ];
}
