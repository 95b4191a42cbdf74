import { rejectBeyond } from '../non-negativity.ts';
import { both } from './lane-math.ts';
import { type LoopParts, setting } from './loop-parts.ts';
import { type Code, call, f64x2, get, set, v128, when } from './wasm-code.ts';
import { load, place, store, workspace } from './workspace.ts';

const infinite = both(Number.POSITIVE_INFINITY);

/** States below zero: a little is lifted back along what is conserved, more rejects the step. */
export function keepNonNegative(parts: LoopParts, norm: number, ok: number): number[][] {
  const { system, layout, pool, functions } = parts;
  const { nonNegative } = system;
  if (nonNegative.length === 0) return [];
  const anyBelow = (limit: (state: number) => Code): number[] =>
    nonNegative
      .map((state) => f64x2.lt(load(layout.next, state), limit(state)))
      .reduce((any, one) => v128.or(any, one));
  const lifted = load(layout.lifted);
  const reject = (test: Code): number[][] => [
    set(norm, v128.select(v128.and(test, get(ok)), infinite, get(norm))),
    set(ok, v128.and(get(ok), f64x2.le(get(norm), pool.of(1)))),
  ];
  return [
    store(
      layout.lifted,
      0,
      v128.and(
        anyBelow(() => pool.of(0)),
        get(ok),
      ),
    ),
    when(
      v128.anyTrue(lifted),
      ...reject(anyBelow((state) => f64x2.mul(pool.of(-rejectBeyond), setting(parts.absolute[state]!)))),
      store(layout.lifted, 0, v128.and(lifted, get(ok))),
      // What one lift takes from a state, the next gives back.
      ...Array.from({ length: 8 }, () => call(functions.lift, workspace, place(layout.next))),
      ...reject(anyBelow(() => pool.of(0))),
    ),
  ];
}
