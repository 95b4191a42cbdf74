import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Json } from './canonical-json.ts';

/** A line of the index: what is searched by, and everything else as one value. */
export interface IndexedJob {
  /** Grows with time, so that the newest comes first in reverse order. */
  readonly id: string;
  readonly kind: string;
  readonly status: string;
  /** Scenario or study. */
  readonly subject: string;
  readonly label: string | null;
  readonly askedBy: string;
  /** Given by whoever asked, so that asking twice starts one job. */
  readonly key: string | null;
  readonly body: Json;
}

export interface JobFilter {
  readonly kinds?: readonly string[];
  readonly statuses?: readonly string[];
  readonly subject?: string;
  readonly label?: string;
  readonly askedBy?: string;
  /** Jobs older than this one. */
  readonly before?: string;
  readonly limit: number;
}

/**
 * What jobs there are, in an embedded database. It is an index and no record: what happened stands in the journal, and what came out in the folder
 * of each job.
 */
export class JobIndex {
  readonly #database: DatabaseSync;
  readonly #put: StatementSync;
  readonly #get: StatementSync;
  readonly #byKey: StatementSync;
  readonly #remove: StatementSync;

  constructor(path: string) {
    this.#database = new DatabaseSync(path);
    // Written ahead and synced at check points: a kill loses nothing, and a power cut nothing that the journal does not hold.
    this.#database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      CREATE TABLE IF NOT EXISTS jobs (
        id TEXT PRIMARY KEY, kind TEXT NOT NULL, status TEXT NOT NULL, subject TEXT NOT NULL, label TEXT,
        asked_by TEXT NOT NULL, request_key TEXT, body TEXT NOT NULL
      ) STRICT;
      CREATE INDEX IF NOT EXISTS jobs_status ON jobs (status, id);
      CREATE UNIQUE INDEX IF NOT EXISTS jobs_key ON jobs (asked_by, request_key) WHERE request_key IS NOT NULL;
    `);
    this.#put = this.#database.prepare(
      'INSERT OR REPLACE INTO jobs (id, kind, status, subject, label, asked_by, request_key, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    );
    this.#get = this.#database.prepare('SELECT * FROM jobs WHERE id = ?');
    this.#byKey = this.#database.prepare('SELECT * FROM jobs WHERE asked_by = ? AND request_key = ?');
    this.#remove = this.#database.prepare('DELETE FROM jobs WHERE id = ?');
  }

  put({ id, kind, status, subject, label, askedBy, key, body }: IndexedJob): void {
    this.#put.run(id, kind, status, subject, label, askedBy, key, JSON.stringify(body));
  }

  get(id: string): IndexedJob | undefined {
    return jobOf(this.#get.get(id));
  }

  byKey(askedBy: string, key: string): IndexedJob | undefined {
    return jobOf(this.#byKey.get(askedBy, key));
  }

  /** The newest first. */
  list({ kinds, statuses, subject, label, askedBy, before, limit }: JobFilter): IndexedJob[] {
    const among = (column: string, values: readonly string[] | undefined) =>
      values && { text: `${column} IN (${values.map(() => '?').join(', ')})`, values };
    const equal = (column: string, value: string | undefined) =>
      value === undefined ? undefined : { text: `${column} = ?`, values: [value] };
    const parts = [
      among('kind', kinds),
      among('status', statuses),
      equal('subject', subject),
      equal('label', label),
      equal('asked_by', askedBy),
      before === undefined ? undefined : { text: 'id < ?', values: [before] },
    ].filter((part) => part !== undefined);
    const where = parts.length > 0 ? `WHERE ${parts.map(({ text }) => text).join(' AND ')}` : '';
    const rows = this.#database
      .prepare(`SELECT * FROM jobs ${where} ORDER BY id DESC LIMIT ?`)
      .all(...parts.flatMap(({ values }) => values), limit);
    return rows.flatMap((row) => jobOf(row) ?? []);
  }

  /** How many jobs there are in each status. */
  counts(): ReadonlyMap<string, number> {
    const rows = this.#database.prepare('SELECT status, COUNT(*) AS jobs FROM jobs GROUP BY status').all();
    return new Map(rows.map(({ status, jobs }) => [status as string, jobs as number]));
  }

  remove(id: string): void {
    this.#remove.run(id);
  }

  close(): void {
    this.#database.close();
  }
}

function jobOf(row: Record<string, unknown> | undefined): IndexedJob | undefined {
  if (!row) return undefined;
  return {
    id: row.id as string,
    kind: row.kind as string,
    status: row.status as string,
    subject: row.subject as string,
    label: row.label as string | null,
    askedBy: row.asked_by as string,
    key: row.request_key as string | null,
    body: JSON.parse(row.body as string) as Json,
  };
}
