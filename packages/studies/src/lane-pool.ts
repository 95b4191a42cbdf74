import { availableParallelism } from 'node:os';
import { type LaneProgram, LaneRun, type LaneWork } from '@fedbatch/numerics/lanes';
import { Tinypool } from 'tinypool';

/** How often progress is told, ms. */
const every = 200;

/** Worker threads that integrate batches in lanes over one shared memory. Results do not depend on how many there are. */
export class LanePool {
  readonly workers: number;
  readonly #pool: Tinypool;

  /** `workers`: default one a core. */
  constructor(workers = availableParallelism()) {
    this.workers = workers;
    this.#pool = new Tinypool({
      filename: new URL('./lane-worker.ts', import.meta.url).href,
      runtime: 'worker_threads',
      minThreads: workers,
      maxThreads: workers,
      isolateWorkers: false,
    });
  }

  /** Runs all batches, or those begun when the signal comes. `onTaken` is told how many lanes have come to. */
  async run(
    program: LaneProgram,
    work: Omit<LaneWork, 'workers'>,
    signal?: AbortSignal,
    onTaken?: (taken: number) => void,
  ): Promise<LaneRun> {
    const run = new LaneRun(program, { ...work, workers: this.workers });
    const stop = (): void => run.stop();
    signal?.addEventListener('abort', stop);
    if (signal?.aborted) stop();
    const timer = onTaken && setInterval(() => onTaken(run.taken), every);
    try {
      const shares = Array.from({ length: this.workers }, (_, worker) => run.shareOf(worker));
      await Promise.all(shares.map((share) => this.#pool.run(share, { name: 'takeShare' })));
    } finally {
      clearInterval(timer);
      signal?.removeEventListener('abort', stop);
    }
    return run;
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }
}
