import { createHash } from 'node:crypto';
import { canonicalJson, EnsembleStore } from '@fedbatch/records';
import { type EnsembleResult, Run } from '@fedbatch/runtime';
import {
  type Design,
  type DesignKind,
  type EnsembleFrame,
  ensembleChannels,
  LaneMembers,
  LanePool,
  MemberPool,
  type MemberRun,
  readVaried,
  sobolDimensions,
  summarise,
  type Varied,
  variedByFiles,
  whyNotInLanes,
} from '@fedbatch/studies';
import { Problems } from '@fedbatch/vocabulary';
import type { MemberTask } from './ensemble-worker.ts';
import { refuse } from './refuse.ts';
import { type FilesOf, openFiles } from './scenario/files.ts';
import { type LoadedScenario, loadScenario } from './scenario/load-scenario.ts';

export interface EnsembleOptions {
  readonly design: DesignKind;
  readonly members: number;
  readonly seed?: number;
  /** `id=how` lines; none: every parameter whose file states a spread. */
  readonly vary: readonly string[];
  readonly pool: MemberPool;
  readonly folder: string;
  readonly resume: boolean;
  /** What members depend on beside scenario and settings. */
  readonly versions: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Where the scenario is read from; default the disk. */
  readonly files?: FilesOf;
  onProgress(progress: EnsembleProgress): void;
}

export interface EnsembleProgress {
  readonly done: number;
  readonly members: number;
  readonly failed: number;
  /** Members that an earlier run left. */
  readonly found: number;
}

export interface RanEnsemble {
  readonly loaded: LoadedScenario;
  readonly result: EnsembleResult;
  /** Hash of all that the members follow from. */
  readonly key: string;
}

/** Points of an envelope over the length of the run that the scenario describes, and how much longer a member may be seen. */
const gridPoints = 200;
const gridStretch = 1.25;
const worker = new URL('./ensemble-worker.ts', import.meta.url);

/** Threads for members of ensembles; close them when all is done. */
export function memberPool(workers?: number): MemberPool {
  return new MemberPool(worker, workers);
}

/** Runs a scenario many times with quantities that vary. Throws ProblemError; a member that fails is a finding, not an error. */
export async function runEnsemble(
  path: string,
  settings: readonly string[],
  options: EnsembleOptions,
): Promise<RanEnsemble> {
  const files = options.files ?? { kind: 'disk' };
  const loaded = loadScenario(path, settings, openFiles(files));
  const { plan, model } = loaded;
  const problems = new Problems();
  const varied =
    options.vary.length === 0
      ? variedByFiles(model)
      : options.vary.flatMap((text) => readVaried(text, model, problems) ?? []);
  checkDesign(varied, options, problems);
  problems.throwIfAny();
  const design: Design = { kind: options.design, members: options.members, seed: options.seed ?? plan.title.seed };
  const nominal = new Run(plan);
  while (!nominal.ended) nominal.scan();
  const why = whyNotInLanes(plan);
  const frame: EnsembleFrame = {
    ...{ plan, nominal: nominal.result(), varied, design, gridH: gridOf(nominal.timeH) },
    integration: why === undefined ? { by: 'lanes', why: '' } : { by: 'single', why },
  };
  if (frame.nominal.outcome.kind === 'failed') failNominal(frame.nominal.outcome.says);
  const key = keyOf(loaded, frame, options);
  const store = new EnsembleStore(
    options.folder,
    key,
    ensembleChannels(plan).length * frame.gridH.length,
    options.resume ? 'resume' : 'fresh',
  );
  const runs = store.found.filter(({ member }) => member.index < design.members);
  const done = new Set(runs.map(({ member }) => member.index));
  const found = done.size;
  let failed = runs.filter(({ member }) => member.outcome.kind === 'failed').length;
  const tell = (): void => options.onProgress({ done: runs.length, members: design.members, failed, found });
  tell();
  const keep = (finished: readonly MemberRun[]): void => {
    for (const run of finished) {
      store.append(run);
      runs.push(run);
      if (run.member.outcome.kind === 'failed') failed++;
    }
    tell();
  };
  let indices = Array.from({ length: design.members }, (_, i) => i).filter((i) => !done.has(i));
  // A member that lanes cannot bring to the end is run alone, and says why.
  if (why === undefined) indices = await inLanes(frame, indices, options, keep);
  const task: MemberTask = { files, scenario: path, settings, varied, design, gridH: frame.gridH };
  await options.pool.run({ task, indices, signal: options.signal, onMembers: keep });
  store.settle();
  return { loaded, key, result: summarise(frame, runs) };
}

async function inLanes(
  { plan, varied, design, gridH }: EnsembleFrame,
  indices: readonly number[],
  { pool, signal }: EnsembleOptions,
  keep: (finished: readonly MemberRun[]) => void,
): Promise<number[]> {
  const lanes = new LanePool(pool.workers);
  try {
    return await new LaneMembers(plan, varied, design, gridH, lanes).run(indices, signal, keep);
  } finally {
    await lanes.close();
  }
}

function gridOf(endH: number): Float64Array {
  return Float64Array.from({ length: gridPoints * gridStretch + 1 }, (_, i) => (i * endH) / gridPoints);
}

function checkDesign(varied: readonly Varied[], { vary, design }: EnsembleOptions, problems: Problems): void {
  if (vary.length === 0 && varied.length === 0)
    problems.error(
      'STATION_ENSEMBLE_FIXED',
      undefined,
      'No parameter of this scenario states a spread, and nothing was named to vary.',
      'Name quantities, as --vary "organism.qSmax=10 %" --vary "charge.X=0.1..0.3 g/L", or give parameters a `spread` in their files.',
    );
  if (design === 'sobol' && varied.length > sobolDimensions)
    problems.error(
      'STATION_ENSEMBLE_DIMENSIONS',
      undefined,
      `${varied.length} quantities vary, and a Sobol design takes at most ${sobolDimensions}.`,
      'Choose --design latin, or vary fewer.',
    );
}

function failNominal(says: string): never {
  refuse(
    'STATION_ENSEMBLE_NOMINAL',
    `The scenario itself does not run to its end: ${says}`,
    'Bring it to run with `fedbatch run` first.',
  );
}

/** Members of a Latin design depend on how many there are; those of the others do not, so that more may be added later. */
function keyOf(
  { inputs, overrides }: LoadedScenario,
  { varied, design, gridH }: EnsembleFrame,
  options: EnsembleOptions,
): string {
  const source = {
    inputs: inputs.map(({ bytes }) => createHash('sha256').update(bytes).digest('hex')),
    settings: [...overrides],
    varied: varied.map(({ id, distribution }) => ({
      id,
      ...distribution,
      low: String(distribution.low),
      high: String(distribution.high),
    })),
    design: { kind: design.kind, seed: design.seed, ...(design.kind === 'latin' && { members: design.members }) },
    grid: gridH.at(-1)!,
    versions: { ...options.versions },
  };
  return createHash('sha256').update(canonicalJson(source)).digest('hex');
}
