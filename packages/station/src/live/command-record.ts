import type { Json } from '@fedbatch/records';
import type { Change } from '@fedbatch/runtime';
import type { Command } from '@fedbatch/vocabulary';
import type { JobNote } from './job-orders.ts';
import type { Noted } from './plant-record.ts';

/** What a command is about, as the subject of its record. */
export function subjectOf(command: Command): string {
  switch (command.kind) {
    case 'write':
      return command.tag.slice(0, 200) || 'a tag without a name';
    case 'inject':
      return command.fault.on.slice(0, 200) || 'a fault on nothing';
    case 'clear':
      return command.fault.slice(0, 200) || 'a fault without a name';
    case 'simulate':
      return command.sensor.slice(0, 200) || 'a sensor without a name';
    case 'alarm':
      return `alarm.${command.alarm.slice(0, 200)}`;
    case 'maintain':
      return `maintenance.${command.actuator.slice(0, 200)}`;
    case 'job':
      return `job.${('order' in command ? command.order.id : command.job).slice(0, 200)}`;
    case 'recipe':
      return 'recipe';
    case 'advice':
    case 'guard':
      return 'feed';
    default:
      return 'clock';
  }
}

/** A command as JSON has it: numbers that JSON does not know become words, and long texts end. */
export function plain(value: unknown): Json {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'string') return value.slice(0, 200).replaceAll(/[\ud800-\udfff]/g, '?');
  if (Array.isArray(value)) return value.slice(0, 100).map(plain);
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : [[key, plain(item)]])),
    );
  return typeof value === 'boolean' ? value : null;
}

/** What the record of an accepted command says of the plant. */
export const notedOf = (
  command: Exclude<Command, { kind: 'step' }>,
  scan: number,
  changes: readonly Change[],
  job: JobNote | undefined,
): Noted => ({
  scan,
  ...(changes.length > 0 && { changes }),
  ...(command.kind === 'clock' && { clock: command.action }),
  ...(command.kind === 'clock' && 'name' in command && { name: command.name }),
  ...(command.kind === 'clock' && 'speed' in command && { speed: command.speed }),
  ...('program' in command && command.program && { program: plain(command.program) as never }),
  ...(command.kind === 'alarm' && { alarm: command.action }),
  ...(command.kind === 'maintain' && { task: command.action }),
  ...(job && { job }),
});
