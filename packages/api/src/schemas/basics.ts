import { type Static, type TSchema, type TSchemaOptions, Type } from 'typebox';

/** Shapes that many answers share. Every number says its unit in its name or its description. */
export const Text = (description: string, maxLength = 200) => Type.String({ description, maxLength });

export const Place = Type.String({ description: 'file:line:column, or a JSON Pointer into what was sent' });

export const ProblemLine = Type.Object({
  code: Type.String(),
  severity: Type.Union([Type.Literal('error'), Type.Literal('warning')]),
  place: Type.Optional(Place),
  says: Type.String(),
  detail: Type.Optional(Type.String()),
  remedy: Type.String(),
});

export const ProblemDetails = Type.Object(
  {
    type: Type.String({ description: 'urn:fedbatch:problem: and the code' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: 'what is wrong, with the value and the limit' }),
    code: Type.String({ description: 'PACKAGE_NOUN_PROBLEM; never used for another meaning later' }),
    remedy: Type.String({ description: 'the next thing to do' }),
    record: Type.Optional(Type.Integer({ description: 'number of the record in the journal of the plant' })),
    problems: Type.Optional(Type.Array(ProblemLine)),
  },
  { description: 'RFC 9457 problem details' },
);

/** A number, or null where there is none: JSON has no NaN. */
export const NumberOrNull = Type.Union([Type.Number(), Type.Null()]);

export const TimeStamp = Type.String({ format: 'date-time', description: 'RFC 3339' });

/** Values by names of one's own. `keys`: the pattern of those names; a record of the schema library would check it, and let every other name pass. */
export const Table = <Value extends TSchema>(
  value: Value,
  options: TSchemaOptions & { minProperties?: number; maxProperties?: number } = {},
  keys?: string,
) =>
  Type.Unsafe<Record<string, Static<Value>>>({
    type: 'object',
    ...(keys !== undefined && { propertyNames: { pattern: keys } }),
    additionalProperties: value,
    ...options,
  });

/** Names of what a scenario holds: `charge.X`, `organism.qSmax`. */
export const pathPattern = '^[A-Za-z][A-Za-z0-9_. +-]{0,119}$';

export const Settings = Table(
  Type.Union([Type.String({ maxLength: 2000 }), Type.Number()]),
  {
    description: 'values of the scenario that are other ones, as with --set: {"charge.X": "0.2 g/L", "scan": "1 s"}',
    maxProperties: 200,
  },
  pathPattern,
);

/** `path=value` lines, as every part of the station takes them. */
export function settingLines(set: Static<typeof Settings> = {}, seed?: number): string[] {
  const lines = Object.entries(set).map(([path, value]) => `${path}=${value}`);
  return seed === undefined ? lines : [...lines, `seed=${seed}`];
}

export const Anything = Type.Unknown();
