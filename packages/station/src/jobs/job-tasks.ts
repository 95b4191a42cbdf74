import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { checkModel, explainModel } from '@fedbatch/model';
import {
  bestSettings,
  openSamples,
  readManifest,
  type SamplesQuery,
  type StoredColumn,
  type StoredSeries,
  writeComparison,
  writeEnsemble,
  writeOptimisation,
  writeResult,
} from '@fedbatch/records';
import type { Problem } from '@fedbatch/vocabulary';
import { explanationPage } from '../explanation-page.ts';
import { inspectFile } from '../inspect.ts';
import { candidatePool, checkSearch, runOptimisation } from '../optimise/run-optimisation.ts';
import { refuse } from '../refuse.ts';
import { memberPool, runEnsemble } from '../run-ensemble.ts';
import { type RunProgress, runScenario } from '../run-scenario.ts';
import { type FilesOf, openFiles } from '../scenario/files.ts';
import { inputName } from '../scenario/input-name.ts';
import { type InputFile, loadScenario } from '../scenario/load-scenario.ts';
import { runComparison, strategyFolder } from '../study/run-comparison.ts';
import { readStudy } from '../study/study-file.ts';
import { comparisonVerdict, ensembleVerdict, optimisationVerdict, runVerdict } from '../verdict.ts';
import type {
  ComparisonRequest,
  EnsembleRequest,
  JobProgress,
  JobRequest,
  JobResult,
  OptimisationRequest,
  RunRequest,
} from './job.ts';
import { replayed } from './plant-replay.ts';

/** What a thread is asked to do. Everything in it is plain data. */
export type JobTask =
  | { readonly kind: 'plan'; readonly files: FilesOf; readonly request: JobRequest }
  | (WorkTask & { readonly kind: 'work' })
  | {
      readonly kind: 'inspect';
      readonly files: FilesOf;
      readonly path: string;
      readonly settings: readonly string[];
      readonly want: 'check' | 'explanation' | 'page';
    }
  | { readonly kind: 'samples'; readonly folder: string; readonly query: SamplesWanted };

/** What of the samples of a run is wanted. */
export interface SamplesWanted extends SamplesQuery {
  /** Most points of each column; peaks are kept. */
  readonly points?: number;
  /** Whether columns of the equations are among them where none are named. */
  readonly truth: 'leave out' | 'include';
}

export interface SamplesFound {
  readonly rows: number;
  readonly columns: readonly StoredColumn[];
  readonly series: readonly StoredSeries[];
}

/** A job as a thread gets it. */
export interface WorkTask {
  readonly files: FilesOf;
  readonly request: JobRequest;
  readonly folder: string;
  readonly versions: Readonly<Record<string, string>>;
  /** Threads for the members of a study. */
  readonly workers: number;
}

/** What a job follows from, found before it starts. */
export interface JobPlan {
  readonly title: string;
  readonly inputs: readonly InputFile[];
  readonly warnings: readonly Problem[];
}

/** How whoever asked can steer a task, and hear of it. */
export interface TaskControl {
  readonly signal: AbortSignal;
  readonly rest: () => Promise<void>;
  onProgress(progress: JobProgress): void;
}

/** Does a task. Throws ProblemError for what is wrong with files or settings. */
export function doTask(task: JobTask, control: TaskControl): Promise<unknown> | unknown {
  switch (task.kind) {
    case 'plan':
      return plan(task.files, task.request);
    case 'inspect':
      return inspect(task);
    case 'work':
      return work(task, control);
    case 'samples':
      return samples(task.folder, task.query);
  }
}

async function samples(folder: string, { truth, ...query }: SamplesWanted): Promise<SamplesFound> {
  const stored = await openSamples(folder);
  try {
    const shown = stored.columns.filter(({ isTruth }) => truth === 'include' || !isTruth);
    const ids = query.ids ?? shown.map(({ id }) => id);
    const { rows } = stored;
    return { rows, columns: shown, series: await stored.read({ ...query, ids }) };
  } finally {
    await stored.close();
  }
}

function plan(filesOf: FilesOf, request: JobRequest): JobPlan {
  const files = openFiles(filesOf);
  if (request.kind !== 'comparison') {
    const loaded = loadScenario(request.subject, request.settings, files);
    if (request.kind === 'optimisation') checkSearch(loaded, request.subject, request.settings, request, filesOf);
    return { title: loaded.plan.title.title, inputs: loaded.inputs, warnings: loaded.problems.warnings };
  }
  const study = readStudy(request.subject, files);
  const inputs = new Map<string, InputFile>([[study.file, { path: study.file, bytes: study.bytes }]]);
  const warnings: Problem[] = [];
  for (const { scenario, settings } of study.strategies) {
    const loaded = loadScenario(scenario, settings, files);
    for (const input of loaded.inputs) inputs.set(input.path, input);
    warnings.push(...loaded.problems.warnings);
  }
  return { title: study.title, inputs: [...inputs.values()], warnings };
}

async function inspect({ files, path, settings, want }: JobTask & { kind: 'inspect' }): Promise<unknown> {
  const inspected = inspectFile(path, settings, openFiles(files));
  const { model, kind, problems } = inspected;
  if (want === 'page') return explanationPage(inspected);
  if (want === 'explanation') return explainModel(model);
  return { ...checkModel(model, kind), warnings: problems.warnings };
}

function work(task: WorkTask, control: TaskControl): Promise<JobResult> {
  switch (task.request.kind) {
    case 'run':
      return run(task, task.request, control);
    case 'ensemble':
      return ensemble(task, task.request, control);
    case 'comparison':
      return comparison(task, task.request, control);
    case 'optimisation':
      return optimisation(task, task.request, control);
  }
}

/** A run of the same files, settings and versions leaves the same bytes whoever asked for it; who that was stands in the station's journal. */
const runner = { human: null, agent: 'fedbatch run', role: 'runner', session: null };

async function run(
  { files, folder, versions }: WorkTask,
  request: RunRequest,
  { signal, rest, onProgress }: TaskControl,
): Promise<JobResult> {
  const loaded = loadScenario(request.subject, request.settings, openFiles(files));
  const started = new Date();
  const { result, also } = request.replay
    ? replayed(loaded, request.replay, openFiles(files))
    : { result: await runScenario(loaded, { signal, rest, onProgress: told(onProgress) }), also: [] };
  const context = {
    inputs: named(loaded.file, loaded.inputs),
    overrides: [...loaded.overrides, ...also],
    versions,
    started,
    ended: new Date(),
    actor: runner,
  };
  const manifest = writeResult(folder, result, context, { csv: 'on-demand' });
  const missed = result.expectations.filter(({ met }) => !met).length;
  return {
    runId: manifest.runId,
    verdict: runVerdict(result),
    outcome: result.outcome,
    keyFigures: result.keyFigures,
    expectations: { met: result.expectations.length - missed, missed },
    ...(request.verifies !== undefined && { verification: agreement(request.verifies, folder) }),
  };
}

const told =
  (onProgress: TaskControl['onProgress']) =>
  ({ share, timeH, phase }: RunProgress): void =>
    onProgress({ share, timeH, part: phase });

/** Compares with the run that is to be verified; the report tells when it was made, and so is left out. */
function agreement(of: string, folder: string): JobResult['verification'] {
  const first = join(folder, '..', of);
  if (!existsSync(join(first, 'manifest.json')))
    refuse('STATION_RESULT_MISSING', `The run ${of} was deleted, and there is nothing to compare with.`, 'Keep it.');
  const again = new Map(readManifest(folder).outputs.map(({ path, sha256 }) => [path, sha256]));
  const outputs = readManifest(first).outputs.filter(({ path }) => path !== 'report.html');
  const files = outputs
    .map(({ path, sha256 }) => ({ path, first: sha256, again: again.get(path) ?? null }))
    .filter((file) => file.first !== file.again);
  return { of, agrees: files.length === 0, files };
}

async function ensemble(task: WorkTask, request: EnsembleRequest, control: TaskControl): Promise<JobResult> {
  const { files, folder, versions, workers } = task;
  const started = new Date();
  const pool = memberPool(workers);
  try {
    const { loaded, result, key } = await runEnsemble(request.subject, request.settings, {
      design: request.design,
      members: request.members,
      vary: request.vary,
      ...(request.seed !== undefined && { seed: request.seed }),
      pool,
      folder,
      resume: true,
      versions,
      signal: control.signal,
      files,
      onProgress: ({ done, members, failed }) => control.onProgress({ share: done / members, done, members, failed }),
    });
    writeEnsemble(folder, key, result, {
      inputs: named(loaded.file, loaded.inputs),
      overrides: [...request.settings, ...request.vary.map((text) => `--vary ${text}`)],
      versions,
      started,
      ended: new Date(),
      actor: { ...runner, agent: 'fedbatch ensemble' },
    });
    return { runId: key, verdict: ensembleVerdict(result), members: result.members.length };
  } finally {
    await pool.close();
  }
}

async function comparison(task: WorkTask, request: ComparisonRequest, control: TaskControl): Promise<JobResult> {
  const { files, folder, versions, workers } = task;
  const study = readStudy(request.subject, openFiles(files));
  const started = new Date();
  const pool = memberPool(workers);
  const context = (inputs: readonly InputFile[], overrides: readonly string[], agent: string) => ({
    inputs: named(study.file, inputs),
    overrides,
    versions,
    started,
    ended: new Date(),
    actor: { ...runner, agent },
  });
  try {
    const { result, key, inputs } = await runComparison(study, {
      members: request.members ?? study.members,
      folder,
      resume: true,
      versions,
      signal: control.signal,
      files,
      pool,
      onProgress: ({ strategy, done, members, failed }) =>
        control.onProgress({ share: done / members, part: strategy, done, members, failed }),
      onStrategy: (name, its, ran) => {
        const { settings } = study.strategies.find((strategy) => strategy.name === name)!;
        writeEnsemble(its, ran.key, ran.result, context(ran.loaded.inputs, settings, 'fedbatch compare'));
      },
    });
    const links = study.strategies
      .slice(0, result.strategies.length)
      .map(({ name }, i) => relative(folder, strategyFolder(folder, i, name)));
    writeComparison(folder, key, result, links, context(inputs, [], 'fedbatch compare'));
    const members = result.strategies.reduce((sum, { ensemble: one }) => sum + one.members.length, 0);
    return { runId: key, verdict: comparisonVerdict(result), members };
  } finally {
    await pool.close();
  }
}

async function optimisation(task: WorkTask, request: OptimisationRequest, control: TaskControl): Promise<JobResult> {
  const { files, folder, versions, workers } = task;
  const { vary, sense, figure, evaluations, seed } = request;
  const started = new Date();
  const pool = candidatePool(workers);
  try {
    const { loaded, result, key } = await runOptimisation(request.subject, request.settings, {
      ...{ vary, sense, figure, evaluations, pool, versions, files, signal: control.signal },
      ...(seed !== undefined && { seed }),
      onProgress: ({ done, members, failed, best }) =>
        control.onProgress({
          ...{ share: Math.min(1, done / members), done, members, failed },
          ...(best && { part: `best ${best.figure}` }),
        }),
    });
    writeOptimisation(folder, key, result, {
      inputs: named(loaded.file, loaded.inputs),
      overrides: [...request.settings, ...vary.map((text) => `--vary ${text}`)],
      versions,
      started,
      ended: new Date(),
      actor: { ...runner, agent: 'fedbatch optimise' },
    });
    return {
      runId: key,
      verdict: optimisationVerdict(result),
      members: result.candidates.length,
      settings: bestSettings(result),
    };
  } finally {
    await pool.close();
  }
}

function named(file: string, inputs: readonly InputFile[]): { path: string; bytes: Uint8Array }[] {
  return inputs.map(({ path, bytes }) => ({ path: inputName(file, path), bytes }));
}
