import type { RunResult } from '@fedbatch/runtime';
import { escapeHtml } from '@fedbatch/vocabulary';
import { chipHtml, noticeHtml, type Tone } from './mark.ts';
import { sectionHtml, tableHtml } from './table.ts';
import { shortNumber, valueHtml } from './text.ts';

/** What became of the run, in one line. */
export function verdictOf({ outcome, expectations }: RunResult): { tone: Tone; says: string } {
  if (outcome.kind === 'failed') return { tone: 'bad', says: 'Numerical failure' };
  if (outcome.kind === 'stopped') return { tone: 'warn', says: 'Stopped by hand' };
  const missed = expectations.filter(({ met }) => !met).length;
  if (missed > 0) return { tone: 'bad', says: `${missed} of ${expectations.length} expectations missed` };
  if (expectations.length === 0) return { tone: 'good', says: 'Complete' };
  return { tone: 'good', says: `Complete, all ${expectations.length} expectations met` };
}

export function headerHtml(run: RunResult): string {
  const { tone, says } = verdictOf(run);
  const { title, organism, vessel } = run.scenario;
  const facts = [
    ['Organism', organism],
    ['Vessel', vessel],
  ].map(([name, value]) => `<div><dt>${name}</dt><dd>${escapeHtml(value!)}</dd></div>`);
  const ending = run.outcome.kind === 'complete' ? `<p class="soft">${escapeHtml(run.outcome.says)}</p>` : '';
  return `<header><h1>${escapeHtml(title)}</h1><dl class="facts">${facts.join('')}</dl>
<div class="verdict">${chipHtml(tone, says, 'large')}${ending}</div></header>${endingHtml(run)}`;
}

/** A run that did not come to its end says so before it shows a figure. */
function endingHtml({ outcome }: RunResult): string {
  if (outcome.kind === 'complete') return '';
  const [tone, verb] = outcome.kind === 'failed' ? (['bad', 'failed'] as const) : (['warn', 'was stopped'] as const);
  const body = `<p>${escapeHtml(outcome.says)}</p><p class="soft">What follows is what had been recorded by then.</p>`;
  return noticeHtml(tone, `The run ${verb} at ${shortNumber(outcome.timeH)} h`, body);
}

export function figuresHtml({ keyFigures }: RunResult): string {
  if (keyFigures.length === 0) return '';
  const tiles = keyFigures.map(
    ({ says, value, unit }) => `<div><dt>${escapeHtml(says)}</dt><dd>${valueHtml(value, unit)}</dd></div>`,
  );
  return sectionHtml('figures', 'Key figures', `<dl class="figures">${tiles.join('')}</dl>`);
}

export function expectationsHtml({ expectations }: RunResult): string {
  if (expectations.length === 0) return '';
  const rows = expectations.map(({ text, met, value, unit, limit }) => [
    escapeHtml(text),
    valueHtml(value, unit),
    escapeHtml(limit),
    chipHtml(met ? 'good' : 'bad', met ? 'met' : 'missed'),
  ]);
  const columns = [
    { title: 'expected' },
    { title: 'found', align: 'number' as const },
    { title: 'limit' },
    { title: '' },
  ];
  const caption = 'What the scenario asks of this run';
  return sectionHtml('expectations', 'Expectations', tableHtml({ caption, columns, rows }));
}
