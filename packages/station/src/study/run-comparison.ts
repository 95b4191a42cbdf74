import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { canonicalJson } from '@fedbatch/records';
import type { ComparisonResult } from '@fedbatch/runtime';
import { compareEnsembles, type MemberPool, type NamedEnsemble } from '@fedbatch/studies';
import { type EnsembleProgress, type RanEnsemble, runEnsemble } from '../run-ensemble.ts';
import { type FilesOf, openFiles } from '../scenario/files.ts';
import { type InputFile, loadScenario } from '../scenario/load-scenario.ts';
import type { Study } from './study-file.ts';

export interface ComparisonOptions {
  readonly pool: MemberPool;
  readonly members: number;
  readonly folder: string;
  readonly resume: boolean;
  readonly versions: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Where the study and its scenarios are read from; default the disk. */
  readonly files?: FilesOf;
  onProgress(progress: EnsembleProgress & { readonly strategy: string }): void;
  /** Called when a strategy has met its plants, or was stopped. */
  onStrategy(name: string, folder: string, ran: RanEnsemble): void;
}

export interface RanComparison {
  readonly result: ComparisonResult;
  readonly key: string;
  readonly inputs: readonly InputFile[];
}

/** The folder of a strategy inside that of its study. */
export function strategyFolder(folder: string, index: number, name: string): string {
  const slug = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  return join(folder, `${String(index + 1).padStart(2, '0')}-${slug}`);
}

/** Lets every strategy of a study meet the same plants. Throws ProblemError, for any of them before the first one runs. */
export async function runComparison(study: Study, options: ComparisonOptions): Promise<RanComparison> {
  const files = options.files ?? { kind: 'disk' };
  for (const { scenario, settings } of study.strategies) loadScenario(scenario, settings, openFiles(files));
  const total = options.members * study.strategies.length;
  const named: NamedEnsemble[] = [];
  const keys: string[] = [];
  const inputs = new Map<string, InputFile>([[study.file, { path: study.file, bytes: study.bytes }]]);
  let before = 0;
  let failedBefore = 0;
  let foundBefore = 0;
  for (const [i, { name, says, scenario, settings }] of study.strategies.entries()) {
    if (options.signal.aborted && named.length > 0) break;
    const folder = strategyFolder(options.folder, i, name);
    let last: EnsembleProgress | undefined;
    const ran = await runEnsemble(scenario, settings, {
      design: study.design,
      members: options.members,
      vary: study.vary,
      folder,
      resume: options.resume,
      versions: options.versions,
      signal: options.signal,
      files,
      ...(study.seed !== undefined && { seed: study.seed }),
      pool: options.pool,
      onProgress: (progress) => {
        last = progress;
        options.onProgress({
          strategy: name,
          done: before + progress.done,
          members: total,
          failed: failedBefore + progress.failed,
          found: foundBefore + progress.found,
        });
      },
    });
    before += last?.done ?? 0;
    failedBefore += last?.failed ?? 0;
    foundBefore += last?.found ?? 0;
    named.push({ name, ...(says !== undefined && { says }), ensemble: ran.result });
    keys.push(ran.key);
    for (const input of ran.loaded.inputs) inputs.set(input.path, input);
    options.onStrategy(name, folder, ran);
  }
  const compared = compareEnsembles(study.title, named);
  const result: ComparisonResult =
    named.length < study.strategies.length ? { ...compared, ended: 'stopped' } : compared;
  const key = createHash('sha256')
    .update(canonicalJson({ study: study.title, keys }))
    .digest('hex');
  return { result, key, inputs: [...inputs.values()] };
}
