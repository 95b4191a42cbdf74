import { Worker } from 'node:worker_threads';
import { ProblemError } from '@fedbatch/vocabulary';
import type { JobProgress } from './job.ts';
import type { JobTask } from './job-tasks.ts';
import type { FromWorker, ToWorker } from './job-worker.ts';

const module = new URL('./job-worker.ts', import.meta.url);

interface Doing {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: (progress: JobProgress) => void;
}

/** One thread that does one task at a time. A thread that breaks fails its task, and the next task gets a new one. */
export class JobThread {
  readonly #purpose: 'jobs' | 'questions';
  readonly #heapMb: number;
  #worker: Worker | undefined;
  #doing: Doing | undefined;

  /** `purpose`: jobs go last, questions do not. `heapMb`: what the thread may hold before it is ended. */
  constructor(purpose: 'jobs' | 'questions', heapMb: number) {
    this.#purpose = purpose;
    this.#heapMb = heapMb;
  }

  get isFree(): boolean {
    return this.#doing === undefined;
  }

  /** Opens the thread before anything is asked, because that takes longer than most answers. */
  warm(): void {
    this.#worker ??= this.#open();
  }

  /** Throws ProblemError for what is wrong with the task, Error where the thread broke. */
  do(task: JobTask, onProgress: (progress: JobProgress) => void = () => {}): Promise<unknown> {
    if (!this.isFree) throw new Error('The thread does another task. Ask one that is free.');
    return new Promise((resolve, reject) => {
      this.#doing = { resolve, reject, onProgress };
      this.#send({ says: 'do', task });
    });
  }

  tell(word: Exclude<ToWorker, { says: 'do' }>): void {
    if (this.#doing) this.#send(word);
  }

  /** Ends the thread at once; its task fails with `why`. */
  async break(why: string): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
    this.#end((doing) => doing.reject(new Error(why)));
  }

  #send(word: ToWorker): void {
    this.#worker ??= this.#open();
    this.#worker.postMessage(word);
  }

  #open(): Worker {
    const worker = new Worker(module, {
      workerData: this.#purpose,
      resourceLimits: { maxOldGenerationSizeMb: this.#heapMb },
    });
    worker.unref();
    worker.on('message', (word: FromWorker) => this.#hear(word));
    worker.on('error', (error) => {
      this.#worker = undefined;
      this.#end((doing) => doing.reject(error));
    });
    return worker;
  }

  #hear(word: FromWorker): void {
    switch (word.says) {
      case 'progress':
        return this.#doing?.onProgress(word.progress);
      case 'done':
        return this.#end((doing) => doing.resolve(word.result));
      case 'failed':
        return this.#end((doing) =>
          doing.reject(
            'problems' in word.failure ? new ProblemError(word.failure.problems) : new Error(word.failure.message),
          ),
        );
    }
  }

  #end(tell: (doing: Doing) => void): void {
    const doing = this.#doing;
    this.#doing = undefined;
    if (doing) tell(doing);
  }
}
