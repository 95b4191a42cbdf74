import { basename, dirname, join, relative, resolve } from 'node:path';
import { checkComparisonFolder, checkEnsembleFolder, writeComparison, writeEnsemble } from '@fedbatch/records';
import {
  type ComparisonResult,
  comparisonVerdict,
  inputName,
  memberPool,
  readStudy,
  runComparison,
  strategyFolder,
  versions,
} from '@fedbatch/station';
import { Problems } from '@fedbatch/vocabulary';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { memberLimit, memberReporter, wholeOption } from '../member-options.ts';
import { numberText, tableText } from '../number-text.ts';
import { stopSignal } from '../stop-signal.ts';
import type { Terminal } from '../terminal.ts';

export interface CompareCommandOptions {
  readonly members?: string;
  readonly workers?: string;
  readonly out?: string;
  readonly resume?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Runs a study, writes its folder with an ensemble for each strategy, prints the table. Throws ProblemError for bad input. */
export async function compare(path: string, options: CompareCommandOptions, out: Terminal): Promise<ExitCode> {
  const study = readStudy(path);
  const problems = new Problems();
  const members =
    options.members === undefined ? study.members : wholeOption('--members', options.members, 2, memberLimit, problems);
  const workers =
    options.workers === undefined ? undefined : wholeOption('--workers', options.workers, 1, 256, problems);
  problems.throwIfAny();
  const folder = options.out ?? join('results', basename(dirname(resolve(study.file))));
  checkComparisonFolder(folder);
  const folders = study.strategies.map(({ name }, i) => strategyFolder(folder, i, name));
  folders.forEach(checkEnsembleFolder);
  const started = new Date();
  const pool = memberPool(workers);
  const stop = stopSignal(() => out.error('Stopping after the members that are running; --resume goes on from there.'));
  const context = (inputs: readonly { path: string; bytes: Uint8Array }[], overrides: readonly string[]) => ({
    inputs: inputs.map((input) => ({ path: inputName(study.file, input.path), bytes: input.bytes })),
    overrides,
    versions: versions(),
    started,
    ended: new Date(),
    actor: { human: null, agent: 'fedbatch compare', role: 'runner', session: null },
  });
  const report = memberReporter(options, out);
  try {
    const { result, key, inputs } = await runComparison(study, {
      members,
      folder,
      resume: options.resume === true,
      versions: versions(),
      signal: stop.signal,
      pool,
      onProgress: ({ strategy, ...progress }) => report(progress, strategy),
      onStrategy: (name, its, ran) => {
        const { settings } = study.strategies.find((strategy) => strategy.name === name)!;
        writeEnsemble(its, ran.key, ran.result, context(ran.loaded.inputs, settings));
      },
    });
    out.clearProgress();
    const links = folders.slice(0, result.strategies.length).map((its) => relative(folder, its));
    const page = writeComparison(folder, key, result, links, context(inputs, []));
    if (options.json) out.print(JSON.stringify(machineResult(result, folder, key)));
    else if (!options.quiet) out.print(`${summary(result)}\n\nComparison in ${folder}; open ${page} in a browser.`);
    return exitCodes[comparisonVerdict(result)];
  } finally {
    stop.release();
    await pool.close();
  }
}

function machineResult({ title, ended, figures, strategies }: ComparisonResult, folder: string, key: string): object {
  return {
    key,
    folder,
    title,
    ended,
    figures,
    strategies: strategies.map(({ name, spread, differences, clean, ensemble }) => ({
      name,
      members: ensemble.members.length,
      clean,
      spread,
      differences,
    })),
  };
}

/** Medians by strategy, a star where the paired interval leaves out zero. */
function summary({ title, figures, strategies, ended }: ComparisonResult): string {
  const head = `${title}\n${strategies.length} strategies on the same ${strategies[0]!.ensemble.design.members} plants${ended === 'stopped' ? '; stopped by hand' : ''}`;
  const rows = figures.map(({ says, unit }, f) => [
    says,
    ...strategies.map(({ spread, differences }) => {
      const difference = differences[f];
      const differs = difference && (difference.low > 0 || difference.high < 0);
      return `${numberText(spread[f]!.p50)}${differs ? '*' : ' '}`;
    }),
    unit === '-' ? '' : unit,
  ]);
  const clean = ['every expectation met', ...strategies.map((one) => `${Math.round(100 * one.clean)} `), '%'];
  const titles = ['median', ...strategies.map(({ name }) => `${name} `), ''];
  const right = strategies.map((_, i) => i + 1);
  return `${head}\n\n${tableText([titles, ...rows, clean], right)}\n\n  * differs from ${strategies[0]!.name} on the same plants (95 % interval of the paired difference)`;
}
