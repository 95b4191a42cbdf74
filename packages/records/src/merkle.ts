import { createHash } from 'node:crypto';

/** Leaf hash of RFC 9162 (6962), section 2.1: SHA-256 over 0x00 and the bytes. */
export function leafHash(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(Uint8Array.of(0)).update(bytes).digest();
}

function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return createHash('sha256').update(Uint8Array.of(1)).update(left).update(right).digest();
}

/** A Merkle tree (RFC 9162, section 2.1.1) that only grows: it keeps one hash for each full subtree, about log2 of its size. */
export class MerkleTree {
  readonly #subtrees: { readonly size: number; readonly hash: Buffer }[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  append(leaf: Buffer): void {
    let last = { size: 1, hash: leaf };
    while (this.#subtrees.at(-1)?.size === last.size)
      last = { size: 2 * last.size, hash: nodeHash(this.#subtrees.pop()!.hash, last.hash) };
    this.#subtrees.push(last);
    this.#size++;
  }

  /** Root over all leaves so far; of none: the hash of nothing. */
  root(): Buffer {
    const [last, ...rest] = this.#subtrees.toReversed();
    if (!last) return createHash('sha256').digest();
    return rest.reduce((right, { hash }) => nodeHash(hash, right), last.hash);
  }
}

/** Root of the Merkle tree over leaf hashes (RFC 9162, section 2.1.1). */
export function merkleRoot(leaves: readonly Uint8Array[]): Buffer {
  const tree = new MerkleTree();
  for (const leaf of leaves) tree.append(Buffer.from(leaf));
  return tree.root();
}
