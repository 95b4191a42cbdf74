import { both } from './lane-math.ts';
import type { StageParts } from './lane-stages.ts';
import type { LaneFunctions } from './lane-system.ts';
import { call, f64x2, get, i32, repeat, set, v128, when } from './wasm-code.ts';
import { FunctionBody } from './wasm-module.ts';
import { load, place, signOf, store, workspace } from './workspace.ts';

const { add, sub, mul, div } = f64x2;
/** An event is located to this share of its step on dense output, which is not as exact as that. */
const sharpness = 1e-11;
const rounds = 60;

/**
 * The share of the attempt at which the first crossing lies in each lane of a mask, in `theta`: the false position of Dowell and Jarratt 1971
 * (BIT 11, 168) on dense output, where an end that stays for a second time counts half; each lane held still once it has arrived. The events that are
 * met there are marked.
 */
export function seekBody(
  { system, layout, pool }: StageParts,
  functions: LaneFunctions,
  between: number,
): FunctionBody {
  const body = new FunctionBody(['i32', 'v128']);
  const [mask, a, b, fa, fb, theta, value, active, isBehind, wasBehind, stays] = [
    1,
    ...Array.from({ length: 10 }, () => body.local('v128')),
  ] as [number, number, number, number, number, number, number, number, number, number, number];
  const round = body.local('i32');
  const count = system.crossings.length;
  for (let e = 0; e < count; e++) body.write(store(layout.ends, e, load(layout.events, e)));
  const evaluate = [
    ...store(layout.theta, 0, get(theta)),
    ...store(layout.clock, 0, add(load(layout.time), mul(get(theta), load(layout.step)))),
    ...call(between, workspace),
    ...call(functions.events, workspace, place(layout.between)),
  ];
  const keep = (local: number, test: number[], then: number[], otherwise: number[]): number[] =>
    set(local, v128.select(get(active), v128.select(test, then, otherwise), get(local)));
  for (let e = 0; e < count; e++) {
    const found = load(layout.events, e);
    const falsi = div(sub(mul(get(a), get(fb)), mul(get(b), get(fa))), sub(get(fb), get(fa)));
    const halves = i32.atLeast(i32.and(get(round), i32.constant(7)), i32.constant(6));
    const isInside = v128.and(f64x2.gt(get(theta), get(a)), f64x2.lt(get(theta), get(b)));
    const halfway = mul(pool.of(0.5), add(get(a), get(b)));
    body.write(
      store(layout.shares, e, pool.of(2)),
      set(active, v128.and(get(mask), load(layout.crossed, e))),
      when(
        v128.anyTrue(get(active)),
        set(theta, pool.of(0)),
        evaluate,
        // A start within rounding of zero is on the side that its sign says.
        set(
          fa,
          v128.select(
            f64x2.eq(signOf(found), load(layout.signs, e)),
            found,
            mul(load(layout.signs, e), pool.of(1e-300)),
          ),
        ),
        set(fb, load(layout.ends, e)),
        set(a, pool.of(0)),
        set(b, v128.select(get(active), pool.of(1), pool.of(2))),
        set(active, v128.and(get(active), f64x2.ne(get(fb), pool.of(0)))),
        set(round, i32.constant(0)),
        repeat(
          [
            set(theta, falsi),
            set(theta, v128.select(isInside, get(theta), halfway)),
            when(halves, set(theta, halfway)),
            evaluate,
            set(value, found),
            set(isBehind, v128.or(f64x2.eq(signOf(get(value)), signOf(get(fb))), f64x2.eq(get(value), pool.of(0)))),
            keep(b, get(isBehind), get(theta), get(b)),
            keep(a, get(isBehind), get(a), get(theta)),
            // Which end has moved is not known before the first round.
            set(stays, v128.select(v128.not(v128.xor(get(isBehind), get(wasBehind))), pool.of(0.5), pool.of(1))),
            when(i32.isZero(get(round)), set(stays, pool.of(1))),
            keep(fa, get(isBehind), mul(get(fa), get(stays)), get(value)),
            keep(fb, get(isBehind), get(value), mul(get(fb), get(stays))),
            set(wasBehind, get(isBehind)),
            set(
              active,
              v128.and(
                v128.and(get(active), f64x2.ne(get(value), pool.of(0))),
                f64x2.gt(sub(get(b), get(a)), pool.of(sharpness)),
              ),
            ),
            set(round, i32.add(get(round), i32.constant(1))),
          ].flat(),
          i32.and(v128.anyTrue(get(active)), i32.lessUnsigned(get(round), i32.constant(rounds))),
        ),
        store(layout.shares, e, get(b)),
      ),
    );
  }
  body.write(set(theta, both(2)));
  for (let e = 0; e < count; e++) body.write(set(theta, f64x2.pmin(get(theta), load(layout.shares, e))));
  for (let e = 0; e < count; e++) {
    const isFirst = f64x2.le(load(layout.shares, e), add(get(theta), pool.of(sharpness)));
    body.write(store(layout.meets, e, v128.select(get(mask), isFirst, load(layout.meets, e))));
  }
  return body.write(store(layout.theta, 0, get(theta)));
}
