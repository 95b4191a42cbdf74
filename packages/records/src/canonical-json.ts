/** What may stand in a record: plain JSON of finite numbers and well-formed text. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * The canonical text of a value after RFC 8785 (JSON Canonicalization Scheme): keys in order of their UTF-16 units, numbers as ECMAScript
 * prints them, no white space. -0 is written 0, as section 3.2.2.3 asks. Throws TypeError for what JSON cannot hold exactly.
 */
export function canonicalJson(value: unknown, at = '$'): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return number(value, at);
  if (typeof value === 'string') return text(value, at);
  if (Array.isArray(value)) return `[${value.map((item, i) => canonicalJson(item, `${at}[${i}]`)).join(',')}]`;
  if (typeof value === 'object' && isPlain(value)) return object(value as Record<string, unknown>, at);
  const kind = typeof value === 'object' ? value.constructor?.name : typeof value;
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

function object(value: Record<string, unknown>, at: string): string {
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${text(key, at)}:${canonicalJson(value[key], `${at}.${key}`)}`).join(',')}}`;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
