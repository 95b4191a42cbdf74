import { growthLimit, resolution, safety, shrinkLimit, smallestError, stretch, wreckedShare } from '../step-control.ts';
import { letHappen, watchCrossings } from './lane-events.ts';
import { both } from './lane-math.ts';
import { header, laneOutcome } from './lane-memory.ts';
import { keepNonNegative } from './lane-non-negativity.ts';
import { saveRows } from './lane-rows.ts';
import { laneCount } from './lane-system.ts';
import { byBatch, type LoopParts, laneBit, setting } from './loop-parts.ts';
import { type Code, call, f64, f64x2, get, i32, i64x2, set, v128, when } from './wasm-code.ts';
import { FunctionBody } from './wasm-module.ts';
import { load, store, workspace } from './workspace.ts';

const { add, sub, mul, div } = f64x2;
const infinite = both(Number.POSITIVE_INFINITY);

/** The length of the next attempt of each lane, and its end. */
export function chooseBody({ tableau, layout, pool }: LoopParts): FunctionBody {
  const body = new FunctionBody(['i32']);
  const [rest, isLast, h, end] = [body.local('v128'), body.local('v128'), body.local('v128'), body.local('v128')];
  const lands = load(layout.landing);
  return body.write(
    set(rest, sub(load(layout.stop), load(layout.time))),
    set(isLast, f64x2.ge(load(layout.wish), mul(get(rest), pool.of(1 - stretch)))),
    // Two equal steps rather than a full one and a sliver.
    set(h, v128.select(get(isLast), get(rest), f64x2.pmin(load(layout.wish), mul(pool.of(0.5), get(rest))))),
    set(h, v128.select(lands, load(layout.landingStep), get(h))),
    set(end, v128.select(v128.andnot(get(isLast), lands), load(layout.stop), add(load(layout.time), get(h)))),
    store(layout.step, 0, get(h)),
    store(layout.end, 0, get(end)),
    store(layout.inverse, 0, div(pool.of(1), get(h))),
    store(layout.scaled, 0, mul(get(h), pool.of(tableau.gamma))),
    store(layout.clock, 0, load(layout.time)),
  );
}

/**
 * What becomes of an attempt, each lane for itself: accepted, shortened, or cut to a crossing. Events at its end happen, rows that
 * it reaches are saved, and a lane that is done or stuck gets the next batch.
 */
export function judgeBody(parts: LoopParts): FunctionBody {
  const { system, layout } = parts;
  const body = new FunctionBody(['i32']);
  const judged: Judged = {
    norm: body.local('v128'),
    ok: body.local('v128'),
    cut: body.local('v128'),
    wish: body.local('v128'),
    value: body.local('v128'),
  };
  const { ok, cut, value } = judged;
  measureError(parts, body, judged);
  body.write(...keepNonNegative(parts, judged.norm, ok), set(cut, both(0)));
  if (system.crossings.length > 0) body.write(...watchCrossings(parts, ok, cut));
  controlStep(parts, body, judged);
  const all = Array.from({ length: system.size }, (_, i) => i);
  body.write(
    when(i64x2.allTrue(get(ok)), ...all.map((i) => store(layout.state, i, load(layout.next, i)))),
    when(
      i32.isZero(i64x2.allTrue(get(ok))),
      ...all.map((i) => store(layout.state, i, v128.select(get(ok), load(layout.next, i), load(layout.state, i)))),
    ),
  );
  body.write(store(layout.time, 0, v128.select(get(ok), load(layout.end), load(layout.time))));
  if (system.crossings.length + system.timeEvents > 0) body.write(...letHappen(parts, ok, value));
  body.write(...saveRows(parts, body, ok));
  body.write(store(layout.landing, 0, get(cut)));

  return body.write(...giveUp(parts, judged));
}

/** Locals of a judgement: the error in tolerances, masks of lanes that are accepted and that are cut to a crossing, the step to take next. */
interface Judged {
  readonly norm: number;
  readonly ok: number;
  readonly cut: number;
  readonly wish: number;
  /** For whoever needs one. */
  readonly value: number;
}

/** The largest error over the states. The sum of the errors is no number where any of them is none. */
function measureError(parts: LoopParts, body: FunctionBody, { norm, ok, value }: Judged): void {
  const { system, tableau, layout, pool } = parts;
  const [bits, relative, error] = [body.local('v128'), body.local('v128'), body.local('v128')];
  const sizeOf = (code: Code): number[] => v128.and(get(bits), code);
  const last = (tableau.stages.length - 1) * system.size;
  body.write(
    set(bits, pool.bits(0x7fffffffffffffffn)),
    set(relative, setting(parts.relative)),
    set(norm, pool.of(0)),
    set(value, pool.of(0)),
  );
  for (let i = 0; i < system.size; i++) {
    const extent = f64x2.pmax(sizeOf(load(layout.state, i)), sizeOf(load(layout.next, i)));
    const tolerance = f64x2.madd(get(relative), extent, setting(parts.absolute[i]!));
    body.write(
      set(error, load(layout.stages, last + i)),
      set(norm, f64x2.pmax(get(norm), div(sizeOf(get(error)), tolerance))),
      set(value, add(get(value), get(error))),
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
function controlStep(parts: LoopParts, body: FunctionBody, { norm, ok, cut, wish, value }: Judged): void {
  const { tableau, layout, pool, math } = parts;
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
    store(layout.attempts, 0, add(load(layout.attempts), pool.of(1))),
  );
}

/** Done, or stuck: no step is left that time can tell, or too many were taken. Such a lane gets the next batch. */
function giveUp(parts: LoopParts, { ok, cut, wish, value }: Judged): number[][] {
  const { layout, pool } = parts;
  const stuck = v128.or(
    v128.andnot(
      f64x2.le(get(wish), mul(pool.of(resolution), f64x2.abs(load(layout.time)))),
      v128.or(get(ok), get(cut)),
    ),
    f64x2.ge(load(layout.attempts), f64x2.splat(attemptLimit)),
  );
  return [
    set(value, f64x2.eq(load(layout.due), infinite)),
    set(cut, v128.andnot(v128.or(get(value), stuck), load(layout.idle))),
    when(
      v128.anyTrue(get(cut)),
      ...Array.from({ length: laneCount }, (_, lane) =>
        when(
          laneBit(get(cut), lane),
          i32.store(
            i32.add(i32.load(i32.constant(0), header.outcomes), byBatch(parts, lane, 2)),
            0,
            i32.sub(i32.constant(laneOutcome.stuck), laneBit(get(value), lane)),
          ),
          f64.store(
            i32.add(i32.load(i32.constant(0), header.attempts), byBatch(parts, lane, 3)),
            0,
            f64x2.lane(load(layout.attempts), lane),
          ),
          call(parts.refill[lane]!, workspace),
        ),
      ),
    ),
  ];
}

/** f64 from the i32 of the header. */
const attemptLimit = f64.fromUnsigned(i32.load(i32.constant(0), header.attemptLimit));
