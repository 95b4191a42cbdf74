import { writeNew } from '@fedbatch/station';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';

/** Writes a commented starting point, and says what to do with it. Throws ProblemError. */
export function makeNew(kind: string, path: string, options: { readonly json?: boolean }, out: Terminal): ExitCode {
  const files = writeNew(kind, path);
  if (options.json) out.print(JSON.stringify({ files }, null, 2));
  else {
    for (const file of files) out.print(`Wrote ${file}`);
    out.print(kind === 'scenario' ? `Run it: fedbatch run "${path}"` : `Check it: fedbatch check "${files[0]}"`);
  }
  return exitCodes.met;
}
