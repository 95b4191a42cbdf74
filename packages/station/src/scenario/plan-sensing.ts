import {
  anchoredFeed,
  capacityFeed,
  constantFeed,
  exponentialFeed,
  type FeedLaw,
  type FeedStrategy,
  glucoseFeed,
  muStatFeed,
  oxygenLimitedFeed,
  probingFeed,
  pulseStatFeed,
  rqFeed,
  watchedFeed,
} from '@fedbatch/control';
import type { Located } from '@fedbatch/model';
import type { FeedPlan } from '@fedbatch/runtime';
import { parseUnit, type Quantity, sameDimension, type Unit } from '@fedbatch/vocabulary';
import { inoculumOxygen } from './inoculum-oxygen.ts';
import { exponentialSettings } from './plan-exponential.ts';
import { missingKey, type PlannedStrategy } from './plan-plain-feed.ts';
import type { FeedSource } from './plan-source.ts';
import type { PlainFeedValue } from './shapes/plain-feed.ts';

const minute = 1 / 60;
type Signal = NonNullable<FeedPlan['reads']>[number];

interface Sensing {
  readonly source: FeedSource;
  readonly phase: string;
  readonly value: PlainFeedValue;
}

/** A law, what it reads, and how long it may go without a new value, h. */
interface PlannedLaw {
  readonly law: () => FeedLaw;
  readonly reads: readonly Signal[];
  readonly staleAfterH: number;
}

/** A strategy that lives by signals, watched; undefined after a problem was reported. */
export function planSensing(source: FeedSource, phase: string, value: PlainFeedValue): PlannedStrategy | undefined {
  const planned = lawOf({ source, phase, value });
  if (!planned) return undefined;
  const watching = {
    staleAfterH: value['stale after']?.value.base ?? planned.staleAfterH,
    blindShare: value['when blind']?.value.base ?? 1,
    ...(value.maximum && { maximumLPerH: value.maximum.value.base }),
  };
  const strategy = (): FeedStrategy => watchedFeed(planned.law(), watching);
  try {
    strategy();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return source.problems.error(
      'STATION_FEED_SETTING',
      value.place,
      `The ${value.strategy.value} feed of \`${phase}\`: ${error.message}`,
      'Correct the setting, or leave it out for its default.',
    );
  }
  return { strategy, reads: planned.reads };
}

function lawOf(own: Sensing): PlannedLaw | undefined {
  switch (own.value.strategy.value) {
    case 'mu-stat':
      return muStatOf(own);
    case 'anchored':
      return anchoredOf(own);
    case 'pH-stat':
      return pulseStatOf(own, 'pH', 'pH');
    case 'DO-stat':
      return pulseStatOf(own, 'DO', 'dissolved oxygen');
    case 'oxygen-limited':
      return oxygenLimitedOf(own);
    case 'capacity':
      return capacityOf(own);
    case 'RQ':
      return rqOf(own);
    case 'glucose':
      return glucoseOf(own);
    default:
      return probingOf(own);
  }
}

function muStatOf(own: Sensing): PlannedLaw | undefined {
  const { source, phase, value } = own;
  if (!value.mu) return missingKey(source, phase, value, 'mu', '0.2 1/h');
  const settings = exponentialSettings(source, phase, value, value.mu.value.base);
  const biomass = value.by && signalOf(own, value.by, 'g/L', 'biomass');
  const reads = value.by ? biomass && [biomass, volumeOf(own)] : uptakeOf(own);
  const gainH = amount(own, value.gain, 'h', 2);
  if (!settings || !reads || gainH === undefined || !observerFits(own)) return undefined;
  const on = value.by ? ('biomass' as const) : ('uptake' as const);
  const relative = value.noise?.value.base ?? (value.by ? 0.05 : 0.04);
  const resetH = value.reset?.value.base ?? 2;
  const smoothingH = value.smoothing?.value.base ?? (value.by ? 0.5 : 10 * minute);
  // An observer that starts from nothing taken up would see the inoculum grow out of nothing.
  const observing = value.estimator && {
    observes: { on, relative },
    takenUp: inoculumOxygen(source.compiled.model, settings.yieldGPerG),
  };
  const law = () => muStatFeed({ ...settings, gainH, resetH, smoothingH, low: 0.2, high: 2, ...observing });
  return { law, reads, staleAfterH: value.by ? 4 : 10 * minute };
}

/** A mu-stat has no model that a filter could work on, and biomass says nothing of growth without an observer. */
function observerFits({ source: { problems }, phase, value: { estimator, by } }: Sensing): boolean {
  if (estimator ? estimator.value === 'bastin-dochain' : !by) return true;
  problems.error(
    'STATION_FEED_SETTING',
    (estimator ?? by)!.place,
    estimator
      ? `The mu-stat of \`${phase}\` has no model of its own, which \`${estimator.value}\` needs.`
      : `The mu-stat of \`${phase}\` looks at \`${by!.value}\`, and has nothing that makes a growth rate of it.`,
    estimator
      ? 'Write `estimator: bastin-dochain`, leave it out, or let the strategy be adaptive.'
      : 'Add `estimator: bastin-dochain`.',
  );
  return false;
}

/** The most that one value moves an anchored feed by: a sample that asks for more is believed so far only. */
const anchoredMost = 1.5;

function anchoredOf(own: Sensing): PlannedLaw | undefined {
  const { source, phase, value } = own;
  if (!value.mu) return missingKey(source, phase, value, 'mu', '0.2 1/h');
  const settings = exponentialSettings(source, phase, value, value.mu.value.base);
  const biomass = value.by && signalOf(own, value.by, 'g/L', 'biomass');
  const reads = value.by ? biomass && [biomass, volumeOf(own)] : uptakeOf(own);
  if (!settings || !reads) return undefined;
  const on = value.by ? 'biomass' : 'uptake';
  const trust = value.trust?.value.base ?? 0.5;
  const followH = value.smoothing?.value.base ?? 0.5;
  const law = () => anchoredFeed({ ...settings, on, trust, followH, most: anchoredMost });
  return { law, reads, staleAfterH: value.by ? 4 : 10 * minute };
}

function pulseStatOf(own: Sensing, by: string, needs: string): PlannedLaw | undefined {
  const { source, phase, value } = own;
  const { at, dose } = value;
  if (!at) return missingKey(source, phase, value, 'at', by === 'pH' ? '7.05' : '60 %');
  if (!dose) return missingKey(source, phase, value, 'dose', '0.01 L');
  const read = signalOf(own, value.by ?? { value: by, place: value.place }, '-', needs);
  const limit = amount(own, at, '-', 0);
  if (!read || limit === undefined) return undefined;
  const overH = value.over?.value.base ?? minute;
  const restH = value.rest?.value.base ?? 5 * minute;
  const settings = { name: value.strategy.value, needs, limit, doseL: dose.value.base, overH, restH };
  return { law: () => pulseStatFeed(settings), reads: [read], staleAfterH: 10 * minute };
}

function oxygenLimitedOf(own: Sensing): PlannedLaw | undefined {
  const { source, phase, value } = own;
  if (!value.at) return missingKey(source, phase, value, 'at', '0.15 mol/L/h');
  const base = baseOf(own);
  const uptake = uptakeOf(own);
  const limitMolPerLH = amount(own, value.at, 'mol/L/h', 0);
  if (!base || !uptake || limitMolPerLH === undefined) return undefined;
  const smoothingH = value.smoothing?.value.base ?? 3 * minute;
  const law = () => oxygenLimitedFeed(base(), { limitMolPerLH, smoothingH });
  return { law, reads: uptake.slice(0, 1), staleAfterH: 10 * minute };
}

function capacityOf(own: Sensing): PlannedLaw | undefined {
  const { value } = own;
  const base = baseOf(own);
  const reads = uptakeOf(own);
  if (!base || !reads) return undefined;
  const slow = value.slow?.value.base ?? 0.04;
  const settings = {
    tolerance: value.tolerance?.value.base ?? 0.05,
    slow,
    recover: slow / 3,
    everyH: value.every?.value.base ?? 5 * minute,
    smoothingH: value.smoothing?.value.base ?? 5 * minute,
    least: 0.1,
  };
  return { law: () => capacityFeed(base(), settings), reads, staleAfterH: 10 * minute };
}

function rqOf(own: Sensing): PlannedLaw | undefined {
  const { value } = own;
  const base = baseOf(own);
  const read = signalOf(own, value.by ?? { value: 'RQ', place: value.place }, '-', 'a respiratory quotient');
  // Growth on glucose that is respired gives off nearly as much carbon dioxide as it takes up oxygen.
  const at = amount(own, value.at, '-', 1.05);
  const gain = amount(own, value.gain, '-', 1);
  if (!base || !read || at === undefined || gain === undefined) return undefined;
  const resetH = value.reset?.value.base ?? 0.5;
  const smoothingH = value.smoothing?.value.base ?? 5 * minute;
  const law = () => rqFeed(base(), { at, gain, resetH, smoothingH, low: 0.1, high: 1.5 });
  return { law, reads: [read], staleAfterH: 10 * minute };
}

function glucoseOf(own: Sensing): PlannedLaw | undefined {
  const { source, phase, value } = own;
  const { names, problems, compiled } = source;
  if (!value.by) return missingKey(source, phase, value, 'by', 'glucose.analyser');
  if (!value.at) return missingKey(source, phase, value, 'at', '3 mmol/L');
  const shown = names.find(value.by.value, value.by);
  if (!shown) return undefined;
  const species = value.substrate?.value ?? (shown.of ?? shown.id).split('.').at(-1)!;
  const stream = value.stream?.value ?? 'feed';
  const feed = compiled.model.parameters.find(({ id }) => id === `streams.${stream}.${species}`);
  if (!feed || !sameDimension(feed.unit.dimension, shown.unit.dimension))
    return problems.error(
      'STATION_FEED_SETTING',
      value.by.place,
      `The glucose feed of \`${phase}\` needs to know \`${species}\` in the stream \`${stream}\`, in a unit like ${shown.unit.text}.`,
      `Add \`streams: { ${stream}: { ${species}: … } }\` to the scenario, or name the species under \`substrate\`.`,
    );
  const at = amount(own, value.at, shown.unit, 0);
  if (at === undefined) return undefined;
  const settings = {
    at,
    feed: feed.value,
    dosing: value.dosing?.value ?? 'continuous',
    settleH: value.settle?.value.base ?? 2,
    smoothingH: value.smoothing?.value.base ?? 2,
    everyH: value.every?.value.base ?? 24,
    overH: value.over?.value.base ?? 10 * minute,
    startLPerH: value.rate?.value.base ?? 0,
    maximumLPerH: value.maximum?.value.base ?? pumpHigh(own),
  } as const;
  return { law: () => glucoseFeed(settings), reads: [readOf(shown), volumeOf(own)], staleAfterH: 24 };
}

function probingOf(own: Sensing): PlannedLaw | undefined {
  const { value } = own;
  const { rate } = value;
  const base = rate ? () => constantFeed(rate.value.base) : baseOf(own);
  const read = signalOf(own, value.by ?? { value: 'DO', place: value.place }, '-', 'dissolved oxygen');
  if (!base || !read) return undefined;
  const settings = {
    everyH: value.every?.value.base ?? 15 * minute,
    pulseH: value.pulse?.value.base ?? 3 * minute,
    height: value.height?.value.base ?? 0.25,
    reaction: value.reaction?.value.base ?? 0.02,
    raise: value.raise?.value.base ?? 0.08,
    lower: value.lower?.value.base ?? 0.08,
    least: value['oxygen least']?.value.base ?? 0.2,
  };
  return { law: () => probingFeed(base(), settings), reads: [read], staleAfterH: 10 * minute };
}

/** The exponential feed that a law slows or starts from. */
function baseOf({ source, phase, value }: Sensing): (() => FeedStrategy) | undefined {
  if (!value.mu) return missingKey(source, phase, value, 'mu', '0.25 1/h');
  const settings = exponentialSettings(source, phase, value, value.mu.value.base);
  return settings && (() => exponentialFeed(settings));
}

/** Oxygen uptake and volume. */
function uptakeOf(own: Sensing): Signal[] | undefined {
  const text = own.value.uptake ?? { value: 'OUR', place: own.value.place };
  const read = signalOf(own, text, 'mol/L/h', 'an uptake rate');
  return read && [read, volumeOf(own)];
}

function volumeOf({ source }: Sensing): Signal {
  return { output: source.compiled.model.broth.volume };
}

function pumpHigh({ source: { compiled }, value }: Sensing): number {
  const wanted = (value as { input?: Located<string> }).input?.value ?? 'feedRate';
  const input = compiled.model.parameters.find(({ id, kind }) => kind === 'input' && id.endsWith(wanted));
  return input?.range?.high ?? Number.MAX_VALUE;
}

function readOf({ id, kind }: { readonly id: string; readonly kind: string }): Signal {
  return { output: id, ...(kind === 'measured' && { quality: `${id}.quality` }) };
}

/** A signal by name; it must be in a unit like `like`. */
function signalOf(
  { source: { names, problems }, phase, value }: Sensing,
  text: Located<string>,
  like: string,
  what: string,
): Signal | undefined {
  const output = names.find(text.value, text);
  if (!output) return undefined;
  if (!sameDimension(output.unit.dimension, parseUnit(like).dimension))
    return problems.error(
      'MODEL_UNIT_CLASH',
      text.place,
      `The ${value.strategy.value} feed of \`${phase}\` sees \`${output.id}\` in ${output.unit.text}, where ${what}${like === '-' ? '' : ` in ${like}`} is meant.`,
      'Name a quantity of that kind, or the tag of a sensor that shows it.',
    );
  return readOf(output);
}

/** A setting in base units; its unit depends on the strategy. */
function amount(
  { source: { problems }, phase, value }: Sensing,
  given: Located<Quantity> | undefined,
  like: string | Unit,
  usual: number,
): number | undefined {
  const unit = typeof like === 'string' ? parseUnit(like) : like;
  if (!given) return usual;
  if (sameDimension(given.value.unit.dimension, unit.dimension)) return given.value.base;
  return problems.error(
    'MODEL_UNIT_CLASH',
    given.place,
    `A setting of the ${value.strategy.value} feed of \`${phase}\` is in ${given.value.unit.text}, where a unit like ${unit.text} is meant.`,
    `Write it in ${unit.text}.`,
  );
}
