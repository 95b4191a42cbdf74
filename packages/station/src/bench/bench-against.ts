import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { refuse } from '../refuse.ts';
import { linkPackages, withTree } from './base-tree.ts';
import type { BenchCase, BenchResult, BenchRow, TimedCase } from './bench.ts';
import { bootstrapMedian } from './bootstrap.ts';

const run = promisify(execFile);

/** Where this code lies, and the program that times, from there. */
const ownRoot = realpathSync(resolve(import.meta.dirname, '../../../..'));
const program = 'packages/station/src/bench/timed-run.ts';

export interface BenchRequest {
  /** Root of the git repository that holds the scenarios. */
  readonly repository: string;
  /** The commit to compare with. */
  readonly base: string;
  readonly cases: readonly BenchCase[];
  /** Pairs of processes, one in each tree. */
  readonly pairs: number;
  readonly onPair?: (done: number) => void;
  /** Aborting ends the comparison with an AbortError. */
  readonly signal?: AbortSignal;
}

type Times = Readonly<Record<string, TimedCase>>;

/**
 * Times scenarios as they are in the working tree against another commit, in pairs of fresh processes in the order A B B A. In a clone of Fedbatch each tree
 * runs its own code; elsewhere both run this one on their own files. Throws ProblemError where the present tree cannot run a case.
 */
export async function benchAgainst(request: BenchRequest): Promise<BenchResult> {
  const { repository, base, cases, pairs, onPair } = request;
  const own = realpathSync(repository) === ownRoot;
  return withTree(repository, base, async (tree) => {
    if (own) {
      linkPackages(ownRoot, tree);
      mkdirSync(dirname(join(tree, program)), { recursive: true });
      copyFileSync(join(ownRoot, program), join(tree, program));
    }
    const old = cases.filter(({ scenario }) => existsSync(join(tree, scenario)));
    const [before, now]: [Times[], Times[]] = [[], []];
    const measure = async (which: 'before' | 'now'): Promise<void> => {
      const folder = which === 'before' ? tree : repository;
      const times = await timesIn(folder, join(own ? folder : ownRoot, program), old, request.signal);
      (which === 'before' ? before : now).push(times);
    };
    for (let pair = 0; pair < pairs && old.length > 0; pair++) {
      for (const which of pair % 2 === 0 ? (['before', 'now'] as const) : (['now', 'before'] as const))
        await measure(which);
      onPair?.(pair + 1);
    }
    return { base, pairs, ...judged(cases, old, before, now) };
  });
}

/** Times the cases in a fresh process; their paths count from its folder. */
async function timesIn(
  folder: string,
  timer: string,
  cases: readonly BenchCase[],
  signal: AbortSignal | undefined,
): Promise<Times> {
  const { stdout } = await run(process.execPath, [timer, JSON.stringify(cases)], {
    cwd: folder,
    ...(signal && { signal }),
  });
  return JSON.parse(stdout);
}

function judged(
  cases: readonly BenchCase[],
  old: readonly BenchCase[],
  before: readonly Times[],
  now: readonly Times[],
): Pick<BenchResult, 'rows' | 'left'> {
  const left: { name: string; says: string }[] = cases
    .filter((one) => !old.includes(one))
    .map(({ name }) => ({ name, says: 'it is not there in the commit compared with' }));
  const rows: BenchRow[] = [];
  for (const { name } of old) {
    const [first, second] = [before[0]![name]!, now[0]![name]!];
    if ('failed' in second)
      refuse('STATION_BENCH_RUN', `${name} cannot be run: ${second.failed}`, 'See `fedbatch check` for what is wrong.');
    if ('failed' in first) {
      left.push({ name, says: `the commit compared with cannot run it: ${first.failed.split('\n')[0]}` });
      continue;
    }
    const timesOf = (all: readonly Times[]): number[] =>
      all.map((times) => {
        const found = times[name]!;
        return 'failed' in found ? Number.NaN : found.microseconds;
      });
    const [timesBefore, timesNow] = [timesOf(before), timesOf(now)];
    rows.push({
      name,
      before: timesBefore,
      now: timesNow,
      ratio: bootstrapMedian(timesNow.map((time, pair) => time / timesBefore[pair]!)),
      rhsBefore: first.rhsCalls / first.scans,
      rhsNow: second.rhsCalls / second.scans,
    });
  }
  return { rows, left };
}
