import { estimatorNames } from '@fedbatch/control';
import { choice, locatedText, optional, quantity, type Read, record, required } from '@fedbatch/model';

export const plainStrategies = [
  'constant',
  'exponential',
  'table',
  'mu-stat',
  'anchored',
  'pH-stat',
  'DO-stat',
  'oxygen-limited',
  'capacity',
  'RQ',
  'glucose',
  'probing',
] as const;

/** What every strategy may have that sees no model of its own; those inside a composition have nothing else. */
export const plainFeed = {
  rate: optional(quantity('L/h'), 'constant: the rate; glucose, probing: the rate at the start'),
  mu: optional(
    quantity('1/h'),
    'exponential, and what builds on it: the specific growth rate to hold, or to follow as long as nothing holds it back',
  ),
  yield: optional(
    quantity('g/g'),
    'exponential: biomass per substrate to assume; default the yield that the organism file states',
  ),
  start: optional(quantity('L/h'), 'exponential: rate at the start; default from biomass and volume at that time'),
  residual: optional(quantity('g/L'), 'exponential: substrate that stays in the broth; default 0 g/L'),
  maximum: optional(quantity('L/h'), 'rate that is never passed'),
  by: optional(
    locatedText(),
    'the signal that it looks at, a tag or a name of the model; default pH, DO and RQ for the strategies of these names, DO for probing; anchored, mu-stat with an observer: biomass',
  ),
  uptake: optional(
    locatedText(),
    'mu-stat, oxygen-limited, capacity, anchored: the oxygen uptake rate that it sees; default OUR',
  ),
  estimator: optional(
    choice(estimatorNames),
    'adaptive, predictive: what keeps its model true, default extended-kalman; mu-stat: bastin-dochain observes the growth rate, default the ratio of uptake to what has been taken up',
  ),
  noise: optional(
    quantity('percent'),
    'mu-stat with an observer: standard deviation of a value of its signal, a share of it; default 4 % of uptake, 5 % of biomass',
  ),
  at: optional(
    quantity(),
    'pH-stat, DO-stat: value above which a dose is given; RQ, glucose: what is held, RQ by default 1.05; oxygen-limited: the uptake that is not passed',
  ),
  dose: optional(quantity('L'), 'pH-stat, DO-stat: volume of a dose'),
  over: optional(quantity('h'), 'pH-stat, DO-stat, glucose: time over which a dose is given; default 1 min, 10 min'),
  rest: optional(quantity('h'), 'pH-stat, DO-stat: shortest time between two doses; default 5 min'),
  dosing: optional(choice(['continuous', 'bolus']), 'glucose: how it is held; default continuous'),
  substrate: optional(locatedText(), 'glucose: the species of the feed; default what the signal shows'),
  settle: optional(quantity('h'), 'glucose: time in which an error is fed away; default 2 h'),
  every: optional(
    quantity('h'),
    'probing: time between two pulses, default 15 min; glucose: between two doses, default 24 h; capacity: between two turns, default 5 min',
  ),
  pulse: optional(quantity('h'), 'probing: length of a pulse; default 3 min'),
  height: optional(quantity('percent'), 'probing: height of a pulse, a share of the feed; default 25 %'),
  reaction: optional(quantity('percent'), 'probing: fall of dissolved oxygen that counts as an answer; default 2 %'),
  raise: optional(quantity('percent'), 'probing: what an answer raises the feed by; default 8 %'),
  lower: optional(quantity('percent'), 'probing: what the feed falls by without an answer; default 8 %'),
  'oxygen least': optional(quantity('percent'), 'probing: dissolved oxygen below which the feed falls; default 20 %'),
  tolerance: optional(
    quantity('percent'),
    'capacity: fall of the oxygen taken up for a litre of feed that is let pass; default 5 %',
  ),
  slow: optional(quantity('percent'), 'capacity: what is taken off the feed at each turn; default 4 %'),
  trust: optional(quantity('percent'), 'anchored: how far the feed goes towards what a value asks for; default 50 %'),
  gain: optional(
    quantity(),
    'mu-stat: relative change of the feed for an error of 1/h, default 2 h; RQ: for an error of 1, default 1',
  ),
  reset: optional(quantity('h'), 'mu-stat, RQ: integral time; default 2 h, 30 min'),
  smoothing: optional(
    quantity('h'),
    'mu-stat, RQ, oxygen-limited, capacity, glucose, anchored: time in which what is seen is smoothed; default 10 min, 5 min, 3 min, 5 min, 2 h, 30 min; of an observer the time constant of both poles, 30 min on biomass',
  ),
  'stale after': optional(
    quantity('h'),
    'what looks at a signal: time without a new value after which it is blind; default 10 min, 24 h for glucose, 4 h for biomass',
  ),
  'when blind': optional(
    quantity('percent'),
    'what looks at a signal: share of its last feed that it goes on with when it is blind; default 100 %',
  ),
  file: optional(locatedText(), 'table: a CSV file beside the scenario, with the columns time [h] and rate [L/h]'),
  between: optional(choice(['step', 'linear']), 'table: what happens between its points; default linear'),
  stream: optional(locatedText(), 'the stream that is fed; default feed'),
};

/** A feed that sees no model of its own. */
export const plainFeedShape = record(
  { strategy: required(choice(plainStrategies), 'how the feed rate is found'), ...plainFeed },
  'feed',
);

export type PlainFeedValue = Read<typeof plainFeedShape>;
