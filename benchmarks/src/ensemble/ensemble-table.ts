import type { Machine } from '../machine.ts';
import { short, table } from '../markdown-table.ts';
import { cvodeName, type EnsembleRow, laneName } from './measure-ensemble.ts';

export interface EnsembleResults {
  readonly machine: Machine;
  readonly rows: readonly EnsembleRow[];
}

/** What one solver takes a batch at each error, how many batches a second that is, and how many times CVODE's. */
function comparison({ atEqualError }: EnsembleRow): string {
  const errors = [...new Set(atEqualError.map(({ error }) => error))];
  const timeOf = (name: string, at: number): number =>
    atEqualError.find(({ solver, error }) => solver === name && error === at)?.microseconds ?? Number.NaN;
  return table(
    ['', ...errors.flatMap((error) => [`µs at ${error.toExponential()}`, 'a second', "of CVODE's time"])],
    [...new Set(atEqualError.map(({ solver }) => solver))].map((solver) => [
      solver,
      ...errors.flatMap((error) => {
        const time = timeOf(solver, error);
        return [short(time), short(1e6 / time), short(time / timeOf(cvodeName, error))];
      }),
    ]),
  );
}

function studies(rows: readonly EnsembleRow[]): string {
  return table(
    ['', 'batches', 'threads', 'seconds', 'seconds of processor', 'stuck'],
    rows.map(({ problem, study }) => [
      problem,
      short(study.batches),
      short(study.workers),
      short(study.seconds),
      short(study.processorSeconds),
      `${study.stuck}`,
    ]),
  );
}

export function ensembleMarkdown({ machine, rows }: EnsembleResults): string {
  const { cpu, name, loadBefore, commit, versions } = machine;
  return [
    `Measured by \`npm run bench:ensemble\` on ${cpu}, ${name}, load ${short(loadBefore)} before${commit ? `, commit ${commit}` : ''}; node ${versions.node}. Microseconds of processor time for a batch, which others on the machine disturb little.`,
    ...rows.flatMap((row) => [`**${row.problem}**, 20 h, at equal achieved error:`, comparison(row)]),
    `Whole studies, three quantities drawn for each batch, error near 1e-6 (\`${laneName}\`):`,
    studies(rows),
  ].join('\n\n');
}
