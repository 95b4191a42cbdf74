import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Keeps what a file held under its SHA-256 and gives that: what runs follow from is there however the file changes later. */
export function keepFile(folder: string, bytes: Uint8Array): string {
  const hash = createHash('sha256').update(bytes).digest('hex');
  const path = join(folder, hash);
  if (existsSync(path)) return hash;
  mkdirSync(folder, { recursive: true });
  const part = `${path}.part`;
  const file = openSync(part, 'w');
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
  fsyncSync(file);
  closeSync(file);
  renameSync(part, path);
  return hash;
}

/** What was kept. Throws Error where it is gone, or is not what it was. */
export function keptFile(folder: string, hash: string): Uint8Array {
  const bytes = readFileSync(join(folder, hash));
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== hash)
    throw new Error(`The kept file ${hash} in ${folder} holds other bytes (${found}). Restore it from a copy.`);
  return bytes;
}
