import type { JournalRecord } from '@fedbatch/records';
import { entryKinds } from '@fedbatch/station';
import { type Static, Type } from 'typebox';
import { Text } from './basics.ts';

export const RecordShown = Type.Object(
  {
    v: Type.Integer(),
    seq: Type.Integer(),
    batch: Type.String(),
    type: Type.String(),
    actor: Type.Unknown(),
    t: Type.Unknown(),
    subject: Type.String(),
    old: Type.Unknown(),
    new: Type.Unknown(),
    unit: Type.Union([Type.String(), Type.Null()]),
    reason: Type.Union([Type.String(), Type.Null()]),
    cause: Type.Union([Type.Integer(), Type.Null()]),
    blob: Type.Array(Type.Unknown()),
    prev: Type.String(),
  },
  { description: 'a record of a journal as it stands in the file, with the hash of the one before' },
);

export const RecordList = Type.Object({ records: Type.Array(RecordShown) });

export const RecordQuery = Type.Object({
  after: Type.Optional(Type.Integer({ minimum: -1, description: 'seq of a record: those that follow; default all' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 5000, description: 'default 200' })),
  types: Type.Optional(Text('types with commas between: alarm,command; default all', 400)),
});

const pageRecords = 1000;

/** Records of some types from a journal that is read page by page. */
export function recordsOf(
  read: (from: number, limit: number) => JournalRecord[],
  { after = -1, limit = 200, types }: Static<typeof RecordQuery>,
): Static<typeof RecordShown>[] {
  if (types === undefined) return read(after + 1, limit) as Static<typeof RecordShown>[];
  const wanted = types.split(',').map((type) => type.trim());
  const found: JournalRecord[] = [];
  for (let from = after + 1; found.length < limit; from += pageRecords) {
    const page = read(from, pageRecords);
    found.push(...page.filter(({ type }) => wanted.includes(type)));
    if (page.length < pageRecords) break;
  }
  return found.slice(0, limit) as Static<typeof RecordShown>[];
}

export const EntryAsked = Type.Object(
  {
    kind: Type.Enum([...entryKinds], { description: 'what people did or found by hand' }),
    says: Text('in words', 500),
    timeH: Type.Optional(
      Type.Number({ minimum: 0, description: 'when it was, in the time of the plant or run, h; default now' }),
    ),
    values: Type.Optional(
      Type.Array(
        Type.Object(
          {
            quantity: Type.String({ minLength: 1, maxLength: 80 }),
            value: Type.Number(),
            unit: Type.String({ minLength: 1, maxLength: 40 }),
          },
          { additionalProperties: false },
        ),
        { maxItems: 100 },
      ),
    ),
    corrects: Type.Optional(
      Type.Integer({ minimum: 0, description: 'number of the record that a correction puts right' }),
    ),
  },
  { additionalProperties: false },
);

export const EntryTaken = Type.Object({ record: Type.Integer({ description: 'number of the record' }) });
