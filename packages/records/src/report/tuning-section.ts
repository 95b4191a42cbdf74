import type { LoopTuningResult, RunResult } from '@fedbatch/runtime';
import { escapeHtml } from '@fedbatch/vocabulary';
import { sectionHtml, tableHtml } from './table.ts';
import { spanText, valueHtml } from './text.ts';
import { panelsHtml } from './trend-section.ts';

/** Relay experiments: the oscillation of each, and what every rule makes of it; nothing where there were none. */
export function tuningHtml(run: RunResult): string {
  const { tunings = [] } = run;
  if (tunings.length === 0) return '';
  const parts = tunings.map((tuning) => oneHtml(run, tuning));
  return sectionHtml('tuning', 'Relay tuning', parts.join(''));
}

function oneHtml(run: RunResult, tuning: LoopTuningResult): string {
  const { loop, sentence, timeH } = tuning;
  const chart = timeH.length > 1 ? panelsHtml(aloneOf(run, tuning), `Relay experiment on ${loop}`) : '';
  return `<h3>${escapeHtml(loop)}</h3><p>${escapeHtml(sentence)}.</p>${chart}${lawsHtml(tuning)}`;
}

/** A run of the experiment alone, in time since it began: held value and set point on the left, output on the right. */
function aloneOf(run: RunResult, tuning: LoopTuningResult): RunResult {
  const { loop, says, unit, setpoint, measured, outputPercent } = tuning;
  const beganH = tuning.timeH[0]!;
  const timeH = tuning.timeH.map((time) => time - beganH);
  const panel = `Oscillation of ${loop}`;
  const channel = (id: string, words: string, of: string) =>
    ({ id, says: words, unit: of, kind: 'told', panel }) as const;
  return {
    ...run,
    outcome: { ...run.outcome, timeH: timeH.at(-1)! },
    phases: [],
    events: [],
    references: [],
    samples: {
      channels: [
        channel('measured', says, unit),
        channel('setpoint', 'set point', unit),
        channel('output', 'output, of a stage', '%'),
      ],
      timeH,
      columns: [measured, measured.map(() => setpoint), outputPercent],
    },
  };
}

/** What the rules make of it: settings as a scenario has them. */
function lawsHtml({ found, difference }: LoopTuningResult): string {
  if (!found) return '';
  const number = 'number' as const;
  const rows = found.laws.map(({ rule, band, resetH, derivativeH }) => [
    escapeHtml(rule),
    valueHtml(band, difference),
    spanText(resetH),
    derivativeH > 0 ? spanText(derivativeH) : 'none',
  ]);
  return tableHtml({
    caption: 'Settings of the loop by each rule',
    columns: [
      { title: 'rule' },
      { title: 'band', align: number },
      { title: 'reset', align: number },
      { title: 'derivative', align: number },
    ],
    rows,
  });
}
