import type { RunEvent, RunResult } from '@fedbatch/runtime';
import { escapeHtml } from '@fedbatch/vocabulary';
import { markSvg } from './mark.ts';
import { sectionHtml, tableHtml } from './table.ts';
import { shortNumber, unitHtml, valueHtml } from './text.ts';

/** Most events that the page lists; the journal has them all. */
const listedEvents = 200;
const number = 'number' as const;

export function phasesHtml({ phases }: RunResult): string {
  if (phases.length === 0) return '';
  const rows = phases.map(({ name, fromH, toH, endedBy }) => [
    escapeHtml(name),
    valueHtml(fromH, 'h'),
    valueHtml(toH, 'h'),
    valueHtml(toH - fromH, 'h'),
    escapeHtml(endedBy),
  ]);
  const columns = [
    { title: 'phase' },
    ...['from', 'to', 'length'].map((title) => ({ title, align: number })),
    { title: 'ended by' },
  ];
  return sectionHtml('phases', 'Phases', tableHtml({ caption: 'The recipe as it ran', columns, rows, width: 'wide' }));
}

export function eventsHtml({ events }: RunResult): string {
  if (events.length === 0) return '';
  const rows = events
    .slice(0, listedEvents)
    .map((event) => [
      valueHtml(event.timeH, 'h'),
      event.kind === 'warning' || event.kind === 'alarm'
        ? `<span class="warn">${markSvg('warn')} ${event.kind}</span>`
        : escapeHtml(event.kind),
      escapeHtml(event.subject),
      `${escapeHtml(event.says)}${changeHtml(event)}`,
    ]);
  const columns = [{ title: 'time', align: number }, { title: 'kind' }, { title: 'subject' }, { title: 'event' }];
  const more = events.length - rows.length;
  const note = more > 0 ? { note: `${more} more stand in journal.jsonl.` } : {};
  const caption = 'What happened, in order; the journal holds the same';
  return sectionHtml('events', 'Events', tableHtml({ caption, columns, rows, width: 'wide', ...note }));
}

function changeHtml({ old, new: now, unit }: RunEvent): string {
  if (now === undefined) return '';
  const text = (value: number | string): string => (typeof value === 'number' ? shortNumber(value) : escapeHtml(value));
  const change = old === undefined ? text(now) : `${text(old)} → ${text(now)}`;
  return ` <span class="soft">${change}${unitHtml(unit ?? '')}</span>`;
}
