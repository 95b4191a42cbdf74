import type { Located } from '@fedbatch/model';
import { formatDimension, type Problems, type Quantity, sameDimension, type Unit } from '@fedbatch/vocabulary';

/** Whether a value has the dimension that is meant; reports where not. */
export function unitFits({ value, place }: Located<Quantity>, unit: Unit, what: string, problems: Problems): boolean {
  if (sameDimension(value.unit.dimension, unit.dimension)) return true;
  problems.error(
    'MODEL_UNIT_CLASH',
    place,
    `${what} is in ${value.unit.text}, where ${unit.text} (${formatDimension(unit.dimension)}) is meant.`,
    `Write a value in ${unit.text}.`,
  );
  return false;
}

/** A difference above zero: its unit has no zero of its own. */
export function isBand(quantity: Located<Quantity>, unit: Unit, what: string, problems: Problems): boolean {
  const { value, place } = quantity;
  if (!unitFits(quantity, unit, what, problems)) return false;
  if (value.unit.offset === 0 && value.base > 0) return true;
  problems.error(
    'STATION_LOOP_BAND',
    place,
    value.unit.offset === 0
      ? `${what} is ${value.value} ${value.unit.text}; it must be above 0.`
      : `${what} is a difference, and ${value.unit.text} has a zero of its own.`,
    value.unit.offset === 0 ? 'A smaller band is a stronger action.' : 'Write it in K.',
  );
  return false;
}
