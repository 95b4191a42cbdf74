import {
  appendFileSync,
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { EnsembleMember } from '@fedbatch/runtime';
import { refuse } from './refusal.ts';

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
 * The members of an ensemble as they finish: a line and a block of 32-bit trajectories each, appended at once, so that a run that was killed
 * goes on where it stopped. `key` is a hash of all that the members follow from.
 */
export class EnsembleStore {
  readonly folder: string;
  /** Members that an earlier run left, in the order in which they finished. */
  readonly found: readonly StoredMember[];
  readonly #numbers: number;

  /** `numbers`: length of a member's trajectories. Throws ProblemError where the folder holds anything that is not to be lost. */
  constructor(folder: string, key: string, numbers: number, mode: 'fresh' | 'resume') {
    this.folder = folder;
    this.#numbers = numbers;
    checkEnsembleFolder(folder);
    mkdirSync(folder, { recursive: true });
    this.found = mode === 'resume' ? this.#read(key) : [];
    if (this.found.length > 0) return;
    for (const name of [...ensembleOutputs, progressName, trajectoriesName])
      rmSync(join(folder, name), { force: true });
    writeFileSync(join(folder, progressName), `${JSON.stringify({ format, key, numbers })}\n`);
    writeFileSync(join(folder, trajectoriesName), '');
  }

  append({ member, trajectories }: StoredMember): void {
    // The line comes last: a block without one is cut off by whoever resumes.
    appendFileSync(
      join(this.folder, trajectoriesName),
      new Uint8Array(trajectories.buffer, trajectories.byteOffset, trajectories.byteLength),
    );
    appendFileSync(join(this.folder, progressName), `${JSON.stringify(member)}\n`);
  }

  /** Reads whole members and cuts off what a kill left of the last one. */
  #read(key: string): StoredMember[] {
    const progress = join(this.folder, progressName);
    if (!existsSync(progress)) return [];
    const text = readFileSync(progress, 'utf8');
    const lines = text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .slice(0, -1);
    const head = lines.length > 0 ? (JSON.parse(lines[0]!) as { key: string; numbers: number }) : undefined;
    if (!head || head.key !== key || head.numbers !== this.#numbers)
      refuse(
        'RECORDS_ENSEMBLE_OTHER',
        `The folder ${this.folder} holds members of another ensemble: its scenario, its settings or its design differ.`,
        'Leave --resume out to start anew there, or choose another folder with --out.',
      );
    const bytes = readFileSync(join(this.folder, trajectoriesName));
    const size = this.#numbers * bytesEach;
    const whole = Math.min(lines.length - 1, size === 0 ? lines.length - 1 : Math.floor(bytes.length / size));
    truncate(join(this.folder, trajectoriesName), whole * size);
    truncate(progress, Buffer.byteLength(lines.slice(0, whole + 1).join('\n')) + 1);
    const numbers = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + whole * size));
    return lines.slice(1, whole + 1).map((line, i) => ({
      member: JSON.parse(line) as EnsembleMember,
      trajectories: numbers.subarray(i * this.#numbers, (i + 1) * this.#numbers),
    }));
  }
}

/** Refuses a folder that holds something else than an earlier ensemble. Throws ProblemError. */
export function checkEnsembleFolder(folder: string): void {
  if (!existsSync(folder)) return;
  const isFolder = statSync(folder).isDirectory();
  const names = isFolder ? readdirSync(folder) : [folder];
  const known = [...ensembleOutputs, progressName, trajectoriesName];
  const foreign = names.filter((name) => !known.includes(name) && !name.startsWith('.part-'));
  if (isFolder && foreign.length === 0) return;
  if (isFolder && names.includes(progressName)) return;
  refuse(
    'RECORDS_FOLDER_FOREIGN',
    isFolder
      ? `The folder ${folder} holds other files (${foreign.slice(0, 3).join(', ')}) and is no ensemble.`
      : `${folder} is a file, not a folder.`,
    'Choose another folder with --out.',
  );
}

function truncate(path: string, length: number): void {
  const file = openSync(path, 'r+');
  ftruncateSync(file, length);
  closeSync(file);
}
