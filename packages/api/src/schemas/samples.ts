import { Type } from 'typebox';
import { NumberOrNull, Text } from './basics.ts';

const WindowQuery = {
  ids: Type.Optional(Text('columns with commas between; default all', 8000)),
  fromH: Type.Optional(Type.Number({ description: 'beginning of the window, h' })),
  toH: Type.Optional(Type.Number({ description: 'end of the window, h' })),
  units: Type.Optional(Text('other units: X:g/L,feed.rate:mL/min', 2000)),
};

export const SamplesQuery = Type.Object({
  ...WindowQuery,
  points: Type.Optional(
    Type.Integer({
      minimum: 8,
      maximum: 20_000,
      description: 'most points of each column; peaks are kept. Default 2000',
    }),
  ),
  truth: Type.Optional(
    Type.Enum(['leave out', 'include'], {
      description: 'whether what the equations have is shown beside what instruments show; default include',
    }),
  ),
});

export const ArrowQuery = Type.Object(WindowQuery);

export const CsvQuery = Type.Object({
  ...WindowQuery,
  form: Type.Optional(
    Type.Enum(['plain', 'excel', 'excel-comma'], {
      description:
        'plain: the bytes of `fedbatch run`; excel: for a double click; excel-comma: semicolons and decimal commas',
    }),
  ),
});

export const SamplesShown = Type.Object({
  rows: Type.Integer({ description: 'rows that were recorded' }),
  columns: Type.Array(
    Type.Object({
      id: Type.String(),
      says: Type.String(),
      unit: Type.String({ description: 'as recorded' }),
      kind: Type.String(),
      truth: Type.Boolean({ description: 'what the equations have, which no instrument would show' }),
    }),
  ),
  series: Type.Array(
    Type.Object({
      id: Type.String(),
      unit: Type.String(),
      decimated: Type.Boolean({ description: 'whether values were left out' }),
      timeH: Type.Array(Type.Number()),
      values: Type.Array(NumberOrNull),
    }),
  ),
});

/** `X:g/L,feed.rate:mL/min` as units by column. */
export function unitsIn(text: string | undefined): Record<string, string> | undefined {
  if (text === undefined) return undefined;
  return Object.fromEntries(
    text.split(',').map((pair) => {
      const at = pair.indexOf(':');
      return [pair.slice(0, at < 0 ? pair.length : at).trim(), at < 0 ? '' : pair.slice(at + 1).trim()];
    }),
  );
}

export const HistoryQuery = Type.Object({
  ids: Text('tags with commas between, sixteen at most', 2000),
  fromMs: Type.Optional(
    Type.Number({
      description: 'beginning, ms since 1970; in lockstep ms of the plant itself. Default: the beginning',
    }),
  ),
  toMs: Type.Optional(Type.Number({ description: 'end; default now' })),
  points: SamplesQuery.properties.points,
});

export const HistoryShown = Type.Object({
  series: Type.Array(
    Type.Object({
      id: Type.String(),
      unit: Type.String(),
      stampMs: Type.Array(Type.Number()),
      values: Type.Array(NumberOrNull),
      qualities: Type.Array(
        Type.Integer({ description: '0 good, 1 and 2 uncertain, 3 to 5 bad, 6 put in by a person' }),
      ),
    }),
  ),
});
