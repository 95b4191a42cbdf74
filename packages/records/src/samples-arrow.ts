import type { RecordBatch, Schema } from 'apache-arrow';
import { columnTitle, timeTitle } from './samples-table.ts';
import type { SamplesQuery, StoredSamples } from './stored-samples.ts';

/** Bytes with which a stream ends: it holds no more messages. */
const endBytes = 8;

/**
 * Stored samples as an Arrow IPC stream, a batch for each group of rows, with what a column is in the metadata of its field: `id`, `says`, `unit`,
 * `kind`. Values that are none are NaN, as in Parquet. Throws ProblemError for a query that cannot be answered.
 */
export async function* storedArrow(samples: StoredSamples, query: SamplesQuery = {}): AsyncGenerator<Uint8Array> {
  // The library takes a third of a second to load, and most who open samples do without it.
  const arrow = await import('apache-arrow');
  const double = new arrow.Float64();
  const field = (title: string, about: Readonly<Record<string, string>>) =>
    new arrow.Field(title, double, false, new Map(Object.entries(about)));
  const fields = samples.asked(query).map(({ id, unit: { text: unit } }) => {
    const { says, kind } = samples.columns.find((column) => column.id === id)!;
    return field(columnTitle({ id, unit }), { id, says, unit, kind });
  });
  const time = field(timeTitle, { id: 'time', says: 'time since the start of the run', unit: 'h', kind: 'time' });
  const schema = new arrow.Schema([time, ...fields]);
  const row = new arrow.Struct(schema.fields);
  const stream = (batches: readonly RecordBatch[]): Uint8Array => {
    const writer = new arrow.RecordBatchStreamWriter();
    writer.reset(undefined, schema as Schema);
    for (const batch of batches) writer.write(batch);
    return writer.finish().toUint8Array(true);
  };
  // A stream is its schema, its batches and its end: what is handed on is one stream, and only one batch of it is ever held.
  const empty = stream([]);
  const blocks = samples.blocks(query);
  let block = await blocks.next();
  yield empty.subarray(0, -endBytes);
  for (; !block.done; block = await blocks.next()) {
    const { timeH, columns } = block.value;
    const children = [timeH, ...columns].map((data) => arrow.makeData({ type: double, data, nullCount: 0 }));
    const data = arrow.makeData({ type: row, length: timeH.length, nullCount: 0, children });
    yield stream([new arrow.RecordBatch(schema, data)]).subarray(empty.length - endBytes, -endBytes);
  }
  yield empty.subarray(-endBytes);
}
