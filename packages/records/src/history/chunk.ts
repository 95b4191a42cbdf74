import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { comesInSteps } from '../steps.ts';

/** How the bytes of one column of a block are packed: the first byte of a chunk. */
const still = 0;
const plain = 1;
const split = 2;

/** A zstd frame with its check sum, so that a flipped bit is found when it is read. */
function pack(kind: number, bytes: Uint8Array): Buffer {
  const params = { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 };
  return Buffer.concat([Uint8Array.of(kind), zstdCompressSync(bytes, { params })]);
}

/** A column of numbers, to the last bit: one number where it stands still, else as it is or by bytes of one weight together. */
export function packNumbers(values: Float64Array): Buffer {
  const bytes = bytesOf(values);
  if (values.every((value) => Object.is(value, values[0])))
    return Buffer.concat([Uint8Array.of(still), bytes.subarray(0, 8)]);
  if (comesInSteps(values)) return pack(plain, bytes);
  const planes = new Uint8Array(bytes.length);
  for (let plane = 0, to = 0; plane < 8; plane++)
    for (let from = plane; from < bytes.length; from += 8) planes[to++] = bytes[from]!;
  return pack(split, planes);
}

/** The numbers of a chunk. Throws Error where its bytes were changed. */
export function unpackNumbers(chunk: Uint8Array, rows: number): Float64Array {
  const values = new Float64Array(rows);
  const bytes = bytesOf(values);
  if (chunk[0] === still) {
    for (let at = 0; at < bytes.length; at += 8) bytes.set(chunk.subarray(1, 9), at);
    return values;
  }
  const unpacked = zstdDecompressSync(chunk.subarray(1));
  if (chunk[0] === plain) bytes.set(unpacked);
  else
    for (let plane = 0, from = 0; plane < 8; plane++)
      for (let to = plane; to < bytes.length; to += 8) bytes[to] = unpacked[from++]!;
  return values;
}

/** A column of qualities. */
export function packBytes(bytes: Uint8Array): Buffer {
  return bytes.every((byte) => byte === bytes[0]) ? Buffer.from([still, bytes[0]!]) : pack(plain, bytes);
}

export function unpackBytes(chunk: Uint8Array, rows: number): Uint8Array {
  return chunk[0] === still
    ? new Uint8Array(rows).fill(chunk[1]!)
    : new Uint8Array(zstdDecompressSync(chunk.subarray(1)));
}

function bytesOf(values: Float64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
