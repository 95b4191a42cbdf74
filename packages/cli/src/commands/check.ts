import { checkModel, formatCheck, inspectFile } from '@fedbatch/station';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { formatProblems, type Terminal } from '../terminal.ts';

/** Checks a file and prints what follows from it. Throws ProblemError for what cannot stand. */
export function check(
  file: string,
  options: { readonly set: readonly string[]; readonly json?: boolean },
  out: Terminal,
): ExitCode {
  const { kind, model, problems } = inspectFile(file, options.set);
  const found = checkModel(model, kind);
  if (options.json) out.print(JSON.stringify({ ...found, warnings: problems.warnings }, null, 2));
  else {
    if (problems.warnings.length > 0) out.error(formatProblems(problems.warnings));
    out.print(formatCheck(found));
  }
  return exitCodes.met;
}
