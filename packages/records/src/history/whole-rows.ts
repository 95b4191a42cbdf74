import type { Readable } from './points.ts';
import { type HistoryRow, headNumbers, readRowHead } from './row-shape.ts';

/** Open rows that are read at once. */
const readRows = 256;

/** Whole rows from one on, as many as lie together: the rest of its block, or some of the open ones. */
export function wholeRows({ blocks, open, sealed, columns }: Readable, from: number): HistoryRow[] {
  const all = Array.from({ length: columns }, (_, column) => column);
  const block = blocks.blocks.find(({ firstRow, rows }) => firstRow + rows > from);
  if (block) {
    const [stamps, runs, scans] = [blocks.stamps(block), blocks.runs(block), blocks.scans(block)];
    const values = all.map((column) => blocks.values(block, column));
    const qualities = all.map((column) => blocks.qualities(block, column));
    const first = from - block.firstRow;
    return Array.from({ length: block.rows - first }, (_, i) => ({
      stampMs: stamps[first + i]!,
      run: runs[first + i]!,
      scan: scans[first + i]!,
      values: Float64Array.from(values, (column) => column[first + i]!),
      qualities: Uint8Array.from(qualities, (column) => column[first + i]!),
    }));
  }
  const row = from - blocks.rows + sealed;
  const count = Math.min(readRows, open.rows - row);
  const bytes = open.read(row, count);
  return Array.from({ length: count }, (_, i) => {
    const at = i * open.width;
    const valuesAt = at + 8 * headNumbers;
    return {
      ...readRowHead(bytes, at),
      values: Float64Array.from(all, (column) => bytes.readDoubleLE(valuesAt + 8 * column)),
      qualities: Uint8Array.from(bytes.subarray(valuesAt + 8 * columns, valuesAt + 9 * columns)),
    };
  });
}
