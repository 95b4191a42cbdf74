import { type Place, Problems, parseUnit, type Unit, UnitError } from '@fedbatch/vocabulary';
import { type Cell, cellRows, type Separator, separatorOf } from './csv-cells.ts';

/** Largest CSV that is read, in characters. */
export const csvSizeLimit = 50_000_000;

/** A column of numbers with its unit; NaN where a cell is empty. */
export interface CsvColumn {
  readonly name: string;
  readonly unit: Unit;
  readonly values: Float64Array;
  /** Where its title stands. */
  readonly place: Place;
  /** The line of each value in the file. */
  readonly lines: Int32Array;
}

/** Problems of cells after which the rest is not listed. */
const cellProblemLimit = 20;

/**
 * Reads a table of numbers with a header of `name [unit]`. Takes what Excel writes: a byte order mark, CRLF, semicolons with decimal
 * commas, quotes, empty lines and columns at the end. Throws ProblemError with line and column of everything that is no number.
 */
export function parseCsv(text: string, file: string): CsvColumn[] {
  const problems = new Problems();
  const at = ({ line, column }: { line: number; column: number }): Place => ({ file, line, column });
  if (text.length > csvSizeLimit)
    problems.error(
      'RECORDS_CSV_SIZE',
      at({ line: 1, column: 1 }),
      `The table has ${text.length} characters; at most ${csvSizeLimit} are read.`,
      'Thin it out: one sample a minute is enough.',
    );
  problems.throwIfAny();
  const separator = separatorOf(text);
  const rows = cellRows(text, separator);
  const first = rows.next();
  if (first.done === true && first.value) openQuote(first.value, at, problems);
  const titles = withoutEmptyEnd(first.done ? [] : first.value);
  const header = titles.map((cell) => readTitle(cell, at(cell), problems));
  if (titles.length < 2)
    problems.error(
      'RECORDS_CSV_HEADER',
      at({ line: 1, column: 1 }),
      'The first line names fewer than two columns.',
      'Start the table with a header such as `time [h],rate [L/h]`.',
    );
  twice(header, titles, at, problems);
  problems.throwIfAny();
  const values: number[][] = header.map(() => []);
  const lines: number[] = [];
  for (let row = rows.next(); ; row = rows.next()) {
    if (row.done) {
      if (row.value) openQuote(row.value, at, problems);
      break;
    }
    if (row.value.every((cell) => cell.text === '') && row.value.length !== header.length) continue;
    lines.push(row.value[0]!.line);
    takeRow(row.value, header.length, separator, values, at, problems);
    if (problems.list.length >= cellProblemLimit) break;
  }
  problems.throwIfAny();
  return header.map((title, c) => ({
    ...title!,
    values: Float64Array.from(values[c]!),
    place: at(titles[c]!),
    lines: Int32Array.from(lines),
  }));
}

type At = (cell: { line: number; column: number }) => Place;

function openQuote(cell: Cell, at: At, problems: Problems): void {
  problems.error(
    'RECORDS_CSV_QUOTE',
    at(cell),
    'A quote that is opened here is never closed.',
    'Close it with `"`, and write a quote inside of quotes twice.',
  );
}

/** A spreadsheet leaves empty cells at the end of a line when its table was wider once. */
function withoutEmptyEnd(cells: readonly Cell[], least = 0): readonly Cell[] {
  let end = cells.length;
  while (end > least && cells[end - 1]!.text === '') end--;
  return cells.slice(0, end);
}

function twice(
  header: readonly ({ name: string } | undefined)[],
  titles: readonly Cell[],
  at: At,
  problems: Problems,
): void {
  const seen = new Map<string, number>();
  for (const [c, title] of header.entries()) {
    if (!title) continue;
    const earlier = seen.get(title.name);
    if (earlier !== undefined)
      problems.error(
        'RECORDS_CSV_HEADER',
        at(titles[c]!),
        `The name \`${title.name.slice(0, 40)}\` stands over the columns ${earlier + 1} and ${c + 1}.`,
        'Give each column a name of its own.',
      );
    seen.set(title.name, c);
  }
}

function takeRow(
  row: readonly Cell[],
  width: number,
  separator: Separator,
  values: number[][],
  at: At,
  problems: Problems,
): void {
  const cells = withoutEmptyEnd(row, width);
  if (cells.length !== width) {
    const isSplit = separator === ',' && cells.length === 2 * width;
    problems.error(
      'RECORDS_CSV_ROW',
      at({ line: cells[0]!.line, column: 1 }),
      `The line has ${cells.length} cells, and the header ${width}.`,
      isSplit
        ? 'Where commas are decimal marks, separate the columns with semicolons.'
        : 'Give every line one cell a column.',
    );
    return;
  }
  for (let c = 0; c < width; c++) values[c]!.push(readNumber(cells[c]!, separator, at, problems));
}

function readTitle(cell: Cell, place: Place, problems: Problems): { name: string; unit: Unit } | undefined {
  // A number in brackets is the index of an array, as Modelica's tools name `c[2]`.
  const open = cell.text.endsWith(']') && !arrayIndex.test(cell.text) ? cell.text.indexOf('[') : -1;
  const name = (open === -1 ? cell.text : cell.text.slice(0, open)).trim();
  if (name === '')
    return problems.error('RECORDS_CSV_HEADER', place, 'A column of the header has no name.', 'Write `name [unit]`.');
  try {
    return { name, unit: parseUnit(open === -1 ? '-' : cell.text.slice(open + 1, -1)) };
  } catch (error) {
    if (!(error instanceof UnitError)) throw error;
    return problems.error(
      'RECORDS_CSV_UNIT',
      place,
      `The unit of the column \`${name.slice(0, 40)}\` cannot be read: ${error.message}`,
      'Write a unit such as [g/L] or [L/h].',
    );
  }
}

const arrayIndex = /\[\d+(,\d+)*\]$/;
const numberForm = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

function readNumber(cell: Cell, separator: Separator, at: At, problems: Problems): number {
  if (cell.text === '') return Number.NaN;
  const plain = separator === ',' ? cell.text : cell.text.replace(',', '.');
  const value = numberForm.test(plain) ? Number(plain) : Number.NaN;
  if (Number.isFinite(value)) return value;
  const says = `\`${cell.text.slice(0, 40)}\` is not a number${Number.isNaN(value) ? '' : ' that can be held; the largest is 1.8e308'}.`;
  problems.error('RECORDS_CSV_NUMBER', at(cell), says, remedyOf(cell.text));
  return Number.NaN;
}

function remedyOf(text: string): string {
  if (/^[+-]?\d{1,3}([.,' ]\d{3})+([.,]\d+)?$/.test(text)) return 'Write the number without marks between thousands.';
  if (/^[+-]?\d+,\d+$/.test(text)) return 'Write a decimal point, or separate the columns with semicolons.';
  return 'Write a number such as 0.25, or leave the cell empty.';
}
