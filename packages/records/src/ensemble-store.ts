import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { EnsembleMember } from '@fedbatch/runtime';
import { writeWhole } from './file-digest.ts';
import { refuse } from './refusal.ts';
import { checkStudyFolder } from './study-folder.ts';

export interface StoredMember {
  readonly member: EnsembleMember;
  readonly trajectories: Float32Array;
}

const progressName = 'progress.jsonl';
const trajectoriesName = 'trajectories.f32';
const format = 'fedbatch-ensemble-progress';
/** What an ensemble leaves beside its progress. */
export const ensembleOutputs = [
  ...['members', 'envelopes', 'sensitivity'].flatMap((table) => [`${table}.csv`, `${table}.parquet`]),
  'report.html',
  'manifest.json',
];
const bytesEach = Float32Array.BYTES_PER_ELEMENT;

/**
 * The members of an ensemble as they finish: a block of 32-bit trajectories each, in the place of its number, and a line, so that a run that was
 * killed goes on where it stopped. `key` is a hash of all that the members follow from.
 */
export class EnsembleStore {
  readonly folder: string;
  /** Members that an earlier run left. */
  readonly found: readonly StoredMember[];
  readonly #head: string;
  readonly #numbers: number;
  readonly #lines = new Map<number, string>();

  /** `numbers`: length of a member's trajectories. Throws ProblemError where the folder holds anything that is not to be lost. */
  constructor(folder: string, key: string, numbers: number, mode: 'fresh' | 'resume') {
    this.folder = folder;
    this.#numbers = numbers;
    this.#head = JSON.stringify({ format, key, numbers });
    checkEnsembleFolder(folder);
    mkdirSync(folder, { recursive: true });
    this.found = mode === 'resume' ? this.#read() : [];
    if (this.found.length === 0) {
      for (const name of [...ensembleOutputs, progressName, trajectoriesName])
        rmSync(join(folder, name), { force: true });
      writeFileSync(join(folder, trajectoriesName), '');
    }
    // What a kill left of a line is gone with this.
    this.settle();
  }

  append({ member, trajectories }: StoredMember): void {
    const { buffer, byteOffset, byteLength } = trajectories;
    const file = openSync(join(this.folder, trajectoriesName), 'r+');
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    for (let done = 0; done < byteLength; )
      done += writeSync(file, bytes, done, byteLength - done, member.index * byteLength + done);
    closeSync(file);
    // The line comes last: a block without one is written again by whoever resumes.
    const line = JSON.stringify(member);
    appendFileSync(join(this.folder, progressName), `${line}\n`);
    this.#lines.set(member.index, line);
  }

  /** Puts the lines in the order of the members, so that what is left does not tell who finished first. */
  settle(): void {
    const lines = [...this.#lines].sort(([a], [b]) => a - b).map(([, line]) => line);
    writeWhole(
      this.folder,
      progressName,
      [this.#head, ...lines].map((line) => `${line}\n`),
    );
  }

  /** Members whose line and whose block are whole. */
  #read(): StoredMember[] {
    const progress = join(this.folder, progressName);
    if (!existsSync(progress)) return [];
    const [head, ...lines] = readFileSync(progress, 'utf8').split('\n').slice(0, -1);
    if (head !== undefined && head !== this.#head)
      refuse(
        'RECORDS_ENSEMBLE_OTHER',
        `The folder ${this.folder} holds members of another ensemble: its scenario, its settings or its design differ.`,
        'Leave --resume out to start anew there, or choose another folder with --out.',
      );
    const { buffer, byteOffset, byteLength } = readFileSync(join(this.folder, trajectoriesName));
    const size = this.#numbers * bytesEach;
    return lines.flatMap((line) => {
      const member = JSON.parse(line) as EnsembleMember;
      if ((member.index + 1) * size > byteLength) return [];
      this.#lines.set(member.index, line);
      const from = byteOffset + member.index * size;
      return [{ member, trajectories: new Float32Array(buffer.slice(from, from + size)) }];
    });
  }
}

/** Refuses a folder that holds something else than an earlier ensemble. Throws ProblemError. */
export function checkEnsembleFolder(folder: string): void {
  if (existsSync(join(folder, progressName))) return;
  const known = [...ensembleOutputs, progressName, trajectoriesName];
  checkStudyFolder(folder, 'ensemble', (name) => known.includes(name));
}
