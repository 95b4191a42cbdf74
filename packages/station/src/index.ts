export {
  annotatedCode,
  checkModel,
  componentSchema,
  explainModel,
  explanationText,
  formatCheck,
  type Model,
} from '@fedbatch/model';
export type { ComparisonResult, EnsembleResult, RunResult } from '@fedbatch/runtime';
export { explanationPage } from './explanation-page.ts';
export { type Inspected, inspectFile } from './inspect.ts';
export type { EventCursor, EventPage, EventQuery } from './live/event-log.ts';
export { type Job, type JobOutcome, type JobState, jobStates, mostJobs } from './live/job-orders.ts';
export type { LivePlant, PlantEvent } from './live/live-plant.ts';
export type { ClockMode } from './live/plant-clock.ts';
export { Station, type StationOptions } from './live/station.ts';
export type { StepDone } from './live/step-barrier.ts';
export { hashPassword, type User, Users } from './live/users.ts';
export { newKinds, writeNew } from './new-file.ts';
export { type EnsembleProgress, memberPool, type RanEnsemble, runEnsemble } from './run-ensemble.ts';
export { type RunOptions, type RunProgress, runScenario } from './run-scenario.ts';
export { instrumentsSchema } from './scenario/instruments/instruments-file.ts';
export {
  type InputFile,
  type LoadedScenario,
  loadScenario,
  scenarioFileOf,
  scenarioName,
} from './scenario/load-scenario.ts';
export { scenarioSchema } from './scenario/scenario-file.ts';
export { runComparison, strategyFolder } from './study/run-comparison.ts';
export { readStudy, type Study, studySchema } from './study/study-file.ts';
