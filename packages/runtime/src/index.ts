export { type AlarmPlan, type AlarmPriority, alarmPriorities } from './alarms.ts';
export { auditRun } from './audit.ts';
export type * from './comparison-result.ts';
export type * from './ensemble-result.ts';
export { judgeKnownRun, type KnownRun } from './known-run.ts';
export type { AppliedChange, Change } from './live/change.ts';
export { LiveRun, type Snapshot } from './live/live-run.ts';
export { Mailbox } from './live/mailbox.ts';
export { alarmStates, type MoreTag, modes, TagTable, type Target } from './live/tag-table.ts';
export {
  fromTheTop,
  inputsOf,
  type LoopPlan,
  type LoopTarget,
  loopModes,
  masterOf,
  type TuningPlan,
} from './loop-plan.ts';
export type * from './optimisation-result.ts';
export type { PassingPlan } from './procedure.ts';
export {
  afterCommand,
  type PassingState,
  passingStates,
  type RecipeCommand,
  type RecipeState,
  recipeCommands,
  recipeStates,
} from './recipe-state.ts';
export { RemoteWatch } from './remote-watch.ts';
export { Run, recipeEnded } from './run.ts';
export type * from './run-plan.ts';
export type * from './run-result.ts';
