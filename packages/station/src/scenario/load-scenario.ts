import { basename, dirname, join, resolve } from 'node:path';
import {
  compileModel,
  compose,
  type Located,
  type Model,
  type OpenFile,
  type Override,
  type Part,
  readComponent,
  type Setup,
} from '@fedbatch/model';
import type { RunPlan } from '@fedbatch/runtime';
import { didYouMean, type Place, Problems, type Quantity } from '@fedbatch/vocabulary';
import { refuse } from '../refuse.ts';
import { collected } from './collected.ts';
import { disk, type Files } from './files.ts';
import { planRun } from './plan-run.ts';
import { readScenario, type ScenarioValue } from './scenario-file.ts';

/** A file that a run was made from, as it was read. */
export interface InputFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** A scenario, read, composed and planned. */
export interface LoadedScenario {
  /** The scenario file, as it was asked for. */
  readonly file: string;
  readonly model: Model;
  readonly plan: RunPlan;
  readonly inputs: readonly InputFile[];
  readonly overrides: readonly string[];
  readonly problems: Problems;
}

/** `--set path=value`, as typed. */
export type Setting = string;

/** Reads files for one scenario and remembers them; paths in messages are as the user would type them. */
export class ScenarioFiles {
  readonly inputs: InputFile[] = [];
  readonly folder: string;
  readonly #problems: Problems;
  readonly #files: Files;

  constructor(folder: string, problems: Problems, files: Files = disk) {
    this.folder = folder;
    this.#problems = problems;
    this.#files = files;
  }

  /** Text of a file named in the scenario, relative to its folder. */
  read(name: Located<string>): { path: string; text: string } | undefined {
    return this.#readFrom(this.folder, name, 'scenario');
  }

  /** What a component file extends, relative to that file. */
  readonly open: OpenFile = (name, from) => {
    const read = this.#readFrom(dirname(from), name, 'file that extends it');
    return read && { source: read.text, file: read.path };
  };

  #readFrom(folder: string, name: Located<string>, beside: string): { path: string; text: string } | undefined {
    const path = join(folder, name.value);
    const bytes = this.#files.read(path);
    if (bytes === undefined)
      return this.#problems.error(
        'STATION_FILE_MISSING',
        name.place,
        `There is no file \`${name.value}\` beside the ${beside}.`,
        `Paths count from the folder of the ${beside}; looked for ${path}.`,
      );
    return { path, text: this.keep(path, bytes) };
  }

  keep(path: string, bytes: Uint8Array): string {
    if (!this.inputs.some((input) => input.path === path)) this.inputs.push({ path, bytes });
    return new TextDecoder().decode(bytes);
  }
}

/** The scenario file for what a user names: the file itself, or a folder that holds `scenario.yaml`. Throws ProblemError. */
export function scenarioFileOf(path: string, files: Files = disk): string {
  const kind = files.kindOf(path);
  if (kind === 'file') return path;
  const inside = join(path, 'scenario.yaml');
  if (kind === 'folder' && files.kindOf(inside) === 'file') return inside;
  const says = kind === 'folder' ? `The folder ${path} holds no scenario.yaml.` : `There is no file or folder ${path}.`;
  return refuse(
    'STATION_FILE_MISSING',
    says,
    'Name a folder with a scenario.yaml, as sims/scenarios/ecoli-exponential.',
  );
}

/**
 * Loads a scenario with its components and plans the run. `settings` are `path=value` overrides.
 * Throws ProblemError with every problem that was found.
 */
export function loadScenario(path: string, settings: readonly Setting[] = [], from: Files = disk): LoadedScenario {
  const file = scenarioFileOf(path, from);
  const problems = new Problems();
  const overrides = settings.map((setting) => readSetting(setting, problems));
  problems.throwIfAny();
  const files = new ScenarioFiles(dirname(file), problems, from);
  const text = files.keep(file, from.read(file)!);
  const scenario = readScenario(text, file, problems, overrides as Override[]);
  const parts = readParts(scenario, files, problems);
  problems.throwIfAny();
  const setup = setupOf(scenario, parts, problems);
  problems.throwIfAny();
  const model = compose(parts, setup, problems);
  const compiled = compileModel(model);
  const plan = planRun({ scenario, compiled, files, problems });
  problems.throwIfAny();
  return { file, model, plan: plan!, inputs: files.inputs, overrides: settings, problems };
}

/** `a.b=c` as an override; parameters of components go to `parameters`, everything else to its own place. */
function readSetting(setting: Setting, problems: Problems): Override | undefined {
  const at = setting.indexOf('=');
  const from = `--set ${setting.slice(0, at < 0 ? 60 : at)}`;
  const place: Place = { file: from, line: 1, column: 1 };
  const path = setting.slice(0, Math.max(0, at)).trim().split('.');
  const value = setting.slice(at + 1).trim();
  if (at < 1 || value === '' || path.some((key) => !/^[A-Za-z0-9][A-Za-z0-9_ +-]*$/.test(key))) {
    return problems.error(
      'STATION_SETTING_FORM',
      place,
      `\`${setting.slice(0, 80)}\` is not path=value.`,
      'Write for example --set charge.X="0.2 g/L" or --set organism.qSmax="0.7 g/g/h".',
    );
  }
  const top = [
    'scenario',
    'version',
    'says',
    'charge',
    'streams',
    'parameters',
    'inputs',
    'control',
    'alarms',
    'recipe',
    'states',
    'remote',
    'scan',
    'record',
    'solver',
    'seed',
    'key figures',
    'expect',
    'trends',
    'components',
    'instruments',
    'faults',
    'calibrations',
    'reference',
  ];
  const isFile = path.length === 1 && (path[0] === 'organism' || path[0] === 'vessel');
  if (isFile || top.includes(path[0]!)) return { path, value, from };
  if (path.length === 2) return { path: ['parameters', path.join('.')], value, from };
  return problems.error(
    'STATION_SETTING_FORM',
    place,
    `\`${path.join('.').slice(0, 80)}\` is no place in a scenario.${didYouMean(path[0]!, top)}`,
    `A path starts with ${top.join(', ')}, or is the id of a parameter, as organism.qSmax.`,
  );
}

function readParts(scenario: ScenarioValue, files: ScenarioFiles, problems: Problems): Part[] {
  const wanted: [string, Located<string>][] = [
    ['organism', scenario.organism],
    ['vessel', scenario.vessel],
    ...(scenario.components ?? []),
  ];
  return wanted.flatMap(([role, name]) => readPart(role, name, files, problems) ?? []);
}

/** A component that the scenario names, in its role; undefined after a problem was reported. */
export function readPart(
  role: string,
  name: Located<string>,
  files: ScenarioFiles,
  problems: Problems,
): Part | undefined {
  const read = files.read(name);
  const component = read && collected(problems, () => readComponent(read.text, read.path, new Problems(), files.open));
  if (!component) return undefined;
  if ((role === 'organism' || role === 'vessel') && component.kind !== role)
    problems.error(
      'STATION_COMPONENT_KIND',
      name.place,
      `\`${name.value}\` is ${component.kind === 'organism' ? 'an' : 'a'} ${component.kind} (${component.title}), where the ${role} is named.`,
      `Name a file that starts with \`${role}:\`.`,
    );
  return { role, file: component };
}

function setupOf(scenario: ScenarioValue, parts: readonly Part[], problems: Problems): Setup {
  const parameters = new Map<string, Located<Quantity>>(scenario.parameters);
  for (const [name, value] of scenario.inputs ?? []) {
    const id = inputId(parts, name);
    // A full id, as a setting gives it, is more particular than a bare name.
    if (id !== undefined) parameters.set(id, parameters.get(id) ?? value);
    else
      problems.error(
        'STATION_NAME_UNKNOWN',
        value.place,
        `There is no input \`${name}\`.${didYouMean(name, inputNames(parts))}`,
        `Inputs are ${inputNames(parts).join(', ')}.`,
      );
  }
  const events = parts.flatMap(({ role, file }) =>
    [...(file.value.events?.keys() ?? [])].map((name) => `${role}.${name}`),
  );
  const watches = phasesOf(scenario).flatMap(({ value: { until } }, i) =>
    until && !events.includes(until.value) ? [{ id: watchId(i), condition: until }] : [],
  );
  return {
    charge: scenario.charge,
    ...(scenario.streams && { streams: scenario.streams }),
    parameters,
    watches,
    place: [...scenario.charge.values()][0]?.place ?? scenario.place,
  };
}

/** Phases in order, with the names that the recipe gives them. */
export function phasesOf(scenario: ScenarioValue): { name: string; value: ReturnType<typeof firstPhase> }[] {
  return scenario.recipe.flatMap((item) => [...item].map(([name, value]) => ({ name, value })));
}

function firstPhase(item: ScenarioValue['recipe'][number]) {
  return [...item.values()][0]!;
}

export function watchId(phase: number): string {
  return `recipe.${phase + 1}.until`;
}

function inputNames(parts: readonly Part[]): string[] {
  return parts.flatMap(({ file }) => [...(file.value.inputs?.keys() ?? [])]);
}

/** The id of an input by bare name or by id. */
export function inputId(parts: readonly Part[], name: string): string | undefined {
  const ids = parts.flatMap(({ role, file }) =>
    [...(file.value.inputs?.keys() ?? [])].map((input) => `${role}.${input}`),
  );
  return ids.find((id) => id === name) ?? ids.find((id) => id.endsWith(`.${name}`));
}

/** A short name for a scenario: that of its folder. */
export function scenarioName(file: string): string {
  return basename(dirname(resolve(file)));
}
