import { createHash } from 'node:crypto';
import { canonicalJson } from '@fedbatch/records';
import type { Candidate, OptimisationResult, SoughtSetting } from '@fedbatch/runtime';
import { comparing, Evolution, judgeRun, MemberPool } from '@fedbatch/studies';
import { didYouMean, Problems } from '@fedbatch/vocabulary';
import { refuse } from '../refuse.ts';
import { type FilesOf, openFiles } from '../scenario/files.ts';
import { type LoadedScenario, loadScenario } from '../scenario/load-scenario.ts';
import type { CandidateTask, JudgedCandidate } from './candidate-worker.ts';
import { readSought, settingAt } from './sought.ts';

export interface OptimisationOptions {
  /** `path=low..high unit` lines. */
  readonly vary: readonly string[];
  readonly sense: 'maximise' | 'minimise';
  /** A key figure of the scenario, by its id or its words. */
  readonly figure: string;
  /** Most runs. */
  readonly evaluations: number;
  /** Default that of the scenario. */
  readonly seed?: number;
  readonly pool: MemberPool;
  readonly signal: AbortSignal;
  /** What the result depends on beside scenario and settings. */
  readonly versions: Readonly<Record<string, string>>;
  /** Where the scenario is read from; default the disk. */
  readonly files?: FilesOf;
  onProgress(progress: {
    readonly done: number;
    readonly members: number;
    readonly failed: number;
    readonly best?: Candidate;
  }): void;
}

export interface RanOptimisation {
  readonly loaded: LoadedScenario;
  readonly result: OptimisationResult;
  /** Hash of all that the search follows from. */
  readonly key: string;
}

/** Candidates that lie closer together than this part of their ranges do not differ for anybody. */
const settledSpread = 1e-4;
const worker = new URL('./candidate-worker.ts', import.meta.url);

/** Threads for candidates; close them when all is done. */
export const candidatePool = (workers?: number): MemberPool => new MemberPool(worker, workers);

/** Searches for the settings with which a figure is best while every expectation is met. Throws ProblemError. */
export async function runOptimisation(
  path: string,
  settings: readonly string[],
  options: OptimisationOptions,
): Promise<RanOptimisation> {
  const files = options.files ?? { kind: 'disk' };
  const loaded = loadScenario(path, settings, openFiles(files));
  const { sought, figure } = checkSearch(loaded, path, settings, options, files);
  const seed = options.seed ?? loaded.plan.title.seed;
  const before = comparing(options.sense);
  const evolution = new Evolution(
    sought.map(() => 0.5),
    seed,
  );
  const candidates: Candidate[] = [];
  let best: Candidate | undefined;
  let ended: OptimisationResult['ended'] = 'spent';
  for (
    let generation = 0;
    candidates.length + evolution.size <= Math.max(options.evaluations, evolution.size);
    generation++
  ) {
    if (options.signal.aborted) {
      ended = 'stopped';
      break;
    }
    const tried = evolution.ask().map((point) => sought.map((one, i) => settingAt(one, point[i]!)));
    const judged = await judge(tried.map((values) => [...settings, ...values.map(({ text }) => text)]));
    if (judged === undefined) {
      ended = 'stopped';
      break;
    }
    const first = candidates.length;
    judged.forEach((one, place) => {
      const values = tried[place]!.map(({ value }) => value);
      candidates.push({ index: first + place, generation, values, ...one });
    });
    const order = judged.map((_, place) => place).sort((a, b) => before(judged[a]!, judged[b]!) || a - b);
    evolution.tell(order);
    const found = candidates[first + order[0]!]!;
    if (found.figure !== null && (best === undefined || before(found, best) < 0)) best = found;
    tell();
    if (evolution.spread < settledSpread) {
      ended = 'settled';
      break;
    }
  }
  const { outcome: _, ...nominal } = judgeRun(loaded.plan, figure.id);
  const result: OptimisationResult = {
    scenario: loaded.plan.title.title,
    sense: options.sense,
    figure: { id: figure.id, says: figure.says, unit: figure.unit.text },
    sought,
    seed,
    ended,
    candidates,
    ...(best && { best }),
    nominal,
  };
  return { loaded, result, key: keyOf(loaded, result, options) };

  /** All of a generation, in their order; undefined where it was stopped before the end. */
  async function judge(all: readonly (readonly string[])[]): Promise<Omit<JudgedCandidate, 'place'>[] | undefined> {
    const found = new Map<number, Omit<JudgedCandidate, 'place'>>();
    const task: CandidateTask = { files, scenario: path, figure: figure.id, settings: all };
    await options.pool.run<JudgedCandidate>({
      task,
      indices: [...all.keys()],
      signal: options.signal,
      onMembers: (some) => {
        for (const { place, ...one } of some) found.set(place, one);
      },
    });
    return found.size < all.length ? undefined : all.map((__, place) => found.get(place)!);
  }

  function tell(): void {
    const failed = candidates.filter(({ outcome }) => outcome === 'failed').length;
    options.onProgress({ done: candidates.length, members: options.evaluations, failed, ...(best && { best }) });
  }
}

/** What is sought, and the figure. Throws ProblemError for settings and figures that the scenario has not. */
export function checkSearch(
  loaded: LoadedScenario,
  path: string,
  settings: readonly string[],
  { vary, figure }: Pick<OptimisationOptions, 'vary' | 'figure'>,
  files: FilesOf,
): { readonly sought: readonly SoughtSetting[]; readonly figure: LoadedScenario['plan']['figures'][number] } {
  return { sought: checkSought(path, settings, vary, files), figure: figureOf(loaded, figure) };
}

/** Both ends of every range must be settings that can stand, so that a wrong path or unit is said before anything runs. */
function checkSought(
  path: string,
  settings: readonly string[],
  vary: readonly string[],
  files: FilesOf,
): SoughtSetting[] {
  const problems = new Problems();
  const sought = vary.flatMap((text) => readSought(text, problems) ?? []);
  if (vary.length === 0)
    problems.error(
      'STATION_SEARCH_FORM',
      undefined,
      'Nothing is named to search for.',
      'Name settings with their ranges, as --vary "recipe.fed-batch.feed.mu=0.1..0.3 1/h".',
    );
  problems.throwIfAny();
  for (const share of [0, 1])
    loadScenario(path, [...settings, ...sought.map((one) => settingAt(one, share).text)], openFiles(files));
  return sought;
}

function figureOf({ plan }: LoadedScenario, wanted: string): LoadedScenario['plan']['figures'][number] {
  const found = plan.figures.find(({ id, says }) => id === wanted || says === wanted);
  if (found) return found;
  const known = plan.figures.map(({ says }) => says);
  return refuse(
    'STATION_SEARCH_FIGURE',
    `The scenario has no key figure \`${wanted.slice(0, 60)}\`.${didYouMean(wanted, known)}`,
    known.length > 0 ? `Key figures are ${known.join(', ')}.` : 'Name one under `key figures` in the scenario.',
  );
}

function keyOf(
  { inputs, overrides }: LoadedScenario,
  { sense, figure, sought, seed }: OptimisationResult,
  { evaluations, versions }: OptimisationOptions,
): string {
  const source = {
    inputs: inputs.map(({ bytes }) => createHash('sha256').update(bytes).digest('hex')),
    settings: [...overrides],
    search: { sense, figure: figure.id, sought: sought.map((one) => ({ ...one })), seed, evaluations },
    versions: { ...versions },
  };
  return createHash('sha256').update(canonicalJson(source)).digest('hex');
}
