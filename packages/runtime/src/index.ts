export type * from './run-plan.ts';
export type * from './run-result.ts';
export { Run } from './run.ts';
