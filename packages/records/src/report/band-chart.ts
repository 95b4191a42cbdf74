import type { EnsembleResult, Envelope, Spread } from '@fedbatch/runtime';
import { escapeHtml } from '@fedbatch/vocabulary';
import { axisOf, timeTicks, type ValueAxis } from './axis.ts';
import { linePath, shareFromTop } from './line-chart.ts';
import { shortNumber } from './text.ts';

const width = 1000;
const height = 100;

/** The envelope of one ensemble, and what it is called where there are several. */
export interface Band {
  readonly envelope: Envelope;
  readonly timeH: Float64Array;
  /** Number of its colour and dash, from 1. */
  readonly colour: number;
  readonly name?: string;
}

/**
 * One channel of one or more ensembles: 5 to 95 % of the members as a band, the median as a line; half of the members as a darker band where there is
 * one ensemble alone.
 */
export function bandPanelHtml(bands: readonly Band[], endH: number, ticks: readonly number[]): string {
  const { channel } = bands[0]!.envelope;
  const axis = axisOf(bands.flatMap(({ envelope }) => [{ values: envelope.p5 }, { values: envelope.p95 }]));
  const x = (time: number): number => (width * time) / endH;
  const y = (value: number): number => (height * shareFromTop(axis, value)) / 100;
  const alone = bands.length === 1;
  const parts = [
    ...ticks.map((tick) => `<path class="grid" d="M${x(tick).toFixed(1)} 0V${height}"/>`),
    ...axis.ticks.map(
      (tick) => `<path class="${tick === 0 ? 'zero' : 'grid'}" d="M0 ${y(tick).toFixed(2)}H${width}"/>`,
    ),
    ...bands.flatMap(({ envelope: { p5, p25, p75, p95 }, timeH, colour }) => [
      `<path class="range s${colour}" d="${bandPath(timeH, p5, p95, x, y)}"/>`,
      ...(alone ? [`<path class="range s${colour}" d="${bandPath(timeH, p25, p75, x, y)}"/>`] : []),
    ]),
    ...bands.map(
      ({ envelope, timeH, colour }) =>
        `<path class="line s${colour}${alone ? ' solid' : ''}" d="${linePath(timeH, envelope.p50, x, y)}"/>`,
    ),
  ];
  const words = `${channel.says}: ${bands.map(inWords).join('; ')}`;
  const marks = axis.ticks.map(
    (tick) => `<span class="tick" style="top:${shareFromTop(axis, tick).toFixed(2)}%">${shortNumber(tick)}</span>`,
  );
  const unit = channel.unit === '-' ? '' : channel.unit;
  const name = unit === '' ? '' : `<span class="axis-unit">${escapeHtml(unit)}</span>`;
  const svg = `<svg class="chart" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img"><title>${escapeHtml(words)}</title>${parts.join('')}</svg>`;
  return `<figure class="panel"><figcaption><h3>${escapeHtml(channel.says)}</h3>${legendHtml(bands)}</figcaption><div class="plot">${svg}<div class="axis left" aria-hidden="true">${name}${marks.join('')}</div></div></figure>`;
}

function legendHtml(bands: readonly Band[]): string {
  if (bands.length === 1) return '';
  const keys = bands.map(
    ({ name, colour }) =>
      `<li><svg class="swatch" viewBox="0 0 24 8" aria-hidden="true"><path class="line s${colour}" d="M1 4H23"/></svg>${escapeHtml(name ?? '')}</li>`,
  );
  return `<ul>${keys.join('')}</ul>`;
}

/** What an ensemble comes to, for who does not see its line. */
function inWords({ envelope: { channel, p5, p50, p95 }, timeH, name }: Band): string {
  const last = p50.findLastIndex(Number.isFinite);
  if (last < 0) return `${name ?? ''} no values`.trim();
  const unit = channel.unit === '-' ? '' : ` ${channel.unit}`;
  return `${name ? `${name}: ` : ''}at ${shortNumber(timeH[last]!)} h the median is ${shortNumber(p50[last]!)}${unit}, nine of ten members lie between ${shortNumber(p5[last]!)} and ${shortNumber(p95[last]!)}`;
}

/** Boxes on one axis: 5 to 95 % as a line, half of the members as a box, the median as a stroke. */
export function boxSvg({ p5, p25, p50, p75, p95 }: Spread, axis: ValueAxis, colour: number): string {
  if (!Number.isFinite(p50)) return '';
  const x = (value: number): string => ((200 * (value - axis.low)) / (axis.high - axis.low)).toFixed(1);
  const box = `<path class="box" d="M${x(p25)} 4H${x(p75)}V20H${x(p25)}Z"/>`;
  return `<svg class="boxplot s${colour}" viewBox="0 0 200 24" preserveAspectRatio="none" aria-hidden="true"><path class="whisker" d="M${x(p5)} 12H${x(p95)}M${x(p5)} 7V17M${x(p95)} 7V17"/>${box}<path class="middle" d="M${x(p50)} 2V22"/></svg>`;
}

/** The area between two series; a gap in either ends it, and it goes on behind. */
function bandPath(
  timeH: Float64Array,
  low: Float64Array,
  high: Float64Array,
  x: (time: number) => number,
  y: (value: number) => number,
): string {
  let path = '';
  const known = (i: number): boolean => i < timeH.length && Number.isFinite(low[i]!) && Number.isFinite(high[i]!);
  for (let i = 0; i < timeH.length; ) {
    if (!known(i)) {
      i++;
      continue;
    }
    const from = i;
    while (known(i)) i++;
    const run = Array.from({ length: i - from }, (_, k) => from + k);
    const upper = run.map((k) => `${x(timeH[k]!).toFixed(1)} ${y(high[k]!).toFixed(2)}`);
    const lower = run.reverse().map((k) => `${x(timeH[k]!).toFixed(1)} ${y(low[k]!).toFixed(2)}`);
    path += `M${[...upper, ...lower].join('L')}Z`;
  }
  return path;
}

/** How the values of a figure are spread: about `√n` bars from the lowest to the highest. */
export function histogramSvg(values: readonly number[], says: string): string {
  const known = values.filter(Number.isFinite);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  if (known.length < 2 || !(high > low)) return '';
  const bars = Math.max(5, Math.min(30, Math.round(Math.sqrt(known.length))));
  const counts = new Array<number>(bars).fill(0);
  for (const value of known) counts[Math.min(bars - 1, Math.floor((bars * (value - low)) / (high - low)))]!++;
  const most = Math.max(...counts);
  const rects = counts.map((count, i) => {
    const size = (100 * count) / most;
    return `<rect x="${((200 * i) / bars + 0.5).toFixed(1)}" y="${(100 - size).toFixed(1)}" width="${(200 / bars - 1).toFixed(1)}" height="${size.toFixed(1)}"/>`;
  });
  return `<svg class="histogram" viewBox="0 0 200 100" preserveAspectRatio="none" role="img"><title>${escapeHtml(says)}</title>${rects.join('')}</svg>`;
}

/** The times up to which at least half of the members run: what the last few do says nothing of all. */
export function commonTimes({ envelopes, timeH, members }: EnsembleResult): Float64Array {
  const last = envelopes[0]?.members.findLastIndex((running) => 2 * running >= members.length) ?? -1;
  return timeH.slice(0, last + 1);
}

/** The axis of time below panels. */
export function timeAxisHtml(endH: number): string {
  const marks = timeTicks(endH).map((tick, i) => {
    const kind = i % 2 === 1 ? 'tick odd' : 'tick';
    return `<span class="${kind}" style="left:${((100 * tick) / endH).toFixed(3)}%">${shortNumber(tick)}</span>`;
  });
  return `<div class="time" aria-hidden="true">${marks.join('')}<span class="time-unit">time, h</span></div>`;
}
