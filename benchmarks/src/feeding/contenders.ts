import {
  type AdaptiveFeed,
  type AdaptiveFeedSettings,
  adaptiveFeed,
  constantFeed,
  exponentialFeed,
  type FeedStrategy,
  Guard,
  muStatFeed,
  rateOf,
  type TrimRule,
  trimmedFeed,
} from '@fedbatch/control';
import type { Model } from '@fedbatch/model';
import { believed, type FeedingCase, limits, modelOfCase, noise, stepH } from './case.ts';
import type { MakesContender, Shown } from './trial.ts';

const maximumLPerH = 1;
const start = ({ muPerH }: FeedingCase): number =>
  (muPerH * believed.biomassGPerL * believed.volumeL) / (believed.yieldGPerG * believed.feedGPerL);

/** A strategy that reads some of what is shown, in its order. */
function strategy(made: FeedStrategy, reads: readonly (keyof Shown)[]): ReturnType<MakesContender> {
  const signals = new Float64Array(1 + reads.length);
  made.begin(0, measuredAtStart);
  // A strategy without a memory for samples goes on with the last one.
  const last = new Float64Array(1 + reads.length).fill(Number.NaN);
  return {
    feed(shown) {
      signals[0] = shown.timeH;
      reads.forEach((name, i) => {
        if (Number.isFinite(shown[name])) last[1 + i] = shown[name];
        signals[1 + i] = last[1 + i]!;
      });
      made.see?.(signals);
      return Math.min(maximumLPerH, rateOf(made, shown.timeH, stepH));
    },
  };
}

const open = (feedingCase: FeedingCase, share = 1): FeedStrategy =>
  exponentialFeed({
    muPerH: feedingCase.muPerH * share,
    yieldGPerG: believed.yieldGPerG,
    feedGPerL: believed.feedGPerL,
    startLPerH: start(feedingCase) * share,
  });
const corrected = (feedingCase: FeedingCase): FeedStrategy =>
  muStatFeed({
    muPerH: feedingCase.muPerH,
    yieldGPerG: believed.yieldGPerG,
    feedGPerL: believed.feedGPerL,
    startLPerH: start(feedingCase),
    gainH: 2,
    resetH: 2,
    smoothingH: 1 / 6,
    low: 0.2,
    high: 2,
    takenUp: believed.oxygenPerBiomass * believed.biomassGPerL * believed.volumeL,
  });
const lowOxygen: TrimRule = { side: 'below', limit: 0.23, slow: 0.03, recover: 0.01, everyH: stepH, least: 0.1 };
const muchAcetate: TrimRule = { side: 'above', limit: 0.25, slow: 0.25, recover: 0.1, everyH: 2, least: 0.1 };

export const adaptiveSettings = (feedingCase: FeedingCase): AdaptiveFeedSettings => ({
  estimator: {
    model: modelOfCase(feedingCase, 'believed'),
    stepH,
    inputs: ['vessel.feedRate'],
    states: [
      { id: 'amount.X', scale: 'log', deviation: 0.15, drift: 0.005 },
      // Glucose is at rest within a minute: what is not known of it is the feed and the uptake, which are estimated themselves.
      { id: 'amount.S', scale: 'linear', deviation: 0.01, drift: 0.001 },
      { id: 'amount.A', scale: 'linear', deviation: 0.02, drift: 0.02 },
      { id: 'V', scale: 'log', deviation: 0.001, drift: 0.0001 },
    ],
    parameters: [
      { id: 'organism.qSmax', deviation: 0.1, drift: 0.005 },
      { id: 'organism.Ks', deviation: 0.4, drift: 0.01 },
      { id: 'organism.pAmax', deviation: 0.2, drift: 0.01 },
      { id: 'organism.qAmax', deviation: 0.2, drift: 0.01 },
      { id: 'organism.Yem', deviation: 0.06, drift: 0.005 },
      { id: 'organism.Yos', deviation: 0.04, drift: 0.02 },
      { id: 'organism.kLa', deviation: 0.12, drift: 1 },
      { id: 'vessel.feedRate', deviation: 0.036, drift: 0.12 },
    ],
    signals: [
      { output: 'organism.oxygenUptake', relative: 0.04, absolute: 0, gate: 1000 },
      { output: 'organism.DO', relative: 0, absolute: 0.005, gate: 1000 },
      { output: 'X', ...noise.biomass, gate: 3 },
      { output: 'A', ...noise.acetate, gate: 10 },
    ],
  },
  feed: 'vessel.feedRate',
  target: { output: 'organism.mu', value: feedingCase.muPerH },
  settleH: 0.25,
  muPerH: feedingCase.muPerH,
  open: () => open(feedingCase),
  needed: { each: [], oneOf: [0, 1], withinH: 0.1 },
  band: { low: 0.1, high: 1.5 },
  maximumLPerH,
  limits: [
    {
      output: 'organism.DO',
      side: 'below',
      limit: limits.oxygen,
      aheadH: 0.05,
      deviations: 2,
      widest: 0.018,
    },
    {
      output: 'A',
      side: 'above',
      limit: limits.acetateGPerL,
      aheadH: 1.5,
      deviations: 1.5,
      widest: 0.25,
      trusted: 0.06,
    },
  ],
});

/** The same law, by a fit of the last two hours: plants stand almost still in it, the noise is believed to be what it is, and more is kept free, as a fit is surer of itself. */
export const horizonSettings = (feedingCase: FeedingCase): AdaptiveFeedSettings => {
  const base = adaptiveSettings(feedingCase);
  const { states, parameters, signals } = base.estimator;
  const starts: Readonly<Record<string, { readonly deviation: number; readonly drift: number }>> = {
    'amount.X': { deviation: 0.15, drift: 0.001 },
    'amount.A': { deviation: 0.002, drift: 0.002 },
    V: { deviation: 0.001, drift: 0.0001 },
  };
  const drifts: Readonly<Record<string, number>> = {
    'organism.Yos': 0.02,
    'organism.kLa': 1,
    'vessel.feedRate': 0.08,
  };
  const [oxygen, acetate] = base.limits;
  return {
    ...base,
    settleH: 0.1,
    limits: [
      { ...oxygen!, widest: 0.03 },
      { ...acetate!, aheadH: 2, deviations: 1.75, widest: 0.15, trusted: 0.086 },
    ],
    estimator: {
      ...base.estimator,
      estimator: 'moving-horizon',
      states: states.map((state) => ({ ...state, ...starts[state.id]! })),
      parameters: parameters.map((parameter) => ({ ...parameter, drift: drifts[parameter.id] ?? 0.001 })),
      signals: signals.map((signal, k) => (k === 0 ? { ...signal, ...noise.oxygenUptake } : signal)),
    },
  };
};

const measuredAtStart = { biomassGPerL: believed.biomassGPerL, volumeL: believed.volumeL, feedRateLPerH: 0 };

/** The adaptive feed behind its guard, with the open-loop feed to fall back to. The controller's model is compiled once a case. */
function guarded(settingsOf: (feedingCase: FeedingCase) => AdaptiveFeedSettings): MakesContender {
  const makers = new Map<FeedingCase, () => AdaptiveFeed>();
  return (feedingCase) => {
    const maker = makers.get(feedingCase) ?? adaptiveFeed(settingsOf(feedingCase));
    makers.set(feedingCase, maker);
    return behindGuard(feedingCase, maker());
  };
}

function behindGuard(feedingCase: FeedingCase, made: AdaptiveFeed): ReturnType<MakesContender> {
  const envelope = { lowLPerH: 0, highLPerH: maximumLPerH, risePerH: 100, staleAfterH: 0.1, answerHoldsH: 1 };
  const guard = new Guard(made, [open(feedingCase)], envelope, 'supervised');
  const signals = new Float64Array(5);
  const scan = new Float64Array(3);
  return {
    feed(shown) {
      signals.set([shown.timeH, shown.oxygenUptake, shown.oxygen, shown.biomass, shown.acetate]);
      guard.see(signals);
      if (shown.timeH === 0) guard.begin(0, measuredAtStart);
      scan.set([shown.timeH + stepH, stepH, rateOf(guard, shown.timeH, stepH)]);
      guard.given(scan);
      return scan[2]!;
    },
  };
}

/**
 * Knows the plant as it is: states, parameters, pump, and what befalls it in the minute to come; of later minutes nothing. It keeps a little before each limit,
 * looks at oxygen when the minute is over, since all that it does is settled by then, and at acetate an hour ahead, because glucose that has piled up goes on
 * overflowing. No band holds it, and it never gives what the culture cannot take up.
 */
function oracleOf(feedingCase: FeedingCase, model: Model): () => AdaptiveFeed {
  const base = adaptiveSettings(feedingCase);
  const certain = { deviations: 0, widest: 1 };
  return adaptiveFeed({
    ...base,
    settleH: 0.1,
    band: { low: 0.001, high: 10 },
    estimator: { ...base.estimator, model, parameters: [], signals: [], states: [] },
    limits: [
      ...[1, 3].map((minutes) => ({
        ...{ output: 'organism.DO', side: 'below' as const, limit: 1.03 * limits.oxygen },
        ...{ aheadH: minutes * stepH, ...certain },
      })),
      { output: 'A', side: 'above', limit: 0.94 * limits.acetateGPerL, aheadH: 1, ...certain },
      { output: 'S', side: 'above', limit: 1, aheadH: 0.1, ...certain },
    ],
  });
}

const oracles = new Map<Model, () => AdaptiveFeed>();

const oracle: MakesContender = (feedingCase, drawn, truth) => {
  const maker = oracles.get(truth.model) ?? oracleOf(feedingCase, truth.model);
  oracles.set(truth.model, maker);
  const made = maker();
  const signals = new Float64Array(1);
  const scan = new Float64Array(3);
  const { instance } = made.estimator;
  const kLa = instance.slotOf('organism.kLa');
  const { disturbance } = drawn;
  return {
    feed({ timeH }) {
      signals[0] = timeH;
      const befalls = 'toH' in disturbance && timeH >= disturbance.fromH && timeH < disturbance.toH;
      const shareOf = (kind: typeof disturbance.kind): number =>
        befalls && disturbance.kind === kind ? disturbance.factor : 1;
      const arrives = truth.pump * shareOf('less feed');
      made.see(signals);
      instance.parameters.set(truth.parameters);
      instance.parameters[kLa] = drawn.parameters.kLa! * shareOf('less oxygen transfer');
      made.estimator.state.set(truth.state.subarray(0, made.estimator.state.length));
      if (timeH === 0) made.begin(0, measuredAtStart);
      else made.propose();
      scan.set([timeH + stepH, stepH, rateOf(made, timeH, stepH)]);
      made.given(scan);
      return scan[2]! / arrives;
    },
  };
};

export const contenders: Readonly<Record<string, MakesContender>> = {
  constant: (feedingCase) =>
    strategy(constantFeed(start(feedingCase) * Math.exp((feedingCase.muPerH * feedingCase.hours) / 2)), []),
  'open-loop exponential': (feedingCase) => strategy(open(feedingCase), []),
  'exponential at 0.8 mu': (feedingCase) => strategy(open(feedingCase, 0.8), []),
  'exponential with PI on growth': (feedingCase) => strategy(corrected(feedingCase), ['oxygenUptake', 'volumeL']),
  'classical with acetate rule': (feedingCase) =>
    strategy(trimmedFeed(corrected(feedingCase), [lowOxygen, muchAcetate]), [
      'oxygen',
      'acetate',
      'oxygenUptake',
      'volumeL',
    ]),
  adaptive: guarded(adaptiveSettings),
  'adaptive, moving horizon': guarded(horizonSettings),
  oracle,
};
