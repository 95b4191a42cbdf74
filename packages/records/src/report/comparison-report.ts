import type { ComparedStrategy, ComparisonResult, Difference } from '@fedbatch/runtime';
import { escapeHtml } from '@fedbatch/vocabulary';
import type { ResultContext } from '../result-folder.ts';
import { axisOf, timeTicks } from './axis.ts';
import { type Band, bandPanelHtml, boxSvg, commonTimes, timeAxisHtml } from './band-chart.ts';
import { chipHtml } from './mark.ts';
import { pageHtml } from './page.ts';
import { studyProvenanceHtml } from './study-provenance.ts';
import { seriesColours } from './style.ts';
import { sectionHtml, tableHtml } from './table.ts';
import { shortNumber, unitHtml, valueHtml } from './text.ts';

const colourOf = (index: number): number => (index % seriesColours) + 1;

/** A comparison as one HTML file without scripts. Every text in it is escaped; `folders` are links to the ensembles beside it. */
export function comparisonReportHtml(
  result: ComparisonResult,
  folders: readonly string[],
  key: string,
  context: ResultContext,
): string {
  const parts = [
    headerHtml(result),
    overviewHtml(result, folders),
    figuresHtml(result),
    expectationsHtml(result),
    trendsHtml(result),
    settingsHtml(result, key, context),
  ];
  return pageHtml({ title: `${result.title} – comparison`, parts });
}

function headerHtml({ title, strategies, ended }: ComparisonResult): string {
  const { ensemble } = strategies[0]!;
  const plants = ensemble.design.members;
  const says =
    ended === 'stopped'
      ? 'Stopped by hand: not every strategy met every plant'
      : `${strategies.length} strategies, each on the same ${plants} plants`;
  const facts = [
    ['Organism', ensemble.scenario.organism],
    ['Vessel', ensemble.scenario.vessel],
    ['Design', `${ensemble.design.kind}, seed ${ensemble.design.seed}, ${ensemble.varied.length} quantities vary`],
  ].map(([name, value]) => `<div><dt>${name}</dt><dd>${escapeHtml(value!)}</dd></div>`);
  return `<header><h1>${escapeHtml(title)}</h1><dl class="facts">${facts.join('')}</dl>
<div class="verdict">${chipHtml(ended === 'stopped' ? 'warn' : 'good', says, 'large')}</div></header>`;
}

function nameHtml({ name }: ComparedStrategy, i: number): string {
  return `<svg class="swatch" viewBox="0 0 24 8" aria-hidden="true"><path class="line s${colourOf(i)}" d="M1 4H23"/></svg>${escapeHtml(name)}`;
}

function overviewHtml({ strategies }: ComparisonResult, folders: readonly string[]): string {
  const rows = strategies.map((strategy, i) => {
    const { ensemble, clean, says } = strategy;
    const failed = ensemble.members.filter(({ outcome }) => outcome.kind === 'failed').length;
    return [
      nameHtml(strategy, i),
      escapeHtml(says ?? ''),
      `${shortNumber(Number((100 * clean).toFixed(1)))} %`,
      `<span class="bar" aria-hidden="true"><i class="f${colourOf(i)}" style="width:${(100 * clean || 0).toFixed(1)}%"></i></span>`,
      String(ensemble.members.length),
      String(failed),
      `<a href="${encodeURI(folders[i]!)}/report.html">envelopes and sensitivities</a>`,
    ];
  });
  const number = (title: string) => ({ title, align: 'number' as const });
  const columns = [
    { title: '' },
    { title: '' },
    number('every expectation met'),
    { title: '' },
    number('plants'),
    number('failed'),
    { title: '' },
  ];
  const caption = 'A plant counts where the run came to its end and met all that the scenario expects';
  return sectionHtml('overview', 'Strategies', tableHtml({ caption, columns, rows, width: 'wide' }));
}

/** For each figure the strategies on one axis, and what each makes of the same plants beside the first. */
function figuresHtml({ figures, strategies }: ComparisonResult): string {
  if (figures.length === 0) return '';
  const first = strategies[0]!.name;
  const tables = figures.map(({ says, unit }, f) => {
    const ends = strategies.flatMap(({ spread }) => [spread[f]!.p5, spread[f]!.p95]).filter(Number.isFinite);
    const axis = axisOf([{ values: Float64Array.from(ends) }]);
    const rows = strategies.map((strategy, i) => {
      const { p5, p50, p95 } = strategy.spread[f]!;
      return [
        nameHtml(strategy, i),
        boxSvg(strategy.spread[f]!, axis, colourOf(i)),
        valueHtml(p5),
        valueHtml(p50),
        valueHtml(p95),
        ...differenceCells(strategy.differences[f]!),
      ];
    });
    const number = (title: string) => ({ title, align: 'number' as const });
    const columns = [
      { title: '' },
      { title: `${shortNumber(axis.low)} … ${shortNumber(axis.high)}` },
      number('5 %'),
      number('median'),
      number('95 %'),
      number(`less ${first}`),
      number('95 % interval'),
      { title: '' },
    ];
    return `<h3>${escapeHtml(says)}${unitHtml(unit)}</h3>${tableHtml({ caption: 'Box: half of the plants; line: nine of ten', columns, rows, width: 'wide' })}`;
  });
  const note = `<p class="soft">“Less ${escapeHtml(first)}” is the mean over plants of this strategy less ${escapeHtml(first)} on the same plant, with the 95 % interval of a paired bootstrap. A mark stands where the interval leaves out zero.</p>`;
  return sectionHtml('figures', 'Key figures', note + tables.join(''));
}

function differenceCells(difference: Difference | null): string[] {
  if (!difference) return ['', '', ''];
  const { mean, low, high } = difference;
  const sign = (value: number): string => (value > 0 ? '+' : '') + shortNumber(value);
  const differs = low > 0 || high < 0 ? chipHtml('warn', low > 0 ? 'higher' : 'lower') : '';
  return [sign(mean), `${sign(low)} … ${sign(high)}`, differs];
}

function expectationsHtml({ strategies }: ComparisonResult): string {
  const texts = [...new Set(strategies.flatMap(({ ensemble }) => ensemble.expectations))];
  if (texts.length === 0) return '';
  const rows = texts.map((text) => [
    escapeHtml(text),
    ...strategies.map(({ ensemble }) => {
      const e = ensemble.expectations.indexOf(text);
      if (e < 0 || ensemble.members.length === 0) return '–';
      const met = ensemble.members.filter((member) => member.met[e]).length;
      return `${shortNumber(Number(((100 * met) / ensemble.members.length).toFixed(1)))} %`;
    }),
  ]);
  const columns = [{ title: 'expected' }, ...strategies.map(({ name }) => ({ title: name, align: 'number' as const }))];
  return sectionHtml(
    'expectations',
    'How often expectations are met',
    tableHtml({ caption: 'Share of the plants', columns, rows, width: 'wide' }),
  );
}

function trendsHtml({ strategies }: ComparisonResult): string {
  const channels = strategies[0]!.ensemble.envelopes.map(({ channel }) => channel);
  const times = strategies.map(({ ensemble }) => commonTimes(ensemble));
  const endH = Math.max(...times.map((timeH) => timeH.at(-1) ?? 0));
  if (!(endH > 0)) return '';
  const ticks = timeTicks(endH);
  const panels = channels.map((channel) => {
    const bands = strategies.flatMap(({ name, ensemble }, i): Band[] => {
      const envelope = ensemble.envelopes.find((one) => one.channel.id === channel.id);
      return envelope && times[i]!.length > 1 ? [{ envelope, timeH: times[i]!, colour: colourOf(i), name }] : [];
    });
    return bands.length === 0 ? '' : bandPanelHtml(bands, endH, ticks);
  });
  const note =
    '<p class="soft">Lines: medians. Bands: nine of ten plants. A line ends when half of its runs have ended.</p>';
  return sectionHtml(
    'trends',
    'Trends',
    `${note}<div class="trends one">${panels.join('')}${timeAxisHtml(endH)}</div>`,
  );
}

function settingsHtml({ strategies }: ComparisonResult, key: string, context: ResultContext): string {
  const varied = strategies[0]!.ensemble.varied.map(({ id, says, drawn }) => [
    `<code>${escapeHtml(id)}</code>`,
    escapeHtml(says),
    escapeHtml(drawn),
  ]);
  const before = tableHtml({
    caption: 'What differs between plants; cut at the range of each',
    columns: [{ title: 'quantity' }, { title: '' }, { title: 'drawn from' }],
    rows: varied,
    width: 'wide',
  });
  return studyProvenanceHtml('Comparison', key, context, { before });
}
