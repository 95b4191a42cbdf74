import { join } from 'node:path';
import type { EnsembleResult } from '@fedbatch/runtime';
import { digest, writeWhole } from './file-digest.ts';
import { jsonText } from './json-text.ts';
import type { FileDigest } from './manifest.ts';
import { ensembleReportHtml } from './report/ensemble-report.ts';
import type { ResultContext } from './result-folder.ts';
import { cellText, columnTitle, quoteCell } from './samples-table.ts';

/**
 * Writes what an ensemble found beside its progress: members (what was drawn, what came out), envelopes and sensitivities as CSV, a report, and
 * last the manifest. Returns the path of the report.
 */
export function writeEnsemble(folder: string, key: string, result: EnsembleResult, context: ResultContext): string {
  const outputs: FileDigest[] = [
    writeWhole(folder, 'members.csv', memberLines(result)),
    writeWhole(folder, 'envelopes.csv', envelopeLines(result)),
    writeWhole(folder, 'sensitivity.csv', sensitivityLines(result)),
    writeWhole(folder, 'report.html', [ensembleReportHtml(result, key, context)]),
  ];
  const manifest = {
    format: 'fedbatch-ensemble',
    formatVersion: 1,
    key,
    scenario: result.scenario,
    design: result.design,
    ended: result.ended,
    members: result.members.length,
    overrides: context.overrides,
    versions: context.versions,
    inputs: context.inputs.map(({ path, bytes }) => digest(path, bytes)),
    outputs,
    started: context.started.toISOString(),
    finished: context.ended.toISOString(),
  };
  writeWhole(folder, 'manifest.json', [jsonText(manifest)]);
  return join(folder, 'report.html');
}

function* memberLines({ varied, figures, expectations, members }: EnsembleResult): Generator<string> {
  const titles = [
    'member',
    'outcome',
    ...varied.map(columnTitle),
    ...figures.map(columnTitle),
    ...expectations.map((text) => `expect ${text}`),
  ];
  yield `${titles.map(quoteCell).join(',')}\n`;
  for (const { index, outcome, values, figures: found, met } of members) {
    const cells = [...values.map(cellText), ...found.map((value) => cellText(value ?? Number.NaN)), ...met.map(String)];
    yield `${[index, outcome.kind, ...cells].join(',')}\n`;
  }
}

function* envelopeLines({ timeH, envelopes }: EnsembleResult): Generator<string> {
  const shares = ['p5', 'p25', 'p50', 'p75', 'p95'] as const;
  const titles = envelopes.flatMap(({ channel }) => shares.map((share) => `${channel.id} ${share} [${channel.unit}]`));
  yield `${['time [h]', 'members', ...titles].map(quoteCell).join(',')}\n`;
  for (let row = 0; row < timeH.length; row++) {
    const cells = envelopes.flatMap((envelope) => shares.map((share) => cellText(envelope[share][row]!)));
    yield `${[cellText(timeH[row]!), envelopes[0]?.members[row] ?? 0, ...cells].join(',')}\n`;
  }
}

function* sensitivityLines({ figures, varied, sensitivities }: EnsembleResult): Generator<string> {
  yield 'figure,quantity,rank correlation,first-order index\n';
  for (const [f, figure] of figures.entries()) {
    for (const [v, quantity] of varied.entries()) {
      const { rank, firstOrder } = sensitivities[f]![v]!;
      yield `${quoteCell(figure.id)},${quoteCell(quantity.id)},${cellText(rank)},${cellText(firstOrder)}\n`;
    }
  }
}
