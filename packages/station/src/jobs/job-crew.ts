import type { Json } from '@fedbatch/records';
import { type Person, ProblemError } from '@fedbatch/vocabulary';
import { station } from '../live/who.ts';
import type { FilesOf } from '../scenario/files.ts';
import type { Job, JobResult, JobStatus } from './job.ts';
import type { JobList } from './job-list.ts';
import { JobThread } from './job-thread.ts';

const tickMs = 250;
const stopGraceMs = 10_000;

export interface CrewOptions {
  /** What results depend on beside their files. */
  readonly versions: Readonly<Record<string, string>>;
  /** Jobs that are worked on at once. */
  readonly workers: number;
  /** Threads for the members of one study. */
  readonly studyWorkers: number;
  /** Computing time of one run, s; studies have none, because their members are counted. */
  readonly budgetS: number;
  readonly heapMb: number;
  /** Writes down what happened, before it has effect. */
  note(type: string, subject: string, person: Person, says: Json): void;
}

interface Work {
  readonly id: string;
  readonly thread: JobThread;
  computedMs: number;
  lastMs: number;
  stopAtMs: number | undefined;
}

/** The threads that work on jobs, and the jobs that wait for one, in their order. */
export class JobCrew {
  readonly #options: CrewOptions;
  readonly #list: JobList;
  readonly #ended: (job: Job) => void;
  readonly #threads: readonly JobThread[];
  readonly #queue: string[] = [];
  readonly #working = new Map<string, Work>();
  readonly #timer: NodeJS.Timeout;
  #closed = false;

  /** `ended` is called with every job that has ended, before the next one is begun. */
  constructor(list: JobList, options: CrewOptions, ended: (job: Job) => void) {
    this.#list = list;
    this.#options = options;
    this.#ended = ended;
    this.#threads = Array.from({ length: options.workers }, () => new JobThread('jobs', options.heapMb));
    this.#timer = setInterval(() => this.#look(), tickMs);
    this.#timer.unref();
  }

  get waiting(): number {
    return this.#queue.length;
  }

  get working(): number {
    return this.#working.size;
  }

  add(id: string): void {
    this.#queue.push(id);
  }

  /** Takes out a job that waits. */
  drop(id: string): void {
    this.#queue.splice(this.#queue.indexOf(id), 1);
  }

  /** Gives what waits to threads that are free. */
  next(): void {
    for (const thread of this.#threads) {
      if (this.#closed || !thread.isFree || [...this.#working.values()].some((work) => work.thread === thread))
        continue;
      const id = this.#queue.shift();
      if (id === undefined) return;
      void this.#work(thread, this.#list.get(id));
    }
  }

  /** Lets a run that is being worked on rest, or go on. */
  tell(id: string, says: 'pause' | 'resume'): void {
    this.#working.get(id)!.thread.tell({ says });
  }

  /** Ends the work on a job, with what it has come to. */
  stop(id: string, why: string): 'told' | 'not begun' {
    const work = this.#working.get(id);
    if (!work) return 'not begun';
    this.#stopWork(work, why);
    return 'told';
  }

  /** Ends without waiting, and notes no end of what was being worked on. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await Promise.all(this.#threads.map((thread) => thread.break('The station stops.')));
  }

  async #work(thread: JobThread, queued: Job): Promise<void> {
    const { id, request, files } = queued;
    const work: Work = { id, thread, computedMs: 0, lastMs: performance.now(), stopAtMs: undefined };
    this.#working.set(id, work);
    const { versions, studyWorkers: workers } = this.#options;
    const starts = queued.starts + 1;
    const startedMs = Date.now();
    this.#options.note('job.started', id, station, { start: starts });
    this.#list.change(queued, { status: 'running', starts, startedMs, says: 'It is being worked on.' });
    try {
      const from: FilesOf = { kind: 'kept', folder: this.#list.filesFolder, files };
      const task = { kind: 'work', files: from, request, folder: this.#list.folderOf(id), versions, workers } as const;
      const result = (await thread.do(task, (progress) => this.#list.showProgress(id, progress))) as JobResult;
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

  #end(id: string, status: JobStatus, says: string, result?: JobResult): void {
    // What ends while the station closes is not on record, and so is done again.
    if (this.#closed) return;
    const job = this.#list.get(id);
    this.#working.delete(id);
    this.#list.forgetProgress(id);
    this.#options.note('job.ended', id, station, { status, says, ...(result && { runId: result.runId }) });
    const progress = { ...job.progress, ...(status === 'complete' && { share: 1 }) };
    this.#ended(this.#list.change(job, { status, says, endedMs: Date.now(), progress, ...(result && { result }) }));
    this.next();
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
      const job = this.#list.get(work.id);
      if (job.status === 'running') work.computedMs += now - work.lastMs;
      work.lastMs = now;
      const isOver = job.request.kind === 'run' && work.computedMs > 1000 * budgetS;
      if (isOver && work.stopAtMs === undefined) this.#stopWork(work, `by its budget of ${budgetS} s of computing`);
      if (work.stopAtMs !== undefined && now - work.stopAtMs > stopGraceMs)
        void work.thread.break(`It did not stop within ${stopGraceMs / 1000} s, and its thread was ended.`);
    }
  }
}

function saysOf({ outcome, verdict, members, verification }: JobResult): string {
  const agrees = verification && (verification.agrees ? ' The bytes agree.' : ' The bytes differ.');
  if (outcome) return `${outcome.says}${agrees ?? ''}`;
  return verdict === 'stopped' ? `Stopped with ${members} members done.` : `${members} members are done.`;
}
