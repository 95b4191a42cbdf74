import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import {
  type BenchCase,
  baseCommit,
  benchAgainst,
  bencherMetricFormat,
  benchMarkdown,
  githubActionBenchmark,
  loadScenario,
  repositoryOf,
  scenarioFileOf,
  slowdowns,
} from '@fedbatch/station';
import { Problems } from '@fedbatch/vocabulary';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { wholeOption } from '../member-options.ts';
import { stopSignal } from '../stop-signal.ts';
import type { Terminal } from '../terminal.ts';

export interface BenchCommandOptions {
  readonly against?: string;
  readonly set: readonly string[];
  readonly pairs: string;
  readonly scans: string;
  readonly limit: string;
  readonly out?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Times scenarios against another commit of their repository. Exit code 1: one has become slower. Throws ProblemError for bad input. */
export async function bench(
  scenarios: readonly string[],
  options: BenchCommandOptions,
  out: Terminal,
): Promise<ExitCode> {
  const problems = new Problems();
  const pairs = wholeOption('--pairs', options.pairs, 1, 1000, problems);
  const scans = wholeOption('--scans', options.scans, 1, 10_000_000, problems);
  const limit = Number(options.limit);
  if (!(limit >= 1))
    problems.error(
      'CLI_OPTION_VALUE',
      undefined,
      `--limit is \`${options.limit.slice(0, 40)}\`, and it must be a ratio of times from 1 on.`,
      'Write for example --limit 1.05, which allows 5 % more time.',
    );
  problems.throwIfAny();
  const files = [...new Set(scenarios.map((path) => realpathSync(scenarioFileOf(path))))];
  const repository = repositoryOf(files[0]!);
  const cases = files.map((file): BenchCase => {
    // What is wrong with a scenario is said before anything is timed.
    loadScenario(file, options.set);
    const scenario = inside(repository, file);
    return { name: scenario.replace(/\/?scenario\.yaml$/, '') || 'scenario', scenario, settings: options.set, scans };
  });
  const base = baseCommit(repository, options.against);
  if (base === undefined) {
    if (!options.quiet) out.error('There is no other commit to compare with; nothing was timed.');
    return exitCodes.met;
  }
  const stop = stopSignal(() => out.error('Stopping; nothing is written.'));
  try {
    const result = await benchAgainst({
      ...{ repository, base, cases, pairs, signal: stop.signal },
      onPair: (done) => {
        if (options.quiet) return;
        if (options.json) out.error(JSON.stringify({ progress: done / pairs }));
        else out.progress(`${done} of ${pairs} pairs against ${base.slice(0, 7)}`);
      },
    });
    out.clearProgress();
    const slower = slowdowns(result, limit);
    if (options.out !== undefined) {
      const text = [benchMarkdown(result), ...slower].join('\n\n');
      write(options.out, 'bench.json', JSON.stringify(githubActionBenchmark(result), null, 2));
      write(options.out, 'bench.bmf.json', JSON.stringify(bencherMetricFormat(result), null, 2));
      write(options.out, 'bench.md', text);
    }
    if (options.json) out.print(JSON.stringify({ ...result, limit, slower }));
    else if (!options.quiet)
      out.print([benchMarkdown(result), ...(slower.length > 0 ? slower : ['Nothing has become slower.'])].join('\n\n'));
    return slower.length > 0 ? exitCodes.missed : exitCodes.met;
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    return exitCodes.stopped;
  } finally {
    stop.release();
  }
}

/** The path of a scenario from the root of the repository; the same file is sought in the other commit. */
function inside(repository: string, file: string): string {
  const path = relative(repository, file);
  if (!path.startsWith('..')) return path;
  const problems = new Problems();
  problems.error(
    'CLI_BENCH_REPOSITORY',
    undefined,
    `${file} does not lie in ${repository}, where the first scenario lies.`,
    'Time the scenarios of each repository by a command of their own.',
  );
  problems.throwIfAny();
  return path;
}

function write(folder: string, name: string, text: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), `${text}\n`);
}
