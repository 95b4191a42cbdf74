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
import type { Located, Model, ParameterInfo } from '@fedbatch/model';
import { readFeedTable } from '@fedbatch/records';
import type { FeedPlan } from '@fedbatch/runtime';
import { ProblemError, parseUnit, sameDimension } from '@fedbatch/vocabulary';
import { readLimit } from './limit-text.ts';
import { type PlannedAdaptive, planAdaptive } from './plan-adaptive.ts';
import type { FeedSource, PlanSource } from './plan-source.ts';
import type { FeedValue, TrimValue } from './scenario-file.ts';

/** The feed of a phase, resolved; undefined after a problem was reported. */
export function planFeed(source: FeedSource, phase: string, value: FeedValue): FeedPlan | undefined {
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
  const adaptive = value.strategy.value === 'adaptive' ? adaptiveOf(source, phase, value, input) : undefined;
  const base = adaptive?.strategy ?? makeStrategy(source, phase, value);
  const uptake = value.strategy.value === 'mu-stat' ? uptakeOf(source, value) : [];
  const rules = (value.trim ?? []).map((rule) => planTrim(source, phase, rule));
  if (!base || !uptake || rules.includes(undefined)) return undefined;
  const reads = [...rules.map((rule) => rule!.read), ...uptake, ...(adaptive?.reads ?? [])];
  const biomass = biomassOf(model);
  const strategy: MakesStrategy =
    rules.length === 0
      ? base
      : () =>
          trimmedFeed(
            base(),
            rules.map((rule) => rule!.rule),
          );
  const tells = strategy().tells?.map(({ id }) => toldId(id));
  return {
    strategy,
    ...(tells && { tells }),
    input: input.id,
    ...(biomass && { biomass }),
    volume: model.broth.volume,
    ...(reads.length > 0 && { reads }),
  };
}

/** The output that stands for something that a feeding strategy tells: `feed.estimate.X`. */
export function toldId(id: string): string {
  return `feed.${id}`;
}

/** An adaptive feed holds a growth rate as an exponential one does, and falls back to it. */
function adaptiveOf(
  source: FeedSource,
  phase: string,
  value: FeedValue,
  input: ParameterInfo,
): PlannedAdaptive | undefined {
  if (!value.mu)
    return source.problems.error(
      'STATION_FEED_SETTING',
      value.place,
      `The adaptive feed of \`${phase}\` has no \`mu\`.`,
      'Add `mu: 0.2 1/h`.',
    );
  const open = exponentialSettings(source, phase, value, value.mu.value.base);
  return open && planAdaptive(source, phase, value, open, input.range ?? { low: 0, high: Number.MAX_VALUE });
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
    case 'adaptive':
      return undefined;
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
