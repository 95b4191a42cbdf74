import { eliminate } from '../elimination.ts';
import type { RosenbrockTableau } from '../rosenbrock.ts';
import { ConstantPool } from './constant-pool.ts';
import { seekBody } from './lane-crossing.ts';
import { chooseBody, judgeBody } from './lane-judge.ts';
import { layoutOf } from './lane-layout.ts';
import { addLaneMath } from './lane-math.ts';
import { poolStart } from './lane-memory.ts';
import { firstStepBody, refillBody } from './lane-refill.ts';
import { betweenBody, factoriseBody, polynomialsBody, type StageParts, stageBody } from './lane-stages.ts';
import { type LaneSystem, laneBytes, laneCount } from './lane-system.ts';
import type { LoopParts } from './loop-parts.ts';
import { call, i32, i64x2, repeat } from './wasm-code.ts';
import { FunctionBody, WasmModule } from './wasm-module.ts';
import { load, place, workspace } from './workspace.ts';

/** The most pages that the memory of a run may have: 4 GiB. */
export const memoryPages = 65536;

/** A compiled ensemble integrator: it goes to any thread as it is. */
export interface LaneProgram {
  readonly module: WebAssembly.Module;
  /** The numbers at the front of the memory, from `poolStart` on. */
  readonly constants: Uint8Array;
  readonly constantsAt: number;
  /** Addresses of the settings, each in both lanes. */
  readonly relative: number;
  readonly absolute: readonly number[];
  readonly workspaceBytes: number;
  readonly outputCount: number;
}

/** Writes the integrator of a system: `run(workspace)` takes batches until there are none left. */
export function laneProgram(system: LaneSystem, tableau: RosenbrockTableau): LaneProgram {
  const elimination = eliminate(system.pattern, system.coreSize);
  const layout = layoutOf(system, tableau, elimination.slots.size);
  const pool = new ConstantPool(poolStart);
  const module = new WasmModule();
  const math = addLaneMath(module, pool);
  const stage: StageParts = { system, tableau, elimination, layout, pool };
  const functions = system.write(module, math, layout, pool);
  const polynomials = module.add(polynomialsBody(stage));
  const between = module.add(betweenBody(stage));
  const seek = module.add(seekBody(stage, functions, between));
  const refill = Array.from({ length: laneCount }, () => module.declare());
  const relative = pool.reserve();
  const absolute = Array.from({ length: system.size }, () => pool.reserve());
  const parts: LoopParts = { ...stage, math, functions, relative, absolute, polynomials, between, seek, refill };
  const firstStep = module.add(firstStepBody(parts));
  refill.forEach((index, lane) => module.define(index, refillBody(parts, lane, firstStep)));
  const choose = module.add(chooseBody(parts));
  const factorise = module.add(factoriseBody(stage));
  const stages = tableau.stages.map((_, i) => module.add(stageBody(stage, i)));
  const judge = module.add(judgeBody(parts));
  const run = new FunctionBody(['i32']);
  const attempt = [
    call(choose, workspace),
    call(functions.lineariseNear, workspace, place(layout.state)),
    call(factorise, workspace),
    ...stages.flatMap((index, i) => [
      ...(i > 0 ? [call(functions.rhsNear, workspace, place(layout.next))] : []),
      call(index, workspace),
    ]),
    call(judge, workspace),
  ];
  run.write(
    ...refill.map((index) => call(index, workspace)),
    repeat(attempt.flat(), i32.isZero(i64x2.allTrue(load(layout.idle)))),
  );
  module.expose('run', module.add(run));
  return {
    module: new WebAssembly.Module(module.bytes(memoryPages)),
    constants: pool.bytes(),
    constantsAt: poolStart,
    relative,
    absolute,
    workspaceBytes: layout.hoisted + functions.hoistedCount * laneBytes,
    outputCount: system.outputCount,
  };
}
