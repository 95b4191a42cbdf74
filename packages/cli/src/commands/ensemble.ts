import { join } from 'node:path';
import { checkEnsembleFolder, integrationText, writeEnsemble } from '@fedbatch/records';
import {
  type EnsembleResult,
  ensembleVerdict,
  inputName,
  memberPool,
  runEnsemble,
  scenarioFileOf,
  scenarioName,
  versions,
} from '@fedbatch/station';
import { type DesignKind, designKinds } from '@fedbatch/studies';
import { Problems } from '@fedbatch/vocabulary';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { memberLimit, memberReporter, wholeOption } from '../member-options.ts';
import { numberText, tableText } from '../number-text.ts';
import { stopSignal } from '../stop-signal.ts';
import type { Terminal } from '../terminal.ts';

export interface EnsembleCommandOptions {
  readonly set: readonly string[];
  readonly vary: readonly string[];
  readonly design: string;
  readonly members: string;
  readonly seed?: string;
  readonly workers?: string;
  readonly out?: string;
  readonly resume?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Runs an ensemble, writes its folder, prints what it found. Throws ProblemError for bad input; every other end is an exit code. */
export async function ensemble(scenario: string, options: EnsembleCommandOptions, out: Terminal): Promise<ExitCode> {
  const problems = new Problems();
  const design = designKinds.find((kind) => kind === options.design);
  if (!design)
    problems.error(
      'CLI_OPTION_VALUE',
      undefined,
      `There is no design \`${options.design}\`.`,
      `Designs are ${designKinds.join(', ')}.`,
    );
  const members = wholeOption('--members', options.members, 2, memberLimit, problems);
  const seed = options.seed === undefined ? undefined : wholeOption('--seed', options.seed, 0, 2 ** 32 - 1, problems);
  const workers =
    options.workers === undefined ? undefined : wholeOption('--workers', options.workers, 1, 256, problems);
  problems.throwIfAny();
  const folder = options.out ?? join('results', `${scenarioName(scenarioFileOf(scenario))}-ensemble`);
  checkEnsembleFolder(folder);
  const started = new Date();
  const pool = memberPool(workers);
  const stop = stopSignal(() => out.error('Stopping after the members that are running; --resume goes on from there.'));
  try {
    const { loaded, result, key } = await runEnsemble(scenario, options.set, {
      design: design as DesignKind,
      members,
      vary: options.vary,
      folder,
      resume: options.resume === true,
      versions: versions(),
      signal: stop.signal,
      ...(seed !== undefined && { seed }),
      pool,
      onProgress: memberReporter(options, out),
    });
    out.clearProgress();
    const report = writeEnsemble(folder, key, result, {
      inputs: loaded.inputs.map(({ path, bytes }) => ({ path: inputName(loaded.file, path), bytes })),
      overrides: [...options.set, ...options.vary.map((text) => `--vary ${text}`)],
      versions: versions(),
      started,
      ended: new Date(),
      actor: { human: null, agent: 'fedbatch ensemble', role: 'runner', session: null },
    });
    if (options.json) out.print(JSON.stringify(machineResult(result, folder, key)));
    else if (!options.quiet) out.print(`${summary(result)}\n\nEnsemble in ${folder}; open ${report} in a browser.`);
    return exitCodes[ensembleVerdict(result)];
  } finally {
    stop.release();
    await pool.close();
  }
}

function machineResult(result: EnsembleResult, folder: string, key: string): object {
  const { scenario, design, ended, integration, varied, figures, expectations, members, sensitivities } = result;
  return { key, folder, scenario, design, ended, integration, varied, figures, expectations, members, sensitivities };
}

/** Figures with their spread, how often expectations are met, and what moves each figure most. */
function summary({
  scenario,
  design,
  ended,
  integration,
  varied,
  figures,
  expectations,
  members,
  sensitivities,
}: EnsembleResult): string {
  const failed = members.filter(({ outcome }) => outcome.kind === 'failed').length;
  const head = `${scenario.title}\n${members.length} of ${design.members} members (${design.kind}, seed ${design.seed}), ${varied.length} quantities vary${failed > 0 ? `; ${failed} failed` : ''}${ended === 'stopped' ? '; stopped by hand' : ''}\n${integrationText(integration)}`;
  const rows = figures.map(({ says, unit }, f) => {
    const values = members.flatMap(({ figures: found }) => found[f] ?? []).sort((a, b) => a - b);
    const at = (share: number): string => numberText(values[Math.round(share * (values.length - 1))] ?? Number.NaN);
    const strongest = varied
      .map(({ id }, v) => ({ id, ...sensitivities[f]![v]! }))
      .sort((a, b) => b.firstOrder - a.firstOrder)[0];
    const cause =
      strongest && strongest.firstOrder >= Math.max(0.05, 2 / Math.sqrt(values.length))
        ? `${strongest.id} ${Math.round(100 * strongest.firstOrder)} %`
        : '';
    return [says, at(0.05), at(0.5), at(0.95), unit === '-' ? '' : unit, cause];
  });
  const table = tableText([['', '5 %', 'median', '95 %', '', 'moved most by'], ...rows], [1, 2, 3]);
  const met = expectations.map((text, e) => {
    const share = members.filter((member) => member.met[e]).length / Math.max(1, members.length);
    return [`${Math.round(100 * share)} %`, text];
  });
  const parts = [
    head,
    ...(rows.length > 0 ? [`Key figures\n${table}`] : []),
    ...(met.length > 0 ? [`Expectations, met by\n${tableText(met, [0])}`] : []),
  ];
  return parts.join('\n\n');
}
