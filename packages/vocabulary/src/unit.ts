import { type Dimension, dimensionless, multiplyDimensions, raiseDimension } from './dimension.ts';

/** A unit of measure: value in base units = value * factor + offset. Only temperatures (degC) have an offset. */
export interface Unit {
  readonly text: string;
  readonly factor: number;
  readonly offset: number;
  readonly dimension: Dimension;
}

/** Why a text is no unit; `at` counts characters from 0. */
export class UnitError extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.name = 'UnitError';
    this.at = at;
  }
}

/** Numerator and denominator apart, so that 1/min is exactly 60 1/h. */
interface Scale {
  readonly over: number;
  readonly under: number;
  readonly dimension: Dimension;
}

const scale = (over: number, under: number, ...dimension: number[]): Scale => ({
  over,
  under,
  dimension: dimension as unknown as Dimension,
});

// Columns of a dimension: g, dm, h, K, mol, cell.
const named = new Map<string, Scale>([
  ['g', scale(1, 1, 1, 0, 0, 0, 0, 0)],
  ['t', scale(1e6, 1, 1, 0, 0, 0, 0, 0)],
  ['m', scale(10, 1, 0, 1, 0, 0, 0, 0)],
  ['L', scale(1, 1, 0, 3, 0, 0, 0, 0)],
  ['s', scale(1, 3600, 0, 0, 1, 0, 0, 0)],
  ['min', scale(1, 60, 0, 0, 1, 0, 0, 0)],
  ['h', scale(1, 1, 0, 0, 1, 0, 0, 0)],
  ['d', scale(24, 1, 0, 0, 1, 0, 0, 0)],
  ['K', scale(1, 1, 0, 0, 0, 1, 0, 0)],
  ['mol', scale(1, 1, 0, 0, 0, 0, 1, 0)],
  ['M', scale(1, 1, 0, -3, 0, 0, 1, 0)],
  ['cell', scale(1, 1, 0, 0, 0, 0, 0, 1)],
  ['cells', scale(1, 1, 0, 0, 0, 0, 0, 1)],
  ['N', scale(1000 * 10 * 12960000, 1, 1, 1, -2, 0, 0, 0)],
  ['Pa', scale(1.296e9, 1, 1, -1, -2, 0, 0, 0)],
  ['bar', scale(1.296e14, 1, 1, -1, -2, 0, 0, 0)],
  ['atm', scale(1.01325 * 1.296e14, 1, 1, -1, -2, 0, 0, 0)],
  ['J', scale(1.296e12, 1, 1, 2, -2, 0, 0, 0)],
  ['cal', scale(4.184 * 1.296e12, 1, 1, 2, -2, 0, 0, 0)],
  ['W', scale(1.296e12 * 3600, 1, 1, 2, -3, 0, 0, 0)],
  ['rpm', scale(60, 1, 0, 0, -1, 0, 0, 0)],
  ['vvm', scale(60, 1, 0, 0, -1, 0, 0, 0)],
  ['percent', scale(1, 100, ...dimensionless)],
  ['%', scale(1, 100, ...dimensionless)],
  ['ppm', scale(1, 1e6, ...dimensionless)],
  ['pH', scale(1, 1, ...dimensionless)],
  ['OD', scale(1, 1, ...dimensionless)],
]);

/** SI prefixes by their powers of ten. */
const prefixes = new Map(Object.entries({ G: 9, M: 6, k: 3, d: -1, c: -2, m: -3, u: -6, µ: -6, μ: -6, n: -9, p: -12 }));
const prefixed = new Set(['g', 'm', 'L', 's', 'K', 'mol', 'M', 'N', 'Pa', 'bar', 'J', 'cal', 'W', 'cell', 'cells']);
const aliases = new Map(Object.entries({ l: 'L', hr: 'h', C: 'degC', '°C': 'degC', Cmol: 'mol' }));

/** Names that a unit may be built from, for 'did you mean'. */
export const unitNames: readonly string[] = [...named.keys(), 'degC'];

const cache = new Map<string, Unit>();

/**
 * Reads a unit: names with SI prefixes, `/`, `*`, spaces, `^n`, trailing digits (`m3`), brackets; `-` or `1` for none.
 * `a/b/c` is a/(b c). Throws UnitError.
 */
export function parseUnit(text: string): Unit {
  const trimmed = text.trim();
  const known = cache.get(trimmed);
  if (known) return known;
  const unit = readUnit(trimmed);
  if (cache.size < 1000) cache.set(trimmed, unit);
  return unit;
}

function readUnit(text: string): Unit {
  if (text === '' || text === '-' || text === '1') return { text: '-', factor: 1, offset: 0, dimension: dimensionless };
  const alias = aliases.get(text) ?? text;
  if (alias === 'degC') return { text: 'degC', factor: 1, offset: 273.15, dimension: [0, 0, 0, 1, 0, 0] };
  if (text.length > 80)
    throw new UnitError(`A unit of ${text.length} characters is longer than the 80 that are read.`, 0);
  const cursor = { text, at: 0 };
  const total = product(cursor, 0);
  if (cursor.at < text.length) throw new UnitError(`\`${text[cursor.at]}\` does not belong in a unit.`, cursor.at);
  const value = total.over / total.under;
  if (!(Number.isFinite(value) && value > 0 && total.dimension.every((exponent) => Math.abs(exponent) <= 100)))
    throw new UnitError(`\`${text}\` raises a unit further than a number can hold.`, 0);
  // People read the sign; files may write the word, which YAML takes without quotes.
  return {
    text: text.replaceAll('percent', '%'),
    factor: value,
    offset: 0,
    dimension: total.dimension,
  };
}

interface Cursor {
  readonly text: string;
  at: number;
}

function product(cursor: Cursor, depth: number): Scale {
  let total = factor(cursor, depth);
  for (;;) {
    skipSpaces(cursor);
    const next = cursor.text[cursor.at];
    if (next === undefined || next === ')') return total;
    const divides = next === '/';
    if (divides || next === '*' || next === '·') cursor.at++;
    const right = factor(cursor, depth);
    total = divides ? combine(total, invert(right)) : combine(total, right);
  }
}

function factor(cursor: Cursor, depth: number): Scale {
  skipSpaces(cursor);
  const start = cursor.at;
  if (cursor.text[start] === '(') {
    if (depth > 8) throw new UnitError('Brackets in a unit are nested more than 8 deep.', start);
    cursor.at++;
    const inner = product(cursor, depth + 1);
    if (cursor.text[cursor.at] !== ')') throw new UnitError('A bracket in the unit is not closed.', start);
    cursor.at++;
    return raise(inner, exponent(cursor));
  }
  if (cursor.text[start] === '1') {
    cursor.at++;
    return scale(1, 1, ...dimensionless);
  }
  const name = /^[A-Za-zµμ°%]+/.exec(cursor.text.slice(start))?.[0];
  if (name === undefined)
    throw new UnitError(`A unit is expected at character ${start + 1} of \`${cursor.text}\`.`, start);
  cursor.at += name.length;
  return raise(lookUp(name, start), exponent(cursor));
}

function exponent(cursor: Cursor): number {
  const match = /^(?:\^(-?\d+(?:\.\d+)?)|\^\((-?\d+(?:\.\d+)?)\)|(-?\d))/.exec(cursor.text.slice(cursor.at));
  if (!match) return 1;
  cursor.at += match[0].length;
  return Number(match[1] ?? match[2] ?? match[3]);
}

function lookUp(name: string, at: number): Scale {
  const spelled = aliases.get(name) ?? name;
  const direct = named.get(spelled);
  if (direct) return direct;
  if (spelled === 'degC')
    throw new UnitError('degC has a zero of its own and stands alone; a difference or a rate is in K.', at);
  const prefix = prefixes.get(name[0]!);
  const rest = aliases.get(name.slice(1)) ?? name.slice(1);
  const base = named.get(rest);
  if (prefix && base && prefixed.has(rest))
    return { ...base, over: base.over * 10 ** Math.max(0, prefix), under: base.under * 10 ** Math.max(0, -prefix) };
  throw new UnitError(`\`${name}\` is not a unit that is known here.`, at);
}

function combine(a: Scale, b: Scale): Scale {
  return { over: a.over * b.over, under: a.under * b.under, dimension: multiplyDimensions(a.dimension, b.dimension) };
}

function invert(a: Scale): Scale {
  return { over: a.under, under: a.over, dimension: raiseDimension(a.dimension, -1) };
}

function raise(a: Scale, power: number): Scale {
  if (power === 1) return a;
  const positive = power < 0 ? invert(a) : a;
  const size = Math.abs(power);
  return { over: positive.over ** size, under: positive.under ** size, dimension: raiseDimension(a.dimension, power) };
}

function skipSpaces(cursor: Cursor): void {
  while (cursor.text[cursor.at] === ' ') cursor.at++;
}

/** A value in `unit`, as a number in base units. */
export function toBase(value: number, unit: Unit): number {
  return value * unit.factor + unit.offset;
}

/** A number in base units, as a value in `unit`. */
export function fromBase(value: number, unit: Unit): number {
  return (value - unit.offset) / unit.factor;
}
