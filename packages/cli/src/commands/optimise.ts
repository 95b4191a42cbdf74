import { join } from 'node:path';
import { bestSettings, checkOptimisationFolder, writeOptimisation } from '@fedbatch/records';
import {
  candidatePool,
  inputName,
  type OptimisationResult,
  optimisationVerdict,
  runOptimisation,
  scenarioFileOf,
  scenarioName,
  versions,
} from '@fedbatch/station';
import { Problems } from '@fedbatch/vocabulary';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { memberReporter, wholeOption } from '../member-options.ts';
import { numberText, tableText } from '../number-text.ts';
import { stopSignal } from '../stop-signal.ts';
import type { Terminal } from '../terminal.ts';

export interface OptimiseCommandOptions {
  readonly set: readonly string[];
  readonly vary: readonly string[];
  readonly maximise?: string;
  readonly minimise?: string;
  readonly evaluations: string;
  readonly seed?: string;
  readonly workers?: string;
  readonly out?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Searches for the best settings, writes the folder, prints what was found. Throws ProblemError for bad input. */
export async function optimise(scenario: string, options: OptimiseCommandOptions, out: Terminal): Promise<ExitCode> {
  const problems = new Problems();
  const { maximise, minimise } = options;
  if ((maximise === undefined) === (minimise === undefined))
    problems.error(
      'CLI_OPTION_VALUE',
      undefined,
      'One figure is wanted, to be high or to be low.',
      'Write --maximise FIGURE or --minimise FIGURE, with a key figure of the scenario.',
    );
  const evaluations = wholeOption('--evaluations', options.evaluations, 4, 1_000_000, problems);
  const seed = options.seed === undefined ? undefined : wholeOption('--seed', options.seed, 0, 2 ** 31 - 1, problems);
  const workers =
    options.workers === undefined ? undefined : wholeOption('--workers', options.workers, 1, 256, problems);
  problems.throwIfAny();
  const folder = options.out ?? join('results', `${scenarioName(scenarioFileOf(scenario))}-optimum`);
  checkOptimisationFolder(folder);
  const started = new Date();
  const pool = candidatePool(workers);
  const stop = stopSignal(() => out.error('Stopping after the runs that are under way; what was found is written.'));
  const report = memberReporter(options, out);
  try {
    const { loaded, result, key } = await runOptimisation(scenario, options.set, {
      vary: options.vary,
      sense: maximise === undefined ? 'minimise' : 'maximise',
      figure: (maximise ?? minimise)!,
      evaluations,
      ...(seed !== undefined && { seed }),
      pool,
      signal: stop.signal,
      versions: versions(),
      onProgress: ({ done, members, failed, best }) =>
        report({ done, members, failed, found: 0 }, best && `best ${numberText(best.figure!)}`),
    });
    out.clearProgress();
    const page = writeOptimisation(folder, key, result, {
      inputs: loaded.inputs.map(({ path, bytes }) => ({ path: inputName(loaded.file, path), bytes })),
      overrides: [...options.set, ...options.vary.map((text) => `--vary ${text}`)],
      versions: versions(),
      started,
      ended: new Date(),
      actor: { human: null, agent: 'fedbatch optimise', role: 'runner', session: null },
    });
    if (options.json) out.print(JSON.stringify({ key, folder, settings: bestSettings(result), ...result }));
    else if (!options.quiet) out.print(`${summary(result)}\n\nSearch in ${folder}; open ${page} in a browser.`);
    return exitCodes[optimisationVerdict(result)];
  } finally {
    stop.release();
    await pool.close();
  }
}

const endings = {
  settled: 'settled',
  spent: 'all runs that were allowed are spent',
  stopped: 'stopped by hand',
} as const;

function summary(result: OptimisationResult): string {
  const { scenario, sense, figure, sought, candidates, ended, best, nominal } = result;
  const head = `${scenario}\n${sense === 'maximise' ? 'highest' : 'lowest'} ${figure.says} in ${candidates.length} runs; ${endings[ended]}`;
  if (!best) return `${head}\n\nNo run came to its end.`;
  const unit = figure.unit === '-' ? '' : figure.unit;
  const rows = sought.map((one, i) => [one.path, numberText(best.values[i]!), one.unit]);
  const met = best.missed === 0 ? 'every expectation met' : 'expectations missed, as by every candidate';
  const found = `${figure.says} ${numberText(best.figure!)} ${unit} (the scenario itself: ${numberText(nominal.figure ?? Number.NaN)}), ${met}`;
  const again = bestSettings(result).map((text) => `--set "${text}"`);
  return `${head}\n\n${tableText(rows, [1])}\n\n${found}\n\nTo run it: ${again.join(' ')}`;
}
