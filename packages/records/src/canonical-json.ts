/** What may stand in a record: plain JSON of finite numbers and well-formed text. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Deepest nesting of a value that is written. */
const depthLimit = 64;

/**
 * The canonical text of a value after RFC 8785 (JSON Canonicalization Scheme): keys in order of their UTF-16 units, numbers as ECMAScript
 * prints them, no white space. -0 is written 0, as section 3.2.2.3 asks. Throws TypeError for what JSON cannot hold exactly.
 */
export function canonicalJson(value: unknown, at = '$', depth = 0): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return number(value, at);
  if (typeof value === 'string') return text(value, at);
  if (depth > depthLimit)
    throw new TypeError(
      `${at.slice(0, 60)}… is nested deeper than ${depthLimit} levels, or holds itself. Record a flatter value.`,
    );
  if (Array.isArray(value)) return array(value, at, depth);
  if (typeof value === 'object' && isPlain(value)) return object(value as Record<string, unknown>, at, depth);
  const kind = typeof value === 'object' ? (value.constructor?.name ?? 'object without a class') : typeof value;
  throw new TypeError(
    `${at} is ${kind === 'undefined' ? 'undefined' : `a ${kind}`}, which has no place in a record. Write null, or plain numbers and text.`,
  );
}

function number(value: number, at: string): string {
  if (!Number.isFinite(value))
    throw new TypeError(`${at} is ${value}, which JSON cannot hold. Write null where there is no value.`);
  return JSON.stringify(value);
}

function text(value: string, at: string): string {
  if (!value.isWellFormed())
    throw new TypeError(
      `${at} holds half of a surrogate pair, which is not text. Repair the text before it is recorded.`,
    );
  return JSON.stringify(value);
}

/** Array.from, not map: a hole must be refused as undefined is, not skipped. */
function array(value: readonly unknown[], at: string, depth: number): string {
  return `[${Array.from(value, (item, i) => canonicalJson(item, `${at}[${i}]`, depth + 1)).join(',')}]`;
}

function object(value: Record<string, unknown>, at: string, depth: number): string {
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${text(key, at)}:${canonicalJson(value[key], `${at}.${key}`, depth + 1)}`).join(',')}}`;
}

/** An object with a class or with symbols for keys would lose them without a word. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && Object.getOwnPropertySymbols(value).length === 0;
}
