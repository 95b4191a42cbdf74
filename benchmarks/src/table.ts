import { headline } from './headline.ts';
import type { Machine } from './machine.ts';
import { count, power, short, table } from './markdown-table.ts';
import { type ModelsPart, parts, type Results, type ScansPart, type WorkPrecision } from './results.ts';

function comparison({ atEqualError }: WorkPrecision): string {
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

function pointTable({ points }: WorkPrecision): string {
  return table(
    ['solver', 'tolerance', 'achieved error', 'µs', 'steps', 'right-hand sides'],
    points.map(({ solver, tolerance, error, microseconds, steps, rhsCalls }) => [
      solver,
      power(tolerance),
      error.toExponential(1),
      short(microseconds),
      count(steps),
      count(rhsCalls),
    ]),
  );
}

function problemSections(others: readonly WorkPrecision[]): string[] {
  return others.flatMap((found) => [
    `**${found.problem}**, ${found.states} states:`,
    comparison(found),
    '<details><summary>All measured points</summary>',
    pointTable(found),
    '</details>',
    ...found.failures.map((text) => `Not done: ${text}`),
  ]);
}

function scanTable({ scans }: ScansPart): string {
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

function compileTable({ compile }: ModelsPart): string {
  return table(
    ['model', 'states', 'read', 'compose', 'emit', 'together'],
    compile.map(({ model, states, read, compose, emit }) => [
      model,
      count(states),
      ...[read, compose, emit, read + compose + emit].map(short),
    ]),
  );
}

/** What a time is worth nothing without, in a sentence's part. */
export function machineText({ cpu, name, loadBefore, commit, versions }: Machine): string {
  const programs = Object.entries(versions).map(([program, version]) => `${program} ${version}`);
  return `${cpu}, ${name}, load ${short(loadBefore)} before${commit ? `, commit ${commit}` : ''}; ${programs.join(', ')}`;
}

/** Which parts were measured at another commit or load than p1: each can be measured alone. */
function apart(results: Results): string {
  const { commit } = results.p1.machine;
  const others = parts.filter((part) => results[part].machine.commit !== commit);
  const says = others.map(
    (part) => `${part} at ${results[part].machine.commit}, load ${short(results[part].machine.loadBefore)}`,
  );
  return says.length > 0 ? ` Measured apart: ${says.join('; ')}.` : '';
}

/** The results as Markdown, with the machine and versions that they are worth nothing without. */
export function markdown(results: Results): string {
  const {
    p1: { machine, absent, p1 },
    problems: { problems },
    scans: { scans, wholeBatches },
    models: { rest },
  } = results;
  return [
    `Measured by \`npm run bench\` on ${machineText(machine)}.${absent.length > 0 ? ` Not found here: ${absent.join(', ')}.` : ''}${apart(results)}`,
    headline(results),
    '### One 20 h batch of p1, at equal achieved error',
    'Microseconds of processor time for a batch, and the ratio to the fastest of ours (rodas4, rodas5p, auto, tsit5) at the same error.',
    comparison(p1),
    '<details><summary>All measured points</summary>',
    pointTable(p1),
    '</details>',
    '### Other models and the standard problems, at equal achieved error',
    'The same of models as they are shipped (hourly over 20 h; CHO over 200 h; BSM1 over 230 d), and of standard problems against their published end.',
    ...problemSections(problems),
    '### One scan of one second',
    `Demand, integrate, sense; another input each time, tolerance 1e-6, ${count(scans[0]?.count)} scans each. A closed loop is a whole run: its controllers demand, and statistics and records are kept. Microseconds by the clock on the wall; bytes left to the garbage collector a scan; collections during all scans with the longest of them; how often the operating system took the processor away.`,
    scanTable(results.scans),
    'A whole batch of 20 h, 72,000 closed scans, from its plan to its result:',
    table(
      ['', 'ms'],
      wholeBatches.map(({ model, milliseconds }) => [model, short(milliseconds)]),
    ),
    '### BSM1 to rest',
    '230 d open loop, warm; the difference is the largest to the published state at rest in the last tank and the effluent.',
    table(
      ['method', 'tolerance', 'ms', 'difference'],
      rest.map(({ method, tolerance, milliseconds, difference }) => [
        method,
        power(tolerance),
        short(milliseconds),
        difference.toExponential(1),
      ]),
    ),
    '### From files to functions',
    'Milliseconds, in a process that has compiled before.',
    compileTable(results.models),
  ].join('\n\n');
}

/** The README with the results between the markers `<!-- NAME: ... -->` and `<!-- end of NAME -->`. */
export function between(readme: string, name: string, text: string): string {
  const markers = new RegExp(`(<!-- ${name}: [^>]*-->)[\\s\\S]*(<!-- end of ${name} -->)`);
  if (!markers.test(readme))
    throw new Error('The README has lost the markers that the results stand between. Put them back.');
  return readme.replace(markers, (_all, start, end) => `${start}\n\n${text}\n\n${end}`);
}
