import { resolution } from '../step-control.ts';
import { letHappen, watchCrossings } from './lane-events.ts';
import { both } from './lane-math.ts';
import { header, laneOutcome } from './lane-memory.ts';
import { keepNonNegative } from './lane-non-negativity.ts';
import { saveRows } from './lane-rows.ts';
import { laneCount } from './lane-system.ts';
import { byBatch, type LoopParts, laneBit } from './loop-parts.ts';
import { chooseLength, controlStep, infinite, type Judged, judgedLocals, measureError } from './step-length.ts';
import { call, f64, f64x2, get, i32, i64x2, set, v128, when } from './wasm-code.ts';
import { FunctionBody } from './wasm-module.ts';
import { load, store, workspace } from './workspace.ts';

const { add, mul, div } = f64x2;

/** The length of the next attempt of each lane, and its end. */
export function chooseBody(parts: LoopParts): FunctionBody {
  const { tableau, layout, pool } = parts;
  const body = new FunctionBody(['i32']);
  const [rest, isLast, h, end] = [body.local('v128'), body.local('v128'), body.local('v128'), body.local('v128')];
  const lands = load(layout.landing);
  return body.write(
    ...chooseLength(parts, { h, isLast, rest }),
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
  const judged = judgedLocals(body);
  const { ok, cut, value } = judged;
  const last = (parts.tableau.stages.length - 1) * system.size;
  const all = Array.from({ length: system.size }, (_, i) => i);
  measureError(
    parts,
    body,
    judged,
    all.map((i) => ({
      before: load(layout.state, i),
      behind: load(layout.next, i),
      error: load(layout.stages, last + i),
      absolute: parts.absolute[i]!,
    })),
  );
  body.write(...keepNonNegative(parts, judged.norm, ok), set(cut, both(0)));
  if (system.crossings.length > 0) body.write(...watchCrossings(parts, ok, cut));
  controlStep(parts, body, judged);
  body.write(
    store(layout.attempts, 0, add(load(layout.attempts), parts.pool.of(1))),
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
