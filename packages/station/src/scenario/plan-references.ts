import { parseCsv } from '@fedbatch/records';
import type { ReferenceSeries } from '@fedbatch/runtime';
import {
  didYouMean,
  fromBase,
  type Place,
  type Problems,
  parseUnit,
  sameDimension,
  timeDimension,
  toBase,
  type Unit,
  UnitError,
} from '@fedbatch/vocabulary';
import { collected } from './collected.ts';
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
  const columns = collected(problems, () => parseCsv(read.text, read.path));
  if (!columns) return [];
  const titles = columns.map(({ name }) => name);
  const columnOf = (asked: string, place: (typeof reference)['place']) => {
    const [, title, unit] = /^(.*\S)\s+in\s+(\S+)$/.exec(asked) ?? [undefined, asked, undefined];
    const column = columns.find(({ name }) => name === title);
    if (column) return unit === undefined ? column : { ...column, unit: unitOf(unit, place, problems) };
    return problems.error(
      'STATION_REFERENCE_COLUMN',
      place,
      `The reference has no column \`${title.slice(0, 60)}\`.${didYouMean(title, titles)}`,
      `Its columns are ${titles.slice(0, 20).join(', ')}.`,
    );
  };
  const time = columnOf(reference.time?.value ?? 'time', reference.time?.place ?? reference.place);
  if (time && time.unit.text !== '-' && !sameDimension(time.unit.dimension, timeDimension))
    problems.error(
      'MODEL_UNIT_CLASH',
      time.place,
      `The time of the reference is in ${time.unit.text}.`,
      'Write a column in h, min or d; without a unit it is in h.',
    );
  const limit = reference.to?.value.base ?? Number.POSITIVE_INFINITY;
  return [...reference.columns].flatMap(([name, title]) => {
    const output = names.find(name, { value: name, place: title.place });
    const column = columnOf(title.value, title.place);
    if (!time || !output || !column) return [];
    const timeH = time.unit.text === '-' ? time.values : time.values.map((value) => toBase(value, time.unit));
    const kept = [...timeH.keys()].filter((i) => timeH[i]! <= limit && Number.isFinite(column.values[i]!));
    if (column.unit.text !== '-' && !sameDimension(column.unit.dimension, output.unit.dimension))
      problems.error(
        'MODEL_UNIT_CLASH',
        title.place,
        `The column \`${column.name.slice(0, 60)}\` is in ${column.unit.text}, and ${name} is in ${output.unit.text}.`,
        'State the unit of the column, as in `X: biomass in mg/L`.',
      );
    const inUnit = (value: number): number =>
      column.unit.text === '-' ? value : fromBase(toBase(value, column.unit), output.unit);
    return [
      {
        channel: output.id,
        timeH: Float64Array.from(kept, (i) => timeH[i]!),
        values: Float64Array.from(kept, (i) => inUnit(column.values[i]!)),
      },
    ];
  });
}

/** The unit that a scenario gives to a column; none after a problem was reported. */
function unitOf(text: string, place: Place, problems: Problems): Unit {
  try {
    return parseUnit(text);
  } catch (error) {
    if (!(error instanceof UnitError)) throw error;
    problems.error('MODEL_UNIT_UNKNOWN', place, error.message, 'Write a unit as in g/L or mmol/L.');
    return parseUnit('-');
  }
}
