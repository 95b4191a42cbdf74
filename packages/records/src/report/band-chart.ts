import type { Envelope } from '@fedbatch/runtime';
import { escapeHtml } from '@fedbatch/vocabulary';
import { axisOf } from './axis.ts';
import { linePath, shareFromTop } from './line-chart.ts';
import { shortNumber } from './text.ts';

const width = 1000;
const height = 100;

/** One channel of an ensemble: 5 to 95 % and 25 to 75 % of the members as bands, the median as a line. */
export function bandPanelHtml(
  envelope: Envelope,
  timeH: Float64Array,
  ticks: readonly number[],
  colour: number,
): string {
  const { channel, p5, p25, p50, p75, p95 } = envelope;
  const endH = timeH.at(-1) || 1;
  const axis = axisOf([{ values: p5 }, { values: p95 }]);
  const x = (time: number): number => (width * time) / endH;
  const y = (value: number): number => (height * shareFromTop(axis, value)) / 100;
  const parts = [
    ...ticks.map((tick) => `<path class="grid" d="M${x(tick).toFixed(1)} 0V${height}"/>`),
    ...axis.ticks.map(
      (tick) => `<path class="${tick === 0 ? 'zero' : 'grid'}" d="M0 ${y(tick).toFixed(2)}H${width}"/>`,
    ),
    `<path class="range s${colour}" d="${bandPath(timeH, p5, p95, x, y)}"/>`,
    `<path class="range s${colour}" d="${bandPath(timeH, p25, p75, x, y)}"/>`,
    `<path class="line s${colour} solid" d="${linePath(timeH, p50, x, y)}"/>`,
  ];
  const unit = channel.unit === '-' ? '' : channel.unit;
  const last = p50.findLastIndex(Number.isFinite);
  const words = `${channel.says}: at ${shortNumber(timeH[last] ?? Number.NaN)} h the median is ${shortNumber(p50[last] ?? Number.NaN)} ${unit}, nine of ten members lie between ${shortNumber(p5[last] ?? Number.NaN)} and ${shortNumber(p95[last] ?? Number.NaN)}`;
  const marks = axis.ticks.map(
    (tick) => `<span class="tick" style="top:${shareFromTop(axis, tick).toFixed(2)}%">${shortNumber(tick)}</span>`,
  );
  const name = unit === '' ? '' : `<span class="axis-unit">${escapeHtml(unit)}</span>`;
  const svg = `<svg class="chart" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img"><title>${escapeHtml(words)}</title>${parts.join('')}</svg>`;
  return `<figure class="panel"><figcaption><h3>${escapeHtml(channel.says)}</h3></figcaption><div class="plot">${svg}<div class="axis left" aria-hidden="true">${name}${marks.join('')}</div></div></figure>`;
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
