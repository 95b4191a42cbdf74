import type { PhaseSpan } from '@fedbatch/runtime';
import { escapeHtml } from '@fedbatch/vocabulary';
import type { ValueAxis } from './axis.ts';
import { shortNumber } from './text.ts';

/** More dots than this would be a band. */
const dotLimit = 60;

export interface ChartSeries {
  readonly says: string;
  readonly unit: string;
  readonly values: Float64Array;
  /** Number of its colour and dash, from 1. */
  readonly colour: number;
  readonly axis: ValueAxis;
  /** Data from elsewhere, drawn as dots. */
  readonly reference?: { readonly timeH: Float64Array; readonly values: Float64Array };
}

export interface ChartFrame {
  readonly timeH: Float64Array;
  readonly endH: number;
  readonly timeTicks: readonly number[];
  readonly phases: readonly PhaseSpan[];
}

/** The drawing has no size in pixels: it is stretched to its place, and lines keep their width. One unit of x is about a pixel. */
const width = 1000;
const height = 100;

/** Lines, grid and phases of one panel as SVG. What is written beside it is HTML, so that letters keep their size at any width. */
export function chartSvg(title: string, series: readonly ChartSeries[], frame: ChartFrame): string {
  const x = (time: number): number => (width * time) / frame.endH;
  const parts = [
    ...frame.phases.map(({ fromH, toH }, i) => band(x(fromH), x(toH), i)),
    ...frame.timeTicks.map((tick) => `<path class="grid" d="M${x(tick).toFixed(1)} 0V${height}"/>`),
    ...(series[0]?.axis.ticks ?? []).map(
      (tick) =>
        `<path class="${tick === 0 ? 'zero' : 'grid'}" d="M0 ${yOf(series[0]!.axis, tick).toFixed(2)}H${width}"/>`,
    ),
    ...series.map(({ values, colour, axis }) => {
      const path = linePath(frame.timeH, values, x, (value) => yOf(axis, value));
      return `<path class="line s${colour}" d="${path}"/>`;
    }),
    ...series.map(({ reference, colour, axis }) => {
      if (!reference) return '';
      const stride = Math.max(1, Math.ceil(reference.timeH.length / dotLimit));
      const dots = [...reference.timeH.keys()]
        .filter((i) => i % stride === 0 && reference.timeH[i]! <= frame.endH && Number.isFinite(reference.values[i]!))
        .map((i) => `M${x(reference.timeH[i]!).toFixed(1)} ${yOf(axis, reference.values[i]!).toFixed(2)}h0`);
      return `<path class="dots s${colour}" d="${dots.join('')}"/>`;
    }),
  ];
  const label = escapeHtml(`${title}: ${series.map(seriesText).join('; ')}`);
  return `<svg class="chart" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img"><title>${label}</title>${parts.join('')}</svg>`;
}

/** What a series does, for who does not see its line. */
function seriesText({ says, unit, values }: ChartSeries): string {
  const known = values.filter(Number.isFinite);
  if (known.length === 0) return `${says}, no values`;
  const low = known.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = known.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const ends = `starts at ${shortNumber(known[0]!)}, ends at ${shortNumber(known.at(-1)!)}`;
  return `${says} ${ends}, between ${shortNumber(low)} and ${shortNumber(high)} ${unit === '-' ? '' : unit}`.trim();
}

function yOf(axis: ValueAxis, value: number): number {
  return height * (1 - (value - axis.low) / (axis.high - axis.low));
}

/** Where a value stands on its axis, in % from the top. */
export function shareFromTop(axis: ValueAxis, value: number): number {
  return yOf(axis, value);
}

function band(from: number, to: number, index: number): string {
  const span = Math.max(0, to - from).toFixed(1);
  return `<rect class="band${index % 2}" x="${from.toFixed(1)}" y="0" width="${span}" height="${height}"/>`;
}

/**
 * The line of a series. Where there are more samples than pixels, each pixel column keeps its first, lowest, highest and last sample, in
 * order: no peak is lost and none is invented.
 */
export function linePath(
  timeH: Float64Array,
  values: Float64Array,
  x: (time: number) => number,
  y: (value: number) => number,
): string {
  let path = '';
  for (let i = 0; i < timeH.length; ) {
    if (!Number.isFinite(values[i]!)) {
      i++;
      continue;
    }
    let end = i;
    while (end + 1 < timeH.length && Number.isFinite(values[end + 1]!)) end++;
    path += runPath(timeH, values, i, end, x, y);
    i = end + 1;
  }
  return path;
}

/** The line from one gap to the next. A value that stands alone between gaps is a dot: a line to itself, with round caps. */
function runPath(
  timeH: Float64Array,
  values: Float64Array,
  from: number,
  to: number,
  x: (time: number) => number,
  y: (value: number) => number,
): string {
  let path = '';
  const point = (i: number): string => `${x(timeH[i]!).toFixed(1)} ${y(values[i]!).toFixed(2)}`;
  for (let i = from; i <= to; ) {
    const column = Math.floor(x(timeH[i]!));
    let end = i;
    while (end < to && Math.floor(x(timeH[end + 1]!)) === column) end++;
    for (const index of extremes(values, i, end)) path += `${path === '' ? 'M' : 'L'}${point(index)}`;
    i = end + 1;
  }
  return from === to ? `${path}L${point(from)}` : path;
}

function extremes(values: Float64Array, from: number, to: number): number[] {
  let low = from;
  let high = from;
  for (let i = from + 1; i <= to; i++) {
    if (values[i]! < values[low]!) low = i;
    if (values[i]! > values[high]!) high = i;
  }
  return [...new Set([from, low, high, to])].sort((a, b) => a - b);
}
