/** The part of the WebAssembly interface that is used here; its types stand in TypeScript's library of the browser alone. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array<ArrayBuffer>);
  }
  class Memory<Buffer extends ArrayBuffer | SharedArrayBuffer = SharedArrayBuffer> {
    constructor(descriptor: Descriptor<Buffer>);
    readonly buffer: Buffer;
  }
  type Descriptor<Buffer> = { readonly initial: number; readonly maximum: number } & (Buffer extends SharedArrayBuffer
    ? { readonly shared: true }
    : unknown);
  class Instance {
    constructor(module: Module, imports: { readonly host: { readonly memory: Memory | Memory<ArrayBuffer> } });
    readonly exports: Readonly<Record<string, (...values: number[]) => number>>;
  }
}
