import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Channel } from '@fedbatch/runtime';
import { ProblemError } from '@fedbatch/vocabulary';
import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync } from 'hyparquet';
import { refuse } from './refusal.ts';
import { schemaKey } from './samples-parquet.ts';
import { StoredSamples } from './stored-samples.ts';

/** Opens the samples of a result folder. Throws ProblemError where there are none that can be read. */
export async function openSamples(folder: string): Promise<StoredSamples> {
  const path = join(folder, 'samples.parquet');
  const handle = await open(path).catch((error: NodeJS.ErrnoException) =>
    refuse(
      'RECORDS_SAMPLES_MISSING',
      `The samples ${path} cannot be opened: ${error.code}.`,
      'Give the folder of a finished run.',
    ),
  );
  try {
    const file = await buffered(handle);
    const metadata = await parquetMetadataAsync(file);
    return new StoredSamples(handle, file, metadata, columnsOf(metadata, path));
  } catch (error) {
    await handle.close();
    if (error instanceof ProblemError) throw error;
    return refuse(
      'RECORDS_SAMPLES_DAMAGED',
      `The samples ${path} cannot be read as Parquet: ${(error as Error).message}.`,
      'Run the scenario again; the same files and seed give the same samples.',
    );
  }
}

function columnsOf({ key_value_metadata }: FileMetaData, path: string): Channel[] {
  const text = key_value_metadata?.find(({ key }) => key === schemaKey)?.value;
  if (text === undefined)
    refuse(
      'RECORDS_SAMPLES_FOREIGN',
      `The file ${path} does not say what its columns are, as samples of a run do.`,
      'Give the folder of a finished run.',
    );
  const { columns } = JSON.parse(text) as { columns: (Channel & { title: string })[] };
  return columns.slice(1).map(({ title, ...channel }) => channel);
}

async function buffered(handle: FileHandle): Promise<AsyncBuffer> {
  const { size } = await handle.stat();
  return {
    byteLength: size,
    slice: async (start, end = size) => {
      const bytes = new Uint8Array(Math.max(0, Math.min(end, size) - start));
      for (let done = 0; done < bytes.length; ) {
        const { bytesRead } = await handle.read(bytes, done, bytes.length - done, start + done);
        if (bytesRead === 0) throw new Error(`it ends at ${start + done} of ${size} bytes`);
        done += bytesRead;
      }
      return bytes.buffer;
    },
  };
}
