import {
  didYouMean,
  fromBase,
  parseUnit,
  sameDimension,
  toBase,
  type Unit,
  UnitError,
  unitNames,
} from '@fedbatch/vocabulary';
import { refuse } from './refusal.ts';

/** Units that people ask for, to name those that would fit. */
const usual = [
  ...[
    'g/L',
    'mg/L',
    'kg/m^3',
    'mol/L',
    'mmol/L',
    '1/h',
    '1/min',
    '1/s',
    'L',
    'mL',
    'L/h',
    'L/min',
    'mL/min',
    'g',
    'kg',
    'mol',
    'mmol',
  ],
  ...[
    'mol/h',
    'mmol/h',
    'mol/L/h',
    'mmol/L/h',
    'g/L/h',
    'degC',
    'K',
    'bar',
    'mbar',
    'kPa',
    'h',
    'min',
    's',
    '%',
    '-',
    'W',
    'kW',
    'W/L',
  ],
  ...['kJ', 'm/s', 'rpm', 'kg/h', 'g/h'],
];

/** Values of a column in a unit that somebody asked for. */
export interface AskedUnit {
  readonly text: string;
  /** Absent where the values are in it already, and so stay as they are to the last bit. */
  readonly convert?: (value: number) => number;
}

/** What turns values of a column into the unit that is asked for. Throws ProblemError where that is none, or of another dimension. */
export function askedUnit({ id, unit }: { readonly id: string; readonly unit: string }, asked?: string): AskedUnit {
  if (asked === undefined || asked.trim() === unit) return { text: unit };
  const from = parseUnit(unit);
  const to = readUnit(id, asked);
  if (!sameDimension(from.dimension, to.dimension)) {
    const fitting = usual.filter((text) => text !== unit && sameDimension(parseUnit(text).dimension, from.dimension));
    refuse(
      'RECORDS_SAMPLES_UNIT',
      `The column \`${id}\` is in ${unit}, which cannot be told in ${to.text}.`,
      fitting.length > 0
        ? `Ask for ${fitting.join(', ')}, or leave it in ${unit}.`
        : `Leave it in ${unit}, or ask for a multiple of that.`,
    );
  }
  return { text: to.text, convert: (value) => fromBase(toBase(value, from), to) };
}

function readUnit(id: string, asked: string): Unit {
  try {
    return parseUnit(asked);
  } catch (error) {
    if (!(error instanceof UnitError)) throw error;
    const name = /[A-Za-zµμ°%]+/.exec(asked.slice(error.at))?.[0] ?? '';
    return refuse(
      'RECORDS_SAMPLES_UNIT',
      `The unit \`${asked.slice(0, 40)}\` that is asked for the column \`${id}\` cannot be read: ${error.message}${didYouMean(name, unitNames)}`,
      'Write a unit such as mg/L or mL/min.',
    );
  }
}
