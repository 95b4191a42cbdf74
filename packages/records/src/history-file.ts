import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** A row of a history: when it was, and every value with its quality. */
export interface HistoryRow {
  /** ms since 1970, or in lockstep ms of the plant's own clock. */
  readonly stampMs: number;
  /** How often the plant was started anew, and how many scans it had made since. */
  readonly run: number;
  readonly scan: number;
  readonly values: Float64Array;
  readonly qualities: Uint8Array;
}

/** One value of one tag out of a history. */
export interface HistoryPoint {
  readonly stampMs: number;
  readonly value: number;
  readonly quality: number;
}

const headNumbers = 3;

/**
 * Samples of a live plant in a file of rows of one length, which a crash can cut but not confuse: what is left of a torn last row is taken off
 * when the file is opened again. Names of the columns stand beside it.
 */
export class HistoryFile {
  readonly path: string;
  readonly #file: number;
  readonly #columns: ReadonlyMap<string, number>;
  readonly #width: number;
  readonly #row: Buffer;
  #rows: number;

  /** Throws Error where the file that is there has other columns. */
  constructor(folder: string, name: string, ids: readonly string[]) {
    this.path = join(folder, `${name}.rows`);
    const head = join(folder, `${name}.columns.json`);
    const columns = `${JSON.stringify(ids)}\n`;
    if (existsSync(head) && readFileSync(head, 'utf8') !== columns)
      throw new Error(
        `The history ${this.path} has other columns than this plant has tags. Move it away, or serve the scenario that it was written with.`,
      );
    if (!existsSync(head)) writeFileSync(head, columns);
    this.#columns = new Map(ids.map((id, column) => [id, column]));
    this.#width = 8 * (headNumbers + ids.length) + ids.length;
    this.#row = Buffer.alloc(this.#width);
    this.#file = openSync(this.path, 'a+');
    this.#rows = Math.floor(fstatSync(this.#file).size / this.#width);
    ftruncateSync(this.#file, this.#rows * this.#width);
  }

  get size(): number {
    return this.#rows;
  }

  append({ stampMs, run, scan, values, qualities }: HistoryRow): void {
    const row = this.#row;
    row.writeDoubleLE(stampMs, 0);
    row.writeDoubleLE(run, 8);
    row.writeDoubleLE(scan, 16);
    for (let c = 0; c < values.length; c++) row.writeDoubleLE(values[c]!, 8 * (headNumbers + c));
    row.set(qualities, 8 * (headNumbers + values.length));
    for (let done = 0; done < row.length; ) done += writeSync(this.#file, row, done);
    this.#rows++;
  }

  /** Run and scan of the last row; undefined where there is none. */
  last(): { readonly run: number; readonly scan: number; readonly stampMs: number } | undefined {
    if (this.#rows === 0) return undefined;
    const head = this.#head(this.#rows - 1);
    return { stampMs: head.readDoubleLE(0), run: head.readDoubleLE(8), scan: head.readDoubleLE(16) };
  }

  /**
   * The points of one tag from a stamp on, up to another and no more than `limit`, and the row to go on from; -1: that was all. An unknown tag
   * has none.
   */
  read(
    id: string,
    fromMs: number,
    toMs: number,
    limit: number,
    fromRow = this.#rowAt(fromMs),
  ): { readonly points: HistoryPoint[]; readonly next: number } {
    const column = this.#columns.get(id);
    const points: HistoryPoint[] = [];
    if (column === undefined) return { points, next: -1 };
    const rows = Buffer.alloc(this.#width * Math.min(256, Math.max(1, this.#rows)));
    for (let row = fromRow; row < this.#rows; ) {
      const count = Math.min(rows.length / this.#width, this.#rows - row);
      readSync(this.#file, rows, 0, count * this.#width, row * this.#width);
      for (let i = 0; i < count; i++, row++) {
        const at = i * this.#width;
        const stampMs = rows.readDoubleLE(at);
        if (stampMs > toMs) return { points, next: -1 };
        if (points.length === limit) return { points, next: row };
        points.push({
          stampMs,
          value: rows.readDoubleLE(at + 8 * (headNumbers + column)),
          quality: rows[at + 8 * (headNumbers + this.#columns.size) + column]!,
        });
      }
    }
    return { points, next: -1 };
  }

  /** Whole rows of one run, in batches, so that whoever writes many can let others have their turn. */
  *rowsOf(run: number): Generator<readonly HistoryRow[]> {
    const columns = this.#columns.size;
    const batch = Buffer.alloc(this.#width * 256);
    for (let row = 0; row < this.#rows; ) {
      const count = Math.min(256, this.#rows - row);
      readSync(this.#file, batch, 0, count * this.#width, row * this.#width);
      row += count;
      yield Array.from({ length: count }, (_, i) => {
        const at = i * this.#width;
        const valuesAt = at + 8 * headNumbers;
        return {
          stampMs: batch.readDoubleLE(at),
          run: batch.readDoubleLE(at + 8),
          scan: batch.readDoubleLE(at + 16),
          values: Float64Array.from({ length: columns }, (__, c) => batch.readDoubleLE(valuesAt + 8 * c)),
          qualities: Uint8Array.from(batch.subarray(valuesAt + 8 * columns, valuesAt + 9 * columns)),
        };
      }).filter((one) => one.run === run);
    }
  }

  sync(): void {
    fsyncSync(this.#file);
  }

  close(): void {
    fsyncSync(this.#file);
    closeSync(this.#file);
  }

  /** The first row that is not before a stamp. */
  #rowAt(fromMs: number): number {
    let low = 0;
    let high = this.#rows;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#head(middle).readDoubleLE(0) < fromMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #head(row: number): Buffer {
    const head = Buffer.alloc(8 * headNumbers);
    readSync(this.#file, head, 0, head.length, row * this.#width);
    return head;
  }
}
