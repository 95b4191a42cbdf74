import { availableParallelism } from 'node:os';
import { Tinypool } from 'tinypool';
import type { MemberRun } from './member.ts';

export interface EnsembleWork {
  /** Module that exports `runChunk`: in a worker thread, given a task, it returns its members. */
  readonly worker: URL;
  /** What every task carries; plain data. */
  readonly task: object;
  /** Members that are still to run. */
  readonly indices: readonly number[];
  /** Default: as many as the machine has cores. */
  readonly workers?: number;
  readonly signal: AbortSignal;
  /** Called in the order in which members finish. */
  onMembers(runs: readonly MemberRun[]): void;
}

/** What a worker is asked for: the task and the members of one chunk. */
export type EnsembleTask<Task extends object> = Task & { readonly indices: readonly number[] };

/** Runs members over worker threads in chunks, so that progress shows and a stop does not lose much. Members do not depend on how many workers run. */
export async function runEnsemble(work: EnsembleWork): Promise<void> {
  const { worker, task, indices, signal } = work;
  const count = Math.max(1, Math.min(work.workers ?? availableParallelism(), indices.length));
  const pool = new Tinypool({
    filename: worker.href,
    runtime: 'worker_threads',
    minThreads: count,
    maxThreads: count,
    isolateWorkers: false,
  });
  const size = Math.max(1, Math.min(8, Math.ceil(indices.length / (8 * count))));
  const chunks = Array.from({ length: Math.ceil(indices.length / size) }, (_, i) =>
    indices.slice(i * size, (i + 1) * size),
  );
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < chunks.length && !signal.aborted) {
      const chunk = chunks[next++]!;
      work.onMembers((await pool.run({ ...task, indices: chunk }, { name: 'runChunk' })) as MemberRun[]);
    }
  };
  try {
    await Promise.all(Array.from({ length: count }, lane));
  } finally {
    await pool.destroy();
  }
}
