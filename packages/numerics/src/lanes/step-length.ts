import type { RosenbrockTableau } from '../rosenbrock.ts';
import { growthLimit, safety, shrinkLimit, smallestError, stretch, wreckedShare } from '../step-control.ts';
import type { ConstantPool } from './constant-pool.ts';
import type { LaneLayout } from './lane-layout.ts';
import { both, type LaneMath } from './lane-math.ts';
import { setting } from './loop-parts.ts';
import { type Code, f64x2, get, set, v128 } from './wasm-code.ts';
import type { FunctionBody } from './wasm-module.ts';
import { load, store } from './workspace.ts';

const { add, sub, mul, div } = f64x2;
export const infinite = both(Number.POSITIVE_INFINITY);

/** Where the code of error control finds and leaves values. */
export type ControlPlaces = Pick<
  LaneLayout,
  'time' | 'step' | 'stop' | 'wish' | 'allowed' | 'rejectedBefore' | 'wrecked'
>;

/** What the code of error control is written from. */
export interface ControlParts {
  readonly tableau: RosenbrockTableau;
  readonly layout: ControlPlaces;
  readonly pool: ConstantPool;
  readonly math: LaneMath;
  /** Address of the relative tolerance. */
  readonly relative: number;
}

/** A state whose error is judged: where it stands before and behind the attempt, its error, and the address of its tolerance. */
export interface JudgedState {
  readonly before: Code;
  readonly behind: Code;
  readonly error: Code;
  readonly absolute: number;
}

/** Locals of an attempt: its length, a mask where it goes to the stop, and for whoever needs one. */
export interface LengthLocals {
  readonly h: number;
  readonly isLast: number;
  readonly rest: number;
}

/** The length of the next attempt: two equal steps rather than a full one and a sliver. */
export function chooseLength({ layout, pool }: ControlParts, { h, isLast, rest }: LengthLocals): number[][] {
  return [
    set(rest, sub(load(layout.stop), load(layout.time))),
    set(isLast, f64x2.ge(load(layout.wish), mul(get(rest), pool.of(1 - stretch)))),
    set(h, v128.select(get(isLast), get(rest), f64x2.pmin(load(layout.wish), mul(pool.of(0.5), get(rest))))),
  ];
}

/** Locals of a judgement: the error in tolerances, masks of lanes that are accepted and that are cut to a crossing, the step to take next. */
export interface Judged {
  readonly norm: number;
  readonly ok: number;
  readonly cut: number;
  readonly wish: number;
  /** For whoever needs one. */
  readonly value: number;
}

export function judgedLocals(body: FunctionBody): Judged {
  const [norm, ok, cut, wish, value] = Array.from({ length: 5 }, () => body.local('v128')) as [
    number,
    number,
    number,
    number,
    number,
  ];
  return { norm, ok, cut, wish, value };
}

/** The largest error over the states. The sum of the errors is no number where any of them is none. */
export function measureError(
  { layout, pool, relative }: ControlParts,
  body: FunctionBody,
  { norm, ok, value }: Judged,
  states: readonly JudgedState[],
): void {
  const [bits, share, wrong] = [body.local('v128'), body.local('v128'), body.local('v128')];
  const sizeOf = (code: Code): number[] => v128.and(get(bits), code);
  body.write(
    set(bits, pool.bits(0x7fffffffffffffffn)),
    set(share, setting(relative)),
    set(norm, pool.of(0)),
    set(value, pool.of(0)),
  );
  for (const { before, behind, error, absolute } of states) {
    const extent = f64x2.pmax(sizeOf(before), sizeOf(behind));
    const tolerance = f64x2.madd(get(share), extent, setting(absolute));
    body.write(
      set(wrong, error),
      set(norm, f64x2.pmax(get(norm), div(sizeOf(get(wrong)), tolerance))),
      set(value, add(get(value), get(wrong))),
    );
  }
  const isNumber = f64x2.eq(sub(get(value), get(value)), pool.of(0));
  body.write(
    set(norm, v128.select(v128.andnot(isNumber, load(layout.wrecked)), get(norm), infinite)),
    set(ok, f64x2.le(get(norm), pool.of(1))),
  );
}

/**
 * The predictive control of Gustafsson 1994 (ACM TOMS 20, 496, in the form of Hairer and Wanner 1996, IV.8): where the step that the error allows has
 * shrunk since the last attempt, it is taken to shrink on by as much. A rejected step is shortened by its own error alone.
 */
export function controlStep(
  { tableau, layout, pool, math }: ControlParts,
  body: FunctionBody,
  { norm, ok, cut, wish, value }: Judged,
): void {
  const [factor, h, allowed] = [body.local('v128'), body.local('v128'), body.local('v128')];
  const log = math.log(body, f64x2.pmax(get(norm), pool.of(smallestError)));
  const exp = math.exp(body, mul(pool.of(-1 / tableau.errorOrder), log.value));
  const limited = (code: Code): number[] => f64x2.pmax(pool.of(shrinkLimit), f64x2.pmin(pool.of(growthLimit), code));
  body.write(
    set(h, load(layout.step)),
    log.before,
    exp.before,
    set(factor, exp.value),
    set(allowed, mul(get(h), limited(get(factor)))),
    set(value, f64x2.pmin(pool.of(1), div(get(allowed), load(layout.allowed)))),
    set(factor, limited(mul(mul(pool.of(safety), get(factor)), v128.select(get(ok), get(value), pool.of(1))))),
    set(
      factor,
      v128.select(
        v128.and(get(ok), load(layout.rejectedBefore)),
        f64x2.pmin(pool.of(1), get(factor)),
        v128.select(f64x2.eq(get(norm), infinite), pool.of(wreckedShare), get(factor)),
      ),
    ),
    set(factor, mul(get(h), get(factor))),
    // A step that was cut short does not shrink the wish.
    set(value, f64x2.lt(get(h), mul(load(layout.wish), pool.of(1 - stretch)))),
    set(
      wish,
      v128.select(
        v128.and(get(ok), get(value)),
        f64x2.pmax(load(layout.wish), get(factor)),
        v128.select(get(cut), load(layout.wish), get(factor)),
      ),
    ),
    store(layout.wish, 0, get(wish)),
    store(layout.allowed, 0, v128.select(get(ok), get(allowed), load(layout.allowed))),
    store(layout.rejectedBefore, 0, v128.select(get(cut), load(layout.rejectedBefore), v128.not(get(ok)))),
  );
}
