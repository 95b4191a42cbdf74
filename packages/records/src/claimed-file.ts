import { DatabaseSync } from 'node:sqlite';

/** What SQLite says where somebody else holds the lock. */
const busy = 5;

/**
 * Holds a file for this process alone, by a lock of the operating system, which a kill releases too. Returns what gives it back; undefined where
 * somebody else holds it. Node.js has no lock on files but that of its embedded database.
 */
export function claimFile(path: string): (() => void) | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    database.exec('BEGIN EXCLUSIVE');
    const held = database;
    return () => held.isOpen && held.close();
  } catch (error) {
    database?.close();
    if ((error as { errcode?: number }).errcode === busy) return undefined;
    throw Object.assign(error as Error, { path });
  }
}
