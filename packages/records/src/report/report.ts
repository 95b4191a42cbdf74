import { createHash } from 'node:crypto';
import type { RunResult } from '@fedbatch/runtime';
import { escapeHtml } from '@fedbatch/vocabulary';
import type { Manifest } from '../manifest.ts';
import { type ChartFrame, type ChartPanel, chartSvg, chartWidth, plotLeft, plotRight } from './line-chart.ts';
import { reportScript } from './script.ts';
import { reportStyle } from './style.ts';
import { shortNumber, valueHtml } from './text.ts';

const colours = 8;
/** Most samples a series that the crosshair carries. */
const cursorSamples = 900;

const shapes = {
  good: '<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M6.2 12.6 1.8 8.2l1.5-1.5 2.9 2.9 6.5-6.5 1.5 1.5z"/></svg>',
  bad: '<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M2 2h12v12H2zm3.2 1.8L3.8 5.200 6.600 8l-2.800 2.800 1.400 1.400L8 9.400l2.800 2.800 1.400-1.400L9.400 8l2.800-2.800-1.400-1.400L8 6.600z"/></svg>',
  warn: '<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M8 1.500 15.500 14.500H.5zM7.200 6v4.200h1.600V6zm0 5.400V13h1.600v-1.600z" fill-rule="evenodd"/></svg>',
};
type Tone = keyof typeof shapes;

/** A run as one HTML file that opens from disk and asks the network for nothing. Every text in it is escaped. */
export function reportHtml(run: RunResult, manifest: Manifest): string {
  const panels = panelsOf(run);
  const body = [
    header(run),
    figures(run),
    expectations(run),
    trends(run, panels),
    audit(run),
    fate(run),
    openReactions(run),
    phases(run),
    reproducibility(run, manifest),
  ].join('\n');
  const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src ${hash(reportScript)}; img-src data:`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(run.scenario.title)} – Fedbatch</title>
<style>${reportStyle}</style>
</head>
<body>
<main>
${body}
</main>
<script type="application/json" id="samples">${cursorData(run, panels)}</script>
<script>${reportScript}</script>
</body>
</html>
`;
}

function panelsOf({ samples }: RunResult): (ChartPanel & { readonly channels: readonly number[] })[] {
  const titles = [...new Set(samples.channels.flatMap(({ panel }) => (panel === undefined ? [] : [panel])))];
  return titles.map((title) => {
    const channels = samples.channels.flatMap((channel, c) => (channel.panel === title ? [c] : []));
    const series = channels.map((c, i) => ({
      says: samples.channels[c]!.says,
      unit: samples.channels[c]!.unit,
      values: samples.columns[c]!,
      colour: (i % colours) + 1,
    }));
    return { title, series, channels };
  });
}

function verdict({ outcome, expectations: list }: RunResult): { tone: Tone; says: string } {
  if (outcome.kind === 'failed') return { tone: 'bad', says: 'Numerical failure' };
  if (outcome.kind === 'stopped') return { tone: 'warn', says: 'Stopped by hand' };
  const missed = list.filter(({ met }) => !met).length;
  if (missed > 0) return { tone: 'bad', says: `${missed} of ${list.length} expectations missed` };
  return { tone: 'good', says: list.length === 0 ? 'Complete' : `Complete, all ${list.length} expectations met` };
}

function header(run: RunResult): string {
  const { tone, says } = verdict(run);
  const { title, organism, vessel } = run.scenario;
  return `<header>
<h1>${escapeHtml(title)}</h1>
<div class="meta"><span><b>Organism</b> ${escapeHtml(organism)}</span><span><b>Vessel</b> ${escapeHtml(vessel)}</span></div>
<div class="chip ${tone}">${shapes[tone]}${escapeHtml(says)}</div>
<p class="soft">${escapeHtml(run.outcome.says)}</p>
</header>`;
}

function figures({ keyFigures }: RunResult): string {
  if (keyFigures.length === 0) return '';
  const items = keyFigures.map(
    ({ says, value, unit }) => `<div><dt>${escapeHtml(says)}</dt><dd>${valueHtml(value, unit)}</dd></div>`,
  );
  return `<section><h2>Key figures</h2><dl class="figures">${items.join('')}</dl></section>`;
}

function expectations({ expectations: list }: RunResult): string {
  if (list.length === 0) return '';
  const rows = list.map(({ text, met, value, unit, limit }) => [
    verdictCell(met, met ? 'met' : 'missed'),
    escapeHtml(text),
    valueHtml(value, unit),
    escapeHtml(limit),
  ]);
  return `<section><h2>Expectations</h2>${table('What the scenario asks of this run', ['', 'expected', 'found', 'limit'], rows, [2])}</section>`;
}

function verdictCell(good: boolean, word: string): string {
  const tone = good ? 'good' : 'bad';
  return `<span class="chip ${tone}" style="margin:0;padding:1px 8px">${shapes[tone]}${word}</span>`;
}

function trends(run: RunResult, panels: ReturnType<typeof panelsOf>): string {
  const { samples, outcome, phases: spans, events } = run;
  if (panels.length === 0 || samples.timeH.length === 0)
    return '<section><h2>Trends</h2><p class="soft">No samples were recorded.</p></section>';
  const frame: ChartFrame = { timeH: samples.timeH, endH: outcome.timeH, phases: spans, events };
  const drawn = panels.map((panel, i) => {
    const keys = panel.series.map(
      ({ says, unit, colour }, s) =>
        `<span class="key"><i class="k${colour}"></i>${escapeHtml(says)} <span class="unit">${escapeHtml(unit === '-' ? '' : unit)}</span><output data-c="${panel.channels[s]!}"></output></span>`,
    );
    return `<div class="panel"><h3>${escapeHtml(panel.title)} ${keys.join('')}</h3>${chartSvg(panel, frame, i === panels.length - 1)}</div>`;
  });
  return `<section><h2>Trends <span class="soft" id="now"></span></h2>${drawn.join('')}</section>`;
}

function audit({ audit: { balances } }: RunResult): string {
  if (balances.length === 0)
    return '<section><h2>Balances</h2><p class="soft">No species of this model has a formula, so nothing can be balanced.</p></section>';
  const rows = balances.map((line) => {
    const closes = line.relative < 1e-9;
    return [
      escapeHtml(line.balance),
      ...[line.start, line.in, line.out, line.held, line.residual].map((value) => valueHtml(value)),
      shortNumber(line.relative),
      escapeHtml(line.unit),
      verdictCell(closes, closes ? 'closes' : 'open'),
    ];
  });
  return `<section><h2>Balances</h2>${table('start + in − out − held = residual, over the whole run, gas included; relative to what moved', ['', 'start', 'in', 'out', 'held', 'residual', 'relative', 'unit', ''], rows, [1, 2, 3, 4, 5, 6])}</section>`;
}

function fate({ audit: { carbonFate } }: RunResult): string {
  const total = carbonFate.reduce((sum, { molC }) => sum + molC, 0);
  if (!(total > 0)) return '';
  const share = (molC: number): string => `${((100 * molC) / total).toFixed(1)} %`;
  const bars = carbonFate.map(
    ({ name, molC }, i) =>
      `<span class="f${(i % colours) + 1}" style="flex:${molC / total}" title="${escapeHtml(name)}: ${share(molC)}"></span>`,
  );
  const items = carbonFate.map(
    ({ name, molC }, i) =>
      `<li><i class="f${(i % colours) + 1}"></i>${escapeHtml(name)} <b>${share(molC)}</b> <span class="unit">${shortNumber(molC)} mol C</span></li>`,
  );
  return `<section><h2>Where the carbon went</h2><div class="fate">${bars.join('')}</div><ul class="legend">${items.join('')}</ul></section>`;
}

function openReactions({ audit: { openReactions: open } }: RunResult): string {
  if (open.length === 0) return '';
  const items = open.map(
    ({ reaction, where, source, says }) =>
      `<div class="notice"><p><b>${escapeHtml(reaction)}</b> <code>${escapeHtml(where)}</code></p><p>${escapeHtml(says)}</p><p class="soft">${escapeHtml(source)}</p></div>`,
  );
  return `<section><h2>Published without closing</h2>${items.join('')}</section>`;
}

function phases({ phases: spans, events }: RunResult): string {
  const phaseRows = spans.map(({ name, fromH, toH, endedBy }) => [
    escapeHtml(name),
    valueHtml(fromH, 'h'),
    valueHtml(toH, 'h'),
    valueHtml(toH - fromH, 'h'),
    escapeHtml(endedBy),
  ]);
  const eventRows = events.map(({ timeH, kind, subject, says }) => [
    valueHtml(timeH, 'h'),
    kind === 'warning' ? `<span class="warn">${kind}</span>` : kind,
    escapeHtml(subject),
    escapeHtml(says),
  ]);
  return `<section><h2>Phases</h2>${table('The recipe as it ran', ['phase', 'from', 'to', 'length', 'ended by'], phaseRows, [1, 2, 3])}</section>
<section><h2>Events</h2>${table('What happened, in order; the journal holds the same', ['time', 'kind', 'subject', 'event'], eventRows, [0])}</section>`;
}

function reproducibility({ scenario, work }: RunResult, manifest: Manifest): string {
  const code = (text: string): string => `<code>${escapeHtml(text)}</code>`;
  const rows = [
    ['Seed', code(String(scenario.seed))],
    ['Method', `${code(scenario.method)}, scan ${valueHtml(scenario.scanH * 3600, 's')}`],
    [
      'Work',
      escapeHtml(
        Object.entries(work)
          .map(([name, count]) => `${name} ${count.toLocaleString('en')}`)
          .join(', '),
      ),
    ],
    [
      'Versions',
      escapeHtml(
        Object.entries(manifest.versions)
          .map(([name, version]) => `${name} ${version}`)
          .join(', '),
      ),
    ],
    ...(manifest.overrides.length > 0 ? [['Overrides', manifest.overrides.map(code).join('<br>')]] : []),
    ...manifest.inputs.map(({ path, sha256 }) => [`Input ${code(path)}`, code(`sha256 ${sha256}`)]),
    ['Journal', `${manifest.journal.size} records, root ${code(manifest.journal.root)}`],
    ['Ran', escapeHtml(`${manifest.started} to ${manifest.ended}`)],
  ];
  return `<section><h2>To run it again</h2>${table('The same inputs, seed and versions give the same bytes', ['', ''], rows, [])}</section>`;
}

function table(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  numbers: readonly number[],
): string {
  const cell = (tag: 'th' | 'td', text: string, c: number): string =>
    `<${tag}${numbers.includes(c) ? ' class="n"' : ''}${tag === 'th' ? ' scope="col"' : ''}>${text}</${tag}>`;
  const titles = head.some((title) => title !== '')
    ? `<thead><tr>${head.map((title, c) => cell('th', title, c)).join('')}</tr></thead>`
    : '';
  const lines = rows.map((row) => `<tr>${row.map((text, c) => cell('td', text, c)).join('')}</tr>`);
  return `<div class="scroll"><table><caption>${caption}</caption>${titles}<tbody>${lines.join('')}</tbody></table></div>`;
}

/** Samples for the crosshair, thinned by taking every n-th; the lines themselves are drawn from all of them. */
function cursorData({ samples, outcome }: RunResult, panels: ReturnType<typeof panelsOf>): string {
  const stride = Math.max(1, Math.ceil(samples.timeH.length / cursorSamples));
  const pick = (column: Float64Array): (number | null)[] =>
    [...column]
      .filter((_, i) => i % stride === 0)
      .map((value) => (Number.isFinite(value) ? Number(value.toPrecision(6)) : null));
  const drawn = panels.flatMap(({ channels }) => channels);
  const v = Object.fromEntries(drawn.map((c) => [c, pick(samples.columns[c]!)]));
  return JSON.stringify({
    t: pick(samples.timeH),
    v,
    end: outcome.timeH,
    left: plotLeft,
    right: plotRight,
    width: chartWidth,
  }).replaceAll('<', '\\u003c');
}
