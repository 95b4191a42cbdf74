import type { EnsembleMember, EnsembleResult } from '@fedbatch/runtime';
import { escapeHtml } from '@fedbatch/vocabulary';
import type { ResultContext } from '../result-folder.ts';
import { timeTicks } from './axis.ts';
import { bandPanelHtml, commonTimes, histogramSvg, timeAxisHtml } from './band-chart.ts';
import { chipHtml, noticeHtml } from './mark.ts';
import { pageHtml } from './page.ts';
import { studyProvenanceHtml } from './study-provenance.ts';
import { seriesColours } from './style.ts';
import { sectionHtml, tableHtml } from './table.ts';
import { shortNumber, unitHtml, valueHtml } from './text.ts';

/** Most failures that are told one by one. */
const failureLimit = 12;

/** An ensemble as one HTML file without scripts, that opens from disk and asks the network for nothing. Every text in it is escaped. */
export function ensembleReportHtml(result: EnsembleResult, key: string, context: ResultContext): string {
  const parts = [
    headerHtml(result),
    failuresHtml(result),
    expectationsHtml(result),
    figuresHtml(result),
    envelopesHtml(result),
    sensitivityHtml(result),
    variedHtml(result),
    provenanceHtml(result, key, context),
  ];
  return pageHtml({ title: `${result.scenario.title} – ensemble`, parts });
}

const count = (members: readonly EnsembleMember[], kind: string): number =>
  members.filter(({ outcome }) => outcome.kind === kind).length;

function headerHtml({ scenario, design, members, varied, ended }: EnsembleResult): string {
  const failed = count(members, 'failed');
  const says =
    ended === 'stopped'
      ? `Stopped after ${members.length} of ${design.members} members`
      : failed > 0
        ? `${failed} of ${members.length} members failed`
        : `All ${members.length} members ran to their end`;
  const tone = ended === 'stopped' ? 'warn' : failed > 0 ? 'bad' : 'good';
  const facts = [
    ['Organism', scenario.organism],
    ['Vessel', scenario.vessel],
    ['Design', `${design.kind}, ${design.members} members, seed ${design.seed}, ${varied.length} quantities vary`],
  ].map(([name, value]) => `<div><dt>${name}</dt><dd>${escapeHtml(value!)}</dd></div>`);
  return `<header><h1>${escapeHtml(scenario.title)}: ensemble</h1><dl class="facts">${facts.join('')}</dl>
<div class="verdict">${chipHtml(tone, says, 'large')}</div></header>`;
}

function failuresHtml({ members }: EnsembleResult): string {
  const failed = members.filter(({ outcome }) => outcome.kind === 'failed');
  if (failed.length === 0) return '';
  const lines = failed
    .slice(0, failureLimit)
    .map(({ index, outcome }) => `<li>member ${index}: ${escapeHtml(outcome.says)}</li>`);
  const more = failed.length > failureLimit ? `<p class="soft">… and ${failed.length - failureLimit} more</p>` : '';
  const body = `<ul>${lines.join('')}</ul>${more}<p class="soft">They count in the envelopes up to where they failed, and not in the figures.</p>`;
  return noticeHtml('bad', `${failed.length} of ${members.length} members failed`, body);
}

function expectationsHtml({ expectations, members }: EnsembleResult): string {
  if (expectations.length === 0 || members.length === 0) return '';
  const rows = expectations.map((text, e) => {
    const met = members.filter((member) => member.met[e]).length;
    const share = (100 * met) / members.length;
    return [escapeHtml(text), `${shortNumber(share)} %`, barHtml(share / 100), `${met} of ${members.length}`];
  });
  const columns = [{ title: 'expected' }, { title: 'met by', align: 'number' as const }, { title: '' }, { title: '' }];
  const caption = 'Share of the members that meet what the scenario asks of a run';
  return sectionHtml('expectations', 'How often expectations are met', tableHtml({ caption, columns, rows }));
}

function figuresHtml({ figures, members }: EnsembleResult): string {
  if (figures.length === 0) return '';
  const rows = figures.map(({ says, unit }, f) => {
    const values = members.flatMap(({ figures: found }) => found[f] ?? []).sort((a, b) => a - b);
    const at = (share: number): string => {
      const place = share * (values.length - 1);
      const low = values[Math.floor(place)] ?? Number.NaN;
      const high = values[Math.ceil(place)] ?? Number.NaN;
      return valueHtml(low + (place - Math.floor(place)) * (high - low));
    };
    const bars = histogramSvg(
      values,
      `${says}: how ${values.length} values are spread between the lowest and the highest`,
    );
    return [`${escapeHtml(says)}${unitHtml(unit)}`, at(0), at(0.05), at(0.5), at(0.95), at(1), bars];
  });
  const number = (title: string) => ({ title, align: 'number' as const });
  const columns = [
    { title: '' },
    number('lowest'),
    number('5 %'),
    number('median'),
    number('95 %'),
    number('highest'),
    { title: 'spread' },
  ];
  const caption = 'Key figures over all members that have them';
  return sectionHtml('figures', 'Key figures', tableHtml({ caption, columns, rows, width: 'wide' }));
}

function envelopesHtml(result: EnsembleResult): string {
  const { envelopes } = result;
  const timeH = commonTimes(result);
  if (timeH.length < 2) return '';
  const endH = timeH.at(-1)!;
  const panels = envelopes.map((envelope, i) =>
    bandPanelHtml([{ envelope, timeH, colour: (i % seriesColours) + 1 }], endH, timeTicks(endH)),
  );
  const note =
    '<p class="soft">Line: median. Dark band: half of the members. Light band: nine of ten. A member counts as long as it runs; the drawing ends when half of them have ended, the table <code>envelopes.csv</code> goes on.</p>';
  return sectionHtml(
    'envelopes',
    'Envelopes',
    `${note}<div class="trends one">${panels.join('')}${timeAxisHtml(endH)}</div>`,
  );
}

/** A table a figure: what moves it, the strongest first. */
function sensitivityHtml({ figures, varied, sensitivities, members }: EnsembleResult): string {
  if (varied.length === 0 || figures.length === 0) return '';
  // Smaller ones may be what chance makes of so many members.
  const visible = 2 / Math.sqrt(members.length);
  const tables = figures.flatMap(({ says }, f) => {
    const rows = varied
      .map((quantity, v) => ({ quantity, ...sensitivities[f]![v]! }))
      .filter(({ rank, firstOrder }) => Math.abs(rank) >= visible || firstOrder >= visible)
      .sort((a, b) => b.firstOrder - a.firstOrder || Math.abs(b.rank) - Math.abs(a.rank))
      .map(({ quantity, rank, firstOrder }) => [
        `<code>${escapeHtml(quantity.id)}</code> ${escapeHtml(quantity.says)}`,
        shortNumber(Number(firstOrder.toFixed(2))),
        barHtml(firstOrder),
        shortNumber(Number(rank.toFixed(2))),
      ]);
    if (rows.length === 0) return [];
    const columns = [
      { title: '' },
      { title: 'share of the variance', align: 'number' as const },
      { title: '' },
      { title: 'rank correlation', align: 'number' as const },
    ];
    return [tableHtml({ caption: says, columns, rows, width: 'wide' })];
  });
  if (tables.length === 0) return '';
  const note =
    '<p class="soft">Share of the variance: first-order Sobol index, from the means in classes of the quantity; its error is about one over the square root of the number of members. Rank correlation: Spearman.</p>';
  return sectionHtml('sensitivity', 'What moves the key figures', note + tables.join(''));
}

function barHtml(share: number): string {
  const width = (100 * Math.min(1, Math.max(0, share))).toFixed(1);
  return `<span class="bar" aria-hidden="true"><i class="f1" style="width:${width}%"></i></span>`;
}

function variedHtml({ varied }: EnsembleResult): string {
  const rows = varied.map(({ id, says, drawn }) => [
    `<code>${escapeHtml(id)}</code>`,
    escapeHtml(says),
    escapeHtml(drawn),
  ]);
  const columns = [{ title: 'quantity' }, { title: '' }, { title: 'drawn from' }];
  return sectionHtml(
    'varied',
    'What varies',
    tableHtml({ caption: 'Distributions, cut at the range of each', columns, rows, width: 'wide' }),
  );
}

/** How the members were integrated, as a sentence. */
export const integrationText = ({ by, why }: EnsembleResult['integration']): string =>
  by === 'lanes'
    ? 'Integrated in WebAssembly lanes, many members at once.'
    : `Integrated one by one in JavaScript: ${why}.`;

function provenanceHtml(
  { scenario, design, integration }: EnsembleResult,
  key: string,
  context: ResultContext,
): string {
  const { overrides } = context;
  const code = (text: string): string => `<code>${escapeHtml(text)}</code>`;
  const more = [
    [
      'Design',
      `${code(design.kind)}, seed ${code(String(design.seed))}; the scenario's own seed is ${code(String(scenario.seed))}`,
    ],
    ['Integration', escapeHtml(integrationText(integration))],
    ...(overrides.length > 0 ? [['Settings', overrides.map(code).join('<br>')]] : []),
  ];
  return studyProvenanceHtml('Ensemble', key, context, { more });
}
