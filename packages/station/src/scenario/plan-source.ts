import type { CompiledModel } from '@fedbatch/model';
import type { Problems } from '@fedbatch/vocabulary';
import type { ScenarioFiles } from './load-scenario.ts';
import type { NameTable } from './name-table.ts';
import type { ScenarioValue } from './scenario-file.ts';

/** What a run is planned from. */
export interface PlanSource {
  readonly scenario: ScenarioValue;
  readonly compiled: CompiledModel;
  readonly files: ScenarioFiles;
  readonly problems: Problems;
}

/** What its phases and feeds are planned from: outputs and tags have their names by then. */
export interface FeedSource extends PlanSource {
  readonly names: NameTable;
}
