import { refuse } from './refusal.ts';

/** A series of a trend: values over time; what is no finite number is a gap. */
export interface Series {
  readonly timeH: Float64Array;
  readonly values: Float64Array;
}

/** First, lowest, highest and last value, with a gap between each: fewer points cannot tell of a series with gaps. */
export const fewestPoints = 8;

/**
 * At most `points` of a series, in order of time: its first and its last, and of each of so many spans of equal time the lowest and the highest, so
 * that no peak is lost. Where there was a gap between two of them, one of it stays between them. Throws ProblemError below `fewestPoints`.
 */
export function decimate(series: Series, points: number): Series {
  const { timeH, values } = series;
  checkPoints(points);
  if (timeH.length <= points) return series;
  const rows = trendRows(series, points);
  return { timeH: Float64Array.from(rows, (i) => timeH[i]!), values: Float64Array.from(rows, (i) => values[i]!) };
}

/** Throws ProblemError below `fewestPoints`. */
export function checkPoints(points: number): void {
  if (points >= fewestPoints) return;
  refuse(
    'RECORDS_TREND_SHORT',
    `A trend of ${points} points is too short: ${fewestPoints} are the least.`,
    'Ask for two points a pixel.',
  );
}

/** The rows that `decimate` keeps of a series that is too long, for series that have more than values. Time may be in any unit. */
export function trendRows(series: Series, points: number): number[] {
  // Gaps take points too, and how many there are is known once they are kept: then there are fewer spans.
  for (let spans = trendSpans(points); ; ) {
    const kept = withGaps(series.values, extremes(series, spans));
    if (kept.length <= points) return kept;
    spans = Math.max(1, Math.floor((spans * points) / kept.length));
  }
}

/** Spans of equal time that so many points are for: two each, but for the first and the last. */
export const trendSpans = (points: number): number => Math.max(1, (Math.floor(points) - 2) >> 1);

/** The rows of the first and the last value, and of the lowest and the highest of each span; in order, and none twice. */
function extremes({ timeH, values }: Series, spans: number): number[] {
  const end = timeH.length - 1;
  const length = timeH[end]! - timeH[0]!;
  const rows = [0];
  const keep = (row: number): void => {
    if (row > rows.at(-1)!) rows.push(row);
  };
  let span = 0;
  let low = -1;
  let high = -1;
  for (let i = 0; i <= end; i++) {
    const at = Math.min(spans - 1, Math.floor(((timeH[i]! - timeH[0]!) * spans) / length));
    if (at > span) {
      keep(Math.min(low, high));
      keep(Math.max(low, high));
      span = at;
      low = high = -1;
    }
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    if (low === -1 || value < values[low]!) low = i;
    if (high === -1 || value > values[high]!) high = i;
  }
  keep(Math.min(low, high));
  keep(Math.max(low, high));
  keep(end);
  return rows;
}

/** Adds the first gap between two rows that have none at either end. */
function withGaps(values: Float64Array, rows: readonly number[]): number[] {
  const all: number[] = [];
  for (const row of rows) {
    const before = all.at(-1);
    if (before !== undefined && Number.isFinite(values[before]!) && Number.isFinite(values[row]!)) {
      const gap = values.subarray(before, row).findIndex((value) => !Number.isFinite(value));
      if (gap > 0) all.push(before + gap);
    }
    all.push(row);
  }
  return all;
}
