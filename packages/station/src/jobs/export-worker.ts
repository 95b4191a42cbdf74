import { parentPort, workerData } from 'node:worker_threads';
import { openSamples, storedCsvText } from '@fedbatch/records';
import type { ExportTask } from './export-stream.ts';
import { failureOf, type TaskFailure } from './job-tasks.ts';
import { goLast } from './low-priority.ts';

/** What the thread tells: a part of the text for each time that it was asked for one. */
export type FromExport = { readonly text: string } | { readonly end: true } | { readonly failure: TaskFailure };

/** Parts that are smaller are gathered: each costs a message. */
const partLength = 64 * 1024;

const { folder, query, form } = workerData as ExportTask;

async function* parts(): AsyncGenerator<string> {
  const samples = await openSamples(folder);
  try {
    let text = '';
    for await (const more of storedCsvText(samples, query, form)) {
      text += more;
      if (text.length < partLength) continue;
      yield text;
      text = '';
    }
    if (text !== '') yield text;
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
    tell(done ? { end: true } : { text: value });
  } catch (error) {
    tell({ failure: failureOf(error) });
  }
});
