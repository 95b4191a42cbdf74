import { closeSync, existsSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import {
  type BlockHead,
  chunkOfQualities,
  chunkOfValues,
  chunksAt,
  headBytes,
  isWhole,
  lengthsAt,
  lengthsBytes,
  readHead,
  readSummary,
  type Summary,
  sealBlock,
  summaryAt,
  summaryBytes,
} from './block.ts';
import { unpackBytes, unpackNumbers } from './chunk.ts';
import type { RowHead } from './row-shape.ts';

/** A block with its place among the others. */
export interface PlacedBlock extends BlockHead {
  readonly at: number;
  /** Rows of the history before it. */
  readonly firstRow: number;
}

/**
 * Blocks one after the other in a file that only grows. What a crash has left of one at its end is passed over, and taken off before the
 * next is written: its rows still lie where they were sealed from.
 */
export class SealedBlocks {
  readonly #path: string;
  readonly #columns: number;
  readonly #blocks: PlacedBlock[] = [];
  #end = 0;
  /** Opened when there is something in it. */
  #file: number | undefined;

  /** `least`: blocks that are known to be on the disk. Throws Error, and touches nothing, where fewer of them are whole. */
  constructor(path: string, columns: number, least: number) {
    this.#path = path;
    this.#columns = columns;
    const size = existsSync(path) ? fstatSync(this.#opened()).size : 0;
    for (;;) {
      const head = this.#end + headBytes <= size ? readHead(this.#read(this.#end, headBytes)) : undefined;
      if (!head || this.#end + head.bytes > size) break;
      this.#place(head);
    }
    const last = this.#blocks.at(-1);
    if (last && !isWhole(this.#read(last.at, last.bytes))) {
      this.#blocks.pop();
      this.#end = last.at;
    }
    if (this.#blocks.length < least) {
      this.close();
      throw new Error(
        `The history ${path} is damaged at byte ${this.#end}: ${this.#blocks.length} of ${least} blocks are whole. Put a copy in its place, or move the history away.`,
      );
    }
  }

  get blocks(): readonly PlacedBlock[] {
    return this.#blocks;
  }

  get rows(): number {
    const last = this.#blocks.at(-1);
    return last ? last.firstRow + last.rows : 0;
  }

  get last(): RowHead | undefined {
    return this.#blocks.at(-1)?.last;
  }

  /** Seals rows; they are on the disk when it returns. */
  append(rows: Buffer): void {
    const block = sealBlock(rows, this.#columns);
    const file = this.#opened();
    ftruncateSync(file, this.#end);
    for (let done = 0; done < block.length; ) done += writeSync(file, block, done);
    fsyncSync(file);
    this.#place(readHead(block)!);
  }

  stamps(block: PlacedBlock): Float64Array {
    return this.#unpacked(block, 0, unpackNumbers);
  }

  runs(block: PlacedBlock): Float64Array {
    return this.#unpacked(block, 1, unpackNumbers);
  }

  scans(block: PlacedBlock): Float64Array {
    return this.#unpacked(block, 2, unpackNumbers);
  }

  values(block: PlacedBlock, column: number): Float64Array {
    return this.#unpacked(block, chunkOfValues(column), unpackNumbers);
  }

  qualities(block: PlacedBlock, column: number): Uint8Array {
    return this.#unpacked(block, chunkOfQualities(column, this.#columns), unpackBytes);
  }

  summary(block: PlacedBlock, column: number): Summary {
    return readSummary(this.#read(block.at + summaryAt(column, this.#columns), summaryBytes));
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }

  #opened(): number {
    this.#file ??= openSync(this.#path, 'a+');
    return this.#file;
  }

  #place(head: BlockHead): void {
    this.#blocks.push({ ...head, at: this.#end, firstRow: this.rows });
    this.#end += head.bytes;
  }

  #unpacked<T>({ at, rows }: PlacedBlock, chunk: number, unpack: (bytes: Uint8Array, rows: number) => T): T {
    const lengths = this.#read(at + lengthsAt, lengthsBytes(this.#columns));
    let start = at + chunksAt(this.#columns);
    for (let i = 0; i < chunk; i++) start += lengths.readUInt32LE(4 * i);
    try {
      return unpack(this.#read(start, lengths.readUInt32LE(4 * chunk)), rows);
    } catch (error) {
      throw new Error(
        `The history ${this.#path} is damaged in the block at byte ${at} (${(error as Error).message}). Put a copy in its place, or move the history away.`,
      );
    }
  }

  #read(at: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    for (let done = 0; done < length; ) {
      const read = readSync(this.#opened(), bytes, done, length - done, at + done);
      if (read === 0) throw new Error(`The history ${this.#path} ends at ${at + done} bytes, inside of a block.`);
      done += read;
    }
    return bytes;
  }
}
