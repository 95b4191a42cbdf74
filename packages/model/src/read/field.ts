import {
  didYouMean,
  isDimensionless,
  type Place,
  type Problems,
  parseQuantity,
  parseUnit,
  type Quantity,
  type Unit,
  UnitError,
  unitNames,
} from '@fedbatch/vocabulary';
import { isMap, isScalar, isSeq, type Node } from 'yaml';
import type { YamlFile } from './yaml-file.ts';

/** A value and where it stands. */
export interface Located<T> {
  readonly value: T;
  readonly place: Place;
  /** The value stands on other lines than its place, folded: nothing inside it can be pointed at. */
  readonly folded?: true;
}

export interface ReadContext {
  readonly file: YamlFile;
  readonly problems: Problems;
}

export type JsonSchema = { readonly [key: string]: unknown };

/**
 * One description of a piece of a file, from which come its reading, its errors and its JSON Schema.
 * `read` reports what is wrong and gives undefined; it never throws.
 */
export interface Field<T> {
  readonly schema: JsonSchema;
  read(node: Node | null, at: string, context: ReadContext): T | undefined;
}

export interface Entry<T, Needed extends boolean = boolean> {
  readonly field: Field<T>;
  readonly needed: Needed;
  readonly says: string;
}

export const required = <T>(field: Field<T>, says: string): Entry<T, true> => ({ field, needed: true, says });
export const optional = <T>(field: Field<T>, says: string): Entry<T, false> => ({ field, needed: false, says });

type Entries = { readonly [key: string]: Entry<unknown> };
type Value<E> = E extends Entry<infer T> ? T : never;
type NeededKeys<E extends Entries> = { [K in keyof E]: E[K] extends Entry<unknown, true> ? K : never }[keyof E];
/** What a record of entries reads as. */
export type RecordValue<E extends Entries> = { readonly [K in NeededKeys<E>]: Value<E[K]> } & {
  readonly [K in Exclude<keyof E, NeededKeys<E>>]?: Value<E[K]>;
} & { readonly place: Place };
export type Read<F> = F extends Field<infer T> ? T : never;

/** Names that JavaScript gives a meaning to; a file that uses one as a name is refused. */
const reservedNames = new Set(Object.getOwnPropertyNames(Object.prototype).concat('prototype'));

/** Why `name` cannot be a name here, or undefined. */
export function refuseName(name: string): string | undefined {
  if (reservedNames.has(name)) return `\`${name.slice(0, 60)}\` is reserved and cannot be a name.`;
  if (!/^[A-Za-z][A-Za-z0-9_]{0,59}$/.test(name)) {
    return `\`${name.slice(0, 60)}\` is not a name: a name has up to 60 letters, digits and underscores and starts with a letter.`;
  }
  return undefined;
}

function textOf(node: Node | null): string | undefined {
  if (!isScalar(node) || node.value === null) return undefined;
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
}

function kindOf(node: Node | null): string {
  if (isMap(node)) return 'a mapping';
  if (isSeq(node)) return 'a list';
  if (!isScalar(node) || node.value === null) return 'nothing';
  return `\`${(textOf(node) ?? '').slice(0, 60)}\``;
}

/** A scalar that `parse` turns into a value; `parse` throws UnitError or returns a text that says what is wrong. */
function scalar<T>(
  expected: string,
  schema: JsonSchema,
  parse: (text: string) => T,
  remedy: string,
  code: string,
): Field<T & {}> {
  return {
    schema,
    read(node, at, { file, problems }) {
      const place = file.placeOf(node);
      const text = textOf(node);
      if (text === undefined)
        return problems.error(
          'MODEL_VALUE_KIND',
          place,
          `\`${at}\` is ${kindOf(node)}, where ${expected} is expected.`,
          remedy,
        );
      try {
        return parse(text) as T & {};
      } catch (error) {
        if (!(error instanceof UnitError)) throw error;
        return problems.error(code, place, `\`${at}\` is \`${text.slice(0, 60)}\`: ${error.message}`, remedy);
      }
    },
  };
}

/** Free text, at most 2000 characters. */
export function text(): Field<string> {
  return scalar(
    'a text',
    { type: ['string', 'number', 'boolean'] },
    (value) => limitText(value.trim()),
    'Write a text of one line.',
    'MODEL_TEXT_SIZE',
  );
}

function limitText(value: string): string {
  if (value.length > 2000) throw new UnitError(`a text has at most 2000 characters, and this has ${value.length}.`, 0);
  return value;
}

/** A text with its place: an expression, a condition, a path. */
export function locatedText(schema: JsonSchema = { type: ['string', 'number'] }): Field<Located<string>> {
  const inner = text();
  return {
    schema,
    read(node, at, context) {
      const value = inner.read(node, at, context);
      if (value === undefined) return undefined;
      const place = context.file.placeOf(node);
      const quoted = isScalar(node) && (node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE') ? 1 : 0;
      const folded = isScalar(node) && node.type?.startsWith('BLOCK') === true;
      return { value, place: { ...place, column: place.column + quoted }, ...(folded && { folded }) };
    },
  };
}

/** A number with its unit; the dimension of `like`, when given, is required. */
export function quantity(like?: string): Field<Located<Quantity>> {
  const example =
    like === undefined || like === '-'
      ? 'a number with its unit, such as 0.05 g/L'
      : `a number with a unit like ${like}`;
  const inner = scalar(
    example,
    { type: ['string', 'number'], pattern: '^[+-]?[0-9.]', description: example },
    (value) => checkQuantity(value, like),
    `Write ${example}.`,
    'MODEL_QUANTITY_FORM',
  );
  return located(inner);
}

function checkQuantity(value: string, like: string | undefined): Quantity {
  if (/^[+-]?\.?nan\b/i.test(value)) throw new UnitError('NaN is not a value that physics can start from.', 0);
  if (/^[+-]?\.?inf(inity)?\b/i.test(value))
    throw new UnitError('infinity is not a value that physics can start from.', 0);
  const found = explainUnit(() => parseQuantity(value));
  if (like === undefined) return found;
  const wanted = parseUnit(like);
  const same = wanted.dimension.every((exponent, i) => Math.abs(exponent - found.unit.dimension[i]!) < 1e-9);
  if (!same) {
    const has = isDimensionless(found.unit.dimension) ? 'no unit' : `the unit ${found.unit.text}`;
    throw new UnitError(`it has ${has}, where a unit like ${like} is needed.`, 0);
  }
  return found;
}

function explainUnit<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UnitError)) throw error;
    const name = /^`([^`]+)` is not a unit/.exec(error.message)?.[1];
    throw name === undefined ? error : new UnitError(error.message + didYouMean(name, unitNames), error.at);
  }
}

export function unit(): Field<Located<Unit>> {
  const schema = { type: ['string', 'number'], description: 'a unit such as g/L, 1/h, mol/g/h, percent' };
  return located(
    scalar(
      'a unit',
      schema,
      (value) => explainUnit(() => parseUnit(value)),
      'Write a unit such as g/L, 1/h, mol/g/h, percent, or - for none.',
      'MODEL_UNIT_UNKNOWN',
    ),
  );
}

function located<T>(inner: Field<T>): Field<Located<T>> {
  return {
    schema: inner.schema,
    read(node, at, context) {
      const value = inner.read(node, at, context);
      return value === undefined ? undefined : { value, place: context.file.placeOf(node) };
    },
  };
}

/** A whole number between two limits. */
export function integer(low: number, high: number): Field<number> {
  const parse = (value: string): number => {
    const number = Number(value);
    if (!/^[+-]?\d+$/.test(value.trim()) || number < low || number > high)
      throw new UnitError(`a whole number from ${low} to ${high} is needed.`, 0);
    return number;
  };
  return scalar(
    'a whole number',
    { type: 'integer', minimum: low, maximum: high },
    parse,
    `Write a whole number from ${low} to ${high}.`,
    'MODEL_NUMBER_RANGE',
  );
}

/** One of a closed list of words. */
export function choice<const W extends string>(words: readonly W[]): Field<Located<W>> {
  const list = words.map((word) => `\`${word}\``).join(', ');
  const parse = (value: string): W => {
    const found = words.find((word) => word === value.trim());
    if (found === undefined) throw new UnitError(`it is none of ${list}.${didYouMean(value, words)}`, 0);
    return found;
  };
  return located(scalar(`one of ${list}`, { enum: words }, parse, `Write one of ${list}.`, 'MODEL_CHOICE_UNKNOWN'));
}

/** A list; a single value stands for a list of one. */
export function listOf<T>(item: Field<T>): Field<readonly T[]> {
  return {
    schema: { anyOf: [{ type: 'array', items: item.schema }, item.schema] },
    read(node, at, context) {
      if (!isSeq(node)) {
        const one = item.read(node, at, context);
        return one === undefined ? undefined : [one];
      }
      if (node.items.length > 10_000) {
        return context.problems.error(
          'MODEL_LIST_SIZE',
          context.file.placeOf(node),
          `\`${at}\` has ${node.items.length} entries; at most 10000 are read.`,
          'Put a table into a CSV file.',
        );
      }
      const values = node.items.map((child, i) => item.read(child as Node, `${at}[${i + 1}]`, context));
      return values.filter((value) => value !== undefined) as T[];
    },
  };
}

export interface MapOptions {
  /** What a key may be; the default is a name of the model language. */
  readonly refuse?: (key: string) => string | undefined;
  /** What one key is called in messages: 'parameter', 'species'. */
  readonly noun: string;
}

/** A mapping from names of the author's own choice to values of one form. Order is kept. */
export function mapOf<T>(value: Field<T>, options: MapOptions): Field<ReadonlyMap<string, T>> {
  const refuse = options.refuse ?? refuseName;
  return {
    schema: { type: 'object', additionalProperties: value.schema },
    read(node, at, context) {
      const { file, problems } = context;
      const found = new Map<string, T>();
      if (!isMap(node))
        return problems.error(
          'MODEL_VALUE_KIND',
          file.placeOf(node),
          `\`${at}\` is ${kindOf(node)}, where a mapping is expected.`,
          `Write one ${options.noun} a line, as \`name: …\`.`,
        );
      for (const pair of node.items) {
        const key = textOf(pair.key as Node) ?? '';
        const wrong = refuse(key);
        if (wrong !== undefined) {
          problems.error(
            'MODEL_NAME_FORM',
            file.placeOf(pair.key as Node),
            wrong,
            /^\d/.test(key)
              ? 'A comma ends a value here: write a decimal point, as 4.5 L.'
              : `Give the ${options.noun} another name.`,
          );
          continue;
        }
        const read = value.read(pair.value as Node | null, `${at}.${key}`, context);
        if (read !== undefined) found.set(key, read);
      }
      return found;
    },
  };
}

/** A mapping with known keys. */
export function record<E extends Entries>(entries: E, noun: string): Field<RecordValue<E>> {
  const keys = Object.keys(entries);
  return {
    schema: recordSchema(entries),
    read(node, at, context) {
      const { file, problems } = context;
      const place = file.placeOf(node);
      if (!isMap(node))
        return problems.error(
          'MODEL_VALUE_KIND',
          place,
          `${at === '' ? 'The file' : `\`${at}\``} is ${kindOf(node)}, where a mapping is expected.`,
          `A ${noun} has the keys ${keys.join(', ')}.`,
        );
      const before = problems.errors.length;
      const values = new Map<string, unknown>([['place', place]]);
      for (const pair of node.items) {
        const key = textOf(pair.key as Node) ?? '';
        if (!keys.includes(key)) {
          unknownKey(key, at, file.placeOf(pair.key as Node), keys, problems);
          continue;
        }
        const path = at === '' ? key : `${at}.${key}`;
        const value = entries[key]!.field.read(pair.value as Node | null, path, context);
        if (value !== undefined) values.set(key, value);
        else if (problems.errors.length === before)
          problems.error(
            'MODEL_VALUE_KIND',
            file.placeOf(pair.key as Node),
            `\`${path}\` is empty.`,
            `Give it a value: ${entries[key]!.says}.`,
          );
      }
      const missing = keys.filter((key) => entries[key]!.needed && !node.has(key));
      for (const key of missing) {
        problems.error(
          'MODEL_KEY_MISSING',
          place,
          `${at === '' ? `This ${noun}` : `\`${at}\``} has no \`${key}\`.`,
          `Add \`${key}:\` with ${entries[key]!.says}.`,
        );
      }
      return problems.errors.length > before ? undefined : (Object.fromEntries(values) as RecordValue<E>);
    },
  };
}

function unknownKey(key: string, at: string, place: Place, keys: readonly string[], problems: Problems): void {
  const where = at === '' ? 'here' : `in \`${at}\``;
  const remedy = /[()*/ ]/.test(key)
    ? 'A comma inside { } ends a value: put quotes round a text or an expression that holds one.'
    : `Known keys are ${keys.join(', ')}.`;
  problems.error(
    'MODEL_KEY_UNKNOWN',
    place,
    `The key \`${key.slice(0, 60)}\` is not known ${where}.${didYouMean(key, keys)}`,
    remedy,
  );
}

function recordSchema(entries: Entries): JsonSchema {
  const properties = Object.fromEntries(
    Object.entries(entries).map(([key, entry]) => [key, { ...entry.field.schema, description: entry.says }]),
  );
  const needed = Object.keys(entries).filter((key) => entries[key]!.needed);
  return { type: 'object', properties, additionalProperties: false, ...(needed.length > 0 && { required: needed }) };
}

/** Tries the record form for mappings and `short` for scalars, and turns the short form into the long one. */
export function shortOr<S, T>(short: Field<S>, long: Field<T>, widen: (value: S, place: Place) => T): Field<T> {
  return {
    schema: { anyOf: [short.schema, long.schema] },
    read(node, at, context) {
      if (isMap(node)) return long.read(node, at, context);
      const value = short.read(node, at, context);
      return value === undefined ? undefined : widen(value, context.file.placeOf(node));
    },
  };
}
