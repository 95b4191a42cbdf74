import type { RunEvent, RunResult } from '@fedbatch/runtime';
import { escapeHtml } from '@fedbatch/vocabulary';
import { axisOf, timeTicks, type ValueAxis } from './axis.ts';
import { type ChartFrame, type ChartSeries, chartSvg, shareFromTop } from './line-chart.ts';
import { markSvg } from './mark.ts';
import { seriesColours } from './style.ts';
import { sectionHtml } from './table.ts';
import { shortNumber, unitHtml } from './text.ts';

interface Panel {
  readonly title: string;
  /** One unit has the left axis, a second one the right. */
  readonly units: readonly string[];
  readonly series: readonly (ChartSeries & { readonly channel: number })[];
}

/** Most samples a series that the crosshair carries. */
const cursorSamples = 1000;

/** All panels over one time axis, with the phases above them; a sentence where there is nothing to draw. */
export function trendsHtml(run: RunResult): string {
  const panels = panelsOf(run);
  if (panels.length === 0 || run.samples.timeH.length === 0)
    return sectionHtml('trends', 'Trends', '<p class="soft">No samples were recorded.</p>');
  return sectionHtml(
    'trends',
    'Trends',
    panelsHtml(run, 'Trends; the arrow keys move the time at which values are shown'),
  );
}

/** The panels of a run over one time axis, with the phases above them. */
export function panelsHtml(run: RunResult, label: string): string {
  const panels = panelsOf(run);
  const frame = frameOf(run);
  const sides = panels.some(({ units }) => units.length > 1) ? 'two' : 'one';
  const body = [
    `<p class="clock soft" aria-hidden="true">values at <b>${shortNumber(run.samples.timeH.at(-1)!)}</b> h</p>`,
    stripHtml(run, frame),
    ...panels.map((panel) => panelHtml(panel, frame)),
    timeAxisHtml(frame),
    '<div class="cursor"></div>',
  ];
  return `<div class="trends ${sides}" tabindex="0" role="group" aria-label="${escapeHtml(label)}">${body.join('')}</div>`;
}

function frameOf({ samples, outcome, phases }: RunResult): ChartFrame {
  const endH = Math.max(outcome.timeH, samples.timeH.at(-1) ?? 0) || 1;
  return { timeH: samples.timeH, endH, timeTicks: timeTicks(endH), phases };
}

/** Panels in the order of their first channel. A third unit finds no axis in a panel, and starts another one below. */
function panelsOf({ samples, references }: RunResult): Panel[] {
  const titles = [...new Set(samples.channels.flatMap(({ panel }) => panel ?? []))];
  return titles.flatMap((title) => {
    const channels = [...samples.channels.keys()].filter((c) => samples.channels[c]!.panel === title);
    const units = [...new Set(channels.map((c) => samples.channels[c]!.unit))];
    const pairs = Array.from({ length: Math.ceil(units.length / 2) }, (_, i) => units.slice(2 * i, 2 * i + 2));
    return pairs.map((pair, i) => panelOf(samples, i === 0 ? title : `${title}, more`, pair, channels, references));
  });
}

function panelOf(
  { channels, columns }: RunResult['samples'],
  title: string,
  units: readonly string[],
  candidates: readonly number[],
  references: RunResult['references'],
): Panel {
  const shown = candidates.filter((c) => units.includes(channels[c]!.unit));
  const axes = units.map((unit) =>
    axisOf(
      shown
        .filter((c) => channels[c]!.unit === unit)
        .flatMap((c) => [
          columns[c]!,
          ...references.filter(({ channel }) => channel === channels[c]!.id).map((one) => one.values),
        ])
        .map((values) => ({ values })),
    ),
  );
  const series = shown
    .map((c, i) => ({ c, colour: (i % seriesColours) + 1, side: units.indexOf(channels[c]!.unit) }))
    .map(({ c, colour, side }) => {
      const { id, says, unit } = channels[c]!;
      const reference = references.find(({ channel }) => channel === id);
      return {
        says,
        unit,
        values: columns[c]!,
        colour,
        axis: axes[side]!,
        channel: c,
        ...(reference && { reference }),
      };
    });
  return { title, units, series };
}

function panelHtml({ title, units, series }: Panel, frame: ChartFrame): string {
  const keys = series.map((one) => {
    const side = one.unit === units[0] ? '' : ' <span class="side">(right)</span>';
    const swatch = `<svg class="swatch" viewBox="0 0 24 8" aria-hidden="true"><path class="line s${one.colour}" d="M1 4H23"/></svg>`;
    const dots = one.reference ? ' <span class="side">(dots: reference)</span>' : '';
    return `<li>${swatch}${escapeHtml(one.says)} <output data-c="${one.channel}">${shortNumber(one.values.at(-1) ?? Number.NaN)}</output>${unitHtml(one.unit)}${side}${dots}</li>`;
  });
  const axes = units.map((unit, i) => {
    const { axis } = series.find((one) => one.unit === unit)!;
    return axisHtml(axis, unit, i === 0 ? 'left' : 'right');
  });
  return `<figure class="panel"><figcaption><h3>${escapeHtml(title)}</h3><ul>${keys.join('')}</ul></figcaption><div class="plot">${chartSvg(title, series, frame)}${axes.join('')}</div></figure>`;
}

function axisHtml(axis: ValueAxis, unit: string, side: 'left' | 'right'): string {
  const ticks = axis.ticks.map(
    (tick) => `<span class="tick" style="top:${shareFromTop(axis, tick).toFixed(2)}%">${shortNumber(tick)}</span>`,
  );
  const name = unit === '-' ? '' : `<span class="axis-unit">${escapeHtml(unit)}</span>`;
  return `<div class="axis ${side}" aria-hidden="true">${name}${ticks.join('')}</div>`;
}

function timeAxisHtml({ endH, timeTicks: ticks }: ChartFrame): string {
  const marks = ticks.map((tick, i) => {
    const kind = i % 2 === 1 ? 'tick odd' : 'tick';
    return `<span class="${kind}" style="left:${((100 * tick) / endH).toFixed(3)}%">${shortNumber(tick)}</span>`;
  });
  return `<div class="time" aria-hidden="true">${marks.join('')}<span class="time-unit">time, h</span></div>`;
}

/** The recipe above the panels: phases by name, and a mark for each thing that happened. */
function stripHtml({ phases, events }: RunResult, { endH }: ChartFrame): string {
  const place = (from: number, to: number): string =>
    `left:${((100 * from) / endH).toFixed(3)}%;width:${((100 * Math.max(0, to - from)) / endH).toFixed(3)}%`;
  const bands = phases.map(({ name, fromH, toH, endedBy }, i) => {
    const words = `${name}: ${shortNumber(fromH)} to ${shortNumber(toH)} h; ended by: ${endedBy}`;
    return `<span class="phase band${i % 2}" style="${place(fromH, toH)}" title="${escapeHtml(words)}">${escapeHtml(name)}</span>`;
  });
  const marks = marksOf(events, endH).map(
    ({ at, kind, words }) =>
      `<span class="event ${kind}" style="left:${at.toFixed(2)}%" title="${escapeHtml(words)}">${kind === 'warning' ? markSvg('warn') : '<svg class="mark" viewBox="0 0 16 16" aria-hidden="true"><path d="M8 15 2 4h12z"/></svg>'}</span>`,
  );
  return `<div class="strip" aria-hidden="true">${bands.join('')}${marks.join('')}</div>`;
}

/** Events that would cover each other share a mark. Runs and phases have their own signs. */
function marksOf(events: readonly RunEvent[], endH: number): { at: number; kind: string; words: string }[] {
  const groups = new Map<number, RunEvent[]>();
  for (const event of events) {
    if (event.kind !== 'event' && event.kind !== 'warning' && event.kind !== 'alarm') continue;
    const column = Math.round((100 * event.timeH) / endH);
    groups.set(column, [...(groups.get(column) ?? []).slice(0, 8), event]);
  }
  return [...groups.values()].map((group) => ({
    at: Math.min(100, Math.max(0, (100 * group[0]!.timeH) / endH)),
    kind: group.some(({ kind }) => kind === 'warning' || kind === 'alarm') ? 'warning' : 'event',
    words: group.map(({ timeH, subject, says }) => `${shortNumber(timeH)} h, ${subject}: ${says}`).join('\n'),
  }));
}

/** Samples for the crosshair as JSON that may stand in a script element: every n-th; the lines themselves are drawn from all. */
export function cursorData(run: RunResult): string {
  const { samples } = run;
  const stride = Math.max(1, Math.ceil(samples.timeH.length / cursorSamples));
  const isKept = (i: number): boolean => i % stride === 0 || i === samples.timeH.length - 1;
  const pick = (column: Float64Array): (number | null)[] =>
    [...column.filter((_, i) => isKept(i))].map((value) =>
      Number.isFinite(value) ? Number(value.toPrecision(6)) : null,
    );
  const drawn = panelsOf(run).flatMap(({ series }) => series.map(({ channel }) => channel));
  const values = Object.fromEntries(drawn.map((c) => [c, pick(samples.columns[c]!)]));
  return JSON.stringify({ t: pick(samples.timeH), v: values, end: frameOf(run).endH }).replaceAll('<', '\\u003c');
}
