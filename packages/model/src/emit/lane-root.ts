import {
  type Code,
  type ConstantPool,
  type FunctionBody,
  f64x2,
  get,
  i32,
  repeat,
  set,
  v128,
  when,
} from '@fedbatch/numerics/lanes';
import { quadratic } from './writer.ts';

/** Tries from where an unknown was, before its bracket is searched from both ends. */
const nearTries = 6;
const roundLimit = 200;

/** An equation to solve for both lanes: code that evaluates it at the local x, its value and slope after that, its bracket, and where to begin. */
export interface LaneEquation {
  readonly x: number;
  readonly evaluate: Code;
  readonly g: Code;
  readonly d: Code;
  readonly low: Code;
  readonly high: Code;
  readonly near: Code;
}

/**
 * Newton with a bracket, as for a single plant: from where the unknown was at the start of the attempt, and for lanes that do not arrive so from the
 * bracket. A lane that has arrived is held still, so that it does not depend on the other. NaN: no change of sign.
 */
export function laneRoot(
  pool: ConstantPool,
  body: FunctionBody,
  { x, evaluate, g, d, low, high, near }: LaneEquation,
): { readonly before: Code; readonly local: number } {
  const [u, lo, hi, first, sign, width, previous, next, active, bad] = Array.from({ length: 10 }, () =>
    body.local('v128'),
  ) as [number, number, number, number, number, number, number, number, number, number];
  const round = body.local('i32');
  const zero = pool.of(0);
  const { abs, add, sub, mul, div, lt, gt, le, eq, ge } = f64x2;
  const half = add(get(lo), mul(pool.of(0.5), sub(get(hi), get(lo))));
  const finish = (test: Code, value: Code): number[] => [
    ...set(bad, v128.and(get(active), test)),
    ...set(u, v128.select(get(bad), value, get(u))),
    ...set(active, v128.andnot(get(active), get(bad))),
  ];
  const isShort = le(abs(sub(get(next), get(x))), mul(pool.of(quadratic), abs(get(next))));
  const isRound = (k: number): number[] => i32.equal(get(round), i32.constant(k));
  const before = [
    set(lo, low),
    set(hi, high),
    set(u, pool.of(Number.NaN)),
    set(x, near),
    set(active, v128.not(pool.of(0))),
    set(round, i32.constant(-nearTries)),
    repeat(
      [
        ...evaluate,
        ...when(
          i32.lessSigned(get(round), i32.constant(0)),
          set(next, sub(get(x), div(g, d))),
          finish(v128.and(v128.and(ge(get(next), get(lo)), le(get(next), get(hi))), isShort), get(next)),
          set(x, get(next)),
          when(isRound(-1), set(x, get(lo))),
        ),
        ...when(i32.atLeastSigned(get(round), i32.constant(0)), finish(eq(g, zero), get(x))),
        ...when(
          i32.atLeastSigned(get(round), i32.constant(2)),
          set(bad, gt(mul(g, get(sign)), zero)),
          set(hi, v128.select(get(bad), get(x), get(hi))),
          set(lo, v128.select(lt(mul(g, get(sign)), zero), get(x), get(lo))),
          // Neither side of zero: no number.
          set(active, v128.and(get(active), eq(g, g))),
          set(next, sub(get(x), div(g, d))),
          set(
            bad,
            v128.or(
              v128.not(v128.and(gt(get(next), get(lo)), lt(get(next), get(hi)))),
              gt(abs(mul(pool.of(2), g)), abs(mul(get(previous), d))),
            ),
          ),
          set(first, get(bad)),
          finish(v128.andnot(isShort, get(bad)), get(next)),
          set(next, v128.select(get(first), half, get(next))),
          set(previous, get(width)),
          set(width, sub(get(next), get(x))),
          finish(
            v128.or(
              le(abs(get(width)), mul(pool.of(4.5e-16), abs(get(next)))),
              v128.or(eq(get(next), get(lo)), eq(get(next), get(hi))),
            ),
            get(next),
          ),
          set(x, get(next)),
        ),
        ...when(
          isRound(1),
          set(active, v128.and(get(active), lt(mul(get(first), g), zero))),
          set(sign, v128.select(gt(g, zero), pool.of(1), pool.of(-1))),
          set(width, sub(get(hi), get(lo))),
          set(previous, get(width)),
          set(x, half),
        ),
        ...when(isRound(0), set(first, g), set(x, get(hi))),
        ...set(round, i32.add(get(round), i32.constant(1))),
      ],
      i32.and(v128.anyTrue(get(active)), i32.lessSigned(get(round), i32.constant(roundLimit))),
    ),
  ].flat();
  return { before, local: u };
}
