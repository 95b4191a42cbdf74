import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Snapshot } from '@fedbatch/runtime';

const folderOf = (folder: string): string => join(folder, 'snapshots');
const pathOf = (folder: string, name: string): string => join(folderOf(folder), `${name}.json`);

/** Letters, digits, - and _: no name reaches out of the folder. */
export const isSnapshotName = (name: string): boolean => /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(name);

export const hasSnapshot = (folder: string, name: string): boolean =>
  isSnapshotName(name) && existsSync(pathOf(folder, name));

export function snapshotNames(folder: string): string[] {
  if (!existsSync(folderOf(folder))) return [];
  return readdirSync(folderOf(folder)).flatMap((file) => (file.endsWith('.json') ? [file.slice(0, -5)] : []));
}

/** Writes a snapshot that appears under its name only when it is whole. The proof is kept to the bit. */
export function writeSnapshot(folder: string, name: string, snapshot: Snapshot): void {
  mkdirSync(folderOf(folder), { recursive: true });
  const { proof, ...rest } = snapshot;
  const bytes = Buffer.from(proof.buffer, proof.byteOffset, proof.byteLength);
  writeFileSync(`${pathOf(folder, name)}.part`, JSON.stringify({ ...rest, proof: bytes.toString('base64') }));
  renameSync(`${pathOf(folder, name)}.part`, pathOf(folder, name));
}

export function readSnapshot(folder: string, name: string): Snapshot {
  const { proof, ...rest } = JSON.parse(readFileSync(pathOf(folder, name), 'utf8'));
  const bytes = Uint8Array.from(Buffer.from(proof, 'base64'));
  return { ...rest, proof: new Float64Array(bytes.buffer) };
}
