import { crc32 } from 'node:zlib';
import { packBytes, packNumbers } from './chunk.ts';
import { headNumbers, type RowHead, readRowHead, rowBytes } from './row-shape.ts';

/*
 * A block of a history: 64 bytes that say what it is; the length of every chunk; what each tag had as lowest and highest; then the chunks, one a
 * column: stamps, runs, scans, the values of each tag, the qualities of each tag. Numbers are little-endian.
 */

/** Rows of a block: few enough to be sealed between two scans, enough to pack well. */
export const blockRows = 512;

export const headBytes = 64;
const mark = 0x31424846; // FHB1
export const summaryBytes = 40;

/** What the head of a block says. */
export interface BlockHead {
  readonly bytes: number;
  readonly rows: number;
  readonly firstStampMs: number;
  readonly last: RowHead;
}

/** One value of one tag out of a history. */
export interface HistoryPoint {
  readonly stampMs: number;
  readonly value: number;
  readonly quality: number;
}

/** What a block says of a tag without its values: how many of them are numbers, and the extremes of those. */
export interface Summary {
  readonly numbers: number;
  readonly low: HistoryPoint;
  readonly high: HistoryPoint;
}

const chunkCount = (columns: number): number => headNumbers + 2 * columns;
export const chunkOfValues = (column: number): number => headNumbers + column;
export const chunkOfQualities = (column: number, columns: number): number => headNumbers + columns + column;

/** Where in a block the lengths of its chunks stand, what it says of a tag, and its chunks. */
export const lengthsAt = headBytes;
export const lengthsBytes = (columns: number): number => 4 * chunkCount(columns);
export const summaryAt = (column: number, columns: number): number =>
  lengthsAt + lengthsBytes(columns) + summaryBytes * column;
export const chunksAt = (columns: number): number => summaryAt(columns, columns);

/** Turns rows by their columns and packs each. */
export function sealBlock(rows: Buffer, columns: number): Buffer {
  const width = rowBytes(columns);
  const count = rows.length / width;
  const numbers = (place: number): Float64Array => {
    const values = new Float64Array(count);
    for (let row = 0, at = 8 * place; row < count; row++, at += width) values[row] = rows.readDoubleLE(at);
    return values;
  };
  const stamps = numbers(0);
  const chunks = [packNumbers(stamps), packNumbers(numbers(1)), packNumbers(numbers(2))];
  const qualityChunks: Buffer[] = [];
  const summaries = Buffer.alloc(summaryBytes * columns);
  for (let c = 0; c < columns; c++) {
    const values = numbers(headNumbers + c);
    const qualities = new Uint8Array(count);
    for (let row = 0, at = 8 * (headNumbers + columns) + c; row < count; row++, at += width) qualities[row] = rows[at]!;
    chunks.push(packNumbers(values));
    qualityChunks.push(packBytes(qualities));
    writeSummary(summaries, summaryBytes * c, stamps, values, qualities);
  }
  chunks.push(...qualityChunks);
  const lengths = Buffer.alloc(4 * chunks.length);
  chunks.forEach((chunk, i) => void lengths.writeUInt32LE(chunk.length, 4 * i));
  const body = Buffer.concat([lengths, summaries, ...chunks]);
  return Buffer.concat([writeHead(body, count, rows, width), body]);
}

function writeHead(body: Buffer, count: number, rows: Buffer, width: number): Buffer {
  const head = Buffer.alloc(headBytes);
  const { stampMs, run, scan } = readRowHead(rows, (count - 1) * width);
  head.writeUInt32LE(mark, 0);
  head.writeUInt32LE(headBytes + body.length, 4);
  head.writeUInt32LE(count, 8);
  head.writeUInt32LE(crc32(body), 12);
  [readRowHead(rows, 0).stampMs, stampMs, run, scan].forEach((value, i) => void head.writeDoubleLE(value, 16 + 8 * i));
  head.writeUInt32LE(crc32(head.subarray(0, headBytes - 4)), headBytes - 4);
  return head;
}

/** What the head of a block says; undefined where it is none. */
export function readHead(head: Buffer): BlockHead | undefined {
  if (head.readUInt32LE(0) !== mark) return undefined;
  if (head.readUInt32LE(headBytes - 4) !== crc32(head.subarray(0, headBytes - 4))) return undefined;
  return {
    bytes: head.readUInt32LE(4),
    rows: head.readUInt32LE(8),
    firstStampMs: head.readDoubleLE(16),
    last: readRowHead(head, 24),
  };
}

/** Whether a block is what was written. */
export function isWhole(block: Buffer): boolean {
  return crc32(block.subarray(headBytes)) === block.readUInt32LE(12);
}

function writeSummary(to: Buffer, at: number, stamps: Float64Array, values: Float64Array, qualities: Uint8Array): void {
  let numbers = 0;
  let low = -1;
  let high = -1;
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (!Number.isFinite(value)) continue;
    numbers++;
    if (low === -1 || value < values[low]!) low = row;
    if (high === -1 || value > values[high]!) high = row;
  }
  to.writeUInt32LE(numbers, at + 32);
  for (const [i, row] of [low, high].entries()) {
    if (row === -1) continue;
    to.writeDoubleLE(stamps[row]!, at + 16 * i);
    to.writeDoubleLE(values[row]!, at + 16 * i + 8);
    to[at + 36 + i] = qualities[row]!;
  }
}

export function readSummary(bytes: Buffer): Summary {
  const point = (i: number): HistoryPoint => ({
    stampMs: bytes.readDoubleLE(16 * i),
    value: bytes.readDoubleLE(16 * i + 8),
    quality: bytes[36 + i]!,
  });
  return { numbers: bytes.readUInt32LE(32), low: point(0), high: point(1) };
}
