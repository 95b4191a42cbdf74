/**
 * WebAssembly as expressions (W3C, WebAssembly Core Specification 2.0 with the threads proposal): a piece of code is its bytes in stack
 * order, and an operation is a function from the code of its operands to code.
 */
export type Code = readonly number[];

export const valueType = { i32: 0x7f, f64: 0x7c, v128: 0x7b } as const;
export type ValueType = keyof typeof valueType;

const simd = 0xfd;
const atomic = 0xfe;
const emptyBlock = 0x40;
/** Alignment hints: powers of two. */
const alignment = { i32: 2, f64: 3, v128: 4 } as const;

/** LEB128, unsigned. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low + 128 : low);
  } while (rest > 0);
  return bytes;
}

/** LEB128, signed, of a whole number of at most 32 bits. */
function signed(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value | 0; ; rest >>= 7) {
    const low = rest & 127;
    const isLast = rest >> 7 === (low & 64 ? -1 : 0);
    bytes.push(isLast ? low : low + 128);
    if (isLast) return bytes;
  }
}

export function doubleBytes(value: number): number[] {
  return [...new Uint8Array(Float64Array.of(value).buffer)];
}

/** Pieces one after the other. */
export function sequence(...pieces: readonly Code[]): number[] {
  return pieces.flat();
}

type Unary = (a: Code) => number[];
type Binary = (a: Code, b: Code) => number[];

const plain1 = (opcode: number): Unary => {
  return (a) => [...a, opcode];
};
const plain2 = (opcode: number): Binary => {
  return (a, b) => [...a, ...b, opcode];
};
const vector1 = (opcode: number): Unary => {
  const tail = [simd, ...unsigned(opcode)];
  return (a) => [...a, ...tail];
};
const vector2 = (opcode: number): Binary => {
  const tail = [simd, ...unsigned(opcode)];
  return (a, b) => [...a, ...b, ...tail];
};

const vector3 = (opcode: number): ((a: Code, b: Code, c: Code) => number[]) => {
  const tail = [simd, ...unsigned(opcode)];
  return (a, b, c) => [...a, ...b, ...c, ...tail];
};

/** Operations on two doubles at once; comparisons give masks, all ones where they hold. */
export const f64x2 = {
  add: vector2(0xf0),
  sub: vector2(0xf1),
  mul: vector2(0xf2),
  div: vector2(0xf3),
  /** NaN where either is one. */
  min: vector2(0xf4),
  max: vector2(0xf5),
  /** `b < a ? b : a` and `a < b ? b : a`: one instruction each, and a NaN in b goes unseen. */
  pmin: vector2(0xf6),
  pmax: vector2(0xf7),
  abs: vector1(0xec),
  neg: vector1(0xed),
  sqrt: vector1(0xef),
  trunc: vector1(0x7a),
  eq: vector2(0x47),
  ne: vector2(0x48),
  lt: vector2(0x49),
  gt: vector2(0x4a),
  le: vector2(0x4b),
  ge: vector2(0x4c),
  splat: vector1(0x14),
  /** a b + c, rounded once. */
  madd: vector3(0x107),
  /** c - a b, rounded once. */
  nmadd: vector3(0x108),
  lane: (a: Code, lane: number): number[] => [...a, simd, 0x21, lane],
};

export const i64x2 = {
  add: vector2(0xce),
  sub: vector2(0xd1),
  shl: vector2(0xcb),
  shiftRight: vector2(0xcd),
  bitmask: vector1(0xc4),
  allTrue: vector1(0xc3),
};

export const v128 = {
  and: vector2(0x4e),
  /** a and not b. */
  andnot: vector2(0x4f),
  or: vector2(0x50),
  xor: vector2(0x51),
  not: vector1(0x4d),
  anyTrue: vector1(0x53),
  /** Bits of `then` where the mask has ones, else of `otherwise`. */
  select: (mask: Code, then: Code, otherwise: Code): number[] => [...then, ...otherwise, ...mask, simd, 0x52],
  constant: (bytes: readonly number[]): number[] => [simd, 0x0c, ...bytes],
  load: (address: Code, offset: number): number[] => [...address, simd, 0x00, alignment.v128, ...unsigned(offset)],
  store: (address: Code, offset: number, value: Code): number[] => [
    ...address,
    ...value,
    simd,
    0x0b,
    alignment.v128,
    ...unsigned(offset),
  ],
};

export const f64 = {
  load: (address: Code, offset: number): number[] => [...address, 0x2b, alignment.f64, ...unsigned(offset)],
  store: (address: Code, offset: number, value: Code): number[] => [
    ...address,
    ...value,
    0x39,
    alignment.f64,
    ...unsigned(offset),
  ],
  /** From an i32 without a sign. */
  fromUnsigned: plain1(0xb8),
};

export const i32 = {
  constant: (value: number): number[] => [0x41, ...signed(value)],
  load: (address: Code, offset: number): number[] => [...address, 0x28, alignment.i32, ...unsigned(offset)],
  store: (address: Code, offset: number, value: Code): number[] => [
    ...address,
    ...value,
    0x36,
    alignment.i32,
    ...unsigned(offset),
  ],
  /** Adds to a number that all threads share, and gives what stood there before. */
  fetchAdd: (address: Code, offset: number, value: Code): number[] => [
    ...address,
    ...value,
    atomic,
    0x1e,
    alignment.i32,
    ...unsigned(offset),
  ],
  add: plain2(0x6a),
  sub: plain2(0x6b),
  mul: plain2(0x6c),
  and: plain2(0x71),
  shl: plain2(0x74),
  shiftRight: plain2(0x76),
  isZero: plain1(0x45),
  lessUnsigned: plain2(0x49),
  atLeast: plain2(0x4f),
  equal: plain2(0x46),
  lessSigned: plain2(0x48),
  atLeastSigned: plain2(0x4e),
};

export const get = (local: number): number[] => [0x20, ...unsigned(local)];
export const set = (local: number, value: Code): number[] => [...value, 0x21, ...unsigned(local)];
export const tee = (local: number, value: Code): number[] => [...value, 0x22, ...unsigned(local)];
export const call = (callee: number, ...values: readonly Code[]): number[] => [
  ...values.flat(),
  0x10,
  ...unsigned(callee),
];

/** Runs the pieces when the i32 is not zero. */
export const when = (test: Code, ...then: readonly Code[]): number[] => [
  ...test,
  0x04,
  emptyBlock,
  ...then.flat(),
  0x0b,
];
/** Ends the function with a value. */
export const leave = (value: Code): number[] => [...value, 0x0f];
/** Runs the pieces again and again while the i32 at their end is not zero. */
export const repeat = (body: Code, again: Code): number[] => [0x03, emptyBlock, ...body, ...again, 0x0d, 0, 0x0b];
