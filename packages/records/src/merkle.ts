import { createHash } from 'node:crypto';

/** Leaf hash of RFC 9162 (6962), section 2.1: SHA-256 over 0x00 and the bytes. */
export function leafHash(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(Uint8Array.of(0)).update(bytes).digest();
}

/** Root of the Merkle tree over leaf hashes (RFC 9162, section 2.1.1); of no leaves: the hash of nothing. */
export function merkleRoot(leaves: readonly Uint8Array[]): Buffer {
  if (leaves.length === 0) return createHash('sha256').digest();
  if (leaves.length === 1) return Buffer.from(leaves[0]!);
  const split = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  return createHash('sha256')
    .update(Uint8Array.of(1))
    .update(merkleRoot(leaves.slice(0, split)))
    .update(merkleRoot(leaves.slice(split)))
    .digest();
}
