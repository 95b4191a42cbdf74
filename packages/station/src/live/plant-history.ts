import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { HistoryFile, type HistoryPoint } from '@fedbatch/records';
import type { LiveRun } from '@fedbatch/runtime';
import type { Tag } from '@fedbatch/vocabulary';
import { writeSamples } from './samples-file.ts';

/** Which sample a row is: its stamp, the run, and how many scans that had made. */
interface RowHead {
  readonly stampMs: number;
  readonly run: number;
  readonly scan: number;
}

/** What a plant keeps of its tags, row by row, over all its runs. What the clock tells and texts are not kept. */
export class PlantHistory {
  readonly #folder: string;
  readonly #file: HistoryFile;
  readonly #tags: readonly Tag[];
  /** Slots of the tags that are kept. */
  readonly #columns: Int32Array;
  readonly #row: { readonly values: Float64Array; readonly qualities: Uint8Array };
  #lastStampMs: number;

  /** Throws Error where the file that is there has other columns, or is damaged. */
  constructor(folder: string, tags: readonly Tag[]) {
    this.#folder = folder;
    const kept = tags.flatMap(({ from, type }, slot) => (from === 'clock' || type === 'text' ? [] : [slot]));
    this.#columns = Int32Array.from(kept);
    this.#tags = kept.map((slot) => tags[slot]!);
    this.#file = new HistoryFile(
      folder,
      'history',
      this.#tags.map(({ id }) => id),
    );
    this.#row = { values: new Float64Array(kept.length), qualities: new Uint8Array(kept.length) };
    this.#lastStampMs = this.last()?.stampMs ?? 0;
  }

  get size(): number {
    return this.#file.size;
  }

  /** Stamp of the last sample that was to be kept, ms. */
  get lastStampMs(): number {
    return this.#lastStampMs;
  }

  /** Which row is the last one on the disk; undefined where there is none. */
  last(): RowHead | undefined {
    return this.#file.last();
  }

  /** Keeps what the table shows now. Where the disk does not take it, the row is missing, and the plant goes on. */
  keep({ values, qualities }: LiveRun['table'], head: RowHead): void {
    for (let c = 0; c < this.#columns.length; c++) {
      this.#row.values[c] = values[this.#columns[c]!]!;
      this.#row.qualities[c] = qualities[this.#columns[c]!]!;
    }
    this.#lastStampMs = head.stampMs;
    try {
      this.#file.append({ ...head, ...this.#row });
    } catch {
      // The next one may fit again.
    }
  }

  /** Stored points of one tag, as the file gives them. */
  read(...query: Parameters<HistoryFile['read']>): ReturnType<HistoryFile['read']> {
    return this.#file.read(...query);
  }

  trend(...query: Parameters<HistoryFile['trend']>): HistoryPoint[] {
    return this.#file.trend(...query);
  }

  /** Writes the samples of a run as a CSV file, where that is not there, and gives its path. */
  async writeSamples(run: number, scanH: number): Promise<string> {
    const path = join(this.#folder, 'results', `run-${run}.csv`);
    if (!existsSync(path)) await writeSamples(path, this.#tags, this.#file.rowsOf(run), scanH);
    return path;
  }

  close(): void {
    this.#file.close();
  }
}
