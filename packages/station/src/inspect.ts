import { dirname } from 'node:path';
import { compose, type Located, type Model, readComponent } from '@fedbatch/model';
import { Problems } from '@fedbatch/vocabulary';
import { disk, type Files } from './scenario/files.ts';
import { loadScenario, ScenarioFiles, scenarioFileOf } from './scenario/load-scenario.ts';

/** A model that somebody wants to look at rather than run. */
export interface Inspected {
  /** 'scenario': composed as it would run. 'component': alone, with everything that it needs made up. */
  readonly kind: 'scenario' | 'component';
  readonly file: string;
  readonly model: Model;
  /** Scenarios that an organism names as what it is held to; undefined for everything else. */
  readonly references?: readonly Located<string>[];
  readonly problems: Problems;
  /** Where it and what it names were read from. */
  readonly files: Files;
}

/**
 * Opens a scenario folder, a scenario file, or a component file for inspection.
 * Throws ProblemError with every problem that was found.
 */
export function inspectFile(path: string, settings: readonly string[] = [], files: Files = disk): Inspected {
  const file = scenarioFileOf(path, files);
  const text = new TextDecoder().decode(files.read(file));
  if (files.kindOf(path) === 'folder' || /^scenario\s*:/m.test(text)) {
    const { model, problems } = loadScenario(path, settings, files);
    return { kind: 'scenario', file, model, problems, files };
  }
  const problems = new Problems();
  const component = readComponent(text, file, problems, new ScenarioFiles(dirname(file), problems, files).open);
  const role = component.kind === 'component' ? 'component' : component.kind;
  const model = compose([{ role, file: component }], { mode: 'probe' }, problems);
  const references = component.kind === 'organism' ? (component.value.reference ?? []) : undefined;
  return { kind: 'component', file, model, problems, files, ...(references && { references }) };
}
