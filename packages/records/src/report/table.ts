import { escapeHtml } from '@fedbatch/vocabulary';

export interface TableColumn {
  /** Empty: the column has no visible title. */
  readonly title: string;
  readonly align?: 'number';
}

export interface TableText {
  readonly caption: string;
  readonly columns: readonly TableColumn[];
  /** Cells as HTML; the first of a row names it. */
  readonly rows: readonly (readonly string[])[];
  /** A sentence below, for instance how much is left out. */
  readonly note?: string;
  /** Whether it may be wider than a small screen and is scrolled there. */
  readonly width?: 'wide';
}

/** A table that reads well aloud: a caption, column titles, row titles. */
export function tableHtml({ caption, columns, rows, note, width }: TableText): string {
  const kind = ({ align }: TableColumn): string => (align === 'number' ? ' class="n"' : '');
  const titles = columns.map((column) => `<th scope="col"${kind(column)}>${escapeHtml(column.title)}</th>`).join('');
  const head = columns.some(({ title }) => title !== '') ? `<thead><tr>${titles}</tr></thead>` : '';
  const lines = rows.map((row) => `<tr>${row.map((cell, c) => cellHtml(cell, c, columns[c]!)).join('')}</tr>`);
  const table = `<table><caption>${escapeHtml(caption)}</caption>${head}<tbody>${lines.join('')}</tbody></table>`;
  const below = note === undefined ? '' : `<p class="soft">${escapeHtml(note)}</p>`;
  if (width !== 'wide') return `<div class="narrow">${table}</div>${below}`;
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(caption)}">${table}</div>${below}`;
}

function cellHtml(cell: string, c: number, { align }: TableColumn): string {
  const kind = align === 'number' ? ' class="n"' : '';
  return c === 0 ? `<th scope="row"${kind}>${cell}</th>` : `<td${kind}>${cell}</td>`;
}

/** A part of the report under its heading; nothing where there is no body. `body` is HTML. */
export function sectionHtml(id: string, title: string, body: string): string {
  return `<section aria-labelledby="${id}"><h2 id="${id}">${escapeHtml(title)}</h2>${body}</section>`;
}
