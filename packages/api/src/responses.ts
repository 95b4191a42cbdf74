import type { FastifyInstance, RouteOptions } from 'fastify';
import { type TSchema, Type } from 'typebox';
import { codesOf } from './problem-details.ts';
import { ProblemDetails } from './schemas/basics.ts';

/** An answer that is a problem, as the document has it. */
export const problemResponse = (status: number) => {
  const codes = codesOf(status);
  return {
    description: codes.length > 0 ? codes.join(', ') : 'a file or a value cannot stand',
    content: { 'application/problem+json': { schema: ProblemDetails } },
  };
};

/** What a route may answer: `ok` by status, and problems for the statuses that are its own; `documentProblems` adds those that follow from its form. */
export function answers(
  ok: Readonly<Record<number, TSchema>>,
  problems: readonly number[] = [],
): Record<string, unknown> {
  return { ...ok, ...Object.fromEntries(problems.map((status) => [status, problemResponse(status)])) };
}

/** Documents the problems that follow from how a route is asked, so that no route has to list them. */
export function documentProblems(app: FastifyInstance): void {
  app.addHook('onRoute', ({ schema, config }) => {
    if (schema === undefined || schema.hide) return;
    const common = commonProblems(schema, config);
    schema.response = {
      ...Object.fromEntries(common.map((status) => [status, problemResponse(status)])),
      ...(schema.response as object),
    };
  });
}

function commonProblems(schema: NonNullable<RouteOptions['schema']>, config: RouteOptions['config']): number[] {
  const isFormed = schema.body ?? schema.params ?? schema.querystring ?? schema.headers;
  return [
    ...(isFormed ? [400] : []),
    ...(schema['x-role'] === 'anyone' ? [] : [401]),
    ...(schema.body ? [413, 415] : []),
    ...(config?.rateLimit === false ? [] : [429]),
    500,
  ];
}

/** A file of some type. */
export const fileAnswer = (types: readonly string[], description: string): TSchema =>
  ({
    description,
    content: Object.fromEntries(
      types.map((type) => [type, type.endsWith('/json') ? { schema: {} } : { schema: { type: 'string' } }]),
    ),
  }) as unknown as TSchema;

export const Nothing = Type.Null({ description: 'nothing more to say' });
