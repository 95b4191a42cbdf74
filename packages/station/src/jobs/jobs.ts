import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type IndexedJob, JobIndex, type Json, keepFile } from '@fedbatch/records';
import { type Person, ProblemError } from '@fedbatch/vocabulary';
import type { LivePlant } from '../live/live-plant.ts';
import { mustBe, refuse } from '../refuse.ts';
import type { FilesOf } from '../scenario/files.ts';
import {
  hasEnded,
  type Job,
  type JobProgress,
  type JobRequest,
  type JobResult,
  type JobStatus,
  type RunRequest,
} from './job.ts';
import type { JobPlan } from './job-tasks.ts';
import { JobThread } from './job-thread.ts';
import { replayOf } from './plant-replay.ts';
import type { QuestionDesk } from './question-desk.ts';

export interface JobsOptions {
  /** Holds the index, the results and the files that they follow from. */
  readonly folder: string;
  /** Where scenarios and studies are named. */
  readonly library: FilesOf;
  /** What results depend on beside their files. */
  readonly versions: Readonly<Record<string, string>>;
  /** Jobs that are worked on at once. */
  readonly workers: number;
  /** Threads for the members of one study. */
  readonly studyWorkers: number;
  /** Jobs that may wait. */
  readonly queueLimit: number;
  /** Computing time of one run, s; studies have none, because their members are counted. */
  readonly budgetS: number;
  readonly heapMb: number;
  /** Jobs that have ended and that nobody keeps, before the oldest are deleted. */
  readonly keepJobs: number;
  readonly desk: QuestionDesk;
  /** Writes down what happened, before it has effect. */
  note(type: string, subject: string, person: Person, says: Json): void;
}

export interface Asking {
  /** Files that it follows from, where they are not those of the library. */
  readonly files?: Readonly<Record<string, string>>;
  readonly label?: string;
  /** Of whoever asks: asking again with the same key gives the same job. */
  readonly key?: string;
}

export interface JobQuery {
  readonly kinds?: readonly Job['request']['kind'][];
  readonly statuses?: readonly JobStatus[];
  readonly subject?: string;
  readonly label?: string;
  readonly askedBy?: string;
  readonly before?: string;
  readonly limit: number;
}

/** A job that was cut off this often by the end of the station is not started again. */
const mostStarts = 10;
const tickMs = 250;
const stopGraceMs = 10_000;
const itself: Person = { name: 'station', role: 'administrator', face: 'station', session: null };

interface Work {
  readonly id: string;
  readonly thread: JobThread;
  computedMs: number;
  lastMs: number;
  stopAtMs: number | undefined;
}

/** Runs and studies that wait, that are worked on, and that are done. Work is done in threads; whoever asks gets an answer at once. */
export class Jobs {
  readonly #options: JobsOptions;
  readonly #index: JobIndex;
  readonly #threads: readonly JobThread[];
  readonly #queue: string[] = [];
  readonly #working = new Map<string, Work>();
  /** Progress changes too often for the index. */
  readonly #progress = new Map<string, JobProgress>();
  readonly #listeners = new Set<(job: Job) => void>();
  readonly #endListeners = new Set<(job: Job) => void>();
  readonly #timer: NodeJS.Timeout;
  #closed = false;

  constructor(options: JobsOptions) {
    this.#options = options;
    mkdirSync(this.#resultsFolder, { recursive: true });
    this.#index = new JobIndex(join(options.folder, 'jobs.sqlite'));
    this.#threads = Array.from({ length: options.workers }, () => new JobThread('jobs', options.heapMb));
    this.#recover();
    this.#timer = setInterval(() => this.#look(), tickMs);
    this.#timer.unref();
    this.#next();
  }

  get waiting(): number {
    return this.#queue.length;
  }

  get working(): number {
    return this.#working.size;
  }

  /** Jobs that may wait. */
  get queueLimit(): number {
    return this.#options.queueLimit;
  }

  get isFull(): boolean {
    return this.#queue.length >= this.queueLimit;
  }

  counts(): ReadonlyMap<string, number> {
    return this.#index.counts();
  }

  onChange(listener: (job: Job) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Calls back when a job has ended; returns what ends it. */
  onEnd(listener: (job: Job) => void): () => void {
    this.#endListeners.add(listener);
    return () => void this.#endListeners.delete(listener);
  }

  /** Where the result of a job lies. */
  folderOf(id: string): string {
    return join(this.#resultsFolder, id);
  }

  /** Where the journal of what people say of a job lies. */
  entriesPath(id: string): string {
    return join(this.#options.folder, 'entries', `${id}.jsonl`);
  }

  /** Puts a job into the queue. Throws ProblemError for what is wrong with it, before anything is done. */
  async ask(person: Person, request: JobRequest, { files: given, label, key }: Asking = {}): Promise<Job> {
    mustBe(person, 'operator', 'to start a job');
    const earlier = this.#askedBefore(person, request, key);
    if (earlier) return earlier;
    const { desk, library } = this.#options;
    this.#mustHaveRoom();
    const from: FilesOf = given ? { kind: 'kept', folder: this.#filesFolder, files: given } : library;
    const plan = (await desk.ask({ kind: 'plan', files: from, request })) as JobPlan;
    // Somebody may have asked the same, or taken the last place, while this was read.
    const meanwhile = this.#askedBefore(person, request, key);
    if (meanwhile) return meanwhile;
    this.#mustHaveRoom();
    const read = plan.inputs.map(({ path, bytes }) => [path, keepFile(this.#filesFolder, bytes)]);
    const files = given ?? Object.fromEntries(read);
    const job: Job = {
      id: newId(),
      request,
      title: plan.title,
      label: label ?? null,
      askedBy: person.name,
      askedMs: Date.now(),
      files,
      status: 'queued',
      starts: 0,
      says: 'It waits for its turn.',
      progress: { share: 0 },
      kept: false,
    };
    this.#options.note('job.asked', job.id, person, { request: plainOf(request), files, ...(label && { label }) });
    this.#put(job, key ?? null);
    this.#queue.push(job.id);
    this.#next();
    return this.get(job.id);
  }

  /** Throws ProblemError where there is none. */
  get(id: string): Job {
    const found = /^[0-9A-Za-z-]{1,40}$/.test(id) ? this.#index.get(id) : undefined;
    return found
      ? this.#jobOf(found)
      : refuse('STATION_JOB_UNKNOWN', `There is no job \`${id.slice(0, 60)}\`.`, 'List them for their ids.');
  }

  /** The same, of one of some kinds. */
  getOf(kinds: readonly Job['request']['kind'][], id: string): Job {
    const job = this.get(id);
    if (kinds.includes(job.request.kind)) return job;
    return refuse(
      'STATION_JOB_UNKNOWN',
      `The job ${id} is a ${job.request.kind}, and not a ${kinds.join(' or ')}.`,
      'Ask for it where those are.',
    );
  }

  /** Runs a run again, with the files as they were, and compares the bytes. */
  async verify(person: Person, id: string): Promise<Job> {
    mustBe(person, 'operator', 'to start a job');
    const { request, status, files } = this.getOf(['run'], id);
    if (status !== 'complete')
      refuse(
        'STATION_JOB_STATE',
        `The run ${id} is ${status}, and only a complete one can be done again.`,
        'Wait for its end, or start it anew.',
      );
    return this.ask(person, { ...(request as RunRequest), verifies: id }, { files });
  }

  /** Makes a run out of what a live plant has done so far: it is replayed in a thread while the plant goes on. */
  async fromPlant(person: Person, plant: LivePlant): Promise<Job> {
    const { subject, settings, files, ...replay } = replayOf(plant, this.#filesFolder);
    return this.ask(person, { kind: 'run', subject, settings, replay }, { files, label: plant.name });
  }

  /** The newest first. */
  list(query: JobQuery): Job[] {
    return this.#index.list(query).map((indexed) => this.#jobOf(indexed));
  }

  pause(person: Person, id: string): Job {
    mustBe(person, 'operator', 'to pause a job');
    const job = this.get(id);
    if (job.request.kind !== 'run' || job.status !== 'running')
      return this.#wrongState(
        job,
        'paused',
        'A run that is being worked on can be; a study can be stopped and resumed.',
      );
    this.#options.note('job.paused', id, person, {});
    this.#working.get(id)!.thread.tell({ says: 'pause' });
    return this.#change(job, { status: 'paused', says: `\`${person.name}\` paused it.` });
  }

  /** Lets a paused run go on; puts a study that was stopped, or that failed, into the queue with what it has. */
  resume(person: Person, id: string): Job {
    mustBe(person, 'operator', 'to resume a job');
    const job = this.get(id);
    if (job.status === 'paused') {
      this.#options.note('job.resumed', id, person, {});
      this.#working.get(id)!.thread.tell({ says: 'resume' });
      return this.#change(job, { status: 'running', says: `\`${person.name}\` let it go on.` });
    }
    if (job.request.kind === 'run' || (job.status !== 'stopped' && job.status !== 'failed'))
      return this.#wrongState(
        job,
        'resumed',
        'A paused run can be, and a study that was stopped or failed. Start a run anew.',
      );
    this.#options.note('job.resumed', id, person, {});
    this.#queue.push(id);
    const queued = this.#change(job, { status: 'queued', says: 'It waits for its turn.' });
    this.#next();
    return queued;
  }

  /** Ends a job; what it has come to stays as its result. */
  stop(person: Person, id: string): Job {
    mustBe(person, 'operator', 'to stop a job');
    const job = this.get(id);
    if (hasEnded(job)) return this.#wrongState(job, 'stopped', 'It has ended.');
    this.#options.note('job.stopped', id, person, {});
    const work = this.#working.get(id);
    if (work) {
      this.#stopWork(work, 'by hand');
      return this.#change(job, { status: 'running', says: `\`${person.name}\` stops it.` });
    }
    this.#queue.splice(this.#queue.indexOf(id), 1);
    return this.#change(job, {
      status: 'stopped',
      endedMs: Date.now(),
      says: `\`${person.name}\` stopped it before it began.`,
    });
  }

  /** Says that a job stays, or that it may go. */
  keep(person: Person, id: string, kept: boolean): Job {
    mustBe(person, 'engineer', 'to say which results are kept');
    const job = this.get(id);
    this.#options.note(kept ? 'job.kept' : 'job.released', id, person, {});
    return this.#change(job, { kept });
  }

  /** Deletes a job that has ended, with its result; the journal still says that there was one. */
  remove(person: Person, id: string): void {
    mustBe(person, 'engineer', 'to delete a job');
    const job = this.get(id);
    if (!hasEnded(job)) this.#wrongState(job, 'deleted', 'Stop it first.');
    if (job.kept)
      refuse('STATION_JOB_KEPT', `The job ${id} is kept, and kept jobs are not deleted.`, 'Release it first.');
    this.#delete(person, job);
  }

  /** Ends without waiting: what is being worked on is done anew at the next start. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await Promise.all(this.#threads.map((thread) => thread.break('The station stops.')));
    this.#index.close();
  }

  get #resultsFolder(): string {
    return join(this.#options.folder, 'results');
  }

  get #filesFolder(): string {
    return join(this.#options.folder, 'files');
  }

  #mustHaveRoom(): void {
    if (!this.isFull) return;
    refuse(
      'STATION_JOB_QUEUE',
      `${this.#queue.length} jobs wait already, and ${this.#options.queueLimit} is the most.`,
      'Ask again when some are done.',
    );
  }

  #askedBefore(person: Person, request: JobRequest, key: string | undefined): Job | undefined {
    const found = key === undefined ? undefined : this.#index.byKey(person.name, key);
    if (!found) return undefined;
    const job = this.#jobOf(found);
    if (JSON.stringify(job.request) === JSON.stringify(request)) return job;
    return refuse(
      'STATION_JOB_KEY',
      `The key \`${key!.slice(0, 60)}\` was used for the job ${job.id}, which asks for something else.`,
      'Take a new key for a new job.',
    );
  }

  #wrongState(job: Job, done: string, remedy: string): never {
    return refuse(
      'STATION_JOB_STATE',
      `The job ${job.id} (${job.request.kind}) is ${job.status}, and cannot be ${done}.`,
      remedy,
    );
  }

  #jobOf({ body }: IndexedJob): Job {
    const job = body as unknown as Job;
    const progress = this.#progress.get(job.id);
    return progress ? { ...job, progress } : job;
  }

  #put(job: Job, key: string | null): void {
    const { id, request, status, label, askedBy } = job;
    const body = plainOf(job);
    this.#index.put({ id, kind: request.kind, status, subject: request.subject, label, askedBy, key, body });
    for (const listener of this.#listeners) listener(job);
  }

  #change(job: Job, changes: Partial<Job>): Job {
    const changed = { ...job, ...changes };
    this.#put(changed, this.#index.get(job.id)?.key ?? null);
    return changed;
  }

  /** Gives what waits to threads that are free. */
  #next(): void {
    for (const thread of this.#threads) {
      if (this.#closed || !thread.isFree || [...this.#working.values()].some((work) => work.thread === thread))
        continue;
      const id = this.#queue.shift();
      if (id === undefined) return;
      void this.#work(thread, this.get(id));
    }
  }

  async #work(thread: JobThread, queued: Job): Promise<void> {
    const { id, request, files } = queued;
    const work: Work = { id, thread, computedMs: 0, lastMs: performance.now(), stopAtMs: undefined };
    this.#working.set(id, work);
    const startedMs = Date.now();
    this.#options.note('job.started', id, itself, { start: queued.starts + 1 });
    this.#change(queued, { status: 'running', starts: queued.starts + 1, startedMs, says: 'It is being worked on.' });
    const { versions, studyWorkers: workers } = this.#options;
    try {
      const from: FilesOf = { kind: 'kept', folder: this.#filesFolder, files };
      const task = { kind: 'work', files: from, request, folder: this.folderOf(id), versions, workers } as const;
      const result = (await thread.do(task, (progress) => this.#hear(id, progress))) as JobResult;
      const stopped = result.verdict === 'stopped';
      this.#end(id, result.outcome?.kind ?? (stopped ? 'stopped' : 'complete'), saysOf(result), result);
    } catch (error) {
      const problem = error instanceof ProblemError ? error.problems[0] : undefined;
      this.#end(
        id,
        'failed',
        problem ? `${problem.says} ${problem.remedy}` : `The work broke: ${(error as Error).message}`,
      );
    }
  }

  #hear(id: string, progress: JobProgress): void {
    this.#progress.set(id, progress);
    const job = this.get(id);
    for (const listener of this.#listeners) listener(job);
  }

  #end(id: string, status: JobStatus, says: string, result?: JobResult): void {
    // What ends while the station closes is not on record, and so is done again.
    if (this.#closed) return;
    const job = this.get(id);
    this.#working.delete(id);
    this.#progress.delete(id);
    this.#options.note('job.ended', id, itself, { status, says, ...(result && { runId: result.runId }) });
    const progress = { ...job.progress, ...(status === 'complete' && { share: 1 }) };
    const ended = this.#change(job, { status, says, endedMs: Date.now(), progress, ...(result && { result }) });
    for (const listener of this.#endListeners) listener(ended);
    this.#tidy();
    this.#next();
  }

  #stopWork(work: Work, why: string): void {
    work.thread.tell({ says: 'stop', why });
    work.stopAtMs = performance.now();
  }

  /** Looks after budgets, and after threads that were told to stop and do not. */
  #look(): void {
    const now = performance.now();
    const { budgetS } = this.#options;
    for (const work of this.#working.values()) {
      const job = this.get(work.id);
      if (job.status === 'running') work.computedMs += now - work.lastMs;
      work.lastMs = now;
      const isOver = job.request.kind === 'run' && work.computedMs > 1000 * budgetS;
      if (isOver && work.stopAtMs === undefined) this.#stopWork(work, `by its budget of ${budgetS} s of computing`);
      if (work.stopAtMs !== undefined && now - work.stopAtMs > stopGraceMs)
        void work.thread.break(`It did not stop within ${stopGraceMs / 1000} s, and its thread was ended.`);
    }
  }

  /** What was being worked on when the station ended is done anew: a job is a pure function of its files, and so loses nothing. */
  #recover(): void {
    const open = this.#index.list({ statuses: ['queued', 'running', 'paused'], limit: 1_000_000 }).reverse();
    for (const indexed of open) {
      const job = this.#jobOf(indexed);
      if (job.status !== 'queued') {
        const again = job.starts < mostStarts;
        const says = again
          ? 'The station ended while it was worked on; it is started anew.'
          : `The station ended ${job.starts} times while it was worked on; it is not started again.`;
        this.#options.note('job.interrupted', job.id, itself, { starts: job.starts, says });
        this.#change(job, again ? { status: 'queued', says } : { status: 'failed', says, endedMs: Date.now() });
        if (!again) continue;
      }
      this.#queue.push(job.id);
    }
  }

  /** Deletes the oldest of those that nobody keeps. */
  #tidy(): void {
    const { keepJobs } = this.#options;
    const counts = this.counts();
    const have = (['complete', 'failed', 'stopped'] as const).reduce(
      (sum, status) => sum + (counts.get(status) ?? 0),
      0,
    );
    if (have <= keepJobs) return;
    const ended = this.#index.list({ statuses: ['complete', 'failed', 'stopped'], limit: 1_000_000 });
    const free = ended.map((indexed) => this.#jobOf(indexed)).filter(({ kept }) => !kept);
    for (const job of free.slice(keepJobs)) this.#delete(itself, job);
  }

  #delete(person: Person, { id }: Job): void {
    this.#options.note('job.deleted', id, person, {});
    rmSync(this.folderOf(id), { recursive: true, force: true });
    rmSync(this.entriesPath(id), { force: true });
    this.#index.remove(id);
  }
}

/** Ids grow with time, to the millisecond; those of one millisecond differ by chance. */
function newId(): string {
  const stamp = new Date().toISOString().replaceAll(/[-:.]/g, '').slice(0, 18);
  return `${stamp.replace('T', '-')}-${randomBytes(4).toString('hex')}`;
}

const plainOf = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json;

function saysOf({ outcome, verdict, members, verification }: JobResult): string {
  const agrees = verification && (verification.agrees ? ' The bytes agree.' : ' The bytes differ.');
  if (outcome) return `${outcome.says}${agrees ?? ''}`;
  return verdict === 'stopped' ? `Stopped with ${members} members done.` : `${members} members are done.`;
}
