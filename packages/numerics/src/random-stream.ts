/**
 * A stream of random numbers that its name and a seed settle: xoshiro128++ (Blackman and Vigna 2021, ACM Trans. Math. Softw. 47, 36),
 * 32-bit integers only, so that every machine draws the same. Streams of different names do not know of each other.
 */
export class RandomStream {
  /** Words of state in a snapshot. */
  static readonly memorySize = 4;
  /** The last draw of `uniform` or `normal`, handed over in an array so that nothing is allocated. */
  readonly drawn = new Float64Array(1);
  readonly #state = new Uint32Array(4);
  /** The last words that were drawn. */
  readonly #words = new Uint32Array(4);

  constructor(seed: number, name: string) {
    this.#state.set(startOf(seed, name));
    for (let i = 0; i < 2; i++) this.#draw(4);
  }

  /** A 32-bit whole number. */
  next(): number {
    this.#draw(1);
    return this.#words[0]!;
  }

  /** Draws from 0 (included) to 1 (excluded), with 53 bits. */
  uniform(): void {
    this.#draw(2);
    this.drawn[0] = this.#share(0);
  }

  /** Draws from the normal distribution of mean 0 and deviation 1 (Box and Muller 1958, Ann. Math. Stat. 29, 610). */
  normal(): void {
    this.#draw(4);
    this.drawn[0] = Math.sqrt(-2 * Math.log(1 - this.#share(0))) * Math.cos(2 * Math.PI * this.#share(2));
  }

  /** Puts up to four words where they cost no box. The state goes round in 32-bit integers, which stay in registers. */
  #draw(count: number): void {
    const state = this.#state;
    const words = this.#words;
    let a = state[0]! | 0;
    let b = state[1]! | 0;
    let c = state[2]! | 0;
    let d = state[3]! | 0;
    for (let i = 0; i < count; i++) {
      const sum = (a + d) | 0;
      words[i] = (((sum << 7) | (sum >>> 25)) + a) | 0;
      const shifted = b << 9;
      c ^= a;
      d ^= b;
      b ^= c;
      a ^= d;
      c ^= shifted;
      d = (d << 11) | (d >>> 21);
    }
    state[0] = a;
    state[1] = b;
    state[2] = c;
    state[3] = d;
  }

  /** Two words as a number from 0 to 1. */
  #share(at: number): number {
    return ((this.#words[at]! >>> 5) * 67108864 + (this.#words[at + 1]! >>> 6)) / 9007199254740992;
  }

  save(out: Float64Array, from: number): void {
    for (let i = 0; i < 4; i++) out[from + i] = this.#state[i]!;
  }

  restore(memory: Float64Array, from: number): void {
    for (let i = 0; i < 4; i++) this.#state[i] = memory[from + i]!;
  }
}

/** Where a stream starts: the name is hashed (FNV-1a), then spread over the state by the finaliser of MurmurHash3, as its authors advise for seeding. */
export function startOf(seed: number, name: string): readonly number[] {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193) >>> 0;
  const words = [0, 0, 0, 0].map(() => {
    hash = (hash + 0x9e3779b9) >>> 0;
    return mix(hash ^ Math.imul(seed, 0x85ebca6b));
  });
  return words.every((word) => word === 0) ? [1, 0, 0, 0] : words;
}

function mix(word: number): number {
  let h = word >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
