export { Run } from './run.ts';
export type * from './run-plan.ts';
export type * from './run-result.ts';
