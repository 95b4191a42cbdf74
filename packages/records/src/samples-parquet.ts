import type { Samples } from '@fedbatch/runtime';
import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import { columnBounds } from './column-bounds.ts';
import { packed } from './packed.ts';
import { columnTitle, samplesSchema, timeTitle } from './samples-table.ts';
import { comesInSteps } from './steps.ts';

/** Rows that are read at once: enough to pack well, few enough that a short window costs milliseconds. */
const groupRows = 16_384;

/** Key of the file's metadata under which the schema stands, with the unit of every column. */
export const schemaKey = 'fedbatch.schema';

/** Samples as Parquet: the same columns as doubles to the last bit, what they are in the file's metadata. */
export function parquetBytes(samples: Samples): Uint8Array {
  const { timeH, channels, columns } = samples;
  const all = [
    { name: timeTitle, data: timeH },
    ...channels.map((channel, c) => ({ name: columnTitle(channel), data: columns[c]! })),
  ].map((column) => ({ ...column, type: 'DOUBLE' as const, nullable: false }));
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({
    writer: bytes,
    schema: schemaFromColumnData({ columnData: all }),
    ...packed,
    statistics: false,
    kvMetadata: [{ key: schemaKey, value: JSON.stringify(samplesSchema(samples)) }],
    createdBy: 'fedbatch',
  });
  for (let from = 0; from < timeH.length; from += groupRows) {
    const columnData = all.map((column) => {
      const data = column.data.subarray(from, from + groupRows);
      return { ...column, data, encoding: encodingOf(data) };
    });
    writer.write({ columnData, rowGroupSize: groupRows });
    writer.row_groups.at(-1)!.columns.forEach(({ meta_data }, c) => {
      meta_data!.statistics = columnBounds(columnData[c]!.data);
    });
  }
  writer.finish();
  return bytes.getBytes();
}

/** What stands still or comes in steps by a dictionary; what flows by bytes of one weight together, since the high ones hardly change. */
function encodingOf(data: Float64Array): 'RLE_DICTIONARY' | 'BYTE_STREAM_SPLIT' {
  // The dictionary takes -0 for 0, and every bit has to come back.
  const isExact = !data.some((value) => Object.is(value, -0));
  return isExact && comesInSteps(data) ? 'RLE_DICTIONARY' : 'BYTE_STREAM_SPLIT';
}
