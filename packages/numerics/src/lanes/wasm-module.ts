import { type Code, unsigned, type ValueType, valueType } from './wasm-code.ts';

/** The code of one function, and the locals that it needs beside its parameters. */
export class FunctionBody {
  readonly code: number[] = [];
  readonly #parameters: readonly ValueType[];
  readonly #result: ValueType | undefined;
  readonly #locals: ValueType[] = [];

  constructor(parameters: readonly ValueType[], result?: ValueType) {
    this.#parameters = parameters;
    this.#result = result;
  }

  /** Index of a new local. */
  local(type: ValueType): number {
    return this.#parameters.length + this.#locals.push(type) - 1;
  }

  write(...pieces: readonly Code[]): this {
    for (const piece of pieces) for (const byte of piece) this.code.push(byte);
    return this;
  }

  get type(): number[] {
    const result = this.#result === undefined ? [] : [valueType[this.#result]];
    return [
      0x60,
      ...vector(this.#parameters.map((type) => [valueType[type]])),
      ...vector(result.map((type) => [type])),
    ];
  }

  get bytes(): number[] {
    const locals = vector(this.#locals.map((type) => [1, valueType[type]]));
    return sized(locals.concat(this.code, 0x0b));
  }
}

/** Functions over one memory that the host gives as `host.memory`. */
export class WasmModule {
  readonly #functions: (FunctionBody | undefined)[] = [];
  readonly #exports: { readonly name: string; readonly index: number }[] = [];

  /** Reserves the index of a function that is written later. */
  declare(): number {
    return this.#functions.push(undefined) - 1;
  }

  define(index: number, body: FunctionBody): void {
    this.#functions[index] = body;
  }

  add(body: FunctionBody): number {
    return this.#functions.push(body) - 1;
  }

  /** Names are ours, never an author's. */
  expose(name: string, index: number): void {
    this.#exports.push({ name, index });
  }

  /** `pages`: the most that the memory may have, of 64 KiB each; whether threads share it. */
  bytes(pages: number, access: 'shared' | 'own' = 'shared'): Uint8Array<ArrayBuffer> {
    const bodies = this.#functions.map((body, index) => {
      if (!body) throw new Error(`Function ${index} was declared and not written.`);
      return body;
    });
    const limits = access === 'shared' ? 0x03 : 0x01;
    const memory = [...text('host'), ...text('memory'), 0x02, limits, ...unsigned(1), ...unsigned(pages)];
    const exported = this.#exports.map(({ name, index }) => [...text(name), 0x00, ...unsigned(index)]);
    const section = (id: number, content: readonly number[]): number[] => [id].concat(sized(content));
    return Uint8Array.from(
      [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00].concat(
        section(1, vector(bodies.map(({ type }) => type))),
        section(2, vector([memory])),
        section(3, vector(bodies.map((_, index) => unsigned(index)))),
        section(7, vector(exported)),
        section(10, vector(bodies.map(({ bytes }) => bytes))),
      ),
    );
  }
}

function vector(items: readonly (readonly number[])[]): number[] {
  return unsigned(items.length).concat(...items);
}

function sized(content: readonly number[]): number[] {
  return unsigned(content.length).concat(content);
}

const text = (value: string): number[] => sized([...new TextEncoder().encode(value)]);
