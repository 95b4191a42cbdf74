import { join } from 'node:path';
import { checkResultFolder, writeResult } from '@fedbatch/records';
import {
  inputName,
  loadScenario,
  type RunProgress,
  type RunResult,
  runScenario,
  runVerdict,
  scenarioName,
  versions,
} from '@fedbatch/station';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { numberText } from '../number-text.ts';
import { stopSignal } from '../stop-signal.ts';
import { summaryText } from '../summary.ts';
import { formatProblems, type Terminal } from '../terminal.ts';

export interface RunCommandOptions {
  readonly set: readonly string[];
  readonly out?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Loads, runs, writes, prints. Throws ProblemError for bad input; every other end is an exit code. */
export async function run(scenario: string, options: RunCommandOptions, out: Terminal): Promise<ExitCode> {
  const loaded = loadScenario(scenario, options.set);
  const folder = options.out ?? join('results', scenarioName(loaded.file));
  checkResultFolder(folder);
  if (!options.quiet && !options.json && loaded.problems.warnings.length > 0)
    out.error(formatProblems(loaded.problems.warnings));
  const started = new Date();
  const stop = stopSignal(() => out.error('Stopping after this scan; the result up to here will be written.'));
  const result = await runScenario(loaded, {
    signal: stop.signal,
    ...(!options.quiet && { onProgress: reporter(options, out) }),
  });
  stop.release();
  out.clearProgress();
  const manifest = writeResult(folder, result, {
    inputs: loaded.inputs.map(({ path, bytes }) => ({ path: inputName(loaded.file, path), bytes })),
    overrides: loaded.overrides,
    versions: versions(),
    started,
    ended: new Date(),
    actor: { human: null, agent: 'fedbatch run', role: 'runner', session: null },
  });
  if (options.json) out.print(JSON.stringify(machineResult(result, folder, manifest.runId)));
  else if (!options.quiet)
    out.print(`${summaryText(result)}\n\nResult in ${folder}; open ${join(folder, 'report.html')} in a browser.`);
  return exitCodes[runVerdict(result)];
}

/** What a machine wants to know; samples are in the folder. */
function machineResult(result: RunResult, folder: string, runId: string): object {
  const { scenario, outcome, keyFigures, expectations, audit, phases, work } = result;
  return { runId, folder, scenario, outcome, keyFigures, expectations, audit, phases, work };
}

const barWidth = 24;
/** Time in ms between two lines of progress for a machine. */
const machineEveryMs = 500;

function reporter({ json }: RunCommandOptions, out: Terminal): (progress: RunProgress) => void {
  let last = 0;
  if (json) {
    return ({ timeH, phase, share }) => {
      if (Date.now() - last < machineEveryMs) return;
      last = Date.now();
      out.error(JSON.stringify({ progress: Number(share.toFixed(4)), timeH, phase }));
    };
  }
  return ({ timeH, phase, share, figures }) => {
    const full = Math.round(share * barWidth);
    const values = figures.map(({ says, value, unit }) => `${says} ${numberText(value)} ${unit}`).join('  ');
    out.progress(
      `${'█'.repeat(full)}${'░'.repeat(barWidth - full)} ${String(Math.round(share * 100)).padStart(3)} %  ${phase} ${timeH.toFixed(2)} h  ${values}`,
    );
  };
}
