import {
  closeSync,
  constants,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';

/** Zeros that are kept ahead, bytes: as many as there are records, between these. */
const leastAhead = 65_536;
const mostAhead = 1_048_576;

/**
 * A file of lines that grows at its end and has one writer. Where each line is flushed, zeros are kept ahead of it: to overwrite them changes no length, so
 * that the disk takes the line alone and the file system has nothing to note, which would wait for everything else that it has to note.
 */
export class GrowingFile {
  readonly #path: string;
  readonly #file: number;
  readonly #flush: 'each' | 'close';
  /** Bytes of whole lines; the next begins there. */
  #bytes: number;
  /** Length of the file: up to here there is space. */
  #space: number;

  /** Opens the file, or makes it, and goes on behind its first `bytes`; what else was there must be gone. */
  constructor(path: string, bytes: number, flush: 'each' | 'close') {
    this.#path = path;
    this.#bytes = bytes;
    this.#space = bytes;
    this.#flush = flush;
    this.#file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o666);
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Writes all of a line or nothing: a full disk must not leave half of one before the next. */
  append(line: Buffer): void {
    this.#mustBeAlone();
    const piece = this.#flush === 'close' || this.#bytes + line.length <= this.#space ? line : this.#withSpace(line);
    try {
      for (let done = 0; done < piece.length; )
        done += writeSync(this.#file, piece, done, piece.length - done, this.#bytes + done);
      if (this.#flush === 'each') fdatasyncSync(this.#file);
    } catch (error) {
      ftruncateSync(this.#file, this.#bytes);
      this.#space = this.#bytes;
      throw error;
    }
    this.#space = Math.max(this.#space, this.#bytes + piece.length);
    this.#bytes += line.length;
  }

  /** Bytes from `start` up to `end`, both within what was written. */
  read(start: number, end: number): Buffer {
    const bytes = Buffer.alloc(end - start);
    readSync(this.#file, bytes, 0, bytes.length, start);
    return bytes;
  }

  /** Flushes to the disk what has been written. */
  sync(): void {
    fdatasyncSync(this.#file);
  }

  /** Gives back the space that was kept, and leaves what was written on the disk. */
  close(): void {
    if (this.#space > this.#bytes) ftruncateSync(this.#file, this.#bytes);
    fsyncSync(this.#file);
    closeSync(this.#file);
  }

  #withSpace(line: Buffer): Buffer {
    const ahead = Math.min(mostAhead, Math.max(leastAhead, this.#bytes));
    return Buffer.concat([line, Buffer.alloc(ahead)]);
  }

  /** Its length tells of another writer: one that opened it after this one cuts the space away, and then keeps more. */
  #mustBeAlone(): void {
    const found = fstatSync(this.#file).size;
    if (found === this.#space) return;
    throw new Error(
      `${this.#path} has ${found} bytes where ${this.#space} were kept: something else writes to it. Give each file one writer.`,
    );
  }
}
