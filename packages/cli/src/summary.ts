import type { RunResult } from '@fedbatch/station';
import { numberText, tableText } from './number-text.ts';

/** The end of a run for a terminal: figures, audit, expectations, outcome. */
export function summaryText(result: RunResult): string {
  const parts = [
    `${result.scenario.title}`,
    outcomeText(result),
    phasesText(result),
    figuresText(result),
    auditText(result),
    openText(result),
    expectationsText(result),
    warningsText(result),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function outcomeText({ outcome, work, scenario }: RunResult): string {
  const calls = `${work.acceptedSteps?.toLocaleString('en')} steps, ${work.rhsCalls?.toLocaleString('en')} right-hand-side calls, method ${scenario.method}`;
  return `${outcome.says}\n${calls}`;
}

function phasesText({ phases }: RunResult): string {
  const rows = phases.map(({ name, fromH, toH, endedBy }) => [
    name,
    `${numberText(fromH)} h`,
    `${numberText(toH)} h`,
    endedBy,
  ]);
  return rows.length === 0 ? '' : `Phases\n${tableText([['', 'from', 'to', 'ended'], ...rows], [1, 2])}`;
}

function figuresText({ keyFigures }: RunResult): string {
  const rows = keyFigures.map(({ says, value, unit }) => [says, numberText(value), unit === '-' ? '' : unit]);
  return rows.length === 0 ? '' : `Key figures\n${tableText(rows, [1])}`;
}

function auditText({ audit }: RunResult): string {
  const rows = audit.balances.map((line) => [
    line.balance,
    ...[line.start, line.in, line.out, line.held].map(numberText),
    line.residual.toExponential(1),
    line.relative.toExponential(1),
    line.unit,
  ]);
  return rows.length === 0
    ? ''
    : `Audit (start + in - out - held = residual)\n${tableText([['', 'start', 'in', 'out', 'held', 'residual', 'relative', ''], ...rows], [1, 2, 3, 4, 5, 6])}`;
}

function openText({ audit }: RunResult): string {
  if (audit.openReactions.length === 0) return '';
  const lines = audit.openReactions.map(({ reaction, where, says }) => `  ${reaction} (${where}): ${says}`);
  return ['Reactions that were published without closing', ...lines].join('\n');
}

function expectationsText({ expectations }: RunResult): string {
  if (expectations.length === 0) return '';
  const rows = expectations.map(({ text, met, value, unit, limit }) => [
    met ? 'met' : 'MISSED',
    text,
    `${numberText(value)}${unit === '-' ? '' : ` ${unit}`}`,
    limit,
  ]);
  return `Expectations\n${tableText([['', '', 'found', 'wanted'], ...rows], [])}`;
}

function warningsText({ events }: RunResult): string {
  const lines = events
    .filter(({ kind }) => kind === 'warning' || kind === 'alarm')
    .map(({ timeH, subject, says }) => `  ${numberText(timeH)} h  ${subject}: ${says}`);
  return lines.length === 0 ? '' : ['Alarms and warnings', ...lines].join('\n');
}
