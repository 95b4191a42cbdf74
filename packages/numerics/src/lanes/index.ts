export type { ConstantPool } from './constant-pool.ts';
export { type LaneProgram, laneProgram } from './lane-integrator.ts';
export type { InPlace, LaneMath } from './lane-math.ts';
export { laneOutcome } from './lane-memory.ts';
export { expNear, nearReach, powerNear } from './lane-near.ts';
export { batchTaker, LaneRun, type LaneShare, type LaneWork } from './lane-run.ts';
export {
  type LaneCrossing,
  type LaneFunctions,
  type LanePlaces,
  type LaneSystem,
  laneBytes,
} from './lane-system.ts';
export * from './wasm-code.ts';
export { FunctionBody, type WasmModule } from './wasm-module.ts';
