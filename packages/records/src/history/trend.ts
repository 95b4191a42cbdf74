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
  const found: Stretch[] = [];
  const take = (stretch: Stretch, row: number): void =>
    void found.push(part(stretch, Math.max(0, fromRow - row), endRow - row));
  const isShort = endRow - fromRow <= points;
  const spanOf = spans(stampOf(from, fromRow), stampOf(from, endRow - 1), trendSpans(points));
  for (const block of from.blocks.blocks) {
    const end = block.firstRow + block.rows;
    if (end <= fromRow || block.firstRow >= endRow) continue;
    const isInner = block.firstRow > fromRow && end < endRow;
    const isInSpan = isInner && spanOf(block.firstStampMs) === spanOf(block.last.stampMs);
    const summary = isInSpan && !isShort ? from.blocks.summary(block, column) : undefined;
    if (summary?.numbers === block.rows) found.push(extremesOf(summary));
    else take(blockStretch(from.blocks, block, column), block.firstRow);
  }
  let row = from.blocks.rows;
  for (const stretch of openStretches(from, column, 0)) {
    if (row >= endRow) break;
    take(stretch, row);
    row += stretch.stamps.length;
  }
  const { stamps, values, qualities } = joined(found);
  const kept = isShort ? stamps.keys() : trendRows({ timeH: stamps, values }, points);
  return Array.from(kept, (i) => ({ stampMs: stamps[i]!, value: values[i]!, quality: qualities[i]! }));
}

function extremesOf({ low, high }: Summary): Stretch {
  const [first, second] = low.stampMs <= high.stampMs ? [low, high] : [high, low];
  return {
    stamps: Float64Array.of(first.stampMs, second.stampMs),
    values: Float64Array.of(first.value, second.value),
    qualities: Uint8Array.of(first.quality, second.quality),
  };
}

const spans = (first: number, last: number, count: number): ((stampMs: number) => number) => {
  const length = last - first;
  return (stampMs) => Math.min(count - 1, Math.floor(((stampMs - first) * count) / length));
};

const part = ({ stamps, values, qualities }: Stretch, from: number, end: number): Stretch => ({
  stamps: stamps.subarray(from, end),
  values: values.subarray(from, end),
  qualities: qualities.subarray(from, end),
});

function joined(parts: readonly Stretch[]): Stretch {
  const length = parts.reduce((sum, { stamps }) => sum + stamps.length, 0);
  const whole = {
    stamps: new Float64Array(length),
    values: new Float64Array(length),
    qualities: new Uint8Array(length),
  };
  let at = 0;
  for (const { stamps, values, qualities } of parts) {
    whole.stamps.set(stamps, at);
    whole.values.set(values, at);
    whole.qualities.set(qualities, at);
    at += stamps.length;
  }
  return whole;
}
