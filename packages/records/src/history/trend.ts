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
  const found: HistoryPoint[] = [];
  const take = (stretch: Stretch, row: number): void => takeRows(stretch, fromRow - row, endRow - row, found);
  const isShort = endRow - fromRow <= points;
  const spanOf = spans(stampOf(from, fromRow), stampOf(from, endRow - 1), trendSpans(points));
  for (const block of from.blocks.blocks) {
    const end = block.firstRow + block.rows;
    if (end <= fromRow || block.firstRow >= endRow) continue;
    const isInner = block.firstRow > fromRow && end < endRow;
    const isInSpan = isInner && spanOf(block.firstStampMs) === spanOf(block.last.stampMs);
    const summary = isInSpan && !isShort ? from.blocks.summary(block, column) : undefined;
    if (summary?.numbers === block.rows) found.push(...inOrder(summary));
    else take(blockStretch(from.blocks, block, column), block.firstRow);
  }
  let row = from.blocks.rows;
  for (const stretch of openStretches(from, column, 0)) {
    if (row >= endRow) break;
    take(stretch, row);
    row += stretch.stamps.length;
  }
  if (isShort) return found;
  const timeH = Float64Array.from(found, ({ stampMs }) => stampMs);
  const values = Float64Array.from(found, ({ value }) => value);
  return trendRows({ timeH, values }, points).map((kept) => found[kept]!);
}

const inOrder = ({ low, high }: Summary): HistoryPoint[] => (low.stampMs <= high.stampMs ? [low, high] : [high, low]);

const spans = (first: number, last: number, count: number): ((stampMs: number) => number) => {
  const length = last - first;
  return (stampMs) => Math.min(count - 1, Math.floor(((stampMs - first) * count) / length));
};

function takeRows({ stamps, values, qualities }: Stretch, from: number, end: number, to: HistoryPoint[]): void {
  for (let i = Math.max(0, from); i < Math.min(stamps.length, end); i++)
    to.push({ stampMs: stamps[i]!, value: values[i]!, quality: qualities[i]! });
}
