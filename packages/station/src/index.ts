export {
  annotatedCode,
  checkModel,
  componentSchema,
  explainModel,
  explanationText,
  formatCheck,
  type Model,
} from '@fedbatch/model';
export type { ComparisonResult, EnsembleResult, OptimisationResult, RecipeState, RunResult } from '@fedbatch/runtime';
export { baseCommit, repositoryOf } from './bench/base-tree.ts';
export { type BenchCase, type BenchResult, type BenchRow, slowdowns } from './bench/bench.ts';
export { type BenchRequest, benchAgainst } from './bench/bench-against.ts';
export { bencherMetricFormat, benchMarkdown, githubActionBenchmark } from './bench/bench-formats.ts';
export { explanationPage } from './explanation-page.ts';
export { type Inspected, inspectFile } from './inspect.ts';
export {
  type ComparisonRequest,
  type EnsembleRequest,
  hasEnded,
  type Job,
  type JobProgress,
  type JobRequest,
  type JobResult,
  type JobStatus,
  jobStatuses,
  type OptimisationRequest,
  type RunRequest,
} from './jobs/job.ts';
export type { JobQuery } from './jobs/job-list.ts';
export type { ResultPart, RunsCompared } from './jobs/job-results.ts';
export type { SamplesFound, SamplesWanted } from './jobs/job-tasks.ts';
export type { Jobs } from './jobs/jobs.ts';
export {
  draftLimit,
  type Library,
  type LibraryEntry,
  type LibraryKind,
  type LibraryText,
  libraryKinds,
} from './library/library.ts';
export type { EventCursor, EventPage, EventQuery } from './live/event-log.ts';
export { type Job as OrderedJob, type JobOutcome, type JobState, jobStates, mostJobs } from './live/job-orders.ts';
export type { LivePlant } from './live/live-plant.ts';
export { type EntryKind, entryKinds, type ManualEntry } from './live/manual-entry.ts';
export type { ClockMode } from './live/plant-clock.ts';
export type { PlantEvent } from './live/plant-events.ts';
export type { PlantOrder } from './live/plant-orders.ts';
export type { ProgramRun } from './live/program-runs.ts';
export type { ServedScenario } from './live/served-plants.ts';
export { Station, type StationOptions, type WorkLimits } from './live/station.ts';
export type { StepDone } from './live/step-barrier.ts';
export { hashPassword, type User, Users } from './live/users.ts';
export { newKinds, writeNew } from './new-file.ts';
export { candidatePool, type RanOptimisation, runOptimisation } from './optimise/run-optimisation.ts';
export { type EnsembleProgress, memberPool, type RanEnsemble, runEnsemble } from './run-ensemble.ts';
export { type RunOptions, type RunProgress, runScenario } from './run-scenario.ts';
export { inputName } from './scenario/input-name.ts';
export { instrumentsSchema } from './scenario/instruments/instruments-file.ts';
export {
  type InputFile,
  type LoadedScenario,
  loadScenario,
  scenarioFileOf,
  scenarioName,
} from './scenario/load-scenario.ts';
export { scenarioSchema } from './scenario/scenario-file.ts';
export { clockForms, clockOf } from './serve/clock-text.ts';
export { readServe, serveSchema } from './serve/serve-file.ts';
export {
  type HttpSettings,
  type OpcuaSettings,
  type ServeSettings,
  type ServeWishes,
  settleServe,
} from './serve/serve-settings.ts';
export { runComparison, strategyFolder } from './study/run-comparison.ts';
export { readStudy, type Study, studySchema } from './study/study-file.ts';
export { comparisonVerdict, ensembleVerdict, optimisationVerdict, runVerdict, type Verdict } from './verdict.ts';
export { versions } from './versions.ts';
