import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type IndexedJob, JobIndex, type Json } from '@fedbatch/records';
import { refuse } from '../refuse.ts';
import type { Job, JobProgress, JobStatus } from './job.ts';

export interface JobQuery {
  readonly kinds?: readonly Job['request']['kind'][];
  readonly statuses?: readonly JobStatus[];
  readonly subject?: string;
  readonly label?: string;
  readonly askedBy?: string;
  readonly before?: string;
  readonly limit: number;
}

/** Every job that there is, as it stands, and where its files lie. */
export class JobList {
  readonly #folder: string;
  readonly #index: JobIndex;
  /** Progress changes too often for the index. */
  readonly #progress = new Map<string, JobProgress>();
  readonly #listeners = new Set<(job: Job) => void>();

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(this.#resultsFolder, { recursive: true });
    this.#index = new JobIndex(join(folder, 'jobs.sqlite'));
  }

  /** Holds the files that jobs follow from. */
  get filesFolder(): string {
    return join(this.#folder, 'files');
  }

  folderOf(id: string): string {
    return join(this.#resultsFolder, id);
  }

  entriesPath(id: string): string {
    return join(this.#folder, 'entries', `${id}.jsonl`);
  }

  counts(): ReadonlyMap<string, number> {
    return this.#index.counts();
  }

  onChange(listener: (job: Job) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Throws ProblemError where there is none. */
  get(id: string): Job {
    const found = /^[0-9A-Za-z-]{1,40}$/.test(id) ? this.#index.get(id) : undefined;
    return found
      ? this.#jobOf(found)
      : refuse('STATION_JOB_UNKNOWN', `There is no job \`${id.slice(0, 60)}\`.`, 'List them for their ids.');
  }

  /** The job that somebody asked for with a key. */
  byKey(askedBy: string, key: string): Job | undefined {
    const found = this.#index.byKey(askedBy, key);
    return found && this.#jobOf(found);
  }

  /** The newest first. */
  find(query: JobQuery): Job[] {
    return this.#index.list(query).map((indexed) => this.#jobOf(indexed));
  }

  put(job: Job, key: string | null): void {
    const { id, request, status, label, askedBy } = job;
    const body = plainOf(job);
    this.#index.put({ id, kind: request.kind, status, subject: request.subject, label, askedBy, key, body });
    this.#tell(job);
  }

  change(job: Job, changes: Partial<Job>): Job {
    const changed = { ...job, ...changes };
    this.put(changed, this.#index.get(job.id)?.key ?? null);
    return changed;
  }

  showProgress(id: string, progress: JobProgress): void {
    this.#progress.set(id, progress);
    this.#tell(this.get(id));
  }

  /** The progress of a job that has ended is what its index says. */
  forgetProgress(id: string): void {
    this.#progress.delete(id);
  }

  /** Takes a job off the list, with its result and what people said of it. */
  remove(id: string): void {
    rmSync(this.folderOf(id), { recursive: true, force: true });
    rmSync(this.entriesPath(id), { force: true });
    this.#index.remove(id);
  }

  close(): void {
    this.#index.close();
  }

  get #resultsFolder(): string {
    return join(this.#folder, 'results');
  }

  #jobOf({ body }: IndexedJob): Job {
    const job = body as unknown as Job;
    const progress = this.#progress.get(job.id);
    return progress ? { ...job, progress } : job;
  }

  #tell(job: Job): void {
    for (const listener of this.#listeners) listener(job);
  }
}

/** As JSON has it. */
export const plainOf = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json;
