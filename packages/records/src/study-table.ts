import { ByteWriter, parquetWrite } from 'hyparquet-writer';
import { writeWhole } from './file-digest.ts';
import type { FileDigest } from './manifest.ts';
import { packed } from './packed.ts';
import { cellText, quoteCell } from './samples-table.ts';

/** A column of a table of a study: numbers (NaN: none), whole numbers, words, or yes and no. */
export type StudyColumn =
  | { readonly title: string; readonly type: 'DOUBLE' | 'INT32'; readonly data: readonly number[] }
  | { readonly title: string; readonly type: 'STRING'; readonly data: readonly string[] }
  | { readonly title: string; readonly type: 'BOOLEAN'; readonly data: readonly boolean[] };

/** Writes a table as `NAME.csv` and, with the same columns, as `NAME.parquet`. */
export function writeStudyTable(folder: string, name: string, columns: readonly StudyColumn[]): FileDigest[] {
  return [
    writeWhole(folder, `${name}.csv`, csvLines(columns)),
    writeWhole(folder, `${name}.parquet`, [parquetOf(columns)]),
  ];
}

function* csvLines(columns: readonly StudyColumn[]): Generator<string> {
  yield `${columns.map(({ title }) => quoteCell(title)).join(',')}\n`;
  const rows = columns[0]?.data.length ?? 0;
  for (let row = 0; row < rows; row++) yield `${columns.map(({ data }) => textOf(data[row]!)).join(',')}\n`;
}

function textOf(cell: number | string | boolean): string {
  if (typeof cell === 'number') return cellText(cell);
  return typeof cell === 'string' ? quoteCell(cell) : String(cell);
}

function parquetOf(columns: readonly StudyColumn[]): Uint8Array {
  const writer = new ByteWriter();
  const columnData = columns.map(({ title, type, data }) => ({ name: title, type, data: [...data], nullable: false }));
  parquetWrite({ writer, columnData, ...packed, statistics: false, createdBy: 'fedbatch' } as Parameters<
    typeof parquetWrite
  >[0]);
  return writer.getBytes();
}
