import type { Candidate, OptimisationResult } from '@fedbatch/runtime';
import { escapeHtml } from '@fedbatch/vocabulary';
import { bestSettings } from '../optimisation-folder.ts';
import type { ResultContext } from '../result-folder.ts';
import { axisOf, niceAxis } from './axis.ts';
import { chartSvg } from './line-chart.ts';
import { chipHtml } from './mark.ts';
import { pageHtml } from './page.ts';
import { studyProvenanceHtml } from './study-provenance.ts';
import { sectionHtml, tableHtml } from './table.ts';
import { shortNumber, unitHtml, valueHtml } from './text.ts';

const shownBest = 12;
const number = (title: string) => ({ title, align: 'number' as const });
const endings = {
  settled: ['good', 'Settled: the last candidates do not differ for anybody'],
  spent: ['warn', 'All runs that were allowed are spent; more may find something better'],
  stopped: ['warn', 'Stopped by hand'],
} as const;

/** A search as one HTML file without scripts. Every text in it is escaped. */
export function optimisationReportHtml(result: OptimisationResult, key: string, context: ResultContext): string {
  const parts = [
    headerHtml(result),
    bestHtml(result),
    courseHtml(result),
    triedHtml(result),
    studyProvenanceHtml('Search', key, context),
  ];
  return pageHtml({ title: `${result.scenario} – optimisation`, parts });
}

function headerHtml({ scenario, sense, figure, ended, candidates, sought, seed }: OptimisationResult): string {
  const [tone, says] = endings[ended];
  const facts = [
    ['Sought', `${sense === 'maximise' ? 'the highest' : 'the lowest'} ${figure.says}, with every expectation met`],
    ['Over', `${sought.length} ${sought.length === 1 ? 'setting' : 'settings'}`],
    ['Runs', `${candidates.length}, seed ${seed}`],
  ].map(([name, value]) => `<div><dt>${name}</dt><dd>${escapeHtml(value!)}</dd></div>`);
  return `<header><h1>${escapeHtml(scenario)}</h1><dl class="facts">${facts.join('')}</dl>
<div class="verdict">${chipHtml(tone, says, 'large')}</div></header>`;
}

function bestHtml(result: OptimisationResult): string {
  const { best, nominal, sought, figure } = result;
  if (!best) return sectionHtml('best', 'The best', '<p>No run came to its end.</p>');
  const met = best.missed === 0 ? chipHtml('good', 'every expectation met') : chipHtml('bad', 'expectations missed');
  const rows = sought.map(({ path, low, high, unit }, i) => [
    escapeHtml(path),
    valueHtml(best.values[i]!, unit),
    `${shortNumber(low)} … ${shortNumber(high)}${unitHtml(unit)}`,
    isAtEdge(best.values[i]!, low, high) ? chipHtml('warn', 'at its limit') : '',
  ]);
  const columns = [{ title: 'setting' }, number('best'), number('sought between'), { title: '' }];
  const figureLine = `<p>${escapeHtml(figure.says)} ${valueHtml(best.figure ?? Number.NaN, figure.unit)} (the scenario itself: ${valueHtml(nominal.figure ?? Number.NaN, figure.unit)}${nominal.missed > 0 ? ', with expectations missed' : ''}) ${met}</p>`;
  const command = `<p><code>${escapeHtml(
    bestSettings(result)
      .map((text) => `--set "${text}"`)
      .join(' '),
  )}</code></p>`;
  return sectionHtml(
    'best',
    'The best',
    figureLine + tableHtml({ caption: 'Settings', columns, rows, width: 'wide' }) + command,
  );
}

const isAtEdge = (value: number, low: number, high: number): boolean =>
  Math.min(value - low, high - value) < 0.005 * (high - low);

/** The figure of each run, and the best of those before it that met every expectation. */
function courseHtml({ candidates, figure, sense }: OptimisationResult): string {
  const found = Float64Array.from(candidates, (candidate) => candidate.figure ?? Number.NaN);
  let best = Number.NaN;
  const course = Float64Array.from(candidates, ({ figure: value, missed }) => {
    const isBetter = Number.isNaN(best) || (sense === 'maximise' ? value! > best : value! < best);
    if (value !== null && missed === 0 && isBetter) best = value;
    return best;
  });
  const axis = axisOf([{ values: found }, { values: course }]);
  const timeH = Float64Array.from(candidates, (_, i) => i + 1);
  const endH = Math.max(1, candidates.length);
  const frame = { timeH, endH, timeTicks: niceAxis(0, endH, 8).ticks.filter((tick) => tick <= endH), phases: [] };
  const series = [
    { says: 'best so far', unit: figure.unit, values: course, colour: 1, axis, reference: { timeH, values: found } },
  ];
  const chart = chartSvg(figure.says, series, frame);
  const note = `<p class="soft">${escapeHtml(figure.says)}${unitHtml(figure.unit)} from ${shortNumber(axis.low)} to ${shortNumber(axis.high)}, over ${candidates.length} runs. Line: the best so far that meets every expectation; dots: some of the runs.</p>`;
  return sectionHtml(
    'course',
    'How it was found',
    `${note}<div class="trends one"><div class="plot">${chart}</div></div>`,
  );
}

function triedHtml({ candidates, sought, figure, sense }: OptimisationResult): string {
  const cost = ({ figure: value }: Candidate): number =>
    value === null ? Number.MAX_VALUE : sense === 'maximise' ? -value : value;
  const shown = [...candidates].sort((a, b) => a.missed - b.missed || cost(a) - cost(b)).slice(0, shownBest);
  const rows = shown.map(({ index, values, figure: value, missed }) => [
    String(index + 1),
    ...values.map((one, i) => valueHtml(one, sought[i]!.unit)),
    valueHtml(value ?? Number.NaN, figure.unit),
    missed === 0 ? 'all' : `missed by ${shortNumber(100 * missed)} %`,
  ]);
  const columns = [
    number('run'),
    ...sought.map(({ path }) => number(path)),
    number(figure.says),
    { title: 'expectations' },
  ];
  const caption = 'How flat the top is: settings that do nearly as well';
  return sectionHtml('tried', 'The best runs', tableHtml({ caption, columns, rows, width: 'wide' }));
}
