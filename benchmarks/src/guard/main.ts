import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compileModel } from '@fedbatch/model';
import { modelOf, p1, wholeVessel } from '../models.ts';
import { measureScans, ScanLoop } from '../scan.ts';
import { baseCommit, repository, timesIn, withTree } from './against.ts';
import { bootstrapMedian, type Interval } from './bootstrap.ts';
import { countWork, risenWork } from './work.ts';

const folder = join(repository, 'benchmarks');
const say = (text: string): void => void process.stdout.write(`${text}\n`);
/** A median that is surely more than this times the base's is a slow-down. */
const slowdown = 1.05;
/** A percentile that an operating system disturbs fails only where it is this much over its budget. */
const farAbove = 10;

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
    const { p50, p999 } = await measureScans(loop, 50_000);
    const limit = budget[name]!;
    say(
      `Scan, ${name}: p50 ${p50.toFixed(2)} µs, p99.9 ${p999.toFixed(1)} µs, budget ${limit} µs${p999 > limit ? ' (over)' : ''}.`,
    );
    if (p999 > farAbove * limit)
      failures.push(`${name}: p99.9 is ${p999.toFixed(0)} µs, more than ${farAbove} times its budget of ${limit} µs.`);
  }
  return failures;
}

/** Times of this tree over those of another commit, from fresh processes in the order A B B A. */
async function guardTime(): Promise<string[]> {
  const base = baseCommit(values.against);
  if (base === undefined) {
    say('Time: there is no other commit to compare with.');
    return [];
  }
  const pairs = Number(values.pairs);
  const ratios = new Map<string, number[]>();
  const own = new Map<string, number[]>();
  await withTree(base, async (tree) => {
    for (let pair = 0; pair < pairs; pair++) {
      const order = pair % 2 === 0 ? [tree, repository] : [repository, tree];
      const [first, second] = order.map(timesIn);
      const [before, now] = pair % 2 === 0 ? [first!, second!] : [second!, first!];
      for (const [name, time] of Object.entries(now)) {
        ratios.set(name, [...(ratios.get(name) ?? []), time / before[name]!]);
        own.set(name, [...(own.get(name) ?? []), time]);
      }
      process.stderr.write(`pair ${pair + 1} of ${pairs}\n`);
    }
  });
  say(`Time against ${base.slice(0, 7)}, ${pairs} pairs of fresh processes; ratio above 1: slower now.`);
  const results = [...ratios].map(([name, found]) => ({ name, times: own.get(name)!, ...bootstrapMedian(found) }));
  for (const { name, median, low, high } of results)
    say(`  ${name}: ${median.toFixed(3)} (95 %: ${low.toFixed(3)} .. ${high.toFixed(3)})`);
  if (values.out !== undefined) writeForeign(values.out, results);
  return results.flatMap(({ name, median, low }) =>
    low > slowdown
      ? [`${name}: ${median.toFixed(3)} times the time of ${base.slice(0, 7)}, at least ${low.toFixed(3)}.`]
      : [],
  );
}

/** `PATH.json` for github-action-benchmark (customSmallerIsBetter), `PATH.bmf.json` for Bencher (Bencher Metric Format). */
function writeForeign(path: string, results: readonly (Interval & { name: string; times: readonly number[] })[]): void {
  const stem = path.replace(/\.json$/, '');
  const middle = (times: readonly number[]): number => [...times].sort((a, b) => a - b)[times.length >> 1]!;
  const action = results.map(({ name, times }) => ({ name, unit: 'µs a scan', value: middle(times) }));
  const bencher = Object.fromEntries(
    results.map(({ name, times }) => [
      name,
      {
        latency: {
          value: 1000 * middle(times),
          lower_value: 1000 * Math.min(...times),
          upper_value: 1000 * Math.max(...times),
        },
      },
    ]),
  );
  writeFileSync(`${stem}.json`, `${JSON.stringify(action, null, 2)}\n`);
  writeFileSync(`${stem}.bmf.json`, `${JSON.stringify(bencher, null, 2)}\n`);
}
