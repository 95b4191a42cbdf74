import type { RunResult } from '@fedbatch/runtime';
import { escapeHtml } from '@fedbatch/vocabulary';
import type { FileDigest, Manifest } from '../manifest.ts';
import { sectionHtml, tableHtml } from './table.ts';
import { bytesText, spanText } from './text.ts';

const code = (text: string): string => `<code>${escapeHtml(text)}</code>`;

/** All that another run needs to come to the same bytes, and what to hold it to. */
export function provenanceHtml({ scenario, work }: RunResult, manifest: Manifest): string {
  const { journal, versions, overrides, started, ended, runId } = manifest;
  const seconds = (Date.parse(ended) - Date.parse(started)) / 1000;
  const counts = Object.entries(work).map(([name, count]) => `${words(name)} ${count.toLocaleString('en')}`);
  const rows = [
    ['Run', code(runId)],
    ['Seed', code(String(scenario.seed))],
    ['Method', `${code(scenario.method)}, one scan each ${escapeHtml(spanText(scenario.scanH))}`],
    ['Work', escapeHtml(counts.join(', '))],
    [
      'Versions',
      escapeHtml(
        Object.entries(versions)
          .map((entry) => entry.join(' '))
          .join(', '),
      ),
    ],
    ...(overrides.length > 0 ? [['Overrides', overrides.map(code).join('<br>')]] : []),
    ['Journal', `${journal.size} records, root ${code(journal.root)}`],
    ['Ran', escapeHtml(`${started} to ${ended}${Number.isFinite(seconds) ? `, ${seconds} s` : ''}`)],
  ];
  const caption = 'The same inputs, seed and versions give the same samples and the same journal, byte for byte';
  const table = tableHtml({ caption, columns: [{ title: '' }, { title: '' }], rows });
  return sectionHtml(
    'provenance',
    'To run it again',
    `${table}${filesHtml('What went in', manifest.inputs)}${filesHtml('What lies beside this page', manifest.outputs)}`,
  );
}

function filesHtml(caption: string, files: readonly FileDigest[]): string {
  if (files.length === 0) return '';
  const rows = files.map(({ path, bytes, sha256 }) => [code(path), bytesText(bytes), code(sha256)]);
  const columns = [{ title: 'file' }, { title: 'size', align: 'number' as const }, { title: 'SHA-256' }];
  return tableHtml({ caption, columns, rows, width: 'wide' });
}

/** `rhsCalls` as people write it: rhs calls. */
function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
