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
  readonly #word = new Uint32Array(1);

  constructor(seed: number, name: string) {
    // The name is hashed (FNV-1a), then spread over the state by the finaliser of MurmurHash3, as its authors advise for seeding.
    let hash = (0x811c9dc5 ^ seed) >>> 0;
    for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193) >>> 0;
    for (let i = 0; i < 4; i++) {
      hash = (hash + 0x9e3779b9) >>> 0;
      this.#state[i] = mix(hash ^ Math.imul(seed, 0x85ebca6b));
    }
    if (this.#state.every((word) => word === 0)) this.#state[0] = 1;
    for (let i = 0; i < 8; i++) this.#advance();
  }

  /** A 32-bit whole number. */
  next(): number {
    this.#advance();
    return this.#word[0]!;
  }

  /** Puts the next word where it costs no box. */
  #advance(): void {
    const s = this.#state;
    const sum = (s[0]! + s[3]!) >>> 0;
    const result = (rotate(sum, 7) + s[0]!) >>> 0;
    const t = s[1]! << 9;
    s[2]! ^= s[0]!;
    s[3]! ^= s[1]!;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= t;
    s[3] = rotate(s[3]!, 11);
    this.#word[0] = result;
  }

  /** Draws from 0 (included) to 1 (excluded), with 53 bits. */
  uniform(): void {
    this.#advance();
    const high = this.#word[0]! >>> 5;
    this.#advance();
    const low = this.#word[0]! >>> 6;
    this.drawn[0] = (high * 67108864 + low) / 9007199254740992;
  }

  /** Draws from the normal distribution of mean 0 and deviation 1 (Box and Muller 1958, Ann. Math. Stat. 29, 610). */
  normal(): void {
    this.uniform();
    const radius = Math.sqrt(-2 * Math.log(1 - this.drawn[0]!));
    this.uniform();
    this.drawn[0] = radius * Math.cos(2 * Math.PI * this.drawn[0]!);
  }

  save(out: Float64Array, from: number): void {
    for (let i = 0; i < 4; i++) out[from + i] = this.#state[i]!;
  }

  restore(memory: Float64Array, from: number): void {
    for (let i = 0; i < 4; i++) this.#state[i] = memory[from + i]!;
  }
}

function rotate(word: number, bits: number): number {
  return ((word << bits) | (word >>> (32 - bits))) >>> 0;
}

function mix(word: number): number {
  let h = word >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
