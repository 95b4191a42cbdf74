import { describe, expect, it } from 'vitest';
import { RandomStream } from '../random-stream.ts';
import { ConstantPool } from './constant-pool.ts';
import { addLaneMath, type LaneMath } from './lane-math.ts';
import { poolStart } from './lane-memory.ts';
import { laneBytes } from './lane-system.ts';
import { call } from './wasm-code.ts';
import { FunctionBody, WasmModule } from './wasm-module.ts';
import { load, store } from './workspace.ts';

/** Fixed-point numbers with so many binary places, in which the exact values are computed. */
const places = 220n;
const one = 1n << places;

/** A double as a fixed-point number, exactly. */
function exactly(value: number): bigint {
  const bits = BigInt.asUintN(64, new BigInt64Array(Float64Array.of(value).buffer)[0]!);
  const exponent = Number((bits >> 52n) & 2047n);
  const mantissa = (bits & ((1n << 52n) - 1n)) | (exponent > 0 ? 1n << 52n : 0n);
  const shift = places + BigInt(Math.max(exponent, 1) - 1075);
  const size = shift >= 0n ? mantissa << shift : mantissa >> -shift;
  return value < 0 ? -size : size;
}

/** exp as a fixed-point number times a power of two. */
function bigExp(x: bigint): { value: bigint; power: bigint } {
  const power = x / ln2;
  const r = (x - power * ln2) >> 8n;
  let sum = one;
  for (let term = one, k = 1n; term !== 0n; k++) sum += term = (term * r) / one / k;
  for (let k = 0; k < 8; k++) sum = (sum * sum) >> places;
  return { value: sum, power };
}

/** ln 2 by the series of 2 atanh(1/3). */
const ln2 = (() => {
  let sum = 0n;
  for (let term = (2n * one) / 3n, k = 1n; term !== 0n; term /= 9n, k += 2n) sum += term / k;
  return sum;
})();

/** log x = y + log(x exp(-y)) for the y that the library gives, whose rest is tiny. */
function bigLog(x: number): bigint {
  const y = exactly(Math.log(x));
  const { value, power } = bigExp(-y);
  const [mantissa, exponent] = split(x);
  const shift = power + BigInt(exponent);
  const product = (exactly(mantissa) * value) >> places;
  const rest = (shift >= 0n ? product << shift : product >> -shift) - one;
  return y + rest - ((rest * rest) >> places) / 2n;
}

function split(x: number): [mantissa: number, exponent: number] {
  const exponent = Math.floor(Math.log2(x));
  return [x / 2 ** Math.trunc(exponent / 2) / 2 ** (exponent - Math.trunc(exponent / 2)), exponent];
}

/** How far `found` lies from the exact value times a power of two, in units of the last place of the result. */
function units(found: number, exact: { value: bigint; power: bigint }): number {
  const [mantissa, exponent] = split(Math.abs(found));
  const shift = exact.power - BigInt(exponent);
  const size = shift >= 0n ? exact.value << shift : exact.value >> -shift;
  const difference = exactly(Math.sign(found) * mantissa) - size;
  return Number((difference << 60n) / one) / 2 ** 60 / 2 ** -52;
}

const pool = new ConstantPool(poolStart);
const wasm = new WasmModule();
const names = ['exp', 'log', 'pow', 'tanh'] as const;
const functions: LaneMath = addLaneMath(wasm, pool);
for (const name of names) {
  const body = new FunctionBody(['i32']);
  if (name === 'exp' || name === 'log') {
    const { before, value } = functions[name](body, load(0, 0));
    body.write(before, store(0, 2, value));
  } else {
    const values = name === 'pow' ? [load(0, 0), load(0, 1)] : [load(0, 0)];
    body.write(store(0, 2, call(functions[name], ...values)));
  }
  wasm.expose(name, wasm.add(body));
}
const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
new Uint8Array(memory.buffer).set(pool.bytes(), poolStart);
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm.bytes(65536)), { host: { memory } });
const at = Math.ceil(pool.end / laneBytes) * laneBytes;
const slots = new Float64Array(memory.buffer, at, 6);

/** The function of both lanes. */
function lanes(name: (typeof names)[number], a: readonly number[], b: readonly number[] = [0, 0]): [number, number] {
  slots.set([...a, ...b]);
  exports[name]!(at);
  return [slots[4]!, slots[5]!];
}

function draw(count: number, low: number, high: number): number[] {
  const stream = new RandomStream(5, `lane math ${low} ${high}`);
  return Array.from({ length: count }, () => {
    stream.uniform();
    return low + (high - low) * stream.drawn[0]!;
  });
}

const worst = (errors: readonly number[]): number => errors.reduce((most, error) => Math.max(most, Math.abs(error)), 0);

describe('functions of two doubles at once', () => {
  it('have exp to one unit of the last place', () => {
    const values = [...draw(3000, -700, 700), ...draw(3000, -1, 1), ...draw(500, -1e-9, 1e-9)];
    const errors = values.map((x) => units(lanes('exp', [x, 0])[0], bigExp(exactly(x))));
    expect(worst(errors)).toBeLessThan(1);
    expect(worst(errors)).toBeGreaterThan(0.5);
  });

  it('have log to one unit of the last place', () => {
    const values = [...draw(3000, 0.5, 2), ...draw(1000, 0.999, 1.001), ...draw(2000, -300, 300).map((e) => 10 ** e)];
    const errors = values.map((x) => {
      const exact = bigLog(x);
      return units(lanes('log', [1, x])[1], { value: exact, power: 0n });
    });
    expect(worst(errors)).toBeLessThan(1);
    expect(worst(errors)).toBeGreaterThan(0.5);
  });

  it('have pow to 2 units and 1.5 |b ln a| more', () => {
    const bases = draw(2000, -8, 8).map((e) => 10 ** e);
    const exponents = draw(2000, -12, 12.5);
    const excess = bases.map((a, i) => {
      const product = (bigLog(a) * exactly(exponents[i]!)) >> places;
      const found = lanes('pow', [a, 1], [exponents[i]!, 1])[0];
      return Math.abs(units(found, bigExp(product))) - 1.5 * Math.abs(Number(product >> (places - 20n)) / 2 ** 20);
    });
    expect(Math.max(...excess)).toBeLessThan(2);
  });

  it('have tanh to 5 units of the last place', () => {
    const values = [...draw(3000, -0.6, 0.6), ...draw(2000, -20, 20)];
    const errors = values.map((x) => {
      const { value, power } = bigExp(2n * exactly(x));
      const e = power >= 0n ? value << power : value >> -power;
      return units(lanes('tanh', [x, 1])[0], { value: ((e - one) << places) / (e + one), power: 0n });
    });
    expect(worst(errors)).toBeLessThan(5);
  });

  it('give at the edges what Math gives, in each lane for itself', () => {
    const { NaN: none, POSITIVE_INFINITY: infinity } = Number;
    const edges = [0, -0, 1, -1, 2, -2, 0.5, -0.5, 3, -3, 710, -746, 5e-324, 1e-310, infinity, -infinity, none];
    for (const a of edges) {
      for (const name of ['exp', 'log', 'tanh'] as const) {
        // Below the smallest normal number a result has fewer places than 15.
        const [found] = lanes(name, [a, 1]);
        const expected = Math[name](a);
        if (Number.isFinite(expected) && Math.abs(expected) > 1e-300)
          expect(Math.abs(found / expected - 1), `${name} ${a}`).toBeLessThan(1e-15);
        else expect(found, `${name} ${a}`).toEqual(expected === 0 ? expect.closeTo(0, 300) : expected);
      }
      if (a === -infinity) continue;
      for (const b of edges.filter((value) => Math.abs(value) < 700)) {
        const [found] = lanes('pow', [a, 2], [b, 3]);
        const expected = a ** b;
        if (Math.abs(expected) < 1e-300) expect(found, `${a} ^ ${b}`).toBeCloseTo(0, 300);
        else if (Number.isFinite(expected)) expect(Math.abs(found / expected - 1), `${a} ^ ${b}`).toBeLessThan(1e-13);
        else expect(Math.abs(found), `${a} ^ ${b}`).toEqual(Math.abs(expected));
      }
    }
  });
});
