import { libraryKinds } from '@fedbatch/station';
import { Type } from 'typebox';
import { ProblemLine } from './basics.ts';

export const LibraryKindParam = Type.Object({
  kind: Type.Enum([...libraryKinds], { description: 'organisms, vessels, scenarios or studies' }),
});

export const LibraryParams = Type.Object({
  kind: LibraryKindParam.properties.kind,
  name: Type.String({ maxLength: 100 }),
});

export const LibraryEntry = Type.Object({
  kind: LibraryKindParam.properties.kind,
  name: Type.String(),
  path: Type.String({ description: 'as other files and jobs name it' }),
  title: Type.String(),
  origin: Type.Union([Type.Literal('shipped'), Type.Literal('draft')]),
  version: Type.String({ description: 'SHA-256 of the text; also its ETag' }),
  bytes: Type.Integer(),
});

export const LibraryText = Type.Object({ ...LibraryEntry.properties, text: Type.String() });

export const DraftWritten = Type.Object({
  ...LibraryText.properties,
  problems: Type.Array(ProblemLine, { description: 'what a check finds; a draft may be wrong' }),
});

export const DraftAsked = Type.Object(
  { text: Type.String({ maxLength: 256 * 1024, description: 'the whole file, YAML' }) },
  { additionalProperties: false },
);

export const CheckAsked = Type.Object(
  {
    kind: LibraryKindParam.properties.kind,
    name: Type.Optional(
      Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$', description: 'default: a name of its own' }),
    ),
    text: DraftAsked.properties.text,
  },
  { additionalProperties: false },
);

export const CheckFound = Type.Object({
  valid: Type.Boolean(),
  problems: Type.Array(ProblemLine),
  found: Type.Union([Type.Null(), Type.Unknown()], {
    description: 'audit and diagnostics, as `fedbatch check --json` prints them; null where it cannot stand',
  }),
});

export const SettingsQuery = Type.Object({
  set: Type.Optional(
    Type.Array(Type.String({ maxLength: 2000 }), { maxItems: 50, description: 'path=value; repeatable' }),
  ),
});
