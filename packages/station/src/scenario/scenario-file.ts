import {
  choice,
  editorSchema,
  integer,
  listOf,
  locatedText,
  mapOf,
  type Override,
  optional,
  quantity,
  type Read,
  record,
  required,
  text,
} from '@fedbatch/model';
import type { Problems } from '@fedbatch/vocabulary';
import { readShaped } from '../shaped-file.ts';
import { alarmShape } from './shapes/alarm.ts';
import { faultShape } from './shapes/fault.ts';
import { refuseId } from './shapes/id.ts';
import { loopShape } from './shapes/loop.ts';
import { recipeShape, statesShape } from './shapes/recipe.ts';

/** The form of a scenario file. */
export const scenarioShape = record(
  {
    scenario: required(text(), 'what is tried, in one line'),
    version: optional(choice(['1']), 'version of the format; 1'),
    says: optional(text(), 'remarks'),
    organism: required(locatedText(), 'path of the organism file'),
    vessel: required(locatedText(), 'path of the vessel file'),
    components: optional(mapOf(locatedText(), { noun: 'component' }), 'paths of further components, each under a name'),
    instruments: optional(locatedText(), 'path of the file with sensors and actuators; default ideal ones'),
    faults: optional(listOf(faultShape), 'what goes wrong, and when'),
    calibrations: optional(
      listOf(
        record(
          {
            on: required(locatedText(), 'tag of the sensor'),
            at: required(quantity('h'), 'when'),
            error: optional(quantity(), 'error that is left; default none'),
          },
          'calibration',
        ),
      ),
      'when somebody calibrates a sensor',
    ),
    charge: required(mapOf(quantity(), { noun: 'charge', refuse: refuseId }), 'what is in the vessel at the start'),
    streams: optional(
      mapOf(mapOf(quantity(), { noun: 'species', refuse: refuseId }), { noun: 'stream' }),
      'composition of the entering streams',
    ),
    parameters: optional(
      mapOf(quantity(), { noun: 'parameter', refuse: refuseId }),
      'parameters to change, as organism.qSmax',
    ),
    inputs: optional(mapOf(quantity(), { noun: 'input', refuse: refuseId }), 'inputs at the start, as stirrer'),
    control: optional(
      mapOf(loopShape, { noun: 'loop', refuse: refuseId }),
      'base loops: what is held, at what, and by which inputs in turn',
    ),
    alarms: optional(mapOf(alarmShape, { noun: 'alarm', refuse: refuseId }), 'alarms and interlocks'),
    recipe: required(recipeShape, 'phases in order'),
    remote: optional(
      record(
        { 'answers within': required(quantity('h'), 'longest time, of the plant, in which its counter stands still') },
        'remote',
      ),
      'lets a foreign controller have loops (their mode remote) and feeds (strategy: remote), by tags, as long as it moves its counter',
    ),
    states: optional(
      statesShape,
      'what the states of the recipe do that pass by themselves (ISA-88); in all of them the feed rests',
    ),
    scan: optional(quantity('s'), 'time between two scans of the control; default 1 s'),
    record: optional(
      record(
        {
          every: optional(quantity('s'), 'time between two samples; default 1 min'),
          only: optional(listOf(locatedText()), 'names to record; default everything'),
          spectra: optional(
            choice(['keep', 'drop']),
            'keep: a CSV with every spectrum of each spectrometer beside the samples; default drop',
          ),
        },
        'record setting',
      ),
      'what is recorded',
    ),
    solver: optional(
      record(
        {
          method: optional(
            choice(['auto', 'tsit5', 'dop853', 'rodas4', 'rodas5p', 'odex']),
            'the integrator; default auto',
          ),
          tolerance: optional(quantity('-'), 'relative tolerance; default 1e-6'),
          code: optional(
            choice(['javascript', 'webassembly']),
            'what stiff steps run in; default javascript. webassembly is quicker step by step and takes a moment to make',
          ),
          kinks: optional(
            choice(['locate', 'ignore']),
            'where a rate law changes its form: locate (default) ends a step there; ignore leaves that to the control of errors, which is quicker and where a rate jumps less exact',
          ),
        },
        'solver setting',
      ),
      'how it is integrated',
    ),
    seed: optional(integer(0, 2 ** 31 - 1), 'seed of everything random; default 1'),
    'key figures': optional(
      listOf(locatedText()),
      'numbers to report, as `biomass at end`, `acetate maximum`, `duration of batch`',
    ),
    reference: optional(
      record(
        {
          file: required(locatedText(), "a CSV file with other people's or your own data"),
          columns: required(
            mapOf(locatedText(), { noun: 'name', refuse: refuseId }),
            'what is compared: a name of the model, and the title of its column; `TITLE in UNIT` where the title has no unit',
          ),
          time: optional(locatedText(), 'title of the column with the time; default time'),
          to: optional(quantity('h'), 'last time that is compared'),
        },
        'reference',
      ),
      'data to compare with: drawn as dots in the report, and the largest deviation is a key figure',
    ),
    expect: optional(listOf(locatedText()), 'expectations, as `biomass at end within 5 % of 60 g/L`'),
    trends: optional(
      mapOf(listOf(locatedText()), { noun: 'trend panel', refuse: () => undefined }),
      'panels of the report; default those of the components',
    ),
  },
  'scenario',
);

/** JSON Schema of a scenario file, for editors. */
export const scenarioSchema = (): object => editorSchema('Fedbatch scenario', scenarioShape);

export type ScenarioValue = Read<typeof scenarioShape>;
export type CalibrationValue = NonNullable<ScenarioValue['calibrations']>[number];

/** Reads the text of a scenario. Throws ProblemError with every problem of form. */
export function readScenario(
  source: string,
  file: string,
  problems: Problems,
  overrides: readonly Override[] = [],
): ScenarioValue {
  const empty = {
    code: 'STATION_SCENARIO_EMPTY',
    says: 'The scenario file is empty.',
    remedy: 'Start it with `scenario:` and a title; compare sims/scenarios/.',
  };
  const value = readShaped(scenarioShape, { source, file, overrides }, empty, problems);
  problems.throwIfAny();
  return value!;
}
