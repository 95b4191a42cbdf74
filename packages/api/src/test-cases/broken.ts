import type { Station } from '@fedbatch/station';
import type { Ask, Operation, Parameter, Schema } from '../test-document.ts';

/** A text that a schema does not take; undefined where it takes every text. */
function brokenText({ type, maxLength, pattern, enum: words, items, anyOf }: Schema): string | undefined {
  if (anyOf !== undefined) return brokenText((anyOf as Schema[])[0]!);
  if (words !== undefined || pattern !== undefined) return ' none of these ';
  if (type === 'integer' || type === 'number') return 'no number';
  if (type === 'array') return brokenText(items as Schema);
  return maxLength === undefined ? undefined : 'x'.repeat((maxLength as number) + 1);
}

const okText = ({ enum: words }: Schema): string => (words as string[] | undefined)?.[0] ?? 'none';

/** One request for each part of an operation that can be wrong, and what is wrong with it. Parameters that take everything are named without one. */
export function brokenAsks({
  parameters,
  body,
}: Operation): { readonly what: string; readonly ask: Ask | undefined }[] {
  const path = Object.fromEntries(
    parameters.filter((one) => one.in === 'path').map((one) => [one.name, okText(one.schema)]),
  );
  const broken = parameters.map((one: Parameter) => {
    const text = brokenText(one.schema);
    const key = { path: 'path', query: 'query', header: 'headers' }[one.in];
    const before = key === 'path' ? path : {};
    return { what: one.name, ask: text === undefined ? undefined : { path, [key]: { ...before, [one.name]: text } } };
  });
  if (!body) return broken;
  const bodies = { 'a field that has no place': { none: 1 }, 'no object': [], 'torn JSON': '{"a":' };
  return [...broken, ...Object.entries(bodies).map(([what, wrong]) => ({ what, ask: { path, body: wrong } }))];
}

/** A station that can be told to throw at whatever it is asked, except who somebody is. */
export function breakable(station: Station, isBroken: () => boolean): Station {
  const wrap = <Part extends object>(part: Part): Part =>
    new Proxy(part, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value === 'function')
          return (...given: unknown[]) => {
            if (isBroken() && key !== 'ofToken') throw new Error('/secret/path/of/the/disk cannot be read');
            return (value as (...all: unknown[]) => unknown).apply(target, given);
          };
        return typeof value === 'object' && value !== null ? wrap(value) : value;
      },
    });
  return wrap(station);
}
