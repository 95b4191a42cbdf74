import { escapeHtml } from '@fedbatch/vocabulary';
import type { ResultContext } from '../result-folder.ts';
import { sectionHtml, tableHtml } from './table.ts';

/** What many runs follow from and how to do them again. `kind` names the hash `key`; `more` are rows of its own, and `before` HTML that stands above. */
export function studyProvenanceHtml(
  kind: string,
  key: string,
  { versions, inputs, started, ended }: ResultContext,
  { more = [], before = '' }: { readonly more?: readonly (readonly string[])[]; readonly before?: string } = {},
): string {
  const code = (text: string): string => `<code>${escapeHtml(text)}</code>`;
  const made = Object.entries(versions)
    .map((entry) => entry.join(' '))
    .join(', ');
  const rows = [
    [kind, code(key)],
    ...more,
    ['Versions', escapeHtml(made)],
    ['Made from', inputs.map(({ path }) => code(path)).join('<br>')],
    ['Ran', escapeHtml(`${started.toISOString()} to ${ended.toISOString()}`)],
  ];
  const caption = 'The same inputs, settings and versions give the same numbers, however many workers run them';
  const table = tableHtml({ caption, columns: [{ title: '' }, { title: '' }], rows });
  return sectionHtml('provenance', 'To run it again', before + table);
}
