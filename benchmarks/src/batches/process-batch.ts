import { execFileSync } from 'node:child_process';
import type { Batch, Saved, Work } from './batch.ts';

/**
 * A batch that runs in a process of its own, which measures its own processor time: it is called with the seconds as its last argument, and prints
 * microseconds, steps and right-hand sides (-1: not told), then its rows. Throws where it fails.
 */
export function processBatch(program: string, args: readonly string[]): Batch {
  let work: Work = {};
  const run = (out: Saved, seconds: number): number => {
    const printed = execFileSync(program, [...args, String(seconds)], { encoding: 'utf8', stdio: 'pipe' });
    const [head, ...rows] = printed.trim().split('\n');
    const [microseconds, steps, rhsCalls] = head!.trim().split(' ').map(Number);
    work = { ...(steps! >= 0 && { steps: steps! }), ...(rhsCalls! >= 0 && { rhsCalls: rhsCalls! }) };
    const values = rows.flatMap((row) => row.trim().split(' ').map(Number));
    if (values.length !== out.length)
      throw new Error(`${program} printed ${values.length} values where ${out.length} are saved.`);
    out.set(values);
    return microseconds!;
  };
  return { run: (out) => void run(out, 0), microseconds: run, work: () => work };
}
