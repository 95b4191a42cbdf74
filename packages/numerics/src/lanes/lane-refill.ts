import { resolution } from '../step-control.ts';
import { chooseStop, timesFire } from './lane-events.ts';
import { both } from './lane-math.ts';
import { header } from './lane-memory.ts';
import { nextRow } from './lane-rows.ts';
import { laneBytes, laneCount } from './lane-system.ts';
import { byBatch, type LoopParts, setting } from './loop-parts.ts';
import { type Code, call, f64, f64x2, get, i32, repeat, set, v128, when } from './wasm-code.ts';
import { FunctionBody } from './wasm-module.ts';
import { load, place, signOf, store, workspace } from './workspace.ts';

const { add, sub, mul, div } = f64x2;
const number = (address: number): number[] => i32.load(i32.constant(0), address);
const ones = v128.not(both(0));

/** A first step from the size of the rates and of their change over a small Euler step (Hairer, Norsett and Wanner 1993, II.4), to `theta`. */
export function firstStepBody({
  system,
  layout,
  pool,
  functions,
  tableau,
  relative,
  absolute,
  math,
}: LoopParts): FunctionBody {
  const body = new FunctionBody(['i32']);
  const { size } = system;
  const [d0, d1, d2, h0, h1] = Array.from({ length: 5 }, () => body.local('v128')) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const rest = sub(load(layout.stop), load(layout.time));
  const ratio = (value: Code, i: number): number[] =>
    div(f64x2.abs(value), add(setting(absolute[i]!), mul(setting(relative), f64x2.abs(load(layout.state, i)))));
  const largest = (local: number, value: (i: number) => Code): void => {
    body.write(set(local, pool.of(0)));
    for (let i = 0; i < size; i++) body.write(set(local, f64x2.pmax(get(local), ratio(value(i), i))));
  };
  body.write(store(layout.clock, 0, load(layout.time)), call(functions.rhs, workspace, place(layout.state)));
  largest(d0, (i) => load(layout.state, i));
  largest(d1, (i) => load(layout.rates, i));
  const isSmall = v128.or(f64x2.lt(get(d0), pool.of(1e-5)), f64x2.lt(get(d1), pool.of(1e-5)));
  body.write(
    set(h0, v128.select(isSmall, pool.of(1e-6), div(mul(pool.of(0.01), get(d0)), get(d1)))),
    set(h0, f64x2.pmin(get(h0), rest)),
  );
  for (let i = 0; i < size; i++)
    body.write(
      store(layout.stages, i, load(layout.rates, i)),
      store(layout.next, i, add(load(layout.state, i), mul(get(h0), load(layout.rates, i)))),
    );
  body.write(
    store(layout.clock, 0, add(load(layout.time), get(h0))),
    call(functions.rhs, workspace, place(layout.next)),
  );
  largest(d2, (i) => sub(load(layout.rates, i), load(layout.stages, i)));
  body.write(
    set(d2, f64x2.pmax(get(d1), div(get(d2), get(h0)))),
    set(h1, call(math.pow, div(pool.of(0.01), get(d2)), pool.of(1 / tableau.errorOrder))),
    set(
      h1,
      v128.select(f64x2.le(get(d2), pool.of(1e-15)), f64x2.pmax(pool.of(1e-6), mul(pool.of(1e-3), get(h0))), get(h1)),
    ),
    set(h1, f64x2.pmin(mul(pool.of(100), get(h0)), get(h1))),
  );
  const isUsable = v128.and(
    f64x2.gt(get(h1), mul(pool.of(resolution), f64x2.abs(load(layout.time)))),
    f64x2.lt(get(h1), pool.of(Number.POSITIVE_INFINITY)),
  );
  return body.write(store(layout.theta, 0, v128.select(isUsable, get(h1), pool.of(1e-6))));
}

/**
 * Gives a lane the next batch that nobody has taken: parameters, start values, signs of events, a first step. The other lane is computed along and gets
 * back what it had. Where there is no batch left, the lane is idle and repeats the other's work, whose searches then never wait for it.
 */
export function refillBody(parts: LoopParts, lane: number, firstStep: number): FunctionBody {
  const { system, layout, functions } = parts;
  const { crossings, timeEvents, startSlots, parameterCount, unknownCount, keptCount } = system;
  const body = new FunctionBody(['i32']);
  const [batch, from, to, left] = Array.from({ length: 4 }, () => body.local('i32')) as [
    number,
    number,
    number,
    number,
  ];
  const other = laneCount - 1 - lane;
  const mine = v128.constant(Array.from({ length: laneBytes }, (_, byte) => (byte >> 3 === lane ? 255 : 0)));
  const put = (offset: number, slot: number, value: Code): number[] =>
    store(offset, slot, v128.select(mine, value, load(offset, slot)));
  const step = (local: number, by: number): number[] => set(local, i32.add(get(local), i32.constant(by)));
  const parameterPlace = i32.add(workspace, i32.constant(layout.parameters + 8 * lane));
  return body.write(
    set(batch, i32.fetchAdd(i32.constant(0), header.next, i32.constant(1))),
    store(layout.idle, 0, v128.or(load(layout.idle), mine)),
    when(
      i32.atLeast(get(batch), number(header.count)),
      i32.store(workspace, layout.row + 4 * lane, i32.load(workspace, layout.row + 4 * other)),
      set(to, i32.add(workspace, i32.constant(layout.idle + laneBytes))),
      set(left, i32.constant((layout.hoisted - layout.idle) / laneBytes - 1 + functions.hoistedCount)),
      repeat(
        [f64.store(get(to), 8 * lane, f64.load(get(to), 8 * other)), step(to, laneBytes), step(left, -1)].flat(),
        get(left),
      ),
    ),
    when(
      i32.lessUnsigned(get(batch), number(header.count)),
      store(layout.idle, 0, v128.andnot(load(layout.idle), mine)),
      i32.store(workspace, layout.batch + 4 * lane, get(batch)),
      set(from, number(header.template)),
      set(to, parameterPlace),
      set(left, i32.constant(parameterCount)),
      repeat(
        [f64.store(get(to), 0, f64.load(get(from), 0)), step(from, 8), step(to, laneBytes), step(left, -1)].flat(),
        get(left),
      ),
      set(from, number(header.variedSlots)),
      set(to, i32.add(number(header.varied), byBatch(parts, lane, 3))),
      set(left, number(header.variedCount)),
      when(
        get(left),
        repeat(
          [
            f64.store(
              i32.add(parameterPlace, i32.shl(i32.load(get(from), 0), i32.constant(4))),
              0,
              f64.load(get(to), 0),
            ),
            step(from, 4),
            set(to, i32.add(get(to), i32.shl(number(header.count), i32.constant(3)))),
            step(left, -1),
          ].flat(),
          get(left),
        ),
      ),
      ...Array.from({ length: unknownCount }, (_, k) => put(layout.unknowns, k, both(Number.NaN))),
      ...Array.from({ length: keptCount }, (_, k) => put(layout.kept, k, both(Number.NaN))),
      call(functions.prepare, workspace, place(layout.state)),
      store(layout.clock, 0, both(0)),
      call(functions.start, workspace, place(layout.start)),
      ...startSlots.map((slot, i) => put(layout.state, i, load(layout.start, slot))),
      put(layout.time, 0, both(0)),
      put(layout.allowed, 0, both(0)),
      put(layout.rejectedBefore, 0, both(0)),
      put(layout.landing, 0, both(0)),
      put(layout.attempts, 0, both(0)),
      nextRow(parts, lane, i32.constant(0)),
      ...Array.from({ length: timeEvents }, (_, k) => put(layout.pending, k, ones)),
      ...crossings.map((_, e) => store(layout.fired, e, both(0))),
      // What is due at the start happens at once.
      ...timesFire(parts, mine),
      ...(timeEvents > 0 ? [functions.happen, functions.prepare] : []).map((index) =>
        call(index, workspace, place(layout.state)),
      ),
      ...chooseStop(parts),
      call(functions.events, workspace, place(layout.state)),
      ...crossings.flatMap((_, e) => [
        put(layout.signs, e, signOf(load(layout.events, e))),
        put(layout.armed, e, ones),
        put(layout.meets, e, both(0)),
      ]),
      call(firstStep, workspace),
      put(layout.wish, 0, load(layout.theta)),
    ),
  );
}
