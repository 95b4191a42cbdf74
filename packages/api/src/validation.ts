import type { ErrorObject, ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { FastifyInstance } from 'fastify';
import type { ProblemLine } from './problem-details.ts';

const common = { allErrors: false, verbose: true, strict: false, useDefaults: true, removeAdditional: false } as const;
/** Bodies mean what they say; paths and queries are text, and become what the schema wants. */
const strict = new Ajv2020({ ...common, coerceTypes: false });
const coercing = new Ajv2020({ ...common, coerceTypes: 'array' });
for (const ajv of [strict, coercing])
  ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/);

/** Raised where a request does not have the form that its route asks for. */
export class FormError extends Error {
  readonly lines: readonly ProblemLine[];
  constructor(part: string, lines: readonly ProblemLine[]) {
    super(`The ${part} of the request is not as this route has it.`);
    this.lines = lines;
  }
}

/** One check for each part of a request, from the schema that documents it. */
export function checkForms(app: FastifyInstance): void {
  app.setValidatorCompiler(({ schema, httpPart }) => {
    const part = partNames[httpPart ?? ''] ?? 'request';
    const compiled = httpPart === 'body' ? strict : coercing;
    const whole = compiled.compile(schema) as ValidateFunction;
    const kinds = byKind(schema, (one) => compiled.compile(one) as ValidateFunction);
    return (value: unknown) => {
      const kind = (value as { kind?: unknown } | null)?.kind;
      const check = kinds.get(kind) ?? whole;
      if (check(value)) return { value };
      if (kinds.size > 1 && kind !== undefined && !kinds.has(kind)) return { error: unknownKind(part, kind, kinds) };
      return {
        error: new FormError(
          part,
          (check.errors ?? []).map((error) => lineOf(part, error)),
        ),
      };
    };
  });
  // The answers are the station's own and were typed when they were written; the tests hold them to the document.
  app.setSerializerCompiler(() => (answer) => JSON.stringify(answer));
}

/** Where `kind` says which of several forms is meant, only that one is checked: what is wrong is said of it, and not of all the others. */
function byKind(schema: unknown, compile: (one: object) => ValidateFunction): ReadonlyMap<unknown, ValidateFunction> {
  const { anyOf: forms = [] } = schema as { anyOf?: { properties?: { kind?: { const?: unknown } } }[] };
  const named = forms.filter(({ properties }) => properties?.kind?.const !== undefined);
  return new Map(named.map((form) => [form.properties!.kind!.const, compile(form)]));
}

const partNames: Readonly<Record<string, string>> = {
  body: 'body',
  params: 'path',
  querystring: 'query',
  headers: 'headers',
};

function lineOf(part: string, { instancePath, keyword, params, message, data }: ErrorObject): ProblemLine {
  const place = `${part}${instancePath}`;
  const { additionalProperty: extra, allowedValues } = params as {
    additionalProperty?: string;
    allowedValues?: readonly unknown[];
  };
  if (keyword === 'additionalProperties') return line(place, `\`${extra?.slice(0, 60)}\` has no place in ${place}.`);
  const wanted = allowedValues ? `must be one of ${allowedValues.join(', ')}` : message;
  return line(place, `${place} ${wanted}${keyword === 'required' ? '' : `, and is ${asked(data)}`}.`);
}

function unknownKind(part: string, kind: unknown, kinds: ReadonlyMap<unknown, unknown>): FormError {
  const says = `${part}/kind must be one of ${[...kinds.keys()].join(', ')}, and is ${asked(kind)}.`;
  return new FormError(part, [line(`${part}/kind`, says)]);
}

const asked = (value: unknown): string => JSON.stringify(value)?.slice(0, 60) ?? 'nothing';

function line(place: string, says: string): ProblemLine {
  return {
    code: 'API_BODY_FORM',
    severity: 'error',
    place,
    says,
    remedy: 'The schema of the route stands at /docs and in /openapi.json.',
  };
}
