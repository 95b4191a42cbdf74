import { parentPort, workerData } from 'node:worker_threads';
import { openSamples, storedArrow, storedCsvText } from '@fedbatch/records';
import type { ExportTask } from './export-stream.ts';
import { goLast } from './low-priority.ts';
// Each export opens a thread, which must not wait for the compiler that jobs need.
import { failureOf, type TaskFailure } from './task-failure.ts';

/** What the thread tells: a part of the file for each time that it was asked for one. */
export type FromExport = { readonly bytes: Uint8Array } | { readonly end: true } | { readonly failure: TaskFailure };

/** Parts that are smaller are gathered: each costs a message. */
const partBytes = 64 * 1024;

const { folder, query, form } = workerData as ExportTask;

async function* parts(): AsyncGenerator<Uint8Array> {
  const samples = await openSamples(folder);
  try {
    let gathered: Buffer[] = [];
    let length = 0;
    for await (const more of form === 'arrow' ? storedArrow(samples, query) : storedCsvText(samples, query, form)) {
      const bytes = Buffer.from(more as string);
      gathered.push(bytes);
      length += bytes.length;
      if (length < partBytes) continue;
      yield Buffer.concat(gathered);
      gathered = [];
      length = 0;
    }
    if (length > 0) yield Buffer.concat(gathered);
  } finally {
    await samples.close();
  }
}

goLast();
const asked = parts();
parentPort!.on('message', async () => {
  const tell = (word: FromExport): void => parentPort!.postMessage(word);
  try {
    const { done, value } = await asked.next();
    tell(done ? { end: true } : { bytes: value });
  } catch (error) {
    tell({ failure: failureOf(error) });
  }
});
