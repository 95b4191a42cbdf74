import { resolve } from 'node:path';
import { Run } from '@fedbatch/runtime';
import { loadScenario } from '@fedbatch/station';

// Times the cases of the guard in a process of its own and prints them as JSON, in microseconds a scan. It is copied into the tree of another
// commit, so it uses nothing but what a run has always had: a scenario, a plan, scans.

const scenarios = resolve(import.meta.dirname, '../../../sims/scenarios');
const cases: readonly (readonly [name: string, scenario: string, settings: readonly string[], scans: number])[] = [
  ['E. coli, one-second scans', 'ecoli-exponential', [], 20_000],
  [
    'E. coli, one-hour steps, rodas5p',
    'ecoli-exponential',
    ['scan=1 h', 'record.every=1 h', 'solver.method=rodas5p'],
    22,
  ],
  ['whole vessel with instruments', 'ecoli-probe-drift', [], 4000],
];
const measured = 5;
const warmupMs = 400;

function timeOf(scenario: string, settings: readonly string[], scans: number): number {
  const { plan } = loadScenario(resolve(scenarios, scenario), settings);
  const once = (): number => {
    let [done, took] = [0, 0];
    // Few scans are repeated until they make a time worth reading.
    for (let round = 0; round < Math.max(1, 600 / scans); round++) {
      const run = new Run(plan);
      const from = performance.now();
      for (let i = 0; i < scans && !run.ended; i++, done++) run.scan();
      took += performance.now() - from;
    }
    return (1000 * took) / done;
  };
  for (const until = performance.now() + warmupMs; performance.now() < until; ) once();
  return Array.from({ length: measured }, once).sort((a, b) => a - b)[measured >> 1]!;
}

process.stdout.write(
  JSON.stringify(
    Object.fromEntries(cases.map(([name, scenario, settings, scans]) => [name, timeOf(scenario, settings, scans)])),
  ),
);
