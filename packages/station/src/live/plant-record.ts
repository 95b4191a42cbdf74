import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Journal, type JournalEntry, type JournalRecord, type Json, partsOf } from '@fedbatch/records';
import type { AppliedChange, Change } from '@fedbatch/runtime';
import type { MaintenanceAction, Person, ProgramOrder } from '@fedbatch/vocabulary';
import { refuse } from '../refuse.ts';
import type { LoadedScenario } from '../scenario/load-scenario.ts';
import type { JobNote } from './job-orders.ts';
import { MaintenanceLog } from './maintenance-log.ts';
import { ProgramRuns } from './program-runs.ts';
import { readSnapshot } from './snapshot-file.ts';
import { personOf, station } from './who.ts';

/** Where a plant stood when its journal ended: enough to bring it there again. */
export interface Recovered {
  readonly run: number;
  readonly scans: number;
  readonly changes: readonly AppliedChange[];
  /** Events of the present run that are on record. */
  readonly events: number;
  /** What was done to actuators that wear. */
  readonly maintenance: MaintenanceLog;
  /** What was done to job orders, and by whom. */
  readonly jobs: readonly { readonly note: JobNote; readonly person: Person }[];
}

/**
 * 'each' record is on the disk before what it tells of happens. 'second': it is with the operating system then, which a kill of the process cannot undo,
 * and on the disk within a second; a power cut may take that second with it.
 */
export type Flush = 'each' | 'second';

/** A journal that is being written: space that is kept for what comes may follow upon its records. */
export interface JournalFile {
  readonly path: string;
  readonly bytes: number;
}

/** The time of a record, as the clock of the plant has it. */
export type Stamp = () => JournalEntry['t'];

/** The journal of one live plant: every record is on the disk before what it tells of happens. */
export class PlantRecord {
  readonly folder: string;
  readonly recovered: Recovered | undefined;
  readonly programs = new ProgramRuns();
  readonly #journal: Journal;
  readonly #stamp: Stamp;
  readonly #flush: Flush;
  /** Records that are on the disk. */
  #synced = 0;

  /** Throws ProblemError where the folder belongs to another scenario. */
  constructor(folder: string, name: string, loaded: LoadedScenario, seed: number, flush: Flush, stamp: Stamp) {
    this.folder = folder;
    this.#stamp = stamp;
    this.#flush = flush;
    mkdirSync(folder, { recursive: true });
    const path = join(folder, 'journal.jsonl');
    const key = keyOf(loaded, seed);
    const records = existsSync(path) ? recordsOf(readFileSync(path)) : [];
    const first = records[0]?.new as { key?: string } | undefined;
    if (first && first.key !== key) refuseOther(folder, name);
    this.recovered = records.length > 0 ? recover(records, folder, loaded.plan.scanH) : undefined;
    for (const record of records) this.programs.take(record);
    this.#journal = new Journal(path, {
      batch: `${name}.${key.slice(0, 12)}`,
      flush: flush === 'each' ? 'each' : 'close',
    });
    if (this.#journal.torn !== undefined)
      this.append('journal.torn', station, name, {
        reason: `A torn last line was moved to ${basename(this.#journal.torn)}.`,
      });
    if (!first) this.append('plant', station, name, { new: { key, seed, scenario: loaded.plan.title.title } });
  }

  get size(): number {
    return this.#journal.size;
  }

  /** The journal as it is now: a file, and how many bytes of it are whole records that can be verified. */
  get file(): JournalFile {
    return { path: join(this.folder, 'journal.jsonl'), bytes: this.#journal.bytes };
  }

  append(
    type: string,
    person: Person,
    subject: string,
    fields: {
      readonly old?: Json;
      readonly new?: Json;
      readonly unit?: string;
      readonly reason?: string;
      readonly cause?: number;
    } = {},
  ): number {
    const actor = { human: person.name, agent: person.face, role: person.role, session: person.session };
    const t = this.#stamp();
    const seq = this.#journal.append({ type, actor, t, subject, ...fields });
    this.programs.take({ seq, type, actor, t, new: fields.new ?? null, reason: fields.reason ?? null });
    return seq;
  }

  read(from: number, limit: number): JournalRecord[] {
    return this.#journal.read(from, limit);
  }

  /** The journal up to a record and with it. */
  upTo(record: number): JournalFile {
    return { path: this.file.path, bytes: this.#journal.endOf(record) };
  }

  lines(from: number, limit: number): string[] {
    return this.#journal.lines(from, limit);
  }

  /** Brings to the disk what is not there yet. */
  sync(): void {
    if (this.#flush === 'each' || this.#synced === this.size) return;
    this.#journal.sync();
    this.#synced = this.size;
  }

  close(): void {
    this.#journal.close();
  }
}

/** A plant is what its files, settings and seed make it. */
function keyOf({ inputs, overrides }: LoadedScenario, seed: number): string {
  const hash = createHash('sha256');
  for (const { bytes } of inputs) hash.update(bytes).update('\0');
  return hash.update(JSON.stringify([overrides, seed])).digest('hex');
}

function refuseOther(folder: string, name: string): never {
  refuse(
    'STATION_PLANT_OTHER',
    `The folder ${folder} holds the record of a plant ${name} with other files, settings or seed.`,
    'Move that folder away, or name another one with --data.',
  );
}

/** Whole records only: a crash may have torn the last one, which the journal puts aside. */
function recordsOf(bytes: Buffer): JournalRecord[] {
  const lines = partsOf(bytes).whole.toString('utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as JournalRecord);
}

/** Follows the records to where the plant stood. */
function recover(records: readonly JournalRecord[], folder: string, scanH: number): Recovered {
  const jobs: Recovered['jobs'][number][] = [];
  const maintenance = new MaintenanceLog();
  let at = { run: 0, scans: 0, changes: [] as AppliedChange[], events: 0 };
  for (const { type, new: value, actor, t, subject } of records) {
    const { job } = (value ?? {}) as Partial<Noted>;
    if (job && (type === 'command' || type === 'job')) jobs.push({ note: job, person: personOf(actor) });
    if (actor.human === station.name && runEvents.includes(type)) at.events++;
    if (type !== 'command') continue;
    const { scan, scans, changes, clock, name, task } = value as unknown as Noted;
    if (task) maintenance.add({ actuator: subject.slice('maintenance.'.length), action: task, timeH: t.sim ?? 0 });
    if (clock === 'reset') {
      at = { run: at.run + 1, scans: 0, changes: [], events: 0 };
      maintenance.goOn(0);
    } else if (clock === 'restore') {
      const snapshot = readSnapshot(folder, name!);
      const changes = [...snapshot.changes, ...waiting(snapshot)];
      // What happened up to a snapshot is on record where it happened.
      at = { run: at.run + 1, scans: snapshot.scans, changes, events: Number.POSITIVE_INFINITY };
      maintenance.goOn(snapshot.scans * scanH);
    }
    for (const change of changes ?? []) at.changes.push({ scan, change });
    at.scans = Math.max(at.scans, clock === 'reset' || clock === 'restore' ? 0 : scan + (scans ?? 0));
  }
  return { ...at, maintenance, jobs };
}

/** Kinds of records that tell what the run did. */
const runEvents = ['run', 'phase', 'event', 'alarm', 'warning'];

const waiting = ({ scans, waiting: list }: { scans: number; waiting: readonly Change[] }): AppliedChange[] =>
  list.map((change) => ({ scan: scans, change }));

/** What the record of a command says of the plant. */
export interface Noted {
  /** Scans that the plant had made. */
  readonly scan: number;
  /** Of a step: scans that it makes. */
  readonly scans?: number;
  readonly changes?: readonly Change[];
  readonly clock?: string;
  readonly name?: string;
  readonly speed?: number;
  readonly alarm?: string;
  /** Of a barrier: how many clients it waits for. */
  readonly clients?: number;
  /** Of a watch: the longest silence, s. */
  readonly limitS?: number;
  readonly job?: JobNote;
  readonly task?: MaintenanceAction;
  /** Of a reset: what an upper system says of the run. */
  readonly program?: ProgramOrder;
}
