import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { canonicalJson, type Json } from './canonical-json.ts';
import { leafHash, merkleRoot } from './merkle.ts';

/** Who did it: a person, a program acting for one, in which role and session. */
export interface Actor {
  readonly human: string | null;
  readonly agent: string | null;
  readonly role: string | null;
  readonly session: string | null;
}

/** When it was. An offline run has simulated time only, so that the same run leaves the same bytes. */
export interface RecordTime {
  /** RFC 3339 with offset, or null in an offline run. */
  readonly wall: string | null;
  /** Monotonic clock in ms, or null in an offline run. */
  readonly mono: number | null;
  /** Simulated time in h. */
  readonly sim: number | null;
  readonly clockSource: 'simulated' | 'system';
  readonly syncState: 'none' | 'unknown' | 'synchronised';
}

/** A block of data that a record vouches for. */
export interface BlobReference {
  readonly sha256: string;
  readonly len: number;
  readonly dtype: string;
}

/** What the caller says; seq, batch and prev follow from the journal. */
export interface JournalEntry {
  readonly type: string;
  readonly actor: Actor;
  readonly t: RecordTime;
  readonly subject: string;
  readonly old?: Json;
  readonly new?: Json;
  readonly unit?: string;
  readonly reason?: string;
  /** seq of the record that this one follows from. */
  readonly cause?: number;
  readonly blob?: readonly BlobReference[];
}

/** The state of a journal that an outside copy can hold it to. */
export interface JournalHead {
  readonly size: number;
  /** Merkle root over all records, hex. */
  readonly root: string;
  /** Leaf hash of the last record, hex; of an empty journal: zeros. */
  readonly last: string;
}

export interface JournalOptions {
  readonly batch: string;
  /** 'each' flushes every record to the disk before `append` returns; 'close' only at the end. */
  readonly flush: 'each' | 'close';
}

const genesis = '0'.repeat(64);
const fields = [
  'v',
  'seq',
  'batch',
  'type',
  'actor',
  't',
  'subject',
  'old',
  'new',
  'unit',
  'reason',
  'cause',
  'blob',
  'prev',
];

/** An append-only, hash-chained record of what happened: one canonical JSON record a line. Opening an existing file continues it. */
export class Journal {
  readonly #file: number;
  readonly #options: JournalOptions;
  readonly #leaves: Buffer[] = [];
  #last = genesis;

  constructor(path: string, options: JournalOptions) {
    this.#options = options;
    if (existsSync(path)) this.#continue(path);
    this.#file = openSync(path, 'a');
  }

  get size(): number {
    return this.#leaves.length;
  }

  /** Writes one record and gives its seq. Throws TypeError for a value that JSON cannot hold; nothing is written then. */
  append(entry: JournalEntry): number {
    const seq = this.size;
    const line = canonicalJson({
      v: 1,
      seq,
      batch: this.#options.batch,
      type: entry.type,
      actor: entry.actor,
      t: entry.t,
      subject: entry.subject,
      old: entry.old ?? null,
      new: entry.new ?? null,
      unit: entry.unit ?? null,
      reason: entry.reason ?? null,
      cause: entry.cause ?? null,
      blob: entry.blob ?? [],
      prev: this.#last,
    });
    writeSync(this.#file, `${line}\n`);
    if (this.#options.flush === 'each') fsyncSync(this.#file);
    this.#take(line);
    return seq;
  }

  head(): JournalHead {
    return { size: this.size, root: merkleRoot(this.#leaves).toString('hex'), last: this.#last };
  }

  close(): JournalHead {
    fsyncSync(this.#file);
    closeSync(this.#file);
    return this.head();
  }

  #take(line: string): void {
    const leaf = leafHash(Buffer.from(line, 'utf8'));
    this.#leaves.push(leaf);
    this.#last = leaf.toString('hex');
  }

  /** Takes what is there; a torn last line is moved aside, and everything before it must be whole. */
  #continue(path: string): void {
    const bytes = readFileSync(path);
    const end = bytes.lastIndexOf(10) + 1;
    if (end < bytes.length) {
      writeFileSync(`${path}.torn-${bytes.length}`, bytes.subarray(end));
      truncateSync(path, end);
    }
    const whole = bytes.subarray(0, end);
    const verdict = verifyJournal(whole);
    if (!verdict.valid)
      throw new Error(
        `The journal ${path} is damaged at record ${verdict.record}: ${verdict.why}. Keep the file as evidence, and start a new journal.`,
      );
    for (const line of linesOf(whole)) this.#take(line);
  }
}

export type JournalVerdict =
  | { readonly valid: true; readonly head: JournalHead }
  | { readonly valid: false; readonly record: number; readonly why: string };

function linesOf(bytes: Uint8Array): string[] {
  const text = Buffer.from(bytes).toString('utf8');
  return text === '' ? [] : text.slice(0, -1).split('\n');
}

/**
 * Checks a journal record by record, and against a head that was kept elsewhere: a tail that was cut off or rewritten as a whole passes the
 * chain and fails the head. Names the first record that is wrong.
 */
export function verifyJournal(bytes: Uint8Array, expected?: JournalHead): JournalVerdict {
  const leaves: Buffer[] = [];
  let last = genesis;
  if (bytes.length > 0 && bytes.at(-1) !== 10)
    return {
      valid: false,
      record: Buffer.from(bytes).toString('utf8').split('\n').length - 1,
      why: 'its last line is not complete',
    };
  for (const [i, line] of linesOf(bytes).entries()) {
    const why = wrongRecord(line, i, last);
    if (why !== undefined) return { valid: false, record: i, why };
    const leaf = leafHash(Buffer.from(line, 'utf8'));
    leaves.push(leaf);
    last = leaf.toString('hex');
  }
  const head = { size: leaves.length, root: merkleRoot(leaves).toString('hex'), last };
  if (expected === undefined) return { valid: true, head };
  if (head.size !== expected.size)
    return {
      valid: false,
      record: Math.min(head.size, expected.size),
      why: `it has ${head.size} records where the head counts ${expected.size}`,
    };
  if (head.root !== expected.root || head.last !== expected.last)
    return {
      valid: false,
      record: head.size - 1,
      why: 'it is consistent in itself but is not the journal that the head was taken of',
    };
  return { valid: true, head };
}

function wrongRecord(line: string, index: number, prev: string): string | undefined {
  let record: Record<string, unknown>;
  try {
    record = JSON.parse(line);
    if (canonicalJson(record) !== line) return 'it is not in canonical form';
  } catch {
    return 'it is not a record in canonical JSON';
  }
  const keys = Object.keys(record);
  if (keys.length !== fields.length || !fields.every((field) => keys.includes(field)))
    return 'its fields are not those of a record';
  if (record.v !== 1) return `its version is ${String(record.v)}`;
  if (record.seq !== index) return `its number is ${String(record.seq)}`;
  if (record.prev !== prev) return 'it does not follow from the record before it';
  return undefined;
}
