import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { blockRows, type HistoryPoint } from './block.ts';
import { OpenRows } from './open-rows.ts';
import { pointsOf, type Readable, rowWhere } from './points.ts';
import type { HistoryRow, RowHead } from './row-shape.ts';
import { SealedBlocks } from './sealed-blocks.ts';
import { trendPoints } from './trend.ts';
import { wholeRows } from './whole-rows.ts';

/**
 * Samples of a live plant. New rows go to the end of a file of rows, where a crash can take no more than a part of the last one; when they are enough
 * for a block they are packed by columns, and once that is on the disk a new file of rows is begun. The name of that file tells how many blocks
 * came before it, so that no row is lost or there twice whenever the process ends. Names of the columns stand beside it.
 */
export class HistoryFile {
  readonly #folder: string;
  readonly #name: string;
  readonly #columns: ReadonlyMap<string, number>;
  readonly #blocks: SealedBlocks;
  /** Blocks that were sealed when the file of open rows was begun. */
  #before: number;
  #open: OpenRows;

  /** Throws Error where the file that is there has other columns, or is damaged. */
  constructor(folder: string, name: string, ids: readonly string[]) {
    this.#folder = folder;
    this.#name = name;
    const head = join(folder, `${name}.columns.json`);
    const columns = `${JSON.stringify(ids)}\n`;
    if (existsSync(head) && readFileSync(head, 'utf8') !== columns)
      throw new Error(
        `The history ${join(folder, name)} has other columns than this plant has tags. Move it away, or serve the scenario that it was written with.`,
      );
    if (!existsSync(head)) writeFileSync(head, columns);
    this.#columns = new Map(ids.map((id, column) => [id, column]));
    const begun = this.#begun();
    this.#before = Math.max(0, ...begun);
    this.#blocks = new SealedBlocks(join(folder, `${name}.blocks`), ids.length, this.#before);
    for (const before of begun) if (before < this.#before) rmSync(this.#pathOf(before));
    this.#open = new OpenRows(this.#pathOf(this.#before), ids.length);
    this.#seal();
  }

  get size(): number {
    return this.#blocks.rows + this.#open.rows - this.#sealed;
  }

  append(row: HistoryRow): void {
    this.#open.append(row);
    if (this.#open.rows % blockRows !== 0) return;
    try {
      this.#seal();
    } catch {
      // The row is there. What cannot be sealed now stays open, and is tried again when the next block is full.
    }
  }

  /** Which row is the last one; undefined where there is none. */
  last(): RowHead | undefined {
    return this.#open.rows > this.#sealed ? this.#open.head(this.#open.rows - 1) : this.#blocks.last;
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
    fromRow = rowWhere(this.#readable(), (stampMs) => stampMs >= fromMs),
  ): { readonly points: HistoryPoint[]; readonly next: number } {
    const column = this.#columns.get(id);
    return column === undefined ? { points: [], next: -1 } : pointsOf(this.#readable(), column, fromRow, toMs, limit);
  }

  /** At most `points` of one tag between two stamps, as `decimate` thins: no peak is lost. Throws ProblemError below `fewestPoints`. */
  trend(id: string, fromMs: number, toMs: number, points: number): HistoryPoint[] {
    const column = this.#columns.get(id);
    return column === undefined ? [] : trendPoints(this.#readable(), column, fromMs, toMs, points);
  }

  /**
   * Whole rows of one run, in batches, so that whoever writes many can let others have their turn; rows that are appended between two batches are among
   * them, and blocks may be sealed.
   */
  *rowsOf(run: number): Generator<readonly HistoryRow[]> {
    for (let row = 0; row < this.size; ) {
      const rows = wholeRows(this.#readable(), row);
      row += rows.length;
      yield rows.filter((one) => one.run === run);
    }
  }

  close(): void {
    this.#open.close();
    this.#blocks.close();
  }

  /** Rows of the open file that lie in blocks already: a kill, or a full disk, has kept a new one from being begun. */
  get #sealed(): number {
    const { blocks, rows } = this.#blocks;
    return Math.min(this.#open.rows, rows - (blocks[this.#before]?.firstRow ?? rows));
  }

  #readable(): Readable {
    return { blocks: this.#blocks, open: this.#open, sealed: this.#sealed, columns: this.#columns.size };
  }

  #seal(): void {
    if (this.#open.rows - this.#sealed < blockRows) return;
    while (this.#open.rows - this.#sealed >= blockRows) this.#blocks.append(this.#open.read(this.#sealed, blockRows));
    this.#begin();
  }

  /** Begins a new file of open rows with those that are in no block; only then is the old one taken away. */
  #begin(): void {
    const path = this.#pathOf(this.#blocks.blocks.length);
    const part = `${path}.part`;
    const file = openSync(part, 'w');
    const rest = this.#open.read(this.#sealed, this.#open.rows - this.#sealed);
    writeFileSync(file, rest);
    fsyncSync(file);
    closeSync(file);
    renameSync(part, path);
    const old = this.#open;
    this.#open = new OpenRows(path, this.#columns.size);
    this.#before = this.#blocks.blocks.length;
    old.close();
    rmSync(old.path);
  }

  #pathOf(before: number): string {
    return join(this.#folder, before === 0 ? `${this.#name}.rows` : `${this.#name}.${before}.rows`);
  }

  /** How many blocks came before each file of open rows that is there. */
  #begun(): number[] {
    return readdirSync(this.#folder).flatMap((name) => {
      if (name === `${this.#name}.rows`) return [0];
      const middle =
        name.startsWith(`${this.#name}.`) && name.endsWith('.rows') ? name.slice(this.#name.length + 1, -5) : '';
      return /^[1-9]\d*$/.test(middle) ? [Number(middle)] : [];
    });
  }
}
