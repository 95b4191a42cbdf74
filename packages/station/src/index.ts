export { runScenario, type RunOptions, type RunProgress } from './run-scenario.ts';
export { type InputFile, type LoadedScenario, loadScenario, scenarioFileOf, scenarioName } from './scenario/load-scenario.ts';
export { scenarioSchema } from './scenario/scenario-file.ts';
export type { RunResult } from '@fedbatch/runtime';
export { type Inspected, inspectFile } from './inspect.ts';
