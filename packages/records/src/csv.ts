import {
  type Place,
  ProblemError,
  Problems,
  parseUnit,
  sameDimension,
  toBase,
  type Unit,
  UnitError,
} from '@fedbatch/vocabulary';

/** Largest CSV that is read, in characters. */
export const csvSizeLimit = 50_000_000;

/** A column of numbers with its unit; NaN where a cell is empty. */
export interface CsvColumn {
  readonly name: string;
  readonly unit: Unit;
  readonly values: Float64Array;
}

/**
 * Reads a table of numbers with a header of `name [unit]`. Takes what Excel writes: a byte order mark, CRLF, semicolons with decimal
 * commas, quotes. Throws ProblemError with line and column of everything that is no number.
 */
export function parseCsv(text: string, file: string): CsvColumn[] {
  const problems = new Problems();
  const at = (line: number, column: number): Place => ({ file, line, column });
  if (text.length > csvSizeLimit)
    problems.error(
      'RECORDS_CSV_SIZE',
      at(1, 1),
      `The table has ${text.length} characters; at most ${csvSizeLimit} are read.`,
      'Thin it out: one sample a minute is enough.',
    );
  problems.throwIfAny();
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  const separator = separatorOf(lines[0] ?? '');
  const header = splitLine(lines[0] ?? '', separator);
  const columns = header.map((cell) => readHeader(cell.text, at(1, cell.column), problems));
  if (header.length < 2)
    problems.error(
      'RECORDS_CSV_HEADER',
      at(1, 1),
      'The first line names fewer than two columns.',
      'Start the table with a header such as `time [h],rate [L/h]`.',
    );
  problems.throwIfAny();
  const rows = lines
    .map((line, i) => ({ line, number: i + 1 }))
    .slice(1)
    .filter(({ line }) => line.trim() !== '');
  const values = columns.map(() => new Float64Array(rows.length));
  rows.forEach(({ line, number }, r) => {
    const cells = splitLine(line, separator);
    if (cells.length !== columns.length && problems.list.length < 20)
      problems.error(
        'RECORDS_CSV_ROW',
        at(number, 1),
        `The line has ${cells.length} cells, and the header ${columns.length}.`,
        'Give every line one cell a column.',
      );
    columns.forEach((_, c) => {
      const cell = cells[c];
      if (cell) values[c]![r] = readNumber(cell.text, separator, at(number, cell.column), problems);
    });
  });
  problems.throwIfAny();
  return columns.map((column, c) => ({ name: column!.name, unit: column!.unit, values: values[c]! }));
}

/** A feed profile: the columns `time` and `rate`, in any units of their kind. Returns h and L/h. */
export function readFeedTable(text: string, file: string): { timeH: Float64Array; rateLPerH: Float64Array } {
  const columns = parseCsv(text, file);
  const find = (name: string, like: string): Float64Array => {
    const problems = new Problems();
    const column = columns.find((candidate) => candidate.name.toLowerCase() === name);
    const place = { file, line: 1, column: 1 };
    if (!column)
      problems.error(
        'RECORDS_CSV_HEADER',
        place,
        `The table has no column \`${name}\`; it has ${columns.map((candidate) => `\`${candidate.name.slice(0, 40)}\``).join(', ')}.`,
        `Name one \`${name} [${like}]\`.`,
      );
    else if (!sameDimension(column.unit.dimension, parseUnit(like).dimension))
      problems.error(
        'RECORDS_CSV_UNIT',
        place,
        `The column \`${name}\` is in ${column.unit.text}.`,
        `Give it a unit like ${like}: \`${name} [${like}]\`.`,
      );
    if (problems.list.length > 0) throw new ProblemError(problems.list);
    return column!.values.map((value) => toBase(value, column!.unit));
  };
  return { timeH: find('time', 'h'), rateLPerH: find('rate', 'L/h') };
}

function separatorOf(header: string): ',' | ';' | '\t' {
  const counts = ([',', ';', '\t'] as const).map((separator) => ({ separator, count: header.split(separator).length }));
  return counts.sort((a, b) => b.count - a.count)[0]!.separator;
}

interface Cell {
  readonly text: string;
  readonly column: number;
}

function splitLine(line: string, separator: string): Cell[] {
  const cells: Cell[] = [];
  let start = 0;
  let quoted = false;
  for (let i = 0; i <= line.length; i++) {
    if (line[i] === '"') quoted = !quoted;
    if (i < line.length && (quoted || line[i] !== separator)) continue;
    const raw = line.slice(start, i).trim();
    const text =
      raw.startsWith('"') && raw.endsWith('"') && raw.length > 1 ? raw.slice(1, -1).replaceAll('""', '"') : raw;
    cells.push({ text, column: start + 1 });
    start = i + 1;
  }
  return cells;
}

function readHeader(text: string, place: Place, problems: Problems): { name: string; unit: Unit } | undefined {
  const match = /^(.*?)\s*(?:\[([^\]]*)\])?$/.exec(text)!;
  const name = match[1]!.trim();
  if (name === '')
    return problems.error('RECORDS_CSV_HEADER', place, 'A column of the header has no name.', 'Write `name [unit]`.');
  try {
    return { name, unit: parseUnit(match[2] ?? '-') };
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

function readNumber(text: string, separator: string, place: Place, problems: Problems): number {
  if (text === '') return Number.NaN;
  const plain = separator === ';' ? text.replace(',', '.') : text;
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(plain)) return Number(plain);
  if (problems.list.length < 20)
    problems.error(
      'RECORDS_CSV_NUMBER',
      place,
      `\`${text.slice(0, 40)}\` is not a number.`,
      'Write a number such as 0.25, or leave the cell empty.',
    );
  return Number.NaN;
}
