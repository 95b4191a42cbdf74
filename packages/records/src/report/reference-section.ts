import type { RunResult } from '@fedbatch/runtime';
import { escapeHtml } from '@fedbatch/vocabulary';
import { sectionHtml, tableHtml } from './table.ts';
import { valueHtml } from './text.ts';
import { panelsHtml } from './trend-section.ts';

/** Runs that hold a model to data: curves with the data as dots, and how far they are apart at most. One sentence where there is none. */
export function referencesHtml(runs: readonly RunResult[]): string {
  const body = runs.map(runHtml).join('');
  const none = '<p class="soft">No scenario under <code>reference</code> in this file holds it to data.</p>';
  return sectionHtml('reference', 'Against its reference', body || none);
}

function runHtml(run: RunResult): string {
  const title = `<h3>${escapeHtml(run.scenario.title)}</h3>`;
  if (run.outcome.kind !== 'complete') return `${title}<p class="bad">${escapeHtml(run.outcome.says)}</p>`;
  const compared = comparedAlone(run);
  const label = `${run.scenario.title}: lines are this model, dots the reference`;
  return `${title}${panelsHtml(compared, label)}${deviationsHtml(run)}`;
}

/** The run with panels for what is compared, and for nothing else. */
function comparedAlone(run: RunResult): RunResult {
  const compared = new Set(run.references.map(({ channel }) => channel));
  const channels = run.samples.channels.map(({ panel, ...channel }) =>
    compared.has(channel.id)
      ? { ...channel, panel: panel ?? channel.says.replace(/^./, (letter) => letter.toUpperCase()) }
      : channel,
  );
  return { ...run, samples: { ...run.samples, channels } };
}

function deviationsHtml({ references, keyFigures, samples }: RunResult): string {
  const rows = references.flatMap(({ channel, timeH }) => {
    const figure = keyFigures.find(({ id }) => id === `${channel}.deviation`);
    const says = samples.channels.find(({ id }) => id === channel)?.says ?? channel;
    if (!figure || timeH.length === 0) return [];
    return [
      [
        escapeHtml(says),
        valueHtml(figure.value, figure.unit),
        String(timeH.length),
        spanHtml(timeH[0]!, timeH.at(-1)!),
      ],
    ];
  });
  return tableHtml({
    caption: 'Largest deviation, of the largest value of the reference',
    columns: [
      { title: 'quantity' },
      { title: 'deviation', align: 'number' },
      { title: 'points', align: 'number' },
      { title: 'compared' },
    ],
    rows,
  });
}

function spanHtml(fromH: number, toH: number): string {
  return fromH === toH ? `at ${valueHtml(toH, 'h')}` : `from ${valueHtml(fromH)} to ${valueHtml(toH, 'h')}`;
}
