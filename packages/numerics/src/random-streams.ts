import { startOf } from './random-stream.ts';

/**
 * Streams that begin where `RandomStream` does, and each give one normal number at a time, all together: the noise of a scan. Numbers stand in an array, so
 * that nothing is allocated. The ziggurat takes a quarter of the time of a draw by logarithm and cosine, which is what a scan of many sensors is made of.
 */
export class RandomStreams {
  /** The last draw of each stream. */
  readonly drawn: Float64Array;
  /** Length of a snapshot. */
  readonly memorySize: number;
  /** Four words a stream; signed, because what stays in 32 bits stays in registers. */
  readonly #state: Int32Array;
  /** The last two words that were drawn. */
  readonly #words = new Int32Array(2);

  constructor(seed: number, names: readonly string[]) {
    this.drawn = new Float64Array(names.length);
    this.memorySize = 4 * names.length;
    this.#state = Int32Array.from(names.flatMap((name) => startOf(seed, name)));
    for (let i = 0; i < names.length; i++) for (let k = 0; k < 4; k++) this.#draw(i);
  }

  /**
   * Draws one number of every stream from the normal distribution of mean 0 and deviation 1: the ziggurat of Marsaglia and Tsang (2000, J. Stat. Softw. 5,
   * 8) as Doornik (2005) has it, so that the bits that choose a layer are not those of the place in it. Their words are drawn here, and not by `draw`: a
   * scan waits for this loop, and what goes through calls and arrays takes twice as long.
   */
  normals(): void {
    const state = this.#state;
    const drawn = this.drawn;
    for (let stream = 0; stream < drawn.length; stream++) {
      const from = 4 * stream;
      const a = state[from]!;
      const b = state[from + 1]!;
      const c = state[from + 2]! ^ a;
      const d = state[from + 3]!;
      const e = d ^ b;
      const sum = (a + d) | 0;
      const first = (((sum << 7) | (sum >>> 25)) + a) | 0;
      const a1 = a ^ e;
      const b1 = b ^ c;
      const c1 = c ^ (b << 9) ^ a1;
      const d1 = (e << 11) | (e >>> 21);
      const e1 = d1 ^ b1;
      const sum1 = (a1 + d1) | 0;
      const second = (((sum1 << 7) | (sum1 >>> 25)) + a1) | 0;
      state[from] = a1 ^ e1;
      state[from + 1] = b1 ^ c1;
      state[from + 2] = c1 ^ (b1 << 9);
      state[from + 3] = (e1 << 11) | (e1 >>> 21);
      const place = ((first >>> 5) * 67108864 + (second >>> 6)) * twice - 1;
      const layer = (second & 63) | ((first & 1) << 6);
      drawn[stream] = place * edges[layer]!;
      if (Math.abs(place) >= insides[layer]!) this.#decide(stream, layer);
    }
  }

  /** One time in eighty a place lies beside what is surely under the curve of its layer: in the tail, or where the curve decides. */
  #decide(stream: number, chosen: number): void {
    for (let layer = chosen; ; ) {
      const x = this.drawn[stream]!;
      if (layer === 0) return this.#tail(stream, x < 0 ? -1 : 1);
      const outer = Math.exp(-0.5 * (edges[layer]! ** 2 - x * x));
      const inner = Math.exp(-0.5 * (edges[layer + 1]! ** 2 - x * x));
      this.#draw(stream);
      if (inner + this.#share() * (outer - inner) < 1) return;
      this.#draw(stream);
      layer = (this.#words[1]! & 63) | ((this.#words[0]! & 1) << 6);
      const place = 2 * this.#share() - 1;
      this.drawn[stream] = place * edges[layer]!;
      if (Math.abs(place) < insides[layer]!) return;
    }
  }

  save(out: Float64Array, from: number): void {
    for (let i = 0; i < this.#state.length; i++) out[from + i] = this.#state[i]! >>> 0;
  }

  restore(memory: Float64Array, from: number): void {
    for (let i = 0; i < this.#state.length; i++) this.#state[i] = memory[from + i]!;
  }

  /** Behind the last layer (Marsaglia 1964, Technometrics 6, 101). */
  #tail(stream: number, side: 1 | -1): void {
    for (;;) {
      this.#draw(stream);
      const beyond = -Math.log(1 - this.#share()) / tailFrom;
      this.#draw(stream);
      if (-2 * Math.log(1 - this.#share()) < beyond * beyond) continue;
      this.drawn[stream] = side * (tailFrom + beyond);
      return;
    }
  }

  /** Puts two words where they cost no box. The state goes round in 32-bit integers, which stay in registers. */
  #draw(stream: number): void {
    const state = this.#state;
    const words = this.#words;
    const from = 4 * stream;
    let a = state[from]!;
    let b = state[from + 1]!;
    let c = state[from + 2]!;
    let d = state[from + 3]!;
    for (let i = 0; i < 2; i++) {
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
    state[from] = a;
    state[from + 1] = b;
    state[from + 2] = c;
    state[from + 3] = d;
  }

  /** The two words as a number from 0 to 1. */
  #share(): number {
    return ((this.#words[0]! >>> 5) * 67108864 + (this.#words[1]! >>> 6)) / 9007199254740992;
  }
}

/** Of 53 bits, to twice a share of 1. */
const twice = 2 / 9007199254740992;
/** Where the tail begins, and the area of each of 128 layers of equal area under exp(-x^2/2). */
const tailFrom = 3.442619855899;
const layerArea = 9.91256303526217e-3;
/** Where each layer ends, from the outermost in, and which share of it lies under the curve whatever its height. */
const edges = edgesOf();
const insides = Float64Array.from({ length: 128 }, (_, layer) => edges[layer + 1]! / edges[layer]!);

function edgesOf(): Float64Array {
  const found = new Float64Array(129);
  let height = Math.exp(-0.5 * tailFrom * tailFrom);
  found[0] = layerArea / height;
  found[1] = tailFrom;
  for (let layer = 2; layer < 128; layer++) {
    found[layer] = Math.sqrt(-2 * Math.log(layerArea / found[layer - 1]! + height));
    height = Math.exp(-0.5 * found[layer]! * found[layer]!);
  }
  return found;
}
