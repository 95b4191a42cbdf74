import { componentSchema, instrumentsSchema, scenarioSchema, serveSchema, studySchema } from '@fedbatch/station';
import { ProblemError, Problems } from '@fedbatch/vocabulary';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';
/** Prints the JSON Schema of a kind of file. */
export function schema(kind: string, out: Terminal): ExitCode {
  const schemas: Record<string, object> = {
    component: componentSchema(),
    instruments: instrumentsSchema(),
    scenario: scenarioSchema(),
    serve: serveSchema(),
    study: studySchema(),
  };
  if (!Object.hasOwn(schemas, kind)) {
    const problems = new Problems();
    problems.error(
      'CLI_SCHEMA_UNKNOWN',
      undefined,
      `There is no schema \`${kind.slice(0, 60)}\`.`,
      'Ask for `component` (organisms, vessels, components), `instruments`, `scenario`, `serve` (a server) or `study`.',
    );
    throw new ProblemError(problems.list);
  }
  out.print(JSON.stringify(schemas[kind], null, 2));
  return exitCodes.met;
}
