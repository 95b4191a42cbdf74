/** One cell of a table as it stands, without its quotes, and where it begins; lines and columns count from 1. */
export interface Cell {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

export type Separator = ',' | ';' | '\t';

const bom = '\uFEFF';

/** The separator that the first line has most of, outside of quotes and of units; a comma where there is none. */
export function separatorOf(text: string): Separator {
  const counts = { ',': 0, ';': 0, '\t': 0 };
  let quoted = false;
  for (const letter of text.slice(0, 100_000)) {
    if (letter === '"') quoted = !quoted;
    if (!quoted && (letter === '\n' || letter === '\r')) break;
    if (!quoted && letter in counts) counts[letter as Separator]++;
  }
  return (Object.entries(counts) as [Separator, number][]).reduce((most, next) => (next[1] > most[1] ? next : most))[0];
}

/**
 * The rows of a table (RFC 4180): a quoted cell may hold separators, line ends and doubled quotes. Returns the cell whose quote is never
 * closed, or undefined when all are.
 */
export function* cellRows(text: string, separator: Separator): Generator<Cell[], Cell | undefined> {
  let row: Cell[] = [];
  let at = text.startsWith(bom) ? 1 : 0;
  let line = 1;
  let lineStart = at;
  while (at <= text.length) {
    const column = at - lineStart + 1;
    const start = at + spacesAt(text, at);
    const isQuoted = text[start] === '"';
    const close = isQuoted ? closingQuote(text, start) : start;
    if (close === -1) return { text: '', line, column: start - lineStart + 1 };
    const end = cellEnd(text, close, separator);
    const inner = isQuoted ? text.slice(start + 1, close).replaceAll('""', '"') : '';
    const outer = text.slice(isQuoted ? close + 1 : start, end);
    row.push({ text: (inner + outer).trim(), line, column });
    for (let i = start; i < close; i++)
      if (text[i] === '\n') {
        line++;
        lineStart = i + 1;
      }
    at = end + 1;
    if (text[end] === separator) continue;
    yield row;
    if (end >= text.length) return undefined;
    if (text[end] === '\r' && text[end + 1] === '\n') at++;
    row = [];
    line++;
    lineStart = at;
  }
  return undefined;
}

function spacesAt(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ') at++;
  return at - from;
}

function closingQuote(text: string, open: number): number {
  let at = text.indexOf('"', open + 1);
  while (at !== -1 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at;
}

function cellEnd(text: string, from: number, separator: Separator): number {
  let at = from;
  while (at < text.length && text[at] !== separator && text[at] !== '\n' && text[at] !== '\r') at++;
  return at;
}
