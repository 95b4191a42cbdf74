export { type AlarmPlan, type AlarmPriority, alarmPriorities } from './alarms.ts';
export { auditRun } from './audit.ts';
export type * from './comparison-result.ts';
export type * from './ensemble-result.ts';
export type { LoopPlan } from './loops.ts';
export { Run } from './run.ts';
export type * from './run-plan.ts';
export type * from './run-result.ts';
