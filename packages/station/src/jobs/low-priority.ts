import { readlinkSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { basename } from 'node:path';

/**
 * Lets everything else go before this thread, and before those that it starts: clocks of plants and answers to clients do not wait for computing.
 * Linux gives each thread a priority of its own (sched(7)); elsewhere nothing changes.
 */
export function goLast(): void {
  try {
    setPriority(Number(basename(readlinkSync('/proc/thread-self'))), constants.priority.PRIORITY_LOW);
  } catch {
    // Where there are no such files there is no such priority.
  }
}
