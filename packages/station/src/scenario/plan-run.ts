import {
  constantFeed,
  type ExponentialFeedSettings,
  exponentialFeed,
  type FeedStrategy,
  muStatFeed,
  type TrimRule,
  tableFeed,
  trimmedFeed,
} from '@fedbatch/control';
import type { CompiledModel, Located, Model } from '@fedbatch/model';
import { readFeedTable } from '@fedbatch/records';
import type { ChannelPlan, FeedPlan, FigurePlan, PhasePlan, PlanOutput, RunPlan } from '@fedbatch/runtime';
import {
  type Place,
  ProblemError,
  type Problems,
  parseQuantity,
  parseUnit,
  type Quantity,
  sameDimension,
  UnitError,
} from '@fedbatch/vocabulary';
import { FigureReader, outputFigure } from './figure-text.ts';
import { planEquipment } from './instruments/plan-equipment.ts';
import { readLimit } from './limit-text.ts';
import { phasesOf, type ScenarioFiles, watchId } from './load-scenario.ts';
import { NameTable } from './name-table.ts';
import { planAlarms } from './plan-alarms.ts';
import { planInput } from './plan-inputs.ts';
import { planLoops, planSetpoints } from './plan-loops.ts';
import { planReferences } from './plan-references.ts';
import type { FeedValue, PhaseValue, ScenarioValue, TrimValue } from './scenario-file.ts';

interface PlanSource {
  readonly scenario: ScenarioValue;
  readonly compiled: CompiledModel;
  readonly files: ScenarioFiles;
  readonly problems: Problems;
}

const secondInH = 1 / 3600;
const defaultTolerance = 1e-6;

/** Turns a scenario and its composed model into a plan; problems are reported, not thrown. */
export function planRun(source: PlanSource): RunPlan | undefined {
  const { scenario, compiled, problems } = source;
  const { model } = compiled;
  const equipment = planEquipment(source);
  const outputs: PlanOutput[] = [...model.outputs, ...(equipment?.outputs ?? [])];
  const names = new NameTable(outputs, problems);
  const reader = new FigureReader(
    names,
    phasesOf(scenario).map(({ name }) => name),
    model.balances.map(({ says }) => says),
    problems,
  );
  const scan = positive(scenario.scan, secondInH, 'scan', problems);
  const every = positive(scenario.record?.every, Math.max(60 * secondInH, scan), 'record.every', problems);
  const stated = phasesOf(scenario);
  const loopSource = { ...source, names, phases: stated };
  const loops = planLoops(loopSource);
  const phases = stated.map(({ name, value }, i) => {
    const planned = planPhase({ ...source, names }, name, value, i);
    return planned && { ...planned, setpoints: planSetpoints(value, loops, loopSource) };
  });
  const figures = scenario['key figures']?.map((text) => reader.figure(text)) ?? defaultFigures(model, names);
  const expectations = scenario.expect?.map((text) => reader.expectation(text)) ?? [];
  const channels = planChannels(scenario, model, outputs, names);
  const references = planReferences(scenario, source.files, names, problems);
  checkRecipe(scenario, problems);
  if ([...phases, ...figures, ...expectations].includes(undefined)) return undefined;
  const component = (kind: string): string => model.components.find((item) => item.role === kind)?.title ?? '';
  const method = scenario.solver?.method?.value ?? 'auto';
  return {
    title: {
      title: scenario.scenario,
      organism: component('organism'),
      vessel: component('vessel'),
      seed: scenario.seed ?? 1,
      method,
      scanH: scan,
    },
    compiled,
    outputs,
    ...(equipment && { equipment: equipment.spec }),
    method,
    relativeTolerance: toleranceOf(scenario, problems),
    scanH: scan,
    recordEvery: wholeScans(every, scan, scenario.record?.every?.place ?? scenario.place, problems),
    phases: phases as PhasePlan[],
    loops,
    alarms: planAlarms({ ...source, names }),
    channels,
    references,
    figures: figures as FigurePlan[],
    expectations: expectations as RunPlan['expectations'][number][],
  };
}

function positive(given: Located<Quantity> | undefined, fallback: number, name: string, problems: Problems): number {
  if (!given) return fallback;
  if (given.value.base > 0) return given.value.base;
  problems.error(
    'STATION_TIME_RANGE',
    given.place,
    `\`${name}\` is ${given.value.value} ${given.value.unit.text}; it must be above 0.`,
    'Write a time such as 1 s.',
  );
  return fallback;
}

function toleranceOf(scenario: ScenarioValue, problems: Problems): number {
  const given = scenario.solver?.tolerance;
  if (!given) return defaultTolerance;
  const { base } = given.value;
  if (!(base >= 1e-13 && base <= 1e-2))
    problems.error(
      'STATION_TOLERANCE_RANGE',
      given.place,
      `The tolerance ${base} lies outside 1e-13 to 1e-2.`,
      'Choose 1e-6 for figures, 1e-9 for reference runs.',
    );
  return base;
}

/** Samples fall on scans, so that a recorded value is one that control saw. */
function wholeScans(everyH: number, scanH: number, place: Place, problems: Problems): number {
  const scans = Math.round(everyH / scanH);
  if (scans < 1 || Math.abs(scans * scanH - everyH) > 1e-9 * everyH) {
    problems.error(
      'STATION_TIME_RANGE',
      place,
      `Samples every ${Number((everyH * 3600).toPrecision(6))} s do not fall on scans of ${Number((scanH * 3600).toPrecision(6))} s.`,
      'Make `record.every` a whole multiple of `scan`.',
    );
  }
  return Math.max(1, scans);
}

function checkRecipe(scenario: ScenarioValue, problems: Problems): void {
  const phases = phasesOf(scenario);
  if (phases.length === 0)
    problems.error(
      'STATION_RECIPE_EMPTY',
      scenario.place,
      'The recipe has no phase.',
      'Add one, as `- batch: { for: 10 h }`.',
    );
  for (const { name, value } of phases) {
    if (value.until && !value['at most'] && !value.for) {
      problems.error(
        'STATION_RECIPE_ENDLESS',
        value.place,
        `The phase \`${name}\` ends only when \`${value.until.value}\`, which may never come.`,
        'Add `at most: 24 h`.',
      );
    }
    if (value['hold when'] && !value['at most'])
      problems.error(
        'STATION_RECIPE_ENDLESS',
        value.place,
        `The phase \`${name}\` may be held for ever.`,
        'Add `at most: 24 h`, the longest that it may last, held or not.',
      );
    if (value.for && value['at most'] && !value['hold when'])
      problems.error(
        'STATION_RECIPE_ENDLESS',
        value.place,
        `The phase \`${name}\` has both \`for\` and \`at most\`.`,
        'Keep `for` for a fixed length, `at most` for a limit.',
      );
  }
  const seen = new Set<string>();
  for (const { name, value } of phases) {
    if (seen.has(name))
      problems.error(
        'STATION_RECIPE_NAME_TWICE',
        value.place,
        `Two phases are called \`${name}\`.`,
        'Give each phase a name of its own.',
      );
    seen.add(name);
  }
}

const longestRunH = 24 * 365;

function planPhase(source: FeedSource, name: string, value: PhaseValue, index: number): PhasePlan | undefined {
  const { compiled, problems } = source;
  for (const limit of [value.for, value['at most']]) {
    if (limit && !(limit.value.base > 0 && limit.value.base <= longestRunH)) {
      problems.error(
        'STATION_TIME_RANGE',
        limit.place,
        `The phase \`${name}\` would last ${limit.value.value} ${limit.value.unit.text}; from above 0 up to ${longestRunH} h is possible.`,
        'Write a time such as 10 h.',
      );
    }
  }
  const set = [...(value.set ?? [])].map(([input, quantity]) => planInput(compiled.model, input, quantity, problems));
  const feed = value.feed && planFeed(source, name, value.feed);
  const hold = value['hold when'] && planHold(source, name, value['hold when']);
  if ((value.feed && !feed) || (value['hold when'] && !hold) || set.includes(undefined)) return undefined;
  return {
    name,
    ...(feed && { feed }),
    ...(hold && { hold }),
    ...(value.until && {
      until: { event: eventOf(compiled.model, value.until.value, index), says: value.until.value },
    }),
    ...(value.for && { forH: value.for.value.base }),
    ...(value['at most'] && { atMostH: value['at most'].value.base }),
    set: set as { input: string; value: number }[],
  };
}

/** How far a value must come back, as a share of its limit, before a held phase goes on. */
const resumeShare = 0.1;

/** `DO < 15 % for 5 min`. */
function planHold({ names, problems }: FeedSource, phase: string, text: Located<string>): PhasePlan['hold'] {
  const [, limitText, wait] = /^(.*?)(?:\s+for\s+(\S.*))?$/.exec(text.value)!;
  const limit = readLimit({ value: limitText!, place: text.place }, names, `the hold of \`${phase}\``, problems);
  if (!limit) return undefined;
  const delayH = wait === undefined ? 0 : readDelay(wait, text, problems);
  if (delayH === undefined) return undefined;
  return {
    output: limit.output.id,
    ...(limit.quality !== undefined && { quality: limit.quality }),
    says: limit.says,
    settings: {
      limit: limit.base,
      side: limit.side,
      deadBand: resumeShare * Math.abs(limit.base),
      onDelayH: delayH,
      offDelayH: delayH,
    },
  };
}

function readDelay(wait: string, text: Located<string>, problems: Problems): number | undefined {
  try {
    const { base, unit } = parseQuantity(wait);
    if (sameDimension(unit.dimension, parseUnit('h').dimension) && base >= 0) return base;
  } catch (error) {
    if (!(error instanceof UnitError)) throw error;
  }
  return problems.error(
    'STATION_TIME_RANGE',
    text.place,
    `\`${wait.slice(0, 40)}\` is no time of 0 or more.`,
    'Write for example `DO < 15 % for 5 min`.',
  );
}

/** A phase may wait for an event that a component declares, by its id, or for a condition of its own. */
function eventOf(model: Model, until: string, phase: number): string {
  return model.events.find(({ id, origin }) => origin === 'model' && id === until)?.id ?? watchId(phase);
}

/** What a feed is planned from. */
interface FeedSource extends PlanSource {
  readonly names: NameTable;
}

function planFeed(source: FeedSource, phase: string, value: FeedValue): FeedPlan | undefined {
  const { compiled, problems } = source;
  const { model } = compiled;
  const wanted = value.input?.value ?? 'feedRate';
  const inputs = model.parameters.filter((parameter) => parameter.kind === 'input');
  const input = inputs.find(({ id }) => id === wanted || id.endsWith(`.${wanted}`));
  if (!input) {
    return problems.error(
      'STATION_NAME_UNKNOWN',
      value.input?.place ?? value.place,
      `The feed of \`${phase}\` drives the input \`${wanted}\`, which no component has.`,
      `Inputs are ${inputs.map(({ id }) => id).join(', ')}; name one under \`input\`.`,
    );
  }
  const base = makeStrategy(source, phase, value);
  const uptake = value.strategy.value === 'mu-stat' ? uptakeOf(source, value) : [];
  const rules = (value.trim ?? []).map((rule) => planTrim(source, phase, rule));
  if (!base || !uptake || rules.includes(undefined)) return undefined;
  const reads = [...rules.map((rule) => rule!.read), ...uptake];
  const biomass = biomassOf(model);
  return {
    strategy:
      rules.length === 0
        ? base
        : () =>
            trimmedFeed(
              base(),
              rules.map((rule) => rule!.rule),
            ),
    input: input.id,
    ...(biomass && { biomass }),
    volume: model.broth.volume,
    ...(reads.length > 0 && { reads }),
  };
}

type Signal = NonNullable<FeedPlan['reads']>[number];

/** What a mu-stat sees: oxygen uptake and volume. */
function uptakeOf({ compiled, names, problems }: FeedSource, value: FeedValue): Signal[] | undefined {
  const text = value.uptake ?? { value: 'OUR', place: value.place };
  const output = names.find(text.value, text);
  if (!output) return undefined;
  if (!sameDimension(output.unit.dimension, parseUnit('mol/L/h').dimension))
    return problems.error(
      'MODEL_UNIT_CLASH',
      text.place,
      `The mu-stat sees \`${output.id}\` in ${output.unit.text}, where an uptake rate in mol/L/h is meant.`,
      'Name OUR, or what an off-gas analyser makes of it.',
    );
  return [
    { output: output.id, ...(output.kind === 'measured' && { quality: `${output.id}.quality` }) },
    { output: compiled.model.broth.volume },
  ];
}

function planTrim(
  { names, problems }: FeedSource,
  phase: string,
  { while: when, slow, recover, every, least, place }: TrimValue,
): { readonly rule: TrimRule; readonly read: Signal } | undefined {
  const limit = readLimit(when, names, `a rule of the feed of \`${phase}\``, problems);
  if (!limit) return undefined;
  const rule: TrimRule = {
    side: limit.side,
    limit: limit.base,
    slow: slow.value.base,
    recover: recover?.value.base ?? slow.value.base / 3,
    everyH: every.value.base,
    least: least?.value.base ?? 0.1,
  };
  try {
    trimmedFeed(constantFeed(0), [rule]);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return problems.error(
      'STATION_FEED_SETTING',
      place,
      error.message,
      'Correct the rule, as { while: DO < 20 %, slow: 5 %, every: 1 min }.',
    );
  }
  return { rule, read: { output: limit.output.id, ...(limit.quality !== undefined && { quality: limit.quality }) } };
}

/** The biomass that an organism names: its first species that no feed carries, as far as feeding is concerned `X`. */
function biomassOf(model: Model): string | undefined {
  return model.outputs.find(
    (output) => output.kind === 'concentration' && (output.says === 'biomass' || output.id === 'X'),
  )?.id;
}

type MakesStrategy = () => FeedStrategy;

function makeStrategy(source: PlanSource, phase: string, value: FeedValue): MakesStrategy | undefined {
  const { problems } = source;
  const missing = (key: string, example: string): undefined =>
    problems.error(
      'STATION_FEED_SETTING',
      value.place,
      `The ${value.strategy.value} feed of \`${phase}\` has no \`${key}\`.`,
      `Add \`${key}: ${example}\`.`,
    );
  switch (value.strategy.value) {
    case 'constant':
      return value.rate ? constantOf(value.rate.value.base) : missing('rate', '0.05 L/h');
    case 'exponential':
      return value.mu ? exponentialOf(source, phase, value, value.mu.value.base) : missing('mu', '0.2 1/h');
    case 'mu-stat':
      return value.mu ? muStatOf(source, phase, value, value.mu.value.base) : missing('mu', '0.2 1/h');
    case 'table':
      return value.file ? tableOf(source, value, value.file) : missing('file', 'feed.csv');
  }
}

const constantOf =
  (rateLPerH: number): MakesStrategy =>
  () =>
    constantFeed(rateLPerH);

function exponentialOf(source: PlanSource, phase: string, value: FeedValue, muPerH: number): MakesStrategy | undefined {
  const settings = exponentialSettings(source, phase, value, muPerH);
  return settings && (() => exponentialFeed(settings));
}

function muStatOf(source: PlanSource, phase: string, value: FeedValue, muPerH: number): MakesStrategy | undefined {
  const settings = exponentialSettings(source, phase, value, muPerH);
  for (const time of [value.gain, value.reset, value.smoothing])
    if (time && !(time.value.base > 0))
      return source.problems.error(
        'STATION_FEED_SETTING',
        time.place,
        `A setting of the mu-stat of \`${phase}\` is ${time.value.value} ${time.value.unit.text}; it must be above 0.`,
        'Leave it out for the default.',
      );
  return (
    settings &&
    (() =>
      muStatFeed({
        ...settings,
        gainH: value.gain?.value.base ?? 2,
        resetH: value.reset?.value.base ?? 2,
        smoothingH: value.smoothing?.value.base ?? 1 / 6,
        low: 0.2,
        high: 2,
      }))
  );
}

function exponentialSettings(
  source: PlanSource,
  phase: string,
  value: FeedValue,
  muPerH: number,
): ExponentialFeedSettings | undefined {
  const { compiled, problems } = source;
  const { feeding } = compiled.model;
  const yieldGPerG = value.yield?.value.base ?? feeding?.yield;
  const stream = value.stream?.value ?? 'feed';
  const substrate = feeding?.substrate;
  const concentration = compiled.model.parameters.find(({ id }) => id === `streams.${stream}.${substrate}`);
  if (!value.start && yieldGPerG === undefined) {
    return problems.error(
      'STATION_FEED_SETTING',
      value.place,
      `The exponential feed of \`${phase}\` needs a yield, and the organism file states none.`,
      'Add `yield: 0.5 g/g`, or `start: 0.01 L/h`.',
    );
  }
  if (!value.start && !concentration) {
    return problems.error(
      'STATION_FEED_SETTING',
      value.place,
      `The exponential feed of \`${phase}\` needs to know the substrate in the stream \`${stream}\`.`,
      `Add \`streams: { ${stream}: { ${substrate ?? 'S'}: 500 g/L } }\` to the scenario.`,
    );
  }
  return {
    muPerH,
    yieldGPerG: yieldGPerG ?? Number.NaN,
    feedGPerL: concentration?.value ?? Number.NaN,
    ...(value.residual && { residualGPerL: value.residual.value.base }),
    ...(value.start && { startLPerH: value.start.value.base }),
    ...(value.maximum && { maximumLPerH: value.maximum.value.base }),
  };
}

function tableOf({ files, problems }: PlanSource, value: FeedValue, file: Located<string>): MakesStrategy | undefined {
  const read = files.read(file);
  if (!read) return undefined;
  try {
    const { timeH, rateLPerH } = readFeedTable(read.text, read.path);
    const table = { timeH, rateLPerH, between: value.between?.value ?? 'linear' };
    tableFeed(table);
    return () => tableFeed(table);
  } catch (error) {
    if (error instanceof ProblemError) problems.list.push(...error.problems);
    else if (error instanceof RangeError)
      problems.error(
        'STATION_FEED_TABLE',
        { file: read.path, line: 1, column: 1 },
        error.message,
        'Correct the table.',
      );
    else throw error;
    return undefined;
  }
}

/** Panels first, in their order, so that the report draws them as the files list them. */
function planChannels(
  scenario: ScenarioValue,
  model: Model,
  outputs: readonly PlanOutput[],
  names: NameTable,
): ChannelPlan[] {
  const panels = scenario.trends
    ? [...scenario.trends].map(([title, list]) => ({
        title,
        outputs: list.map((name) => names.find(name.value, name)?.id),
      }))
    : model.trends.map(({ title, outputs }) => ({ title, outputs: [...outputs] }));
  const panelOf = new Map<string, string>();
  for (const { title, outputs: drawn } of panels)
    for (const id of drawn) if (id !== undefined && !panelOf.has(id)) panelOf.set(id, title);
  // What a probe shows is drawn beside what is true.
  for (const { id, kind, of } of outputs) {
    const panel = kind === 'measured' && of !== undefined ? panelOf.get(of) : undefined;
    if (panel !== undefined && !scenario.trends) panelOf.set(id, panel);
  }
  const only = scenario.record?.only?.map((name) => names.find(name.value, name)?.id);
  const recorded = (output: PlanOutput): boolean => only === undefined || only.includes(output.id);
  const drawn = [...panelOf].map(([output, panel]) => ({ output, panel }));
  const rest = outputs.filter(({ id }) => !panelOf.has(id)).map(({ id }) => ({ output: id }));
  const all: ChannelPlan[] = [...drawn, ...rest];
  return all.filter(({ output }) => recorded(outputs.find(({ id }) => id === output)!));
}

/** What nearly every engineer asks first: what is there at the end, how much was fed, and whether oxygen ran short. */
function defaultFigures(model: Model, names: NameTable): FigurePlan[] {
  const ends = model.outputs.filter(
    (output) =>
      output.kind === 'concentration' && !output.id.includes('.') && !['O2', 'CO2', 'H2O'].includes(output.id),
  );
  const figures = [...ends.map((output) => outputFigure(output, 'end'))];
  const wanted = [
    [model.broth.volume, 'end'],
    ['feedRate', 'total'],
    ['mu', 'maximum'],
    ['DO', 'minimum'],
    ['OUR', 'maximum'],
  ] as const;
  for (const [name, statistic] of wanted) {
    const output = names.look(name);
    if (output) figures.push(outputFigure(output, statistic));
  }
  return figures;
}
