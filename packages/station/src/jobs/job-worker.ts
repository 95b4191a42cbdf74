import { parentPort, workerData } from 'node:worker_threads';
import type { JobProgress } from './job.ts';
import { doTask, type JobTask } from './job-tasks.ts';
import { goLast } from './low-priority.ts';
import { failureOf, type TaskFailure } from './task-failure.ts';

/** What a thread hears. */
export type ToWorker =
  | { readonly says: 'do'; readonly task: JobTask }
  | { readonly says: 'pause' | 'resume' }
  | { readonly says: 'stop'; readonly why: string };

/** What a thread tells. */
export type FromWorker =
  | { readonly says: 'progress'; readonly progress: JobProgress }
  | { readonly says: 'done'; readonly result: unknown }
  | { readonly says: 'failed'; readonly failure: TaskFailure };

/** Time in ms between two words of progress. */
const progressEveryMs = 200;

// Somebody waits for the answer to a question; a job is looked at later.
if (workerData === 'jobs') goLast();

let stop = new AbortController();
let rest: Promise<void> | undefined;
let letGo: (() => void) | undefined;

const tell = (word: FromWorker): void => parentPort!.postMessage(word);

function resume(): void {
  letGo?.();
  rest = undefined;
}

async function work(task: JobTask): Promise<void> {
  stop = new AbortController();
  resume();
  let lastMs = 0;
  const onProgress = (progress: JobProgress): void => {
    const now = performance.now();
    if (now - lastMs < progressEveryMs) return;
    lastMs = now;
    tell({ says: 'progress', progress });
  };
  try {
    const control = { signal: stop.signal, rest: async () => rest, onProgress };
    tell({ says: 'done', result: await doTask(task, control) });
  } catch (error) {
    tell({ says: 'failed', failure: failureOf(error) });
  }
}

parentPort!.on('message', (word: ToWorker) => {
  switch (word.says) {
    case 'do':
      return void work(word.task);
    case 'pause':
      rest ??= new Promise((resolve) => {
        letGo = resolve;
      });
      return;
    case 'resume':
      return resume();
    case 'stop':
      stop.abort(word.why);
      return resume();
  }
});
