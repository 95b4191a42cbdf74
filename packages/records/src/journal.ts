import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { canonicalJson } from './canonical-json.ts';
import { GrowingFile } from './growing-file.ts';
import { genesis, type JournalEntry, type JournalRecord, recordOf, wrongInRecord } from './journal-record.ts';
import { partsOf } from './journal-tail.ts';
import { type JournalHead, linesOf, verifyJournal } from './journal-verifier.ts';
import { leafHash, MerkleTree } from './merkle.ts';

export interface JournalOptions {
  readonly batch: string;
  /**
   * 'each' flushes every record to the disk before `append` returns, and until it is closed the file ends in zeros; 'close' flushes only at the end, and
   * when `sync` is called.
   */
  readonly flush: 'each' | 'close';
}

/** An append-only, hash-chained record of what happened: one canonical JSON record a line. Opening an existing file continues it. */
export class Journal {
  readonly #file: GrowingFile;
  readonly #options: JournalOptions;
  readonly #tree = new MerkleTree();
  #last = genesis;
  /** Where each record begins in the file. */
  readonly #starts: number[] = [];
  #end = 0;
  /** Where the torn last line of an earlier writer was moved to; undefined where the file was whole. */
  readonly torn: string | undefined;

  /** Throws Error when the file that is there is damaged before its last line. */
  constructor(path: string, options: JournalOptions) {
    this.#options = options;
    if (existsSync(path)) this.torn = this.#continue(path);
    this.#file = new GrowingFile(path, this.#end, options.flush);
  }

  get size(): number {
    return this.#tree.size;
  }

  /** Bytes of the file that are records. */
  get bytes(): number {
    return this.#file.bytes;
  }

  /** Writes one record and gives its seq. Throws TypeError for what has no place in a record; nothing is written then. */
  append(entry: JournalEntry): number {
    const seq = this.size;
    const record = recordOf(entry, seq, this.#options.batch, this.#last);
    const line = canonicalJson(record);
    const wrong = wrongInRecord(record);
    if (wrong !== undefined)
      throw new TypeError(
        `A record of type \`${entry.type}\` cannot be taken: ${wrong} is not as the journal's schema has it. Give the fields of JournalEntry, and no others.`,
      );
    const bytes = Buffer.from(`${line}\n`, 'utf8');
    this.#file.append(bytes);
    this.#take(bytes.subarray(0, -1));
    return seq;
  }

  /** Records from number `from` on, `limit` at most. */
  read(from: number, limit: number): JournalRecord[] {
    return this.lines(from, limit).map((line) => JSON.parse(line) as JournalRecord);
  }

  /** The same as they stand in the file, a line of JSON each. */
  lines(from: number, limit: number): string[] {
    const first = Math.max(0, from);
    const last = Math.min(this.size, first + limit);
    if (last <= first) return [];
    const start = this.#starts[first]!;
    const bytes = this.#file.read(start, this.#starts[last] ?? this.#end);
    return bytes.toString('utf8').trimEnd().split('\n');
  }

  /** Bytes up to the end of a record. */
  endOf(seq: number): number {
    return this.#starts[seq + 1] ?? this.#end;
  }

  head(): JournalHead {
    return { size: this.size, root: this.#tree.root().toString('hex'), last: this.#last };
  }

  /** Flushes to the disk what has been written. */
  sync(): void {
    this.#file.sync();
  }

  close(): JournalHead {
    this.#file.close();
    return this.head();
  }

  #take(line: Uint8Array): void {
    this.#starts.push(this.#end);
    this.#end += line.length + 1;
    const leaf = leafHash(line);
    this.#tree.append(leaf);
    this.#last = leaf.toString('hex');
  }

  /** Takes what is there; a torn last line is moved aside, and everything before it must be whole. */
  #continue(path: string): string | undefined {
    const bytes = readFileSync(path);
    const { whole, torn } = partsOf(bytes);
    const verdict = verifyJournal(whole);
    if (!verdict.valid)
      throw new Error(
        `The journal ${path} is damaged at record ${verdict.record}: ${verdict.why}. Keep the file as evidence, and start a new journal.`,
      );
    for (const line of linesOf(whole)) this.#take(line);
    const aside = torn.length > 0 ? `${path}.torn-${whole.length}` : undefined;
    if (aside !== undefined) writeFileSync(aside, torn);
    if (bytes.length > whole.length) truncateSync(path, whole.length);
    return aside;
  }
}
