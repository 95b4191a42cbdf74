import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { FileDigest } from './manifest.ts';

export function digest(path: string, bytes: Uint8Array): FileDigest {
  return { path, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** Writes a file that appears under its name only when it is complete; what does not become one, as on a full disk, is taken away. */
export function writeWhole(folder: string, name: string, chunks: Iterable<string | Uint8Array>): FileDigest {
  const part = join(folder, `.part-${name}`);
  const file = openSync(part, 'w');
  try {
    const written = digestOf(name, chunks, (chunk) => {
      for (let done = 0; done < chunk.length; ) done += writeSync(file, chunk, done);
    });
    fsyncSync(file);
    renameSync(part, join(folder, name));
    return written;
  } catch (error) {
    rmSync(part, { force: true });
    // A write knows its file by number alone.
    throw Object.assign(error as Error, { path: join(folder, name) });
  } finally {
    closeSync(file);
  }
}

/** The digest of a file of these chunks, each of which is shown in turn. */
export function digestOf(
  name: string,
  chunks: Iterable<string | Uint8Array>,
  show?: (chunk: Uint8Array) => void,
): FileDigest {
  const hash = createHash('sha256');
  let bytes = 0;
  for (const chunk of batches(chunks)) {
    show?.(chunk);
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { path: name, bytes, sha256: hash.digest('hex') };
}

/** Many short lines as few large writes. */
function* batches(chunks: Iterable<string | Uint8Array>): Generator<Uint8Array> {
  let pending = '';
  for (const chunk of chunks) {
    if (typeof chunk !== 'string') {
      yield chunk;
      continue;
    }
    pending += chunk;
    if (pending.length < 65_536) continue;
    yield Buffer.from(pending, 'utf8');
    pending = '';
  }
  if (pending !== '') yield Buffer.from(pending, 'utf8');
}
