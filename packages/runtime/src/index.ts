export { auditRun } from './audit.ts';
export { Run } from './run.ts';
export type * from './run-plan.ts';
export type * from './run-result.ts';
