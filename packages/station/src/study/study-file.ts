import { dirname, join } from 'node:path';
import { choice, editorSchema, integer, locatedText, mapOf, optional, record, required, text } from '@fedbatch/model';
import { designKinds } from '@fedbatch/studies';
import { Problems } from '@fedbatch/vocabulary';
import { refuse } from '../refuse.ts';
import { disk, type Files } from '../scenario/files.ts';
import { readShaped } from '../shaped-file.ts';

/** A path of `--set`, or the id of a quantity: `recipe.fed-batch.feed.mu`, `organism.qSmax`. */
const refusePath = (path: string): string | undefined =>
  /^[A-Za-z][A-Za-z0-9_. +-]{0,119}$/.test(path) && !/constructor|prototype|__/.test(path)
    ? undefined
    : `\`${path.slice(0, 60)}\` is not a path such as recipe.fed-batch.feed.mu.`;
const refuseTitle = (title: string): string | undefined =>
  /^[A-Za-z0-9][A-Za-z0-9 .,_%/+-]{0,59}$/.test(title)
    ? undefined
    : `\`${title.slice(0, 60)}\` is not a name of a strategy.`;
const settings = mapOf(locatedText(), { noun: 'setting', refuse: refusePath });

const strategy = record(
  {
    scenario: optional(locatedText(), 'path of a scenario of its own; default that of the study'),
    set: optional(settings, 'what it changes in the scenario, as recipe.fed-batch.feed.mu: 0.2 1/h'),
    says: optional(text(), 'remarks'),
  },
  'strategy',
);

export const studyShape = record(
  {
    study: required(text(), 'what is compared, in one line'),
    version: optional(choice(['1']), 'version of the format; 1'),
    says: optional(text(), 'remarks'),
    scenario: required(locatedText(), 'path of the scenario that the strategies change'),
    members: optional(integer(2, 1_000_000), 'plants that every strategy meets; default 100'),
    design: optional(choice(designKinds), 'how they are spread; default sobol'),
    seed: optional(integer(0, 2 ** 31 - 1), "seed of the design; default the scenario's"),
    vary: optional(
      mapOf(locatedText(), { noun: 'quantity', refuse: refusePath }),
      'what differs between plants, as organism.qSmax: 10 %; default every parameter whose file states a spread',
    ),
    set: optional(settings, 'what all strategies change in the scenario'),
    strategies: required(
      mapOf(strategy, { noun: 'strategy', refuse: refuseTitle }),
      'what is compared; the first is what the others are compared with',
    ),
  },
  'study',
);

/** JSON Schema of a study file, for editors. */
export const studySchema = (): object => editorSchema('Fedbatch study', studyShape);

/** A study, read: strategies with the scenario and the settings that they come to. */
export interface Study {
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly title: string;
  readonly members: number;
  readonly design: (typeof designKinds)[number];
  readonly seed?: number;
  readonly vary: readonly string[];
  readonly strategies: readonly {
    readonly name: string;
    readonly says?: string;
    readonly scenario: string;
    readonly settings: readonly string[];
  }[];
}

const defaultMembers = 100;

/** Reads a study: the file itself, or the `study.yaml` of a folder. Throws ProblemError. */
export function readStudy(path: string, files: Files = disk): Study {
  const problems = new Problems();
  const file = files.kindOf(path) === 'folder' ? join(path, 'study.yaml') : path;
  const bytes = files.read(file);
  if (bytes === undefined) {
    return refuse(
      'STATION_FILE_MISSING',
      `There is no study ${file}.`,
      'Name a folder with a study.yaml, as sims/studies/ecoli-feeding.',
    );
  }
  const empty = {
    code: 'STATION_STUDY_EMPTY',
    says: 'The file holds nothing.',
    remedy: 'Start with `study: what is compared`.',
  };
  const value = readShaped(studyShape, { source: new TextDecoder().decode(bytes), file }, empty, problems);
  if (value && value.strategies.size < 2)
    problems.error(
      'STATION_STUDY_EMPTY',
      value.place,
      `The study has ${value.strategies.size === 1 ? 'one strategy' : 'no strategies'}; there is nothing to compare.`,
      'Name at least two under `strategies`; one without settings is the scenario as it is.',
    );
  problems.throwIfAny();
  const { study, members, design, seed, vary, set, strategies, scenario } = value!;
  const lines = (map: typeof set): string[] => [...(map ?? [])].map(([key, { value: given }]) => `${key}=${given}`);
  return {
    file,
    bytes,
    title: study,
    members: members ?? defaultMembers,
    design: design?.value ?? 'sobol',
    ...(seed !== undefined && { seed }),
    vary: lines(vary),
    strategies: [...strategies].map(([name, one]) => ({
      name,
      ...(one.says !== undefined && { says: one.says }),
      scenario: join(dirname(file), (one.scenario ?? scenario).value),
      settings: [...lines(set), ...lines(one.set)],
    })),
  };
}
