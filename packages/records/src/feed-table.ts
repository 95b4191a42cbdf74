import { type Place, Problems, parseUnit, sameDimension, toBase } from '@fedbatch/vocabulary';
import { type CsvColumn, parseCsv } from './csv.ts';

/** A feed profile: the columns `time` and `rate`, in any units of their kind. Returns h and L/h. Throws ProblemError. */
export function readFeedTable(text: string, file: string): { timeH: Float64Array; rateLPerH: Float64Array } {
  const columns = parseCsv(text, file);
  const problems = new Problems();
  const timeH = columnOf(columns, 'time', 'h', file, problems);
  const rateLPerH = columnOf(columns, 'rate', 'L/h', file, problems);
  problems.throwIfAny();
  return { timeH: timeH!, rateLPerH: rateLPerH! };
}

function columnOf(
  columns: readonly CsvColumn[],
  name: string,
  like: string,
  file: string,
  problems: Problems,
): Float64Array | undefined {
  const column = columns.find((candidate) => candidate.name.toLowerCase() === name);
  if (!column) {
    const names = columns.map((candidate) => `\`${candidate.name.slice(0, 40)}\``).join(', ');
    const place: Place = { file, line: 1, column: 1 };
    const says = `The table has no column \`${name}\`; it has ${names}.`;
    return problems.error('RECORDS_CSV_HEADER', place, says, `Name one \`${name} [${like}]\`.`);
  }
  if (!sameDimension(column.unit.dimension, parseUnit(like).dimension))
    return problems.error(
      'RECORDS_CSV_UNIT',
      column.place,
      `The column \`${name}\` is in ${column.unit.text === '-' ? 'no unit' : column.unit.text}.`,
      `Give it a unit like ${like}: \`${name} [${like}]\`.`,
    );
  const gap = column.values.findIndex(Number.isNaN);
  if (gap !== -1)
    return problems.error(
      'RECORDS_CSV_NUMBER',
      { file, line: column.lines[gap]!, column: 1 },
      `The cell of \`${name}\` is empty.`,
      'Write a number, or delete the line.',
    );
  return column.values.map((value) => toBase(value, column.unit));
}
