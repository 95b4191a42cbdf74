import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { compileModel } from '@fedbatch/model';
import {
  type BenchCase,
  baseCommit,
  benchAgainst,
  bencherMetricFormat,
  benchMarkdown,
  githubActionBenchmark,
  slowdowns,
} from '@fedbatch/station';
import { modelOf, p1, wholeVessel } from '../models.ts';
import { measureScans, ScanLoop, type ScanTimes } from '../scan.ts';
import { countWork, risenWork } from './work.ts';

const repository = resolve(import.meta.dirname, '../../..');
const folder = join(repository, 'benchmarks');
const say = (text: string): void => void process.stdout.write(`${text}\n`);
/** A median that is surely more than this times the base's is a slow-down. */
const slowdown = 1.05;
/** A percentile that an operating system disturbs is the least of so many rounds, and fails only where it is this much over its budget. */
const budgetRounds = 5;
const farAbove = 10;

const timed: readonly BenchCase[] = [
  { name: 'E. coli, one-second scans', scenario: 'ecoli-exponential', settings: [], scans: 20_000 },
  {
    name: 'E. coli, one-hour steps, rodas5p',
    scenario: 'ecoli-exponential',
    settings: ['scan=1 h', 'record.every=1 h', 'solver.method=rodas5p'],
    scans: 22,
  },
  { name: 'whole vessel with instruments', scenario: 'ecoli-probe-drift', settings: [], scans: 4000 },
].map((one) => ({ ...one, scenario: `sims/scenarios/${one.scenario}` }));

const { values } = parseArgs({
  options: {
    against: { type: 'string' },
    pairs: { type: 'string', default: '20' },
    update: { type: 'boolean', default: false },
    'work-only': { type: 'boolean', default: false },
    out: { type: 'string' },
  },
});

const failures = [
  ...(await guardWork()),
  ...(values['work-only'] ? [] : [...(await guardBudget()), ...(await guardTime())]),
];
say(
  failures.length === 0
    ? '\nThe guard passes.'
    : `\nThe guard fails:\n${failures.map((text) => `  ${text}`).join('\n')}`,
);
process.exitCode = failures.length === 0 ? 0 : 1;

/** Counts against the committed file. */
async function guardWork(): Promise<string[]> {
  const path = join(folder, 'work.json');
  const now = await countWork();
  if (values.update) writeFileSync(path, `${JSON.stringify(now, null, 2)}\n`);
  const risen = risenWork(JSON.parse(readFileSync(path, 'utf8')), now);
  say(`Work: ${Object.keys(now).length} cases counted, ${risen.length} counts rose.`);
  return risen;
}

/** The 99.9th percentile of a scan against an absolute budget: told, and failing only far above. */
async function guardBudget(): Promise<string[]> {
  const budget = JSON.parse(readFileSync(join(folder, 'budget.json'), 'utf8')) as Record<string, number>;
  const { compiled, equipment } = wholeVessel();
  const loops: Record<string, ScanLoop> = {
    'p1, auto': new ScanLoop(compileModel(modelOf(p1)), 'vessel.feedRate', 'auto'),
    'whole vessel with instruments, auto': new ScanLoop(compiled, 'vessel.feedRate', 'auto', 1e-6, equipment),
  };
  const failures: string[] = [];
  for (const [name, loop] of Object.entries(loops)) {
    const rounds: ScanTimes[] = [];
    while (rounds.length < budgetRounds) rounds.push(await measureScans(loop, 20_000));
    const best = rounds.reduce((a, b) => (b.p999 < a.p999 ? b : a));
    const limit = budget[name]!;
    // One scan in a thousand is what is looked at: where the system has interrupted as many, they are its own.
    const isDisturbed = best.preemptions > best.count / 2000;
    const over = isDisturbed
      ? ` (not judged: interrupted ${best.preemptions} times)`
      : best.p999 > limit
        ? ' (over)'
        : '';
    say(`Scan, ${name}: p50 ${best.p50.toFixed(2)} µs, p99.9 ${best.p999.toFixed(1)} µs, budget ${limit} µs${over}.`);
    if (!isDisturbed && best.p999 > farAbove * limit)
      failures.push(
        `${name}: p99.9 is ${best.p999.toFixed(0)} µs, more than ${farAbove} times its budget of ${limit} µs.`,
      );
  }
  return failures;
}

/** Times of this tree over those of another commit, as `fedbatch bench` measures them. */
async function guardTime(): Promise<string[]> {
  const base = baseCommit(repository, values.against);
  if (base === undefined) {
    say('Time: there is no other commit to compare with.');
    return [];
  }
  const pairs = Number(values.pairs);
  const onPair = (done: number): void => void process.stderr.write(`pair ${done} of ${pairs}\n`);
  const result = await benchAgainst({ repository, base, cases: timed, pairs, onPair });
  say(`Time. ${benchMarkdown(result)}`);
  if (values.out !== undefined) {
    mkdirSync(values.out, { recursive: true });
    const write = (name: string, content: object): void =>
      writeFileSync(join(values.out!, name), `${JSON.stringify(content, null, 2)}\n`);
    write('bench.json', githubActionBenchmark(result));
    write('bench.bmf.json', bencherMetricFormat(result));
  }
  return slowdowns(result, slowdown);
}
