import { writeFileSync } from 'node:fs';
import { annotatedCode, explainModel, explanationPage, explanationText, inspectFile } from '@fedbatch/station';
import { ProblemError, Problems } from '@fedbatch/vocabulary';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';

export interface ExplainOptions {
  readonly set: readonly string[];
  readonly html?: string;
  readonly code?: boolean;
}

/** Shows the composed equations as text, as a page, or as the code that they compile to. */
export async function explain(file: string, { set, html, code }: ExplainOptions, out: Terminal): Promise<ExitCode> {
  const inspected = inspectFile(file, set);
  const { model } = inspected;
  if (html !== undefined) {
    write(html, await explanationPage(inspected));
    out.print(`Wrote ${html}.`);
  }
  if (code) out.print(annotatedCode(model));
  if (html === undefined && !code) out.print(explanationText(explainModel(model)));
  return exitCodes.met;
}

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    const problems = new Problems();
    problems.error(
      'CLI_FILE_UNWRITABLE',
      undefined,
      `The file ${path} cannot be written: ${(error as Error).message}.`,
      'Choose a path in a folder that exists and can be written to.',
    );
    throw new ProblemError(problems.list);
  }
}
