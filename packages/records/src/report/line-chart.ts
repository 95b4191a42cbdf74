import type { PhaseSpan, RunEvent } from '@fedbatch/runtime';
import { escapeHtml } from '@fedbatch/vocabulary';
import { niceAxis } from './axis.ts';
import { shortNumber } from './text.ts';

export interface ChartSeries {
  readonly says: string;
  readonly unit: string;
  readonly values: Float64Array;
  /** Number of its colour, from 1. */
  readonly colour: number;
}

export interface ChartPanel {
  readonly title: string;
  readonly series: readonly ChartSeries[];
}

export interface ChartFrame {
  readonly timeH: Float64Array;
  readonly endH: number;
  readonly phases: readonly PhaseSpan[];
  readonly events: readonly RunEvent[];
}

export const chartWidth = 960;
export const plotLeft = 58;
export const plotRight = chartWidth - 58;
const plotTop = 8;
const plotHeight = 132;
const axisHeight = 30;

/** One panel as SVG: phases as bands, events as ticks, one or two axes by unit, lines thinned so that no peak is lost. */
export function chartSvg(panel: ChartPanel, frame: ChartFrame, withTimeAxis: boolean): string {
  const units = [...new Set(panel.series.map(({ unit }) => unit))];
  const axes = units.slice(0, 2).map((unit) => valueAxis(panel.series.filter((series) => series.unit === unit)));
  const x = (time: number): number => plotLeft + ((plotRight - plotLeft) * time) / (frame.endH || 1);
  const height = plotTop + plotHeight + (withTimeAxis ? axisHeight : 6);
  const lines = panel.series.map((series) => {
    const axis = axes[Math.min(units.indexOf(series.unit), 1)]!;
    return `<path class="line s${series.colour}" d="${linePath(frame.timeH, series.values, x, (value) => yOf(axis, value))}"/>`;
  });
  const parts = [
    ...frame.phases.map((phase, i) => band(phase, i, x, withTimeAxis)),
    ...timeGrid(frame, x, withTimeAxis),
    ...axes.flatMap((axis, i) => axisMarks(axis, units[i]!, i === 0 ? 'left' : 'right')),
    ...frame.events.filter(({ kind }) => kind === 'event' || kind === 'warning').map((event) => eventTick(event, x)),
    ...lines,
    `<line class="cursor" x1="0" x2="0" y1="${plotTop}" y2="${plotTop + plotHeight}"/>`,
  ];
  const label = `${panel.title}: ${panel.series.map(({ says, unit }) => `${says} in ${unit}`).join(', ')}`;
  return `<svg class="chart" viewBox="0 0 ${chartWidth} ${height}" role="img" aria-label="${escapeHtml(label)}"><title>${escapeHtml(label)}</title>${parts.join('')}</svg>`;
}

interface ValueAxis {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
}

function valueAxis(series: readonly ChartSeries[]): ValueAxis {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { values } of series) {
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (low > high) return niceAxis(0, 1, 3);
  // Zero belongs on the axis unless the values keep far away from it.
  const floor = low >= 0 && low < 0.6 * high ? 0 : low;
  return niceAxis(floor, high, 4);
}

function yOf(axis: ValueAxis, value: number): number {
  return plotTop + plotHeight * (1 - (value - axis.low) / (axis.high - axis.low));
}

function axisMarks(axis: ValueAxis, unit: string, side: 'left' | 'right'): string[] {
  const isLeft = side === 'left';
  const marks = axis.ticks.map((tick) => {
    const y = yOf(axis, tick).toFixed(1);
    const grid = isLeft ? `<line class="grid" x1="${plotLeft}" x2="${plotRight}" y1="${y}" y2="${y}"/>` : '';
    return `${grid}<text class="tick" x="${isLeft ? plotLeft - 7 : plotRight + 7}" y="${y}" dy="0.32em" text-anchor="${isLeft ? 'end' : 'start'}">${shortNumber(tick)}</text>`;
  });
  const x = isLeft ? 11 : chartWidth - 9;
  const middle = plotTop + plotHeight / 2;
  return [
    ...marks,
    `<text class="tick" transform="translate(${x} ${middle}) rotate(-90)" text-anchor="middle">${escapeHtml(unit)}</text>`,
  ];
}

function band(phase: PhaseSpan, index: number, x: (time: number) => number, named: boolean): string {
  const from = x(phase.fromH);
  const width = x(phase.toH) - from;
  const shape = `<rect class="band${index % 2}" x="${from.toFixed(1)}" y="${plotTop}" width="${Math.max(0, width).toFixed(1)}" height="${plotHeight}"/>`;
  // A name wants about 7 units a letter.
  if (!named || width < phase.name.length * 7) return shape;
  return `${shape}<text class="phase" x="${(from + width / 2).toFixed(1)}" y="${plotTop + plotHeight + 27}" text-anchor="middle">${escapeHtml(phase.name)}</text>`;
}

function timeGrid({ endH }: ChartFrame, x: (time: number) => number, named: boolean): string[] {
  const ticks = niceAxis(0, endH || 1, 10).ticks.filter((tick) => tick <= (endH || 1) * (1 + 1e-9));
  const base = plotTop + plotHeight;
  const lines = ticks.map(
    (tick) => `<line class="grid" x1="${x(tick).toFixed(1)}" x2="${x(tick).toFixed(1)}" y1="${plotTop}" y2="${base}"/>`,
  );
  const names = ticks.map(
    (tick) =>
      `<text class="tick" x="${x(tick).toFixed(1)}" y="${base + 14}" text-anchor="middle">${shortNumber(tick)}${tick === 0 ? ' h' : ''}</text>`,
  );
  return named ? [...lines, ...names] : lines;
}

function eventTick(event: RunEvent, x: (time: number) => number): string {
  const at = x(event.timeH).toFixed(1);
  const words = `${shortNumber(event.timeH)} h: ${event.says}`;
  return `<g class="event ${event.kind}"><title>${escapeHtml(words)}</title><line x1="${at}" x2="${at}" y1="${plotTop}" y2="${plotTop + plotHeight}"/><path d="M${at} ${plotTop + 7}l-4 -7h8z"/></g>`;
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
  let pen = false;
  const add = (i: number): void => {
    path += `${pen ? 'L' : 'M'}${x(timeH[i]!).toFixed(1)} ${y(values[i]!).toFixed(1)}`;
    pen = true;
  };
  for (let i = 0; i < timeH.length; ) {
    if (!Number.isFinite(values[i]!)) {
      pen = false;
      i++;
      continue;
    }
    const column = Math.floor(x(timeH[i]!));
    let end = i;
    while (end + 1 < timeH.length && Number.isFinite(values[end + 1]!) && Math.floor(x(timeH[end + 1]!)) === column)
      end++;
    for (const index of extremes(values, i, end)) add(index);
    i = end + 1;
  }
  return path;
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
