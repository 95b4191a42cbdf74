import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { type HistoryRow, type RowHead, readRowHead, rowBytes, writeRow } from './row-shape.ts';

/** Rows of one length in a file, which a crash can cut but not confuse: what is left of a torn last row is taken off when it is opened again. */
export class OpenRows {
  readonly path: string;
  readonly width: number;
  readonly #file: number;
  readonly #row: Buffer;
  #rows: number;

  constructor(path: string, columns: number) {
    this.path = path;
    this.width = rowBytes(columns);
    this.#row = Buffer.alloc(this.width);
    this.#file = openSync(path, 'a+');
    this.#rows = Math.floor(fstatSync(this.#file).size / this.width);
    ftruncateSync(this.#file, this.#rows * this.width);
  }

  get rows(): number {
    return this.#rows;
  }

  append(row: HistoryRow): void {
    writeRow(this.#row, row);
    this.write(this.#row);
  }

  /** Whole rows as they are. A disk that takes only part of them is left as it was. */
  write(rows: Buffer): void {
    try {
      for (let done = 0; done < rows.length; ) done += writeSync(this.#file, rows, done);
    } catch (error) {
      ftruncateSync(this.#file, this.#rows * this.width);
      throw error;
    }
    this.#rows += rows.length / this.width;
  }

  read(row: number, count: number): Buffer {
    const bytes = Buffer.alloc(count * this.width);
    for (let done = 0; done < bytes.length; ) {
      const read = readSync(this.#file, bytes, done, bytes.length - done, row * this.width + done);
      if (read === 0) throw new Error(`The history ${this.path} has lost rows since it was opened.`);
      done += read;
    }
    return bytes;
  }

  head(row: number): RowHead {
    return readRowHead(this.read(row, 1), 0);
  }

  close(): void {
    fsyncSync(this.#file);
    closeSync(this.#file);
  }
}
