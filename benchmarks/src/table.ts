import { headline } from './headline.ts';
import type { Machine } from './machine.ts';
import { count, power, short, table } from './markdown-table.ts';
import type { ModelsPart, P1Part, Part, ProblemsPart, Results, ScansPart, WorkPrecision } from './results.ts';

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
      'scans',
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
      count(scan.count),
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

/** The results as Markdown, each part with the machine and versions that it is worth nothing without; a part that was never measured is left out. */
export function markdown(results: Partial<Results>): string {
  const { p1, problems, scans, models } = results;
  return [
    headline(results),
    ...(p1 ? p1Sections(p1) : []),
    ...(problems ? otherSections(problems) : []),
    ...(scans ? scanSections(scans) : []),
    ...(models ? modelSections(models) : []),
  ].join('\n\n');
}

const measuredOn = (part: Part, machine: Machine): string =>
  `Measured by \`npm run bench -- ${part}\` on ${machineText(machine)}.`;

function p1Sections({ machine, absent, p1 }: P1Part): string[] {
  return [
    '### One 20 h batch of p1, at equal achieved error',
    `${measuredOn('p1', machine)}${absent.length > 0 ? ` Not found here: ${absent.join(', ')}.` : ''}`,
    'Microseconds of processor time for a batch, and the ratio to the fastest of ours at the same error: the same equations in WebAssembly lanes, as ensembles run them, or in JavaScript (rodas4, rodas5p, auto, tsit5).',
    comparison(p1),
    '<details><summary>All measured points</summary>',
    pointTable(p1),
    '</details>',
  ];
}

function otherSections({ machine, problems }: ProblemsPart): string[] {
  return [
    '### Other models and the standard problems, at equal achieved error',
    measuredOn('problems', machine),
    'The same of models as they are shipped (hourly over 20 h; CHO over 200 h; BSM1 over 230 d), and of standard problems against their published end.',
    ...problemSections(problems),
  ];
}

function scanSections(part: ScansPart): string[] {
  return [
    '### One scan of one second',
    measuredOn('scans', part.machine),
    'Demand, integrate, sense; another input each time, tolerance 1e-6. A closed loop is a whole run: its controllers demand, and statistics and records are kept. Microseconds by the clock on the wall; bytes left to the garbage collector a scan; collections during all scans with the longest of them; how often the operating system took the processor away.',
    scanTable(part),
    'A whole batch of 20 h, 72,000 closed scans, from its plan to its result:',
    table(
      ['', 'ms'],
      part.wholeBatches.map(({ model, milliseconds }) => [model, short(milliseconds)]),
    ),
  ];
}

function modelSections(part: ModelsPart): string[] {
  return [
    '### BSM1 to rest',
    measuredOn('models', part.machine),
    '230 d open loop, warm; the difference is the largest to the published state at rest in the last tank and the effluent.',
    table(
      ['method', 'tolerance', 'ms', 'difference'],
      part.rest.map(({ method, tolerance, milliseconds, difference }) => [
        method,
        power(tolerance),
        short(milliseconds),
        difference.toExponential(1),
      ]),
    ),
    '### From files to functions',
    'Milliseconds, in a process that has compiled before.',
    compileTable(part),
  ];
}

/** The README with the results between the markers `<!-- NAME: ... -->` and `<!-- end of NAME -->`. */
export function between(readme: string, name: string, text: string): string {
  const markers = new RegExp(`(<!-- ${name}: [^>]*-->)[\\s\\S]*(<!-- end of ${name} -->)`);
  if (!markers.test(readme))
    throw new Error('The README has lost the markers that the results stand between. Put them back.');
  return readme.replace(markers, (_all, start, end) => `${start}\n\n${text}\n\n${end}`);
}
