import type { Json } from '@fedbatch/records';
import type { RunEvent } from '@fedbatch/runtime';
import type { Command, Person, Receipt } from '@fedbatch/vocabulary';
import { plain, subjectOf } from './command-record.ts';
import type { Passed, Refused } from './gate.ts';
import type { Noted, PlantRecord } from './plant-record.ts';

/** Something that happened at a plant and that a face may tell of. */
export interface PlantEvent {
  readonly kind: RunEvent['kind'] | 'command' | 'refused' | 'watchdog' | 'entry' | 'job';
  readonly subject: string;
  readonly says: string;
  /** As samples are stamped: ms since 1970, in lockstep ms of the plant's own clock, so that a second run tells the same. */
  readonly stampMs: number;
  readonly timeH: number;
  readonly person?: Person;
  readonly old?: Json;
  readonly new?: Json;
  /** seq of the journal record. */
  readonly record: number;
}

/** Where the plant stands as something happens. */
interface Now {
  readonly scan: number;
  readonly timeH: number;
  readonly stampMs: number;
}

/** Writes down what happens at a plant, and tells it to whoever listens. */
export class PlantEvents {
  readonly #record: PlantRecord;
  readonly #now: () => Now;
  readonly #listeners = new Set<(event: PlantEvent) => void>();

  constructor(record: PlantRecord, now: () => Now) {
    this.#record = record;
    this.#now = now;
  }

  listen(listener: (event: PlantEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  tell(event: Omit<PlantEvent, 'stampMs' | 'timeH'>): void {
    const { stampMs, timeH } = this.#now();
    for (const listener of this.#listeners) listener({ ...event, stampMs, timeH });
  }

  /** The number of the record, or undefined where the disk does not take it. */
  write(...record: Parameters<PlantRecord['append']>): number | undefined {
    try {
      return this.#record.append(...record);
    } catch {
      return undefined;
    }
  }

  accept(person: Person, { subject, old, unit }: Passed, noted: Noted, reason?: string): Receipt {
    const value = noted as unknown as Json;
    try {
      const record = this.#record.append('command', person, subject, {
        new: value,
        ...(old !== undefined && { old }),
        ...(unit !== undefined && { unit }),
        ...(reason !== undefined && { reason }),
      });
      this.tell({
        kind: 'command',
        subject,
        says: 'accepted',
        person,
        record,
        new: value,
        ...(old !== undefined && { old }),
      });
      return { accepted: true, record, says: 'accepted' };
    } catch (error) {
      // What cannot be written down is not done; the plant goes on as it was.
      return {
        accepted: false,
        record: -1,
        refusal: 'journal',
        says: `The journal cannot be written (${(error as Error).message}), and so nothing was changed. Make room or repair it.`,
      };
    }
  }

  refuse(person: Person, command: Command, { refusal, says }: Refused, reason?: string): Receipt {
    const subject = subjectOf(command);
    const asked = plain(command);
    let record = -1;
    try {
      record = this.#record.append('refused', person, subject, {
        new: { scan: this.#now().scan, refusal, asked, ...(reason !== undefined && { why: reason }) },
        reason: says,
      });
      this.tell({ kind: 'refused', subject, says, person, record, new: asked });
    } catch {
      // A refusal changes nothing, so it stands without its record.
    }
    return { accepted: false, record, refusal, says };
  }
}
