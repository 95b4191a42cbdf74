import { chooseStop } from './lane-events.ts';
import { header } from './lane-memory.ts';
import type { StageParts } from './lane-stages.ts';
import { laneCount } from './lane-system.ts';
import { byBatch, type LoopParts, laneBit } from './loop-parts.ts';
import { type Code, call, f64, f64x2, get, i32, set, v128, when } from './wasm-code.ts';
import type { FunctionBody } from './wasm-module.ts';
import { load, place, store, workspace } from './workspace.ts';

/** Writes the row at which an accepted attempt has ended; an idle lane has none to write. */
export function saveRows(parts: LoopParts, body: FunctionBody, ok: number): number[][] {
  const { layout, system, functions } = parts;
  const due = body.local('v128');
  const at = body.local('i32');
  const write = (lane: number): number[] => {
    const { outputCount } = system;
    const row = i32.load(workspace, layout.row + 4 * lane);
    const stride = i32.shl(i32.load(i32.constant(0), header.count), i32.constant(3));
    const start = i32.add(
      i32.add(i32.load(i32.constant(0), header.results), byBatch(parts, lane, 3)),
      i32.mul(i32.mul(row, i32.constant(outputCount)), stride),
    );
    return when(
      laneBit(get(due), lane),
      when(
        i32.isZero(laneBit(load(layout.idle), lane)),
        set(at, start),
        ...Array.from({ length: outputCount }, (_, o) => [
          ...f64.store(get(at), 0, f64x2.lane(load(layout.outputs, o), lane)),
          ...set(at, i32.add(get(at), stride)),
        ]),
      ),
      nextRow(parts, lane, i32.add(row, i32.constant(1))),
    );
  };
  return [
    set(due, v128.and(f64x2.le(load(layout.due), load(layout.time)), get(ok))),
    when(
      v128.anyTrue(get(due)),
      store(layout.clock, 0, load(layout.time)),
      call(functions.outputs, workspace, place(layout.state)),
      ...Array.from({ length: laneCount }, (_, lane) => write(lane)),
      ...chooseStop(parts),
    ),
  ];
}

/** Sets which row a lane saves next, and when that is due: never, behind the last. */
export function nextRow({ layout }: StageParts, lane: number, row: Code): number[] {
  const index = layout.row + 4 * lane;
  const time = i32.add(
    i32.load(i32.constant(0), header.rowTimes),
    i32.shl(i32.load(workspace, index), i32.constant(3)),
  );
  return [...i32.store(workspace, index, row), ...f64.store(workspace, layout.due + 8 * lane, f64.load(time, 0))];
}
