import { firstOf } from '../first-of.ts';
import type { HistoryPoint } from './block.ts';
import type { OpenRows } from './open-rows.ts';
import { headNumbers } from './row-shape.ts';
import type { PlacedBlock, SealedBlocks } from './sealed-blocks.ts';

/** What a history is read from: blocks, then the open rows after the first `sealed`. */
export interface Readable {
  readonly blocks: SealedBlocks;
  readonly open: OpenRows;
  readonly sealed: number;
  readonly columns: number;
}

/** Open rows that are read at once. */
const readRows = 256;

/** Some rows of one column. */
export interface Stretch {
  readonly stamps: Float64Array;
  readonly values: Float64Array;
  readonly qualities: Uint8Array;
}

export function blockStretch(blocks: SealedBlocks, block: PlacedBlock, column: number): Stretch {
  return {
    stamps: blocks.stamps(block),
    values: blocks.values(block, column),
    qualities: blocks.qualities(block, column),
  };
}

/** Open rows from one on, a few at a time. */
export function* openStretches({ open, sealed, columns }: Readable, column: number, from: number): Generator<Stretch> {
  for (let row = from + sealed; row < open.rows; row += readRows) {
    const count = Math.min(readRows, open.rows - row);
    const bytes = open.read(row, count);
    const number = (place: number): Float64Array =>
      Float64Array.from({ length: count }, (_, i) => bytes.readDoubleLE(i * open.width + 8 * place));
    yield {
      stamps: number(0),
      values: number(headNumbers + column),
      qualities: Uint8Array.from(
        { length: count },
        (_, i) => bytes[i * open.width + 8 * (headNumbers + columns) + column]!,
      ),
    };
  }
}

/** The first row whose stamp fulfils what all later ones fulfil too; the number of rows where there is none. */
export function rowWhere({ blocks, open, sealed }: Readable, holds: (stampMs: number) => boolean): number {
  const { blocks: all, rows } = blocks;
  const block = all[firstOf(all.length, (i) => holds(all[i]!.last.stampMs))];
  if (!block) return rows + firstOf(open.rows - sealed, (i) => holds(open.head(sealed + i).stampMs));
  const stamps = blocks.stamps(block);
  return block.firstRow + firstOf(block.rows, (i) => holds(stamps[i]!));
}

export function stampOf({ blocks, open, sealed }: Readable, row: number): number {
  const { blocks: all, rows } = blocks;
  if (row >= rows) return open.head(row - rows + sealed).stampMs;
  const block = all[firstOf(all.length, (i) => all[i]!.firstRow + all[i]!.rows > row)]!;
  return blocks.stamps(block)[row - block.firstRow]!;
}

/** The points of a column from a row on, up to a stamp and no more than `limit`, and the row to go on from; -1: that was all. */
export function pointsOf(
  from: Readable,
  column: number,
  fromRow: number,
  toMs: number,
  limit: number,
): { readonly points: HistoryPoint[]; readonly next: number } {
  const points: HistoryPoint[] = [];
  let row = fromRow;
  for (const { stamps, values, qualities } of stretches(from, column, fromRow)) {
    for (let i = 0; i < stamps.length; i++, row++) {
      if (stamps[i]! > toMs) return { points, next: -1 };
      if (points.length === limit) return { points, next: row };
      points.push({ stampMs: stamps[i]!, value: values[i]!, quality: qualities[i]! });
    }
  }
  return { points, next: -1 };
}

function* stretches(from: Readable, column: number, fromRow: number): Generator<Stretch> {
  const { blocks } = from;
  for (const block of blocks.blocks) {
    const skip = Math.max(0, fromRow - block.firstRow);
    if (skip >= block.rows) continue;
    const { stamps, values, qualities } = blockStretch(blocks, block, column);
    yield { stamps: stamps.subarray(skip), values: values.subarray(skip), qualities: qualities.subarray(skip) };
  }
  yield* openStretches(from, column, Math.max(0, fromRow - blocks.rows));
}
