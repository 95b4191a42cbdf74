import type { ConstantPool } from './constant-pool.ts';
import { type Code, call, doubleBytes, f64x2, get, i32, i64x2, set, v128 } from './wasm-code.ts';
import { FunctionBody, type WasmModule } from './wasm-module.ts';

/** Indices of the functions of two doubles at once, and how to write a number into code. */
export interface LaneMath {
  readonly exp: number;
  readonly log: number;
  readonly pow: number;
  readonly tanh: number;
}

/** A number in both lanes. */
export const both = (value: number): number[] => {
  const bytes = doubleBytes(value);
  return v128.constant([...bytes, ...bytes]);
};
const { add, sub, mul, div } = f64x2;
/** The logarithm of 2 in two parts: the first has 32 trailing zeros, so that its product with a whole number is exact. */
const ln2High = 0.6931471803691238;
const ln2Low = 1.9082149292705877e-10;
/** Adding this to a number below 2^51 leaves its nearest whole number in the low bits. */
const toWhole = 6755399441055744;

/** A polynomial by Horner's rule; the first coefficient stands without x. */
const horner = ({ of }: ConstantPool, x: Code, coefficients: readonly number[]): number[] =>
  coefficients
    .slice(0, -1)
    .reduceRight((sum, coefficient) => f64x2.madd(sum, x, of(coefficient)), of(coefficients.at(-1)!));

/** Writes the functions into a module. Accuracy, tested: exp and log 1 unit of the last place, tanh 5, pow 2 and 1.5 |b ln a| more. */
export function addLaneMath(module: WasmModule, pool: ConstantPool): LaneMath {
  const exp = module.add(expBody(pool));
  const log = module.add(logBody(pool));
  return { exp, log, pow: module.add(powBody(pool, exp, log)), tanh: module.add(tanhBody(pool, exp)) };
}

/**
 * exp x = 2^n exp r with |r| <= ln 2 / 2 by Taylor's series to r^13, whose rest is below 5e-18. The power of two is applied in two halves, so
 * that results that underflow are rounded once.
 */
function expBody(pool: ConstantPool): FunctionBody {
  const body = new FunctionBody(['v128'], 'v128');
  const [x, n, r, bits] = [0, body.local('v128'), body.local('v128'), body.local('v128')];
  const taylor: number[] = [];
  for (let k = 13, factorial = 6227020800; k >= 2; factorial /= k, k--) taylor.unshift(1 / factorial);
  const half = set(bits, i64x2.shiftRightSigned(get(n), i32.constant(1)));
  const powerOf = (exponent: Code): number[] => i64x2.shl(i64x2.add(exponent, pool.bits(1023n)), i32.constant(52));
  return body.write(
    // Beyond these limits the result is infinite or zero anyway; NaN stays.
    set(x, v128.select(f64x2.gt(get(x), pool.of(710)), pool.of(710), get(x))),
    set(x, v128.select(f64x2.lt(get(x), pool.of(-746)), pool.of(-746), get(x))),
    set(n, f64x2.nearest(mul(get(x), pool.of(Math.LOG2E)))),
    set(r, sub(sub(get(x), mul(get(n), pool.of(ln2High))), mul(get(n), pool.of(ln2Low)))),
    set(n, i64x2.sub(add(get(n), pool.of(toWhole)), pool.bits(0x4338000000000000n))),
    half,
    // 1 + (r + r^2 P): the small terms first.
    mul(
      mul(add(pool.of(1), add(get(r), mul(mul(get(r), get(r)), horner(pool, get(r), taylor)))), powerOf(get(bits))),
      powerOf(i64x2.sub(get(n), get(bits))),
    ),
  );
}

/**
 * log x = k ln 2 + log m with m within a factor sqrt 2 of 1, by the series 2 (s + s^3/3 + ...) of s = f/(2 + f), f = m - 1 (Abramowitz and Stegun 1964,
 * 4.1.27), arranged so that f itself is the leading term: log m = f - s (f - R) with R the series without its first term over s.
 */
function logBody(pool: ConstantPool): FunctionBody {
  const body = new FunctionBody(['v128'], 'v128');
  const [x, k, f, s, z, y] = [0, ...Array.from({ length: 5 }, () => body.local('v128'))] as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const series = Array.from({ length: 12 }, (_, i) => 2 / (2 * i + 3));
  const subnormal = f64x2.lt(get(x), pool.of(2 ** -1022));
  return body.write(
    set(y, v128.select(subnormal, mul(get(x), pool.of(2 ** 54)), get(x))),
    set(k, v128.and(subnormal, pool.of(-54))),
    // The exponent of y / sqrt(1/2), as the integer that the leading bits are, made a double by the bits of 2^52.
    set(s, i64x2.shiftRightSigned(i64x2.sub(get(y), pool.bits(0x3fe6a09e667f3bcdn)), i32.constant(52))),
    set(k, add(get(k), sub(i64x2.add(get(s), pool.bits(0x4338000000000000n)), pool.of(toWhole)))),
    set(f, sub(i64x2.sub(get(y), i64x2.shl(get(s), i32.constant(52))), pool.of(1))),
    set(s, div(get(f), add(pool.of(2), get(f)))),
    set(z, mul(get(s), get(s))),
    // k ln2 + (f - (f^2/2 - s (f^2/2 + z P))): as exact as the leading terms allow.
    set(y, mul(mul(get(f), get(f)), pool.of(0.5))),
    set(
      y,
      add(
        mul(get(k), pool.of(ln2High)),
        sub(
          get(f),
          sub(
            get(y),
            add(mul(get(s), add(get(y), mul(get(z), horner(pool, get(z), series)))), mul(get(k), pool.of(ln2Low))),
          ),
        ),
      ),
    ),
    // log 0, of less than 0 and NaN, and of infinity.
    set(y, v128.select(f64x2.eq(get(x), pool.of(0)), pool.of(Number.NEGATIVE_INFINITY), get(y))),
    set(y, v128.select(f64x2.ge(get(x), pool.of(0)), get(y), pool.of(Number.NaN))),
    v128.select(f64x2.eq(get(x), pool.of(Number.POSITIVE_INFINITY)), get(x), get(y)),
  );
}

/** a^b = exp(b log |a|) with the sign of a^n for whole exponents; NaN for a below 0 and any other, minus infinity too. 0^0 and 1^b are 1. */
function powBody(pool: ConstantPool, exp: number, log: number): FunctionBody {
  const body = new FunctionBody(['v128', 'v128'], 'v128');
  const [a, b, size, isOdd] = [0, 1, body.local('v128'), body.local('v128')];
  const isWhole = f64x2.eq(f64x2.trunc(get(b)), get(b));
  const halved = mul(get(b), pool.of(0.5));
  return body.write(
    set(size, call(exp, mul(get(b), call(log, f64x2.abs(get(a)))))),
    // 0 times the infinite logarithm of 0 is no number.
    set(size, v128.select(f64x2.eq(get(b), pool.of(0)), pool.of(1), get(size))),
    set(isOdd, v128.and(isWhole, f64x2.ne(f64x2.trunc(halved), halved))),
    v128.select(
      f64x2.lt(get(a), pool.of(0)),
      v128.select(isWhole, v128.select(get(isOdd), f64x2.neg(get(size)), get(size)), pool.of(Number.NaN)),
      get(size),
    ),
  );
}

/** Near 0 Lambert's continued fraction cut behind 13 (Abramowitz and Stegun 1964, 4.5.70), elsewhere 1 - 2/(exp 2x + 1). */
function tanhBody(pool: ConstantPool, exp: number): FunctionBody {
  const body = new FunctionBody(['v128'], 'v128');
  const [x, z] = [0, body.local('v128')];
  const above = horner(pool, get(z), [135135, 17325, 378, 1]);
  const below = horner(pool, get(z), [135135, 62370, 3150, 28]);
  return body.write(
    set(z, mul(get(x), get(x))),
    v128.select(
      f64x2.lt(f64x2.abs(get(x)), pool.of(0.5)),
      div(mul(get(x), above), below),
      sub(pool.of(1), div(pool.of(2), add(call(exp, add(get(x), get(x))), pool.of(1)))),
    ),
  );
}
