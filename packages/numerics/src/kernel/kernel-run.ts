import { both } from '../lanes/lane-math.ts';
import {
  type ControlParts,
  chooseLength,
  controlStep,
  infinite,
  type Judged,
  type JudgedState,
  judgedLocals,
  measureError,
} from '../lanes/step-length.ts';
import { type Code, call, f64x2, get, i32, leave, repeat, set, v128, when } from '../lanes/wasm-code.ts';
import { FunctionBody, type WasmModule } from '../lanes/wasm-module.ts';
import { load, place, signOf, store, workspace } from '../lanes/workspace.ts';
import { resolution } from '../step-control.ts';
import { runCounts, runPlaces } from '../step-method.ts';
import type { KernelLayout } from './kernel-layout.ts';
import type { KernelParts } from './kernel-program.ts';
import type { KernelFunctions } from './kernel-system.ts';
import { fromHost, give, splat, toHost } from './kernel-values.ts';

/** What a run of steps is written from beside the parts of an attempt: indices of functions, and addresses of tolerances. */
export interface RunParts extends KernelParts, Omit<ControlParts, keyof KernelParts> {
  readonly functions: KernelFunctions;
  /** Goes from a linearised state through all stages; gives 0 where the step matrix is singular. */
  readonly stages: number;
  /** Writes the errors of the quadratures to `ledgerError`. */
  readonly errors: number;
  readonly ledgerError: number;
  readonly absolute: readonly number[];
}

const otherwise = leave(i32.constant(0));

/** What becomes of an attempt: something that the host decides on, too large an error, or a step. */
export const verdict = { other: 0, rejected: 1, accepted: 2 } as const;

/**
 * Takes steps one after the other while nothing happens that the host decides on: an error that is no number, a function that leaves its side of zero, a
 * state below zero, a singular matrix, a step too short for time to tell. Gives the verdict on the last attempt. Where that was accepted, the step
 * still stands there for dense output; else the state has been linearised for the next.
 */
export function runBody(parts: RunParts, module: WasmModule): FunctionBody {
  const { system, layout } = parts;
  const { host } = layout;
  const body = new FunctionBody(['i32'], 'i32');
  const [found, moved, again] = [body.local('i32'), body.local('i32'), body.local('i32')];
  const double = (name: keyof typeof runPlaces): number => host.run + 8 * runPlaces[name];
  const isPositive = (value: Code): number[] => i32.lessSigned(i32.constant(0), value);
  const less = (name: 'steps' | 'attempts', by: Code): number[] =>
    i32.store(workspace, host.counts + 4 * runCounts[name], i32.sub(count(layout, name), by));
  const attempt = module.add(attemptBody(parts, module));
  const isBefore = v128.anyTrue(f64x2.lt(load(layout.time), load(layout.stop)));
  return body.write(
    splat(host.state, layout.state, system.size),
    ...(['time', 'stop', 'wish', 'allowed'] as const).map((name) => store(layout[name], 0, fromHost(double(name)))),
    store(layout.rejectedBefore, 0, f64x2.gt(fromHost(double('rejectedBefore')), both(0))),
    set(moved, i32.constant(1)),
    repeat(
      [
        set(found, call(attempt, workspace, get(moved))),
        set(moved, i32.equal(get(found), i32.constant(verdict.accepted))),
        less('steps', get(moved)),
        less('attempts', i32.constant(1)),
        when(get(moved), toHost(double('start'), load(layout.time)), store(layout.time, 0, load(layout.end))),
        set(again, i32.and(isPositive(get(found)), isBefore)),
        set(
          again,
          i32.and(get(again), i32.and(isPositive(count(layout, 'steps')), isPositive(count(layout, 'attempts')))),
        ),
        when(
          i32.and(get(moved), get(again)),
          ...Array.from({ length: system.size }, (_, i) => store(layout.state, i, load(layout.next, i))),
        ),
      ].flat(),
      get(again),
    ),
    when(get(moved), give(layout.next, host.next, system.size)),
    when(i32.isZero(get(moved)), give(layout.state, host.next, system.size)),
    ...(['time', 'wish', 'allowed'] as const).map((name) => toHost(double(name), load(layout[name]))),
    toHost(double('rejectedBefore'), v128.and(load(layout.rejectedBefore), both(1))),
    get(found),
  );
}

const count = ({ host }: KernelLayout, name: keyof typeof runCounts): number[] =>
  i32.load(workspace, host.counts + 4 * runCounts[name]);

/** One attempt, and the length of the next; its second argument: whether the state is a new one. */
function attemptBody(parts: RunParts, module: WasmModule): FunctionBody {
  const { layout, functions, pool } = parts;
  const body = new FunctionBody(['i32', 'i32'], 'i32');
  const [h, isLast, rest] = [body.local('v128'), body.local('v128'), body.local('v128')];
  const judged = judgedLocals(body);
  const { norm, ok, cut } = judged;
  const tooShort = f64x2.le(get(h), f64x2.mul(pool.of(resolution), f64x2.abs(load(layout.time))));
  body.write(
    when(
      get(1),
      store(layout.clock, 0, load(layout.time)),
      call(functions.lineariseNear, workspace, place(layout.state)),
    ),
    ...chooseLength(parts, { h, isLast, rest }),
    store(layout.step, 0, get(h)),
    store(layout.end, 0, v128.select(get(isLast), load(layout.stop), f64x2.add(load(layout.time), get(h)))),
    when(v128.anyTrue(v128.andnot(tooShort, get(isLast))), otherwise),
    when(i32.isZero(call(parts.stages, workspace)), otherwise),
  );
  judge(parts, module, body, judged);
  body.write(when(v128.anyTrue(f64x2.eq(get(norm), infinite)), otherwise), ...watch(parts, ok), set(cut, both(0)));
  controlStep(parts, body, judged);
  return body.write(when(v128.anyTrue(get(ok)), leave(i32.constant(verdict.accepted))), i32.constant(verdict.rejected));
}

/** The largest error, of the quadratures too where the host says that it is judged. */
function judge(parts: RunParts, module: WasmModule, body: FunctionBody, judged: Judged): void {
  const { system, layout, absolute, errors, ledgerError } = parts;
  const { size, coreSize } = system;
  const state = (i: number, error: Code): JudgedState => ({
    before: load(layout.state, i),
    behind: load(layout.next, i),
    error,
    absolute: absolute[i]!,
  });
  const last = (parts.tableau.stages.length - 1) * coreSize;
  const core = Array.from({ length: coreSize }, (_, i) => state(i, load(layout.stages, last + i)));
  measureError(parts, body, judged, core);
  if (size === coreSize) return;
  const ledgers = new FunctionBody(['i32'], 'v128');
  const own = judgedLocals(ledgers);
  ledgers.write(call(errors, workspace));
  measureError(
    parts,
    ledgers,
    own,
    Array.from({ length: size - coreSize }, (_, l) => state(coreSize + l, load(ledgerError, l))),
  );
  ledgers.write(get(own.norm));
  body.write(
    when(
      count(layout, 'judgesLedgers'),
      set(judged.norm, f64x2.pmax(get(judged.norm), call(module.add(ledgers), workspace))),
      set(judged.ok, f64x2.le(get(judged.norm), both(1))),
    ),
  );
}

/**
 * Leaves to the host a step that would do but for a state below zero or an event, and any behind which a switching function is no longer on its side of
 * zero: where the error is too large that may be why.
 */
function watch({ system, layout, functions, pool }: RunParts, ok: number): number[][] {
  const { kinkCount, eventCount, nonNegative } = system;
  const { signs } = layout.host;
  const any = (tests: readonly Code[]): number[] => v128.anyTrue(tests.reduce((sum, one) => v128.or(sum, one)));
  const leaveWhere = (tests: readonly Code[]): number[] => when(any(tests), otherwise);
  const changed = (compute: number, values: number, first: number, many: number, lanes?: Code): number[] => [
    ...call(compute, workspace, place(layout.next)),
    ...leaveWhere(
      // No number compares as unequal to what it stands beside, and as not equal to itself: nobody asks about that one.
      Array.from({ length: many }, (_, i) => {
        const side = fromHost(signs + 8 * (first + i));
        const leaves = v128.and(f64x2.ne(signOf(load(values, i)), side), f64x2.eq(side, side));
        return lanes === undefined ? leaves : v128.and(lanes, leaves);
      }),
    ),
  ];
  return [
    nonNegative.length === 0
      ? []
      : leaveWhere(nonNegative.map((state) => v128.and(get(ok), f64x2.lt(load(layout.next, state), pool.of(0))))),
    store(layout.clock, 0, load(layout.end)),
    eventCount === 0 ? [] : changed(functions.events, layout.events, kinkCount, eventCount, get(ok)),
    kinkCount === 0 ? [] : when(count(layout, 'watchesKinks'), changed(functions.kinks, layout.kinks, 0, kinkCount)),
  ];
}
