import { availableParallelism } from 'node:os';
import { Tinypool } from 'tinypool';
import type { MemberRun } from './member.ts';

export interface MemberWork<Run = MemberRun> {
  /** What every chunk carries; plain data. */
  readonly task: object;
  /** Members that are to run. */
  readonly indices: readonly number[];
  readonly signal: AbortSignal;
  /** Called in the order in which members finish. */
  onMembers(runs: readonly Run[]): void;
}

/** What a worker is asked for: the task and the members of one chunk. */
export type EnsembleTask<Task extends object> = Task & { readonly indices: readonly number[] };

/** Worker threads that run members in chunks, so that progress shows and a stop does not lose much. Members do not depend on how many workers run. */
export class MemberPool {
  readonly #pool: Tinypool;
  readonly workers: number;

  /** `worker`: a module that exports `runChunk`: in a thread, given a task, it returns its members. `workers`: default one a core. */
  constructor(worker: URL, workers = availableParallelism()) {
    this.workers = workers;
    this.#pool = new Tinypool({
      filename: worker.href,
      runtime: 'worker_threads',
      minThreads: workers,
      maxThreads: workers,
      isolateWorkers: false,
    });
  }

  async run<Run = MemberRun>({ task, indices, signal, onMembers }: MemberWork<Run>): Promise<void> {
    const size = Math.max(1, Math.min(8, Math.ceil(indices.length / (8 * this.workers))));
    const chunks = Array.from({ length: Math.ceil(indices.length / size) }, (_, i) =>
      indices.slice(i * size, (i + 1) * size),
    );
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < chunks.length && !signal.aborted) {
        const chunk = chunks[next++]!;
        onMembers((await this.#pool.run({ ...task, indices: chunk }, { name: 'runChunk' })) as Run[]);
      }
    };
    await Promise.all(Array.from({ length: Math.min(this.workers, chunks.length) }, lane));
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }
}
