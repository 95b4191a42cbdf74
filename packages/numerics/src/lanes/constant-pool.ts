import { laneBytes } from './lane-system.ts';
import { i32, v128 } from './wasm-code.ts';

/**
 * Numbers that code reads from the front of the memory, in both lanes: a load costs less than the five instructions that build a number in a
 * register. The code only ever reads them.
 */
export class ConstantPool {
  readonly #start: number;
  readonly #values: (number | bigint)[] = [];
  readonly #slots = new Map<number | bigint | 'minus zero', number>();

  constructor(start: number) {
    this.#start = start;
  }

  /** Code that reads a number; minus zero is one of its own. */
  readonly of = (value: number): number[] => this.#read(Object.is(value, -0) ? 'minus zero' : value, value);

  /** Code that reads 64 bits that are no number. */
  bits(value: bigint): number[] {
    return this.#read(value, value);
  }

  /** Room for a number that the host sets; its address. */
  reserve(): number {
    return this.#start + (this.#values.push(0) - 1) * laneBytes;
  }

  get end(): number {
    return this.#start + this.#values.length * laneBytes;
  }

  /** The bytes of all of them, each in both lanes. */
  bytes(): Uint8Array {
    const view = new DataView(new ArrayBuffer(this.#values.length * laneBytes));
    this.#values.forEach((value, slot) => {
      for (const at of [slot * laneBytes, slot * laneBytes + 8])
        if (typeof value === 'bigint') view.setBigInt64(at, value, true);
        else view.setFloat64(at, value, true);
    });
    return new Uint8Array(view.buffer);
  }

  #read(key: number | bigint | 'minus zero', value: number | bigint): number[] {
    let slot = this.#slots.get(key);
    if (slot === undefined) {
      slot = this.#values.push(value) - 1;
      this.#slots.set(key, slot);
    }
    return v128.load(i32.constant(0), this.#start + slot * laneBytes);
  }
}
