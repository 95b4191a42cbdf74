import type { Located } from '@fedbatch/model';
import {
  type Dimension,
  formatDimension,
  type Problems,
  parseRange,
  type Quantity,
  sameDimension,
  type Unit,
  UnitError,
} from '@fedbatch/vocabulary';

/** A quantity in base units; a difference of temperatures in K is not one in degC. Undefined where none is given or its unit is another. */
export function checkedValue(
  problems: Problems,
  given: Located<Quantity> | undefined,
  like: Dimension,
  use: 'value' | 'difference',
): number | undefined {
  if (!given) return undefined;
  const { value, place } = given;
  const isDegree = use === 'difference' && value.unit.offset !== 0;
  if (sameDimension(value.unit.dimension, like) && !isDegree) return value.base;
  return problems.error(
    'MODEL_UNIT_CLASH',
    place,
    `${value.value} ${value.unit.text} has not the unit that is needed here, which is of the kind ${formatDimension(like)}.`,
    isDegree
      ? 'Write a difference of temperatures in K.'
      : 'Write it in the unit of what the instrument reads or drives.',
  );
}

/** A range as `2..12` in a unit, which must rise. */
export function checkedRange(
  problems: Problems,
  text: Located<string>,
  unit: Unit,
): { low: number; high: number } | undefined {
  try {
    const range = parseRange(text.value, unit);
    if (range.low < range.high) return range;
    return problems.error(
      'MODEL_RANGE_FORM',
      text.place,
      `The range \`${text.value}\` does not rise.`,
      'Write the lower limit first.',
    );
  } catch (error) {
    if (!(error instanceof UnitError)) throw error;
    return problems.error('MODEL_RANGE_FORM', text.place, error.message, 'Write a range as in 2..12.');
  }
}
