import {
  cappedFeed,
  constantFeed,
  type FeedStrategy,
  overriddenFeed,
  remoteFeed,
  type ScheduledPart,
  type StrategyPart,
  scheduledFeed,
  type TrimRule,
  trimmedFeed,
} from '@fedbatch/control';
import type { Model, ParameterInfo } from '@fedbatch/model';
import type { FeedPlan } from '@fedbatch/runtime';
import { readLimit } from './limit-text.ts';
import { exponentialSettings } from './plan-exponential.ts';
import { planModelFeed } from './plan-model-feed.ts';
import { missingKey, type PlannedStrategy, planPlainFeed } from './plan-plain-feed.ts';
import type { FeedSource } from './plan-source.ts';
import type { FeedValue, TrimValue } from './shapes/feed.ts';
import type { PlainFeedValue } from './shapes/plain-feed.ts';

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
  const base =
    value.strategy.value === 'adaptive' || value.strategy.value === 'predictive'
      ? modelFeedOf(source, phase, value, input)
      : value.strategy.value === 'remote'
        ? remoteOf(source, phase, value)
        : planPlainFeed(source, phase, value as PlainFeedValue);
  const composed = base && trimmed(source, phase, value, composition(source, phase, value, base));
  if (!composed) return undefined;
  const { strategy, reads } = composed;
  const tells = strategy().tells?.map(({ id }) => toldId(id));
  const biomass = biomassOf(model);
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

/** A feed with a model of its own holds a growth rate as an exponential one does, and falls back to it. */
function modelFeedOf(
  source: FeedSource,
  phase: string,
  value: FeedValue,
  input: ParameterInfo,
): PlannedStrategy | undefined {
  const plain = value as PlainFeedValue;
  if (!value.mu) return missingKey(source, phase, plain, 'mu', '0.2 1/h');
  const open = exponentialSettings(source, phase, plain, value.mu.value.base);
  return open && planModelFeed(source, phase, value, open, input.range ?? { low: 0, high: Number.MAX_VALUE });
}

/** A feed that somebody outside demands, by tags, with what is fed while that one is silent. */
function remoteOf(source: FeedSource, phase: string, value: FeedValue): PlannedStrategy | undefined {
  const { problems, scenario } = source;
  const plain = value as PlainFeedValue;
  if (!value.fallback) return missingKey(source, phase, plain, 'fallback', '{ strategy: constant, rate: 0.01 L/h }');
  if (!scenario.remote)
    return problems.error(
      'STATION_FEED_SETTING',
      value.place,
      `The feed of \`${phase}\` is remote, and the scenario lets no foreign controller in.`,
      'Add `remote: { answers within: 1 min }` to the scenario.',
    );
  const fallback = planPlainFeed(source, phase, value.fallback);
  return fallback && { strategy: () => remoteFeed(fallback.strategy()), reads: fallback.reads };
}

/** What stands round the strategy, from the inside: a schedule, ceilings, an override. */
function composition(
  source: FeedSource,
  phase: string,
  { then, cap, override, place }: FeedValue,
  base: PlannedStrategy,
): PlannedStrategy | undefined {
  const later = (then ?? []).map(({ feed }) => planPlainFeed(source, phase, feed));
  const caps = (cap ?? []).map((one) => planPlainFeed(source, phase, one));
  const other = override && planPlainFeed(source, phase, override.feed);
  const limit =
    override && readLimit(override.while, source.names, `the override of the feed of \`${phase}\``, source.problems);
  if (later.includes(undefined) || caps.includes(undefined) || (override && !(other && limit))) return undefined;
  const { problems, compiled } = source;
  let planned = base;
  if (then) {
    const all = [base, ...(later as PlannedStrategy[])];
    const times = [0, ...then.map(({ after }) => after.value.base)];
    const biomass = biomassOf(compiled.model);
    planned = composed(
      (parts) =>
        scheduledFeed(
          parts.map((part, i): ScheduledPart => ({ ...part, afterH: times[i]! })),
          biomass ? 'known' : 'unknown',
        ),
      all,
      [{ output: compiled.model.broth.volume }, ...(biomass ? [{ output: biomass }] : [])],
    );
  }
  if (cap) planned = composed(cappedFeed, [planned, ...(caps as PlannedStrategy[])], []);
  if (override && other && limit) {
    const rule = {
      side: limit.side,
      limit: limit.base,
      deadBand: override['dead band']?.value.base ?? 0.1 * Math.abs(limit.base),
      staleAfterH: override['stale after']?.value.base ?? 1 / 6,
    };
    const read = { output: limit.output.id, ...(limit.quality !== undefined && { quality: limit.quality }) };
    planned = composed(([usual, instead]) => overriddenFeed(usual!, instead!, rule), [planned, other], [read]);
  }
  try {
    planned.strategy();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return problems.error('STATION_FEED_SETTING', place, error.message, 'Correct the feed.');
  }
  return planned;
}

/** Several strategies as one, which reads signals of its own before theirs. */
function composed(
  compose: (parts: readonly StrategyPart[]) => FeedStrategy,
  parts: readonly PlannedStrategy[],
  own: PlannedStrategy['reads'],
): PlannedStrategy {
  return {
    strategy: () => compose(parts.map(({ strategy, reads }) => ({ strategy: strategy(), signals: reads.length }))),
    reads: [...own, ...parts.flatMap(({ reads }) => reads)],
  };
}

/** Rules that slow it come last, round everything else. */
function trimmed(
  source: FeedSource,
  phase: string,
  { trim }: FeedValue,
  base: PlannedStrategy | undefined,
): PlannedStrategy | undefined {
  const rules = (trim ?? []).map((rule) => planTrim(source, phase, rule));
  if (!base || rules.includes(undefined)) return undefined;
  if (rules.length === 0) return base;
  return {
    strategy: () =>
      trimmedFeed(
        base.strategy(),
        rules.map((rule) => rule!.rule),
      ),
    reads: [...rules.map((rule) => rule!.read), ...base.reads],
  };
}

type Signal = NonNullable<FeedPlan['reads']>[number];

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
