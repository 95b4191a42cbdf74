import type { ConstantPool } from './constant-pool.ts';
import { type Code, doubleBytes, f64x2, get, i32, i64x2, set, v128 } from './wasm-code.ts';
import { FunctionBody, type WasmModule } from './wasm-module.ts';

/** Functions of two doubles at once: exp and log as code in place, because a call would put every value away; the others as indices of functions. */
export interface LaneMath {
  exp(body: FunctionBody, x: Code): InPlace;
  log(body: FunctionBody, x: Code): InPlace;
  readonly pow: number;
  readonly tanh: number;
}

/** Code in place: what comes first, and what then gives the value. */
export interface InPlace {
  readonly before: Code;
  readonly value: Code;
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
/** Between these arguments the result of exp is a normal number. */
const largestExponent = 709.782712893384;
const smallestExponent = -708.3964185322641;

/** A polynomial by Horner's rule; the first coefficient stands without x. */
const horner = ({ of }: ConstantPool, x: Code, coefficients: readonly number[]): number[] =>
  coefficients
    .slice(0, -1)
    .reduceRight((sum, coefficient) => f64x2.madd(sum, x, of(coefficient)), of(coefficients.at(-1)!));

/** The same from its even and its odd half, which do not wait for each other. */
function halves(pool: ConstantPool, x: Code, square: Code, coefficients: readonly number[]): number[] {
  const [even, odd] = [0, 1].map((first) => coefficients.filter((_, k) => k % 2 === first));
  return f64x2.madd(x, horner(pool, square, odd!), horner(pool, square, even!));
}

/** Writes the functions into a module. Accuracy, tested: exp and log 1 unit of the last place, tanh 5, pow 2 and 1.5 |b ln a| more. */
export function addLaneMath(module: WasmModule, pool: ConstantPool): LaneMath {
  const exp: LaneMath['exp'] = (body, x) => expOf(pool, body, x);
  const log: LaneMath['log'] = (body, x) => logOf(pool, body, x);
  return { exp, log, pow: module.add(powBody(pool)), tanh: module.add(tanhBody(pool)) };
}

/**
 * exp x = 2^n exp r with |r| <= ln 2 / 2 by Taylor's series to r^13, whose rest is below 5e-18; n is added to the exponent. A result below the
 * smallest normal number is 0.
 */
function expOf(pool: ConstantPool, body: FunctionBody, argument: Code): InPlace {
  const [x, n, r, square] = [body.local('v128'), body.local('v128'), body.local('v128'), body.local('v128')];
  const taylor: number[] = [];
  for (let k = 13, factorial = 6227020800; k >= 2; factorial /= k, k--) taylor.unshift(1 / factorial);
  const whole = sub(get(n), pool.of(toWhole));
  const before = [
    set(x, argument),
    // Within these limits the exponent holds n; NaN stays.
    set(r, f64x2.pmax(f64x2.pmin(get(x), pool.of(largestExponent)), pool.of(smallestExponent))),
    set(n, f64x2.madd(get(r), pool.of(Math.LOG2E), pool.of(toWhole))),
    set(r, f64x2.nmadd(whole, pool.of(ln2Low), f64x2.nmadd(whole, pool.of(ln2High), get(r)))),
    set(square, mul(get(r), get(r))),
    // 1 + (r + r^2 P): the small terms first.
    set(r, add(pool.of(1), f64x2.madd(get(square), halves(pool, get(r), get(square), taylor), get(r)))),
    set(r, i64x2.add(get(r), i64x2.shl(get(n), i32.constant(52)))),
    set(r, v128.andnot(get(r), f64x2.lt(get(x), pool.of(smallestExponent)))),
  ].flat();
  const beyond = v128.and(f64x2.gt(get(x), pool.of(largestExponent)), pool.of(Number.POSITIVE_INFINITY));
  return { before, value: add(get(r), beyond) };
}

/**
 * log x = k ln 2 + log m with m within a factor sqrt 2 of 1, by the series 2 (s + s^3/3 + ...) of s = f/(2 + f), f = m - 1 (Abramowitz and Stegun 1964,
 * 4.1.27), arranged so that f itself is the leading term: log m = f - (f^2/2 - s (f^2/2 + R)) with R the series without its first term.
 */
function logOf(pool: ConstantPool, body: FunctionBody, argument: Code): InPlace {
  const [x, k, f, s, z, y] = Array.from({ length: 6 }, () => body.local('v128')) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const series = Array.from({ length: 10 }, (_, i) => 2 / (2 * i + 3));
  const subnormal = f64x2.lt(get(x), pool.of(2 ** -1022));
  const before = [
    set(x, argument),
    set(y, v128.select(subnormal, mul(get(x), pool.of(2 ** 54)), get(x))),
    // The exponent of y / sqrt(1/2) and 1024, from the leading bits, and made a double by the bits of 2^52.
    set(s, i64x2.shiftRight(i64x2.sub(get(y), pool.bits(0x3fe6a09e667f3bcdn - (1024n << 52n))), i32.constant(52))),
    set(
      k,
      sub(
        v128.or(get(s), pool.bits(0x4330000000000000n)),
        v128.select(subnormal, pool.of(2 ** 52 + 1078), pool.of(2 ** 52 + 1024)),
      ),
    ),
    set(f, sub(i64x2.add(i64x2.sub(get(y), i64x2.shl(get(s), i32.constant(52))), pool.bits(1024n << 52n)), pool.of(1))),
    set(s, div(get(f), add(pool.of(2), get(f)))),
    set(z, mul(get(s), get(s))),
    set(y, mul(mul(get(f), get(f)), pool.of(0.5))),
    set(
      y,
      f64x2.madd(
        get(k),
        pool.of(ln2High),
        sub(
          get(f),
          sub(
            get(y),
            f64x2.madd(
              get(s),
              f64x2.madd(get(z), halves(pool, get(z), mul(get(z), get(z)), series), get(y)),
              mul(get(k), pool.of(ln2Low)),
            ),
          ),
        ),
      ),
    ),
    // log 0, of less than 0 and NaN, and of infinity.
    set(y, v128.select(f64x2.eq(get(x), pool.of(0)), pool.of(Number.NEGATIVE_INFINITY), get(y))),
    set(y, v128.select(f64x2.ge(get(x), pool.of(0)), get(y), pool.of(Number.NaN))),
  ].flat();
  return { before, value: v128.select(f64x2.eq(get(x), pool.of(Number.POSITIVE_INFINITY)), get(x), get(y)) };
}

/** a^b = exp(b log |a|) with the sign of a^n for whole exponents; NaN for a below 0 and any other, minus infinity too. 0^0 and 1^b are 1. */
function powBody(pool: ConstantPool): FunctionBody {
  const body = new FunctionBody(['v128', 'v128'], 'v128');
  const [a, b, size, isOdd] = [0, 1, body.local('v128'), body.local('v128')];
  const log = logOf(pool, body, f64x2.abs(get(a)));
  const exp = expOf(pool, body, mul(get(b), log.value));
  const isWhole = f64x2.eq(f64x2.trunc(get(b)), get(b));
  const halved = mul(get(b), pool.of(0.5));
  return body.write(
    log.before,
    exp.before,
    set(size, exp.value),
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
function tanhBody(pool: ConstantPool): FunctionBody {
  const body = new FunctionBody(['v128'], 'v128');
  const [x, z] = [0, body.local('v128')];
  const above = horner(pool, get(z), [135135, 17325, 378, 1]);
  const below = horner(pool, get(z), [135135, 62370, 3150, 28]);
  const exp = expOf(pool, body, add(get(x), get(x)));
  return body.write(
    set(z, mul(get(x), get(x))),
    exp.before,
    v128.select(
      f64x2.lt(f64x2.abs(get(x)), pool.of(0.5)),
      div(mul(get(x), above), below),
      sub(pool.of(1), div(pool.of(2), add(exp.value, pool.of(1)))),
    ),
  );
}
