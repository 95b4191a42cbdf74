/**
 * The bytes of a journal up to the last that is not zero: one that is being written, or whose writer was killed, ends in space that is kept for what
 * comes. No record has a zero byte in it, for JSON writes that character in six others.
 */
export function writtenPart<Bytes extends Uint8Array>(bytes: Bytes): Bytes {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return bytes.subarray(0, end) as Bytes;
}

/** The whole records of a journal, and what is there of one that was being written. */
export interface JournalParts<Bytes extends Uint8Array> {
  readonly whole: Bytes;
  readonly torn: Bytes;
}

/**
 * Tells records from a torn last line. A power cut may leave any part of the line that was on its way, zeros between. Only one is on its way at a time: where
 * more lines follow upon zeros, the file is damaged, and all of it counts as whole, for the verifier to say where.
 */
export function partsOf<Bytes extends Uint8Array>(bytes: Bytes): JournalParts<Bytes> {
  const written = writtenPart(bytes);
  const zero = written.indexOf(0);
  const end = written.lastIndexOf(10, zero === -1 ? written.length : zero) + 1;
  const torn = written.subarray(end) as Bytes;
  const feed = torn.indexOf(10);
  if (feed !== -1 && feed < torn.length - 1) return { whole: written, torn: written.subarray(written.length) as Bytes };
  return { whole: written.subarray(0, end) as Bytes, torn };
}
