import { join, relative, resolve } from 'node:path';
import type { ExitCode } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';
import { run } from './run.ts';

const scenario = resolve(import.meta.dirname, '../../../../sims/scenarios/ecoli-exponential');

/** Runs the shipped E. coli fed-batch, from files that the user can edit. */
export async function demo(options: { readonly out?: string }, out: Terminal): Promise<ExitCode> {
  const code = await run(scenario, { set: [], ...options }, out);
  const path = relative(process.cwd(), scenario) || '.';
  const typed = path.includes(' ') ? `"${path}"` : path;
  out.print(`Change it in ${join(path, 'scenario.yaml')} and run it again: npm run fedbatch -- run ${typed}`);
  return code;
}
