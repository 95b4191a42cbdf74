import type { BalanceLine, RunResult } from '@fedbatch/runtime';
import { escapeHtml } from '@fedbatch/vocabulary';
import { chipHtml, noticeHtml } from './mark.ts';
import { seriesColours } from './style.ts';
import { sectionHtml, tableHtml } from './table.ts';
import { shortNumber, valueHtml } from './text.ts';

/** Relative residual under which a balance is said to close. */
const closedBelow = 1e-9;

export function balancesHtml({ audit: { balances } }: RunResult): string {
  if (balances.length === 0)
    return sectionHtml(
      'balances',
      'Balances',
      '<p class="soft">No species of this model has a formula, so nothing can be balanced.</p>',
    );
  const number = 'number' as const;
  const columns = [
    { title: '' },
    ...['start', 'in', 'out', 'held', 'residual', 'relative'].map((title) => ({ title, align: number })),
    { title: '' },
  ];
  const caption = 'start + in − out − held = residual, over the whole run, gas included; relative to what moved';
  return sectionHtml(
    'balances',
    'Balances',
    tableHtml({ caption, columns, rows: balances.map(balanceRow), width: 'wide' }),
  );
}

function balanceRow(line: BalanceLine): string[] {
  const closes = line.relative < closedBelow;
  return [
    `${escapeHtml(line.balance)} <span class="unit">${escapeHtml(line.unit)}</span>`,
    ...[line.start, line.in, line.out, line.held, line.residual, line.relative].map((value) => valueHtml(value)),
    chipHtml(closes ? 'good' : 'bad', closes ? 'closes' : 'open'),
  ];
}

/** Share of the bar in % from which its number fits inside. */
const labelledFrom = 8;

export function fateHtml({ audit: { carbonFate } }: RunResult): string {
  const parts = carbonFate.filter(({ molC }) => molC > 0);
  const total = parts.reduce((sum, { molC }) => sum + molC, 0);
  if (!(total > 0)) return '';
  const shares = parts.map(({ name, molC }, i) => ({
    name: escapeHtml(name),
    molC,
    share: (100 * molC) / total,
    colour: (i % seriesColours) + 1,
  }));
  const percent = (share: number): string => (share < 0.05 ? 'under 0.1 %' : `${share.toFixed(1)} %`);
  const bars = shares.map(
    ({ name, share, colour }) =>
      `<span class="f${colour}" style="flex-grow:${share.toFixed(4)}" title="${name}: ${percent(share)}">${share >= labelledFrom ? `${share.toFixed(0)} %` : ''}</span>`,
  );
  const items = shares.map(
    ({ name, molC, share, colour }) =>
      `<li><i class="f${colour}"></i><span>${name} <b>${percent(share)}</b> <span class="unit" title="${molC} mol">${shortNumber(molC)} mol</span></span></li>`,
  );
  return sectionHtml(
    'fate',
    'Where the carbon went',
    `<div class="fate" aria-hidden="true">${bars.join('')}</div><ul class="legend">${items.join('')}</ul>`,
  );
}

/** Reactions that their paper published without closing; the figures of such a model carry that error. */
export function openReactionsHtml({ audit: { openReactions } }: RunResult): string {
  if (openReactions.length === 0) return '';
  const items = openReactions.map(
    ({ reaction, where, source, says }) =>
      `<li><b>${escapeHtml(reaction)}</b> <code>${escapeHtml(where)}</code><br>${escapeHtml(says)} <span class="soft">${escapeHtml(source)}</span></li>`,
  );
  const count = openReactions.length === 1 ? 'One reaction does' : `${openReactions.length} reactions do`;
  return noticeHtml('warn', `${count} not close, as published`, `<ul>${items.join('')}</ul>`);
}
