import { both } from './lane-math.ts';
import type { StageParts } from './lane-stages.ts';
import type { LoopParts } from './loop-parts.ts';
import { type Code, call, f64x2, get, set, v128, when } from './wasm-code.ts';
import { load, place, signOf, store, workspace } from './workspace.ts';

const zero = both(0);

/** Finds crossings at the end of the attempt; a lane that meets one goes back to where it lies. */
export function watchCrossings(parts: LoopParts, ok: number, cut: number): number[][] {
  const { system, layout, pool, functions } = parts;
  const crossed = system.crossings.map(({ direction }, e) => {
    const before = load(layout.signs, e);
    const watched = direction === 0 ? f64x2.ne(before, zero) : f64x2.eq(before, both(-direction));
    const moved = f64x2.ne(signOf(load(layout.events, e)), before);
    return store(layout.crossed, e, v128.and(v128.and(watched, moved), load(layout.armed, e)));
  });
  const any = system.crossings.map((_, e) => load(layout.crossed, e)).reduce((sum, one) => v128.or(sum, one));
  return [
    store(layout.clock, 0, load(layout.end)),
    call(functions.events, workspace, place(layout.next)),
    ...crossed,
    set(cut, v128.andnot(v128.and(get(ok), any), load(layout.landing))),
    when(
      v128.anyTrue(get(cut)),
      call(parts.polynomials, workspace),
      call(parts.seek, workspace, get(cut)),
      store(layout.clock, 0, load(layout.end)),
      call(functions.events, workspace, place(layout.next)),
      // A crossing at the end itself needs no shorter step.
      set(cut, v128.and(get(cut), f64x2.lt(load(layout.theta), pool.of(1 - 1e-9)))),
      store(
        layout.landingStep,
        0,
        v128.select(get(cut), f64x2.mul(load(layout.theta), load(layout.step)), load(layout.landingStep)),
      ),
      set(ok, v128.andnot(get(ok), get(cut))),
    ),
  ];
}

/** Events at the end of an accepted attempt set what they set; then everything that rests on it is computed anew. */
export function letHappen(parts: LoopParts, ok: number, any: number): number[][] {
  const { system, layout, functions } = parts;
  const { crossings, timeEvents } = system;
  const count = crossings.length;
  const fired = (e: number): number[] => load(layout.fired, e);
  const anyFired = Array.from({ length: count + timeEvents }, (_, e) => fired(e)).reduce((sum, one) =>
    v128.or(sum, one),
  );
  return [
    ...crossings.flatMap((_, e) => {
      const meets = v128.and(load(layout.landing), load(layout.meets, e));
      const sign = v128.select(fired(e), f64x2.neg(load(layout.signs, e)), signOf(load(layout.events, e)));
      return [
        store(layout.fired, e, v128.and(v128.or(load(layout.crossed, e), meets), get(ok))),
        store(layout.signs, e, v128.select(get(ok), sign, load(layout.signs, e))),
      ];
    }),
    ...timesFire(parts, get(ok)),
    set(any, anyFired),
    when(
      v128.anyTrue(get(any)),
      store(layout.clock, 0, load(layout.time)),
      call(functions.happen, workspace, place(layout.state)),
      call(functions.prepare, workspace, place(layout.state)),
      call(functions.events, workspace, place(layout.state)),
      ...crossings.flatMap(({ repeats }, e) => {
        const others = v128.andnot(get(any), fired(e));
        const sign = v128.select(others, signOf(load(layout.events, e)), load(layout.signs, e));
        const once = store(layout.armed, e, v128.andnot(load(layout.armed, e), fired(e)));
        return [store(layout.signs, e, sign), ...(repeats === 'once' ? [once] : [])];
      }),
      ...chooseStop(parts),
    ),
  ];
}

/** Marks the events whose time has come in some lanes. */
export function timesFire({ system, layout }: StageParts, lanes: Code): number[][] {
  return Array.from({ length: system.timeEvents }, (_, k) => k).flatMap((k) => {
    const e = system.crossings.length + k;
    const come = f64x2.le(load(layout.eventTimes, k), load(layout.time));
    return [
      store(layout.fired, e, v128.and(v128.and(lanes, load(layout.pending, k)), come)),
      store(layout.pending, k, v128.andnot(load(layout.pending, k), load(layout.fired, e))),
    ];
  });
}

/** A lane goes to its next row, or to the next event whose time is known. */
export function chooseStop({ system, layout }: StageParts): number[][] {
  return [
    store(layout.stop, 0, load(layout.due)),
    ...Array.from({ length: system.timeEvents }, (_, k) => {
      const earlier = f64x2.pmin(load(layout.stop), load(layout.eventTimes, k));
      return store(layout.stop, 0, v128.select(load(layout.pending, k), earlier, load(layout.stop)));
    }),
  ];
}
