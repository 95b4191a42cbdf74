import type { Results } from './results.ts';

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** A Markdown table whose first column is text and whose others are numbers. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(head), row(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(row)].join('\n');
}

/** Three digits that count, and no more; a dash for what there is not. */
export function short(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return '–';
  return value >= 1000
    ? Math.round(Number(value.toPrecision(3))).toLocaleString('en')
    : `${Number(value.toPrecision(3))}`;
}

const count = (value: number | undefined): string => value?.toLocaleString('en') ?? '–';
const power = (value: number): string => value.toExponential();

function comparison({ atEqualError }: Results): string {
  const errors = [...new Set(atEqualError.map(({ error }) => error))];
  const solvers = Map.groupBy(atEqualError, ({ solver }) => solver);
  return table(
    ['solver', ...errors.flatMap((error) => [`µs at ${power(error)}`, 'ratio'])],
    [...solvers].map(([solver, entries]) => [
      solver,
      ...errors.flatMap((error) => {
        const entry = entries.find((candidate) => candidate.error === error);
        return [short(entry?.microseconds), short(entry?.ratio)];
      }),
    ]),
  );
}

function points({ batches }: Results): string {
  return table(
    ['solver', 'tolerance', 'achieved error', 'µs', 'steps', 'right-hand sides'],
    batches.map(({ solver, tolerance, error, microseconds, steps, rhsCalls }) => [
      solver,
      power(tolerance),
      error.toExponential(1),
      short(microseconds),
      count(steps),
      count(rhsCalls),
    ]),
  );
}

function scanTable({ scans }: Results): string {
  return table(
    [
      'model',
      'method',
      'p50',
      'p99',
      'p99.9',
      'max',
      'clock',
      'right-hand sides',
      'bytes',
      'collections',
      'longest',
      'preemptions',
    ],
    scans.map((scan) => [
      scan.model,
      scan.method,
      ...[scan.p50, scan.p99, scan.p999, scan.maximum, scan.clock, scan.rhsCalls, scan.bytes].map(short),
      count(scan.collections),
      short(scan.longestCollection),
      count(scan.preemptions),
    ]),
  );
}

function compileTable({ compile }: Results): string {
  return table(
    ['model', 'states', 'read', 'compose', 'emit', 'together'],
    compile.map(({ model, states, read, compose, emit }) => [
      model,
      count(states),
      ...[read, compose, emit, read + compose + emit].map(short),
    ]),
  );
}

/** The results as Markdown, with the machine and versions that they are worth nothing without. */
export function markdown(results: Results): string {
  const { cpu, name, loadBefore, commit, versions } = results.machine;
  const with_ = Object.entries(versions)
    .map(([program, version]) => `${program} ${version}`)
    .join(', ');
  return [
    `Measured by \`npm run bench\` on ${cpu}, ${name}, load ${short(loadBefore)} before${commit ? `, commit ${commit}` : ''}; ${with_}.`,
    '### One 20 h batch of p1, at equal achieved error',
    'Microseconds for a batch, and the ratio to the fastest of ours (rodas4, rodas5p, auto, tsit5) at the same error.',
    comparison(results),
    '<details><summary>All measured points</summary>',
    points(results),
    '</details>',
    '### One scan of one second',
    `Demand, integrate, sense; another input each time, tolerance 1e-6, ${count(results.scans[0]?.count)} scans each. Microseconds; bytes left to the garbage collector a scan; collections during all scans with the longest of them; how often the operating system took the processor away.`,
    scanTable(results),
    '### From files to functions',
    'Milliseconds, in a process that has compiled before.',
    compileTable(results),
  ].join('\n\n');
}

/** The README with the results between the markers `<!-- NAME: ... -->` and `<!-- end of NAME -->`. */
export function between(readme: string, name: string, text: string): string {
  const markers = new RegExp(`(<!-- ${name}: [^>]*-->)[\\s\\S]*(<!-- end of ${name} -->)`);
  if (!markers.test(readme))
    throw new Error('The README has lost the markers that the results stand between. Put them back.');
  return readme.replace(markers, (_all, start, end) => `${start}\n\n${text}\n\n${end}`);
}

/** The README with the results of the benchmark proper. */
export function withResults(readme: string, results: Results): string {
  return between(readme, 'results', markdown(results));
}
