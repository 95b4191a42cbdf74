import type { ConstantPool } from './constant-pool.ts';
import { type Code, f64x2 } from './wasm-code.ts';

/** A change of an argument up to which a function is followed by its series from where it is known. */
export const nearReach = 1 / 64;

/** exp(change) for a change within reach: a third of the operations of exp at any argument. */
export function expNear(pool: ConstantPool, change: Code): number[] {
  return series(pool, change, (k) => 1 / k);
}

/** (1 + change)^exponent for a change within reach. */
export function powerNear(pool: ConstantPool, change: Code, exponent: number): number[] {
  return series(pool, change, (k) => (exponent - k + 1) / k);
}

/** The power series whose coefficients have such ratios, up to where a term at the end of reach is below half a unit of the last place. */
function series(pool: ConstantPool, x: Code, ratio: (k: number) => number): number[] {
  const coefficients = [1];
  for (let k = 1, next = ratio(1); Math.abs(next) * nearReach ** k > 2 ** -53; k++, next *= ratio(k))
    coefficients.push(next);
  return coefficients
    .slice(0, -1)
    .reduceRight((sum, coefficient) => f64x2.madd(sum, x, pool.of(coefficient)), pool.of(coefficients.at(-1)!));
}
