import { choice, listOf, locatedText, optional, quantity, type Read, record, required } from '@fedbatch/model';
import { modelFeed } from './model-feed.ts';
import { plainFeed, plainFeedShape, plainStrategies } from './plain-feed.ts';

const trim = record(
  {
    while: required(locatedText(), 'a limit, as `DO < 20 %` or `acetate.assay > 0.25 g/L`'),
    slow: required(quantity('percent'), 'what is taken off the feed at each turn'),
    every: required(quantity('h'), 'time between two turns'),
    recover: optional(quantity('percent'), 'what is given back at each turn behind the limit; default a third of slow'),
    least: optional(quantity('percent'), 'share of the feed that is always left; default 10 %'),
  },
  'rule',
);

const override = record(
  {
    while: required(locatedText(), 'a limit, as `DO < 15 %`'),
    feed: required(plainFeedShape, 'what is fed as long as it is passed'),
    'dead band': optional(quantity(), 'how far the value must come back; default 10 % of the limit'),
    'stale after': optional(
      quantity('h'),
      'time without a new value after which the lesser of both feeds goes; default 10 min',
    ),
  },
  'override',
);

const later = record(
  {
    after: required(quantity('h'), 'time since the start of the phase'),
    feed: required(plainFeedShape, 'what is fed from then on'),
  },
  'entry of the schedule',
);

/** The feeding strategy of a phase. */
export const feedShape = record(
  {
    strategy: required(choice([...plainStrategies, 'adaptive', 'predictive', 'remote']), 'how the feed rate is found'),
    ...plainFeed,
    fallback: optional(plainFeedShape, 'remote: what is fed while the foreign controller is silent'),
    then: optional(listOf(later), 'a schedule: feeds that take over in turn'),
    cap: optional(listOf(plainFeedShape), 'feeds that are ceilings: the least of all goes'),
    override: optional(override, 'another feed that takes over while a limit is passed'),
    ...modelFeed,
    trim: optional(listOf(trim), 'rules that slow the feed while something is beyond a limit'),
    input: optional(locatedText(), 'the input that the pump drives; default feedRate'),
  },
  'feed',
);

export type FeedValue = Read<typeof feedShape>;
export type TrimValue = Read<typeof trim>;
