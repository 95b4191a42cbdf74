import { checkPoints, trendRows, trendSpans } from '../decimate.ts';
import type { HistoryPoint, Summary } from './block.ts';
import { blockStretch, openStretches, type Readable, rowWhere, type Stretch, stampOf } from './points.ts';

/**
 * At most `points` of a column between two stamps, the same that `decimate` would keep. A block that lies in one span of the trend gives its extremes
 * from what it says of itself; only those at either end, those that reach into two spans, and those with gaps are unpacked.
 */
export function trendPoints(
  from: Readable,
  column: number,
  fromMs: number,
  toMs: number,
  points: number,
): HistoryPoint[] {
  checkPoints(points);
  const fromRow = rowWhere(from, (stampMs) => stampMs >= fromMs);
  const endRow = rowWhere(from, (stampMs) => stampMs > toMs);
  if (fromRow >= endRow) return [];
  const found: Columns = { stamps: [], values: [], qualities: [] };
  const take = (stretch: Stretch, row: number): void => takeRows(stretch, fromRow - row, endRow - row, found);
  const isShort = endRow - fromRow <= points;
  const spanOf = spans(stampOf(from, fromRow), stampOf(from, endRow - 1), trendSpans(points));
  for (const block of from.blocks.blocks) {
    const end = block.firstRow + block.rows;
    if (end <= fromRow || block.firstRow >= endRow) continue;
    const isInner = block.firstRow > fromRow && end < endRow;
    const isInSpan = isInner && spanOf(block.firstStampMs) === spanOf(block.last.stampMs);
    const summary = isInSpan && !isShort ? from.blocks.summary(block, column) : undefined;
    if (summary?.numbers === block.rows) for (const point of inOrder(summary)) takePoint(point, found);
    else take(blockStretch(from.blocks, block, column), block.firstRow);
  }
  let row = from.blocks.rows;
  for (const stretch of openStretches(from, column, 0)) {
    if (row >= endRow) break;
    take(stretch, row);
    row += stretch.stamps.length;
  }
  const { stamps, values, qualities } = found;
  const kept = isShort
    ? stamps.keys()
    : trendRows({ timeH: Float64Array.from(stamps), values: Float64Array.from(values) }, points);
  return Array.from(kept, (i) => ({ stampMs: stamps[i]!, value: values[i]!, quality: qualities[i]! }));
}

/** Points by columns: of a day there are too many for an object each. */
interface Columns {
  readonly stamps: number[];
  readonly values: number[];
  readonly qualities: number[];
}

const inOrder = ({ low, high }: Summary): HistoryPoint[] => (low.stampMs <= high.stampMs ? [low, high] : [high, low]);

const spans = (first: number, last: number, count: number): ((stampMs: number) => number) => {
  const length = last - first;
  return (stampMs) => Math.min(count - 1, Math.floor(((stampMs - first) * count) / length));
};

function takeRows({ stamps, values, qualities }: Stretch, from: number, end: number, to: Columns): void {
  for (let i = Math.max(0, from); i < Math.min(stamps.length, end); i++) {
    to.stamps.push(stamps[i]!);
    to.values.push(values[i]!);
    to.qualities.push(qualities[i]!);
  }
}

function takePoint({ stampMs, value, quality }: HistoryPoint, to: Columns): void {
  to.stamps.push(stampMs);
  to.values.push(value);
  to.qualities.push(quality);
}
