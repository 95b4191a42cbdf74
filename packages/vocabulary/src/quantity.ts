import { sameDimension } from './dimension.ts';
import { parseUnit, toBase, type Unit, UnitError } from './unit.ts';

/** A number with its unit, as a user writes it: `0.05 g/L`. */
export interface Quantity {
  readonly value: number;
  readonly unit: Unit;
  /** The value in base units. */
  readonly base: number;
}

const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/;

/** Reads `0.05 g/L`, `-1e-3 1/h`, `42`. Throws UnitError with the character at which reading stopped. */
export function parseQuantity(text: string): Quantity {
  const trimmed = text.trim();
  const match = number.exec(trimmed);
  if (!match) throw new UnitError(`\`${trimmed.slice(0, 40)}\` does not start with a number.`, 0);
  const value = Number(match[0]);
  if (!Number.isFinite(value)) throw new UnitError(`\`${match[0].slice(0, 40)}\` is larger than a number can hold.`, 0);
  const rest = trimmed.slice(match[0].length);
  if (rest !== '' && /^[A-Za-z]/.test(rest) && /[eE]$/.test(match[0]))
    throw new UnitError(`\`${trimmed}\` is no number.`, 0);
  const unit = shifted(() => parseUnit(rest), match[0].length);
  return { value, unit, base: finite(toBase(value, unit), trimmed) };
}

/** A value that a number can hold may not fit once it is in base units. */
function finite(base: number, text: string): number {
  if (Number.isFinite(base)) return base;
  throw new UnitError(`\`${text.slice(0, 40)}\` is larger than a number can hold in base units.`, 0);
}

/** Reads a range `0.3..1.0`, each end in the unit behind it or, when there is none, in `fallback`. Returns base units. */
export function parseRange(text: string, fallback: Unit): { readonly low: number; readonly high: number } {
  const split = text.indexOf('..');
  if (split < 0) throw new UnitError(`\`${text}\` is not a range; a range has two dots, as in 0.3..1.0.`, 0);
  const high = parseQuantity(text.slice(split + 2));
  const low = parseQuantity(text.slice(0, split));
  const unit = high.unit.text === '-' ? fallback : high.unit;
  if (!sameDimension(unit.dimension, fallback.dimension))
    throw new UnitError(`The range \`${text.slice(0, 60)}\` is in ${unit.text}, and its value in ${fallback.text}.`, 0);
  const lowUnit = low.unit.text === '-' ? unit : low.unit;
  return { low: finite(toBase(low.value, lowUnit), text), high: finite(toBase(high.value, unit), text) };
}

function shifted<T>(read: () => T, by: number): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnitError) throw new UnitError(error.message, error.at + by);
    throw error;
  }
}
