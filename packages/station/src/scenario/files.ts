import { readFileSync, statSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { keptFile } from '@fedbatch/records';
import { refuse } from '../refuse.ts';

/** Where scenarios and what they name are read from; plain data, so that a worker can be told. */
export type FilesOf =
  | { readonly kind: 'disk' }
  /** Folders that are looked through in order, as if they lay on top of each other; nothing outside them is read. `texts`: files that are not written yet. */
  | {
      readonly kind: 'library';
      readonly shelves: readonly string[];
      readonly texts?: Readonly<Record<string, string>>;
    }
  /** Files as they were at some time, by the SHA-256 of what they held. */
  | { readonly kind: 'kept'; readonly folder: string; readonly files: Readonly<Record<string, string>> };

/** Reads files by path; undefined where there is none. */
export interface Files {
  read(path: string): Uint8Array | undefined;
  kindOf(path: string): 'file' | 'folder' | undefined;
}

/** Paths as the machine has them. */
export const disk: Files = { read: readFile, kindOf: kindOnDisk };

export function openFiles(from: FilesOf): Files {
  switch (from.kind) {
    case 'disk':
      return disk;
    case 'library':
      return library(from.shelves, new Map(Object.entries(from.texts ?? {})));
    case 'kept':
      return kept(from.folder, new Map(Object.entries(from.files)));
  }
}

/** A path inside a library, in one form; undefined where it leads out of it. */
export function insideLibrary(path: string): string | undefined {
  const plain = normalize(path.replaceAll('\\', '/'));
  return plain.includes('\0') || plain.startsWith('/') || plain === '..' || plain.startsWith('../') ? undefined : plain;
}

function library(shelves: readonly string[], texts: ReadonlyMap<string, string>): Files {
  const find = (path: string): string | undefined => {
    const inside = insideLibrary(path);
    return inside === undefined ? undefined : shelves.map((shelf) => join(shelf, inside)).find(kindOnDisk);
  };
  const textAt = (path: string): string | undefined => texts.get(insideLibrary(path) ?? '');
  return {
    read: (path) => {
      const text = textAt(path);
      if (text !== undefined) return Buffer.from(text, 'utf8');
      const found = find(path);
      return found === undefined ? undefined : readFile(found);
    },
    kindOf: (path) => {
      if (textAt(path) !== undefined) return 'file';
      const found = find(path);
      return found === undefined ? undefined : kindOnDisk(found);
    },
  };
}

function kept(folder: string, files: ReadonlyMap<string, string>): Files {
  const hashOf = (path: string): string | undefined => files.get(insideLibrary(path) ?? '');
  return {
    read: (path) => {
      const hash = hashOf(path);
      return hash === undefined ? undefined : keptBytes(folder, hash, path);
    },
    kindOf: (path) => {
      if (hashOf(path) !== undefined) return 'file';
      const inside = `${insideLibrary(path)}/`;
      return [...files.keys()].some((file) => file.startsWith(inside)) ? 'folder' : undefined;
    },
  };
}

function keptBytes(folder: string, hash: string, path: string): Uint8Array {
  try {
    return keptFile(folder, hash);
  } catch {
    return refuse(
      'STATION_KEPT_DAMAGED',
      `What \`${path.slice(0, 100)}\` held (${hash.slice(0, 12)}) was kept, and is gone or no longer what it was.`,
      'Bring the folder of the station back from a copy, or start anew from the library.',
    );
  }
}

function readFile(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

function kindOnDisk(path: string): 'file' | 'folder' | undefined {
  const kind = statSync(path, { throwIfNoEntry: false });
  return kind?.isFile() ? 'file' : kind?.isDirectory() ? 'folder' : undefined;
}
