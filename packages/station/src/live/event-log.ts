import { open } from 'node:fs/promises';
import type { JournalRecord } from '@fedbatch/records';
import { JournalClock } from './journal-clock.ts';
import type { PlantEvent } from './plant-events.ts';
import type { JournalFile } from './plant-record.ts';
import { personOf } from './who.ts';

/** A place in a journal to read on from: the byte, and what the plant's own clock had shown before. */
export interface EventCursor {
  readonly offset: number;
  /** Time of the runs before the present one, and the latest of the present one; counted where records have no wall clock. */
  readonly beforeMs: number;
  readonly lastMs: number;
}

export interface EventQuery {
  readonly fromMs: number;
  readonly toMs: number;
  readonly order: 'oldest first' | 'newest first';
  readonly limit: number;
  readonly cursor?: EventCursor;
}

export interface EventPage {
  readonly events: readonly PlantEvent[];
  /** Where the next page begins; left out where there is none. */
  readonly next?: EventCursor;
}

/** Read at once, so that a long journal keeps no scan waiting. */
const chunkBytes = 65_536;
const told = ['command', 'refused', 'run', 'phase', 'event', 'alarm', 'warning', 'job'];
const withPerson = ['command', 'refused'];
const start: EventCursor = { offset: 0, beforeMs: 0, lastMs: 0 };

/** The events of a plant out of its journal, between two times in ms since 1970 (in lockstep of the plant's own clock), both included. */
export async function readEvents(
  { path, bytes }: JournalFile,
  { fromMs, toMs, order, limit, cursor }: EventQuery,
): Promise<EventPage> {
  const isForward = order === 'oldest first';
  const end = isForward || !cursor ? bytes : Math.min(bytes, cursor.offset);
  const found: { readonly event: PlantEvent; readonly at: EventCursor }[] = [];
  for await (const one of eventsOf(path, isForward && cursor ? cursor : start, end)) {
    if (one.event.stampMs > toMs) break;
    if (one.event.stampMs < fromMs) continue;
    found.push(one);
    if (found.length <= limit) continue;
    if (isForward) return { events: found.slice(0, limit).map(({ event }) => event), next: one.at };
    // Newest first: what is older than a page is for a later one.
    if (found.length > 2 * limit) found.splice(0, found.length - limit - 1);
  }
  if (isForward) return { events: found.map(({ event }) => event) };
  const page = found.slice(-limit);
  const events = page.map(({ event }) => event).reverse();
  return found.length > limit ? { events, next: page[0]!.at } : { events };
}

/** Event after event with its place, from a place on up to a byte. */
async function* eventsOf(path: string, from: EventCursor, end: number) {
  const file = await open(path);
  try {
    const clock = new JournalClock(from.beforeMs, from.lastMs);
    let { offset } = from;
    let rest = Buffer.alloc(0);
    let read = offset;
    while (read < end) {
      const chunk = Buffer.alloc(Math.min(chunkBytes, end - read));
      const { bytesRead } = await file.read(chunk, 0, chunk.length, read);
      if (bytesRead === 0) return;
      read += bytesRead;
      rest = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
      let line = 0;
      for (let to = rest.indexOf(10); to >= 0; line = to + 1, to = rest.indexOf(10, line)) {
        const at: EventCursor = { offset, beforeMs: clock.beforeMs, lastMs: clock.lastMs };
        const record = JSON.parse(rest.toString('utf8', line, to)) as JournalRecord;
        const stampMs = clock.stampMs(record.t);
        offset += to + 1 - line;
        if (told.includes(record.type)) yield { event: eventOf(record, stampMs), at };
      }
      rest = rest.subarray(line);
    }
  } finally {
    await file.close();
  }
}

function eventOf(record: JournalRecord, stampMs: number): PlantEvent {
  const { type, actor, t, subject, reason, old, seq } = record;
  const isWatchdog = type === 'alarm' && actor.human === 'watchdog';
  return {
    kind: isWatchdog ? 'watchdog' : (type as PlantEvent['kind']),
    subject,
    says: type === 'command' ? 'accepted' : (reason ?? ''),
    stampMs,
    timeH: t.sim ?? 0,
    record: seq,
    ...((isWatchdog || withPerson.includes(type)) && { person: personOf(actor) }),
    ...(old !== null && { old }),
    ...(record.new !== null && { new: record.new }),
  };
}
