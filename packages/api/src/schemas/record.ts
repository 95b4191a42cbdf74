import { Type } from 'typebox';

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
});
