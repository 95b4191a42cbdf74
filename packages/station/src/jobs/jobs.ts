import { randomBytes } from 'node:crypto';
import { keepFile } from '@fedbatch/records';
import type { Person } from '@fedbatch/vocabulary';
import type { LivePlant } from '../live/live-plant.ts';
import { station } from '../live/who.ts';
import { mustBe, refuse } from '../refuse.ts';
import type { FilesOf } from '../scenario/files.ts';
import { hasEnded, type Job, type JobRequest, type RunRequest } from './job.ts';
import { type CrewOptions, JobCrew } from './job-crew.ts';
import { JobList, type JobQuery, plainOf } from './job-list.ts';
import type { JobPlan } from './job-tasks.ts';
import { replayOf } from './plant-replay.ts';
import type { QuestionDesk } from './question-desk.ts';

export interface JobsOptions extends CrewOptions {
  /** Holds the index, the results and the files that they follow from. */
  readonly folder: string;
  /** Where scenarios and studies are named. */
  readonly library: FilesOf;
  /** Jobs that may wait. */
  readonly queueLimit: number;
  /** Jobs that have ended and that nobody keeps, before the oldest are deleted. */
  readonly keepJobs: number;
  readonly desk: QuestionDesk;
}

export interface Asking {
  /** Files that it follows from, where they are not those of the library. */
  readonly files?: Readonly<Record<string, string>>;
  readonly label?: string;
  /** Of whoever asks: asking again with the same key gives the same job. */
  readonly key?: string;
}

/** A job that was cut off this often by the end of the station is not started again. */
const mostStarts = 10;

/** Runs and studies that wait, that are worked on, and that are done. Work is done in threads; whoever asks gets an answer at once. */
export class Jobs {
  readonly #options: JobsOptions;
  readonly #list: JobList;
  readonly #crew: JobCrew;
  readonly #endListeners = new Set<(job: Job) => void>();

  constructor(options: JobsOptions) {
    this.#options = options;
    this.#list = new JobList(options.folder);
    this.#crew = new JobCrew(this.#list, options, (job) => this.#ended(job));
    this.#recover();
    this.#crew.next();
  }

  get waiting(): number {
    return this.#crew.waiting;
  }

  get working(): number {
    return this.#crew.working;
  }

  /** Jobs that may wait. */
  get queueLimit(): number {
    return this.#options.queueLimit;
  }

  get isFull(): boolean {
    return this.waiting >= this.queueLimit;
  }

  counts(): ReadonlyMap<string, number> {
    return this.#list.counts();
  }

  onChange(listener: (job: Job) => void): () => void {
    return this.#list.onChange(listener);
  }

  /** Calls back when a job has ended; returns what ends it. */
  onEnd(listener: (job: Job) => void): () => void {
    this.#endListeners.add(listener);
    return () => void this.#endListeners.delete(listener);
  }

  /** Where the result of a job lies. */
  folderOf(id: string): string {
    return this.#list.folderOf(id);
  }

  /** Where the journal of what people say of a job lies. */
  entriesPath(id: string): string {
    return this.#list.entriesPath(id);
  }

  /** Puts a job into the queue. Throws ProblemError for what is wrong with it, before anything is done. */
  async ask(person: Person, request: JobRequest, { files: given, label, key }: Asking = {}): Promise<Job> {
    mustBe(person, 'operator', 'to start a job');
    const earlier = this.#askedBefore(person, request, key);
    if (earlier) return earlier;
    const { desk, library } = this.#options;
    this.#mustHaveRoom();
    const from: FilesOf = given ? { kind: 'kept', folder: this.#list.filesFolder, files: given } : library;
    const plan = (await desk.ask({ kind: 'plan', files: from, request })) as JobPlan;
    // Somebody may have asked the same, or taken the last place, while this was read.
    const meanwhile = this.#askedBefore(person, request, key);
    if (meanwhile) return meanwhile;
    this.#mustHaveRoom();
    const read = plan.inputs.map(({ path, bytes }) => [path, keepFile(this.#list.filesFolder, bytes)]);
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
    this.#list.put(job, key ?? null);
    this.#crew.add(job.id);
    this.#crew.next();
    return this.get(job.id);
  }

  /** Throws ProblemError where there is none. */
  get(id: string): Job {
    return this.#list.get(id);
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
    const { subject, settings, files, ...replay } = replayOf(plant, this.#list.filesFolder);
    return this.ask(person, { kind: 'run', subject, settings, replay }, { files, label: plant.name });
  }

  /** The newest first. */
  list(query: JobQuery): Job[] {
    return this.#list.find(query);
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
    this.#crew.tell(id, 'pause');
    return this.#list.change(job, { status: 'paused', says: `\`${person.name}\` paused it.` });
  }

  /** Lets a paused run go on; puts a study that was stopped, or that failed, into the queue with what it has. */
  resume(person: Person, id: string): Job {
    mustBe(person, 'operator', 'to resume a job');
    const job = this.get(id);
    if (job.status === 'paused') {
      this.#options.note('job.resumed', id, person, {});
      this.#crew.tell(id, 'resume');
      return this.#list.change(job, { status: 'running', says: `\`${person.name}\` let it go on.` });
    }
    if (job.request.kind === 'run' || (job.status !== 'stopped' && job.status !== 'failed'))
      return this.#wrongState(
        job,
        'resumed',
        'A paused run can be, and a study that was stopped or failed. Start a run anew.',
      );
    this.#options.note('job.resumed', id, person, {});
    this.#crew.add(id);
    const queued = this.#list.change(job, { status: 'queued', says: 'It waits for its turn.' });
    this.#crew.next();
    return queued;
  }

  /** Ends a job; what it has come to stays as its result. */
  stop(person: Person, id: string): Job {
    mustBe(person, 'operator', 'to stop a job');
    const job = this.get(id);
    if (hasEnded(job)) return this.#wrongState(job, 'stopped', 'It has ended.');
    this.#options.note('job.stopped', id, person, {});
    if (this.#crew.stop(id, 'by hand') === 'told')
      return this.#list.change(job, { status: 'running', says: `\`${person.name}\` stops it.` });
    this.#crew.drop(id);
    return this.#list.change(job, {
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
    return this.#list.change(job, { kept });
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
    await this.#crew.close();
    this.#list.close();
  }

  #mustHaveRoom(): void {
    if (!this.isFull) return;
    refuse(
      'STATION_JOB_QUEUE',
      `${this.waiting} jobs wait already, and ${this.#options.queueLimit} is the most.`,
      'Ask again when some are done.',
    );
  }

  #askedBefore(person: Person, request: JobRequest, key: string | undefined): Job | undefined {
    const job = key === undefined ? undefined : this.#list.byKey(person.name, key);
    if (!job) return undefined;
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

  #ended(job: Job): void {
    for (const listener of this.#endListeners) listener(job);
    this.#tidy();
  }

  /** What was being worked on when the station ended is done anew: a job is a pure function of its files, and so loses nothing. */
  #recover(): void {
    const open = this.#list.find({ statuses: ['queued', 'running', 'paused'], limit: 1_000_000 }).reverse();
    for (const job of open) {
      if (job.status !== 'queued') {
        const again = job.starts < mostStarts;
        const says = again
          ? 'The station ended while it was worked on; it is started anew.'
          : `The station ended ${job.starts} times while it was worked on; it is not started again.`;
        this.#options.note('job.interrupted', job.id, station, { starts: job.starts, says });
        this.#list.change(job, again ? { status: 'queued', says } : { status: 'failed', says, endedMs: Date.now() });
        if (!again) continue;
      }
      this.#crew.add(job.id);
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
    const ended = this.#list.find({ statuses: ['complete', 'failed', 'stopped'], limit: 1_000_000 });
    const free = ended.filter(({ kept }) => !kept);
    for (const job of free.slice(keepJobs)) this.#delete(station, job);
  }

  #delete(person: Person, { id }: Job): void {
    this.#options.note('job.deleted', id, person, {});
    this.#list.remove(id);
  }
}

/** Ids grow with time, to the millisecond; those of one millisecond differ by chance. */
function newId(): string {
  const stamp = new Date().toISOString().replaceAll(/[-:.]/g, '').slice(0, 18);
  return `${stamp.replace('T', '-')}-${randomBytes(4).toString('hex')}`;
}
