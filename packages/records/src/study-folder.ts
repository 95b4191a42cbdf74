import { existsSync, readdirSync, statSync } from 'node:fs';
import { digest, writeWhole } from './file-digest.ts';
import { jsonText } from './json-text.ts';
import type { FileDigest } from './manifest.ts';
import { refuse } from './refusal.ts';
import type { ResultContext } from './result-folder.ts';

/** Refuses a folder that holds something else than an earlier study of its kind. Throws ProblemError. */
export function checkStudyFolder(folder: string, noun: string, isOwn: (name: string) => boolean): void {
  if (!existsSync(folder)) return;
  if (!statSync(folder).isDirectory())
    refuse('RECORDS_FOLDER_FOREIGN', `${folder} is a file, not a folder.`, 'Choose another folder with --out.');
  const foreign = readdirSync(folder).filter((name) => !isOwn(name) && !name.startsWith('.part-'));
  if (foreign.length > 0)
    refuse(
      'RECORDS_FOLDER_FOREIGN',
      `The folder ${folder} holds other files (${foreign.slice(0, 3).join(', ')}) and is no ${noun}.`,
      'Choose another folder with --out.',
    );
}

/** What a study followed from, and what is its own to say. */
interface StudyHead {
  readonly format: 'fedbatch-ensemble' | 'fedbatch-comparison' | 'fedbatch-optimisation';
  readonly key: string;
  readonly own: object;
}

/** Writes the manifest of a study, after everything that it names. */
export function writeStudyManifest(
  folder: string,
  { format, key, own }: StudyHead,
  outputs: readonly FileDigest[],
  { versions, inputs, started, ended }: ResultContext,
): void {
  const manifest = {
    format,
    formatVersion: 1,
    key,
    ...own,
    versions,
    inputs: inputs.map(({ path, bytes }) => digest(path, bytes)),
    outputs,
    started: started.toISOString(),
    finished: ended.toISOString(),
  };
  writeWhole(folder, 'manifest.json', [jsonText(manifest)]);
}
