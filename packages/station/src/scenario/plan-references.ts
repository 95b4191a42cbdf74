import { parseCsv } from '@fedbatch/records';
import type { ReferenceSeries } from '@fedbatch/runtime';
import { didYouMean, fromBase, ProblemError, type Problems, toBase } from '@fedbatch/vocabulary';
import type { ScenarioFiles } from './load-scenario.ts';
import type { NameTable } from './name-table.ts';
import type { ScenarioValue } from './scenario-file.ts';

/** The data that a scenario is compared with, column by column, in the units of the channels. A column without a unit is in that unit already. */
export function planReferences(
  { reference }: ScenarioValue,
  files: ScenarioFiles,
  names: NameTable,
  problems: Problems,
): ReferenceSeries[] {
  const read = reference && files.read(reference.file);
  if (!reference || !read) return [];
  try {
    const columns = parseCsv(read.text, read.path);
    const titles = columns.map(({ name }) => name);
    const columnOf = (title: string, place: (typeof reference)['place']) => {
      const column = columns.find(({ name }) => name === title);
      if (column) return column;
      return problems.error(
        'STATION_REFERENCE_COLUMN',
        place,
        `The reference has no column \`${title.slice(0, 60)}\`.${didYouMean(title, titles)}`,
        `Its columns are ${titles.slice(0, 20).join(', ')}.`,
      );
    };
    const time = columnOf(reference.time?.value ?? 'time', reference.time?.place ?? reference.place);
    const limit = reference.to?.value.base ?? Number.POSITIVE_INFINITY;
    return [...reference.columns].flatMap(([name, title]) => {
      const output = names.find(name, { value: name, place: title.place });
      const column = columnOf(title.value, title.place);
      if (!time || !output || !column) return [];
      const kept = [...time.values.keys()].filter(
        (i) => time.values[i]! <= limit && Number.isFinite(column.values[i]!),
      );
      const inUnit = (value: number): number =>
        column.unit.text === '-' ? value : fromBase(toBase(value, column.unit), output.unit);
      return [
        {
          channel: output.id,
          timeH: Float64Array.from(kept, (i) => time.values[i]!),
          values: Float64Array.from(kept, (i) => inUnit(column.values[i]!)),
        },
      ];
    });
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    problems.list.push(...error.problems);
    return [];
  }
}
