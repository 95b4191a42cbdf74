import {
  constructEventFilter,
  type EventFilter,
  HistoryReadRequest,
  ofType,
  ReadEventDetails,
  TimestampsToReturn,
  type Variant,
} from 'node-opcua';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connection } from './connection.ts';
import { sendLibraryLog } from './library-log.ts';
import { listen, until } from './suite.ts';
import { type Served, served } from './test-station.ts';

sendLibraryLog(() => undefined);
let all: Served;
let client: Connection;
const fields = ['EventId', 'Time', 'Message', 'SourceName', 'Severity'];
const always = { start: new Date(0), end: new Date(Date.UTC(2100, 0, 1)) };

interface Page {
  readonly status: string;
  readonly rows: readonly (readonly Variant[])[];
  readonly point: Buffer | undefined;
}

async function page(
  { start, end }: { readonly start: Date | null; readonly end: Date | null },
  count: number,
  more: { readonly point?: Buffer | undefined; readonly filter?: EventFilter } = {},
): Promise<Page> {
  const { results } = await client.session.historyRead(
    new HistoryReadRequest({
      historyReadDetails: new ReadEventDetails({
        startTime: start,
        endTime: end,
        numValuesPerNode: count,
        filter: more.filter ?? constructEventFilter(fields),
      }),
      timestampsToReturn: TimestampsToReturn.Both,
      nodesToRead: [
        { nodeId: client.nodeOf('Bioreactor1'), ...(more.point && { continuationPoint: more.point }) } as never,
      ],
    }),
  );
  const { statusCode, historyData, continuationPoint } = results![0]!;
  const { events } = (historyData ?? {}) as unknown as { events?: { eventFields: Variant[] }[] };
  return {
    status: statusCode.name,
    rows: (events ?? []).map(({ eventFields }) => eventFields),
    point: continuationPoint?.length ? (continuationPoint as Buffer) : undefined,
  };
}

async function allOf(span: { readonly start: Date; readonly end: Date }, count: number) {
  const rows: (readonly Variant[])[] = [];
  let point: Buffer | undefined;
  do {
    const found = await page(span, count, { point });
    rows.push(...found.rows);
    point = found.point;
  } while (point);
  return rows;
}

const words = (rows: readonly (readonly Variant[])[]): string[] => rows.map((row) => row[2]!.value.text);

beforeAll(async () => {
  all = await served('ecoli-exponential', {}, { clock: 'paced', speed: 1 });
  client = await all.connect();
}, 60_000);
afterAll(async () => {
  await client.close();
  await all.close();
});

describe('the history of events', () => {
  it('has what was told, with the same ids, times and words', async () => {
    const seen: Variant[][] = [];
    const end = await listen(client, 'Bioreactor1', fields, (row) => seen.push(row));
    for (const mode of ['1', '0', '1', '0', '1']) await client.write('Bioreactor1.feed.rate.mode', mode);
    await client.write('Bioreactor1.feed.rate.setpoint', '99');
    await until(() => seen.length >= 6);
    await end();
    const rows = await allOf(always, 1000);
    const ids = (list: readonly (readonly Variant[])[]) => list.map((row) => row[0]!.value.toString('hex'));
    expect(ids(rows.slice(-6))).toEqual(ids(seen));
    expect(words(rows.slice(-6))).toEqual(words(seen));
    expect(words(rows)[0]).toMatch(/^run: started/);
    expect(rows.at(-1)![4]!.value).toBe(300);
    expect(rows.at(-1)![3]!.value).toBe('Bioreactor1.feed.rate.setpoint');
  });

  it('comes page by page, oldest or newest first, and only from the span that is asked for', async () => {
    const rows = words(await allOf(always, 1000));
    expect(rows.length).toBeGreaterThan(7);
    expect(words(await allOf(always, 3))).toEqual(rows);
    const reversed = { start: always.end, end: always.start };
    expect(words(await allOf(reversed, 1000))).toEqual(rows.toReversed());
    expect(words(await allOf(reversed, 3))).toEqual(rows.toReversed());
    expect(words((await page({ start: null, end: always.end }, 2)).rows)).toEqual(rows.slice(-2).toReversed());
    expect(await allOf({ start: always.start, end: new Date(1e12) }, 10)).toEqual([]);
  });

  it('is narrowed by the where clause of a filter', async () => {
    const of = async (type: string): Promise<number> =>
      (await page(always, 100, { filter: constructEventFilter(fields, ofType(type)) })).rows.length;
    expect(await of('i=2041')).toBeGreaterThan(7);
    expect(await of('i=2052')).toBe(0);
  });

  it('takes no place that it has not given, and no question without times', async () => {
    expect((await page(always, 3, { point: Buffer.from('{"offset":-1}') })).status).toBe('BadContinuationPointInvalid');
    expect((await page({ start: null, end: null }, 3)).status).toBe('BadInvalidTimestampArgument');
  });

  it('is there again after a restart', async () => {
    const before = words(await allOf(always, 1000));
    await client.close();
    await all.face.stop();
    await all.station.close();
    all = await served('ecoli-exponential', {}, { clock: 'paced', speed: 1, folder: all.folder });
    client = await all.connect();
    expect(words(await allOf(always, 1000))).toEqual(before);
  });
});
