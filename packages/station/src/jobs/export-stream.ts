import { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import type { CsvForm, SamplesQuery } from '@fedbatch/records';
import { ProblemError } from '@fedbatch/vocabulary';
import type { FromExport } from './export-worker.ts';

/** CSV in one of its forms, or an Arrow stream. */
export type ExportForm = CsvForm | 'arrow';

export interface ExportTask {
  readonly folder: string;
  readonly query: SamplesQuery;
  readonly form: ExportForm;
}

const module = new URL('./export-worker.ts', import.meta.url);

/**
 * Samples as a file, made in a thread as fast as they are taken. The promise is kept when the first part is there, so that what is wrong with the query
 * is known before anything is sent: it throws ProblemError then.
 */
export async function exportSamples(task: ExportTask): Promise<Readable> {
  const worker = new Worker(module, { workerData: task });
  const next = (): Promise<Uint8Array | null> =>
    new Promise((resolve, reject) => {
      worker.once('error', reject);
      worker.once('message', (word: FromExport) => {
        worker.off('error', reject);
        if ('bytes' in word) resolve(word.bytes);
        else if ('end' in word) resolve(null);
        else if ('problems' in word.failure) reject(new ProblemError(word.failure.problems));
        else reject(new Error(word.failure.message));
      });
      worker.postMessage('next');
    });
  try {
    let first: Uint8Array | null | undefined = await next();
    return new Readable({
      read() {
        const part = first === undefined ? next() : Promise.resolve(first);
        first = undefined;
        part.then(
          (bytes) => this.push(bytes),
          (error: Error) => this.destroy(error),
        );
      },
      destroy(error, done) {
        void worker.terminate().then(() => done(error));
      },
    });
  } catch (error) {
    await worker.terminate();
    throw error;
  }
}
