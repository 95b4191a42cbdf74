import { type TSchema, Type } from 'typebox';
import { codesOf } from './problem-details.ts';
import { ProblemDetails } from './schemas/basics.ts';

const problemResponse = (status: number) => {
  const codes = codesOf(status);
  return {
    description: codes.length > 0 ? codes.join(', ') : 'a file or a value cannot stand',
    content: { 'application/problem+json': { schema: ProblemDetails } },
  };
};

/** What a route may answer: `ok` by status, and problems for the statuses that are named beside those that every route can have. */
export function answers(
  ok: Readonly<Record<number, TSchema>>,
  problems: readonly number[] = [],
): Record<string, unknown> {
  const all = [...new Set([400, 401, 429, 500, ...problems])].sort();
  return { ...ok, ...Object.fromEntries(all.map((status) => [status, problemResponse(status)])) };
}

/** A file of some type. */
export const fileAnswer = (types: readonly string[], description: string): TSchema =>
  ({
    description,
    content: Object.fromEntries(types.map((type) => [type, { schema: { type: 'string' } }])),
  }) as unknown as TSchema;

export const Nothing = Type.Null({ description: 'nothing more to say' });
