import {
  adaptiveFeed,
  type Envelope,
  type ExponentialFeedSettings,
  exponentialFeed,
  type FeedLimit,
  type FeedStrategy,
  Guard,
  type ModelFeedSettings,
  type Proposing,
  predictiveFeed,
  reconstruction,
  type UncertainParameter,
  type UncertainState,
} from '@fedbatch/control';
import { compose, type Located, type Model, type Part, type Setup } from '@fedbatch/model';
import { isDimensionless, type Quantity } from '@fedbatch/vocabulary';
import { collected } from './collected.ts';
import { readLimit } from './limit-text.ts';
import { readPart } from './load-scenario.ts';
import { type Own, type Signal, signalsOf, where } from './model-feed-signals.ts';
import { NameTable } from './name-table.ts';
import type { PlannedStrategy } from './plan-plain-feed.ts';
import type { FeedSource } from './plan-source.ts';
import type { FeedValue } from './shapes/feed.ts';

/** How often the estimate is carried on and a feed proposed, h. */
const stepH = 1 / 60;
const settleH = 0.25;
const usual = {
  biomass: 0.15,
  driftShare: 0.1,
  belowAheadH: 0.05,
  aboveAheadH: 2,
  deviations: 2,
  widestBelow: 0.15,
  widestAbove: 0.3,
  staleAfterH: 0.1,
  neededWithinH: 0.1,
  riseShare: 4,
  timesFallback: 2,
  answerHoldsH: 1,
} as const;

/** A plan of three hours in moves of six minutes, and how much work one may take. */
const planned = {
  moves: 30,
  stepH: 0.1,
  evaluations: 25,
  trackWeight: 4,
  limitWeight: 25,
  moveWeight: 1000,
} as const;

/** A feed with a model of its own, adaptive or predictive, behind its guard; undefined after a problem was reported. */
export function planModelFeed(
  source: FeedSource,
  phase: string,
  value: FeedValue,
  open: ExponentialFeedSettings,
  pump: { readonly low: number; readonly high: number },
): PlannedStrategy | undefined {
  const { problems } = source;
  const model = ownModel(source, value);
  if (!model) return undefined;
  const own: Own = { source, phase, value, model, names: new NameTable(model.outputs, problems) };
  const signals = signalsOf(own);
  const uncertain = uncertainOf(own);
  const limits = (value.within ?? []).map((limit) => limitOf(own, limit));
  const inputs = inputsOf(own);
  const mu = own.names.look('mu');
  const biomass = own.names.look('X');
  if (!mu || !biomass)
    return problems.error(
      'STATION_FEED_SETTING',
      value.place,
      `The model of the ${value.strategy.value} feed of \`${phase}\` has no growth rate \`mu\`, or no biomass \`X\`.`,
      'Choose an organism that states `mu` among its quantities and `X` among its species.',
    );
  if (!signals || !uncertain || !inputs || limits.includes(undefined)) return undefined;
  const shared: ModelFeedSettings = {
    estimator: {
      estimator: value.estimator?.value ?? 'extended-kalman',
      model,
      ...uncertain,
      signals: signals.map(({ signal }) => signal),
      inputs: inputs.map(({ id }) => id),
      stepH,
    },
    feed: feedOf(model, value)!,
    open: () => exponentialFeed(open),
    maximumLPerH: open.maximumLPerH ?? pump.high,
    start: { biomass: biomass.id, volume: model.broth.volume },
    needed: { each: where(signals, 'each'), oneOf: where(signals, 'one of'), withinH: usual.neededWithinH },
  };
  if (!observable(own, shared)) return undefined;
  const kept = limits as FeedLimit[];
  const upper =
    value.strategy.value === 'predictive'
      ? predictiveMaker(shared, value, mu.id, open.muPerH, kept, pump)
      : adaptiveMaker(shared, mu.id, open.muPerH, kept);
  const strategy = guarded(upper, open, envelopeOf(value, pump), value.guard?.mode?.value ?? 'supervised');
  try {
    strategy();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return problems.error('STATION_FEED_SETTING', value.place, error.message, 'Correct the feed.');
  }
  return {
    strategy,
    reads: [...signals.map(({ read }) => read), ...inputs.flatMap(({ read }) => (read ? [read] : []))],
  };
}

/** Whether an asymptotic observer, where one is asked for, sees enough to reconstruct the rest. */
function observable({ source: { problems }, value }: Own, { estimator }: ModelFeedSettings): boolean {
  if (value.estimator?.value !== 'bastin-dochain') return true;
  try {
    reconstruction(estimator);
    return true;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    problems.error(
      'STATION_FEED_SETTING',
      value.estimator.place,
      error.message,
      'Change `sees` or `unsure of`, or write `estimator: extended-kalman`.',
    );
    return false;
  }
}

/** The largest feed at which neither the growth rate nor a limit is passed. */
function adaptiveMaker(
  shared: ModelFeedSettings,
  mu: string,
  muPerH: number,
  limits: readonly FeedLimit[],
): () => () => Proposing {
  const target = { output: mu, value: muPerH };
  return () => adaptiveFeed({ ...shared, target, settleH, limits, muPerH, band: { low: 0.1, high: 1.5 } });
}

/** A plan that tracks the growth rate, with squares on what lies beyond its limits. */
function predictiveMaker(
  shared: ModelFeedSettings,
  { horizon }: FeedValue,
  mu: string,
  muPerH: number,
  limits: readonly FeedLimit[],
  pump: { readonly low: number; readonly high: number },
): () => () => Proposing {
  const predictive = {
    moves: horizon?.moves ?? planned.moves,
    stepH: horizon?.step?.value.base ?? planned.stepH,
    evaluations: horizon?.work ?? planned.evaluations,
    method: 'rodas4' as const,
    relativeTolerance: 1e-4,
    tolerance: 1e-4,
    wishes: [{ output: mu, track: { at: muPerH, weight: planned.trackWeight / muPerH ** 2 } }],
    limits: limits.map(({ output, side, limit }) => ({
      output,
      side,
      limit,
      weight: planned.limitWeight / limit ** 2,
    })),
    moveWeight: horizon?.calm ?? planned.moveWeight,
    low: Math.max(0, pump.low),
    high: shared.maximumLPerH,
  };
  return () => predictiveFeed({ ...shared, predictive });
}

/** A proposal behind its guard. Models are compiled at the first use, once for all runs of the plan. */
function guarded(
  compile: () => () => Proposing,
  open: ExponentialFeedSettings,
  envelope: Envelope,
  mode: 'shadow' | 'advise' | 'supervised',
): () => FeedStrategy {
  let make: (() => Proposing) | undefined;
  return () => {
    make ??= compile();
    return new Guard(make(), [exponentialFeed(open)], envelope, mode);
  };
}

/** The controller's own model: what it believes of organism and vessel, with the charge and the feed of the scenario. */
function ownModel({ scenario, files, problems }: FeedSource, value: FeedValue): Model | undefined {
  const named = value.model;
  if (!named)
    return problems.error(
      'STATION_FEED_SETTING',
      value.place,
      `${value.strategy.value === 'predictive' ? 'A predictive' : 'An adaptive'} feed needs a model of its own.`,
      'Add `model: { vessel: ../../vessels/observer-volume.yaml }`; its organism is that of the scenario unless it names one.',
    );
  const parts = [
    readPart('organism', named.organism ?? scenario.organism, files, problems),
    readPart('vessel', named.vessel, files, problems),
  ];
  if (parts.includes(undefined)) return undefined;
  const [organism, vessel] = parts as [Part, Part];
  const species = new Set(organism.file.value.species?.keys() ?? []);
  const only = (values: ReadonlyMap<string, Located<Quantity>>, more: readonly string[] = []) =>
    new Map([...values].filter(([name]) => species.has(name) || more.includes(name)));
  const streams = new Set(vessel.file.value.streams?.keys() ?? []);
  const setup: Setup = {
    charge: only(scenario.charge, ['volume']),
    streams: new Map(
      [...(scenario.streams ?? [])].flatMap(([name, values]) => (streams.has(name) ? [[name, only(values)]] : [])),
    ),
    parameters: named.parameters ?? new Map(),
    place: named.place,
  };
  return collected(problems, () => compose([organism, vessel], setup));
}

function feedOf(model: Model, value: FeedValue): string | undefined {
  const wanted = value.input?.value.replace(/^.*\./, '') ?? 'feedRate';
  return model.parameters.find(({ id, kind }) => kind === 'input' && id.endsWith(`.${wanted}`))?.id;
}

/** Inputs of the controller's model that the plant knows too, the feed among them. */
function inputsOf({ source, phase, value, model }: Own): { id: string; read?: Signal }[] | undefined {
  const feed = feedOf(model, value);
  if (feed === undefined)
    return source.problems.error(
      'STATION_FEED_SETTING',
      value.place,
      `The model of the ${value.strategy.value} feed of \`${phase}\` has no input that the feed could drive.`,
      'Name a vessel with the input feedRate.',
    );
  return model.parameters
    .filter(({ kind }) => kind === 'input')
    .flatMap(({ id }) => {
      if (id === feed) return [{ id }];
      const output = source.names.look(id.slice(id.indexOf('.') + 1));
      return output && output.kind === 'input' ? [{ id, read: { output: output.id } }] : [];
    });
}

/** What is estimated: species as states, parameters, and the feed itself. */
function uncertainOf({
  source: { problems },
  phase,
  value,
  model,
  names,
}: Own): { states: UncertainState[]; parameters: UncertainParameter[] } | undefined {
  const states: UncertainState[] = [];
  const parameters: UncertainParameter[] = [];
  const before = problems.errors.length;
  const stated = value['unsure of'];
  if (!stated) {
    const biomass = model.states.find(({ id }) => id === 'amount.X');
    if (biomass)
      states.push({ id: biomass.id, scale: 'log', deviation: usual.biomass, drift: usual.biomass * usual.driftShare });
    // An observer that knows no kinetics estimates none.
    const isObserver = value.estimator?.value === 'bastin-dochain';
    for (const { id, spread } of model.parameters)
      if (spread && !isObserver) parameters.push({ id, deviation: spread, drift: spread * usual.driftShare });
  }
  for (const [name, { by, drifts, place }] of stated ?? []) {
    const isShare = isDimensionless(by.value.unit.dimension);
    const deviation = by.value.base;
    const drift = drifts?.value.base ?? deviation * usual.driftShare;
    if (!(deviation > 0 && drift >= 0)) {
      problems.error(
        'STATION_FEED_SETTING',
        place,
        `The ${value.strategy.value} feed of \`${phase}\` is unsure of \`${name}\` by ${by.value.value} ${by.value.unit.text}, which is no uncertainty.`,
        'Write a share or an amount above 0, as 10 %.',
      );
      continue;
    }
    const state = model.states.slice(0, model.coreSize).find(({ id }) => id === `amount.${name}` || id === name);
    const parameter = model.parameters.find(({ id }) => id === name || id.endsWith(`.${name}`));
    if (state && isShare) states.push({ id: state.id, scale: 'log', deviation, drift });
    else if (state) {
      // A state is an amount; what is said of it is a concentration in the volume of the start.
      const volume = startVolume(model);
      states.push({ id: state.id, scale: 'linear', deviation: deviation * volume, drift: drift * volume });
    } else if (parameter && isShare) parameters.push({ id: parameter.id, deviation, drift });
    else if (parameter)
      problems.error(
        'MODEL_UNIT_CLASH',
        place,
        `The uncertainty of \`${parameter.id}\` is in ${by.value.unit.text}, where a share is meant.`,
        'Write a share, as 10 %.',
      );
    else names.find(name, { value: name, place });
  }
  return problems.errors.length === before ? { states, parameters } : undefined;
}

function startVolume(model: Model): number {
  return model.parameters.find(({ id }) => id === 'charge.volume')?.value ?? 1;
}

function limitOf(
  { source: { problems }, phase, value, names }: Own,
  limit: NonNullable<FeedValue['within']>[number],
): FeedLimit | undefined {
  const read = readLimit(limit.keep, names, `the ${value.strategy.value} feed of \`${phase}\``, problems);
  if (!read) return undefined;
  // `DO > 20 %` is kept by never going below.
  const side = read.side === 'above' ? 'below' : 'above';
  return {
    output: read.output.id,
    side,
    limit: read.base,
    aheadH: limit.ahead?.value.base ?? (side === 'below' ? usual.belowAheadH : usual.aboveAheadH),
    deviations: limit.deviations?.value.base ?? usual.deviations,
    widest:
      limit.widest?.value.base ?? (side === 'below' ? usual.widestBelow : usual.widestAbove) * Math.abs(read.base),
  };
}

function envelopeOf(
  { guard, strategy, horizon }: FeedValue,
  pump: { readonly low: number; readonly high: number },
): Envelope {
  // A rate that somebody states is validated; the range of a pump is not, and there the open-loop feed is what a proposal is held against.
  const timesFallback = guard?.['times fallback']?.value.base ?? (guard?.most ? undefined : usual.timesFallback);
  return {
    lowLPerH: guard?.least?.value.base ?? Math.max(0, pump.low),
    highLPerH: guard?.most?.value.base ?? pump.high,
    ...(timesFallback !== undefined && { timesFallback }),
    risePerH: 1 + (guard?.rises?.value.base ?? usual.riseShare),
    // A plan stands until the next one; a late one is let pass once.
    staleAfterH: Math.max(
      usual.staleAfterH,
      strategy.value === 'predictive' ? 2 * (horizon?.step?.value.base ?? planned.stepH) : 0,
    ),
    answerHoldsH: guard?.['answer holds']?.value.base ?? usual.answerHoldsH,
  };
}
