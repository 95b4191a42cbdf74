import {
  choice,
  integer,
  listOf,
  locatedText,
  mapOf,
  optional,
  quantity,
  type Read,
  record,
  required,
  shortOr,
} from '@fedbatch/model';
import { refuseId } from './id.ts';

const unsure = record(
  {
    by: required(quantity(), 'standard deviation at the start: a share, or an amount in the unit of what is meant'),
    drifts: optional(quantity(), 'how far it moves in an hour: a share, or an amount; default a tenth of `by`'),
  },
  'uncertainty',
);

const seen = record(
  {
    as: required(locatedText(), 'what shows it: the tag of a sensor, or a name of the model'),
    relative: optional(quantity('percent'), 'standard deviation of its noise as a share of its value; default none'),
    absolute: optional(quantity(), 'standard deviation of its noise as an amount; default none'),
    late: optional(quantity('h'), 'how long after its sample a value arrives; default at once'),
    'outlier at': optional(
      quantity('-'),
      'deviations from which a value is left out; default never for what shows at once, 5 for late samples',
    ),
    needed: optional(
      choice(['yes', 'no']),
      'yes: the feed falls back without it; no: it goes on; default: it goes on as long as one of those that show at once is heard',
    ),
  },
  'signal',
);

const within = record(
  {
    keep: required(locatedText(), 'a limit of a name of its model, as `DO > 20 %` or `A < 0.5 g/L`'),
    ahead: optional(
      quantity('h'),
      'adaptive: how far ahead it is looked at; default 3 min below a limit, 2 h above one',
    ),
    deviations: optional(
      quantity('-'),
      'adaptive: standard deviations of the prediction that are kept free; default 2. A predictive feed keeps none: state a tighter limit',
    ),
    widest: optional(quantity(), 'adaptive: the most that is kept free; default 30 % of the limit above, 15 % below'),
  },
  'limit',
);

const guard = record(
  {
    mode: optional(choice(['shadow', 'advise', 'supervised']), 'who decides; default supervised'),
    least: optional(quantity('L/h'), 'lowest rate of the validated envelope; default 0 L/h'),
    most: optional(quantity('L/h'), 'highest rate of the validated envelope; default the range of the pump'),
    'times fallback': optional(
      quantity('percent'),
      'most that a proposal may be of what the open-loop feed would be at that time; default 200 % where `most` is not stated, else no such limit',
    ),
    rises: optional(quantity('percent'), 'most that the feed may rise in an hour, as a share; default 400 %'),
    'answer holds': optional(quantity('h'), 'advise: how long an answer of a person holds; default 1 h'),
  },
  'guard',
);

const horizon = record(
  {
    moves: optional(integer(1, 200), 'moves that are planned; default 30'),
    step: optional(quantity('h'), 'how long a move stands, and the time between two plans; default 6 min'),
    work: optional(
      integer(1, 10_000),
      'most evaluations of the prediction that a plan may take: its budget, counted and not timed; default 25',
    ),
    calm: optional(
      integer(0, 1_000_000_000),
      'cost of the square of a change of 1 L/h between two moves, where growth off by all of its set point costs 4; default 1000',
    ),
  },
  'horizon',
);

const ownModel = record(
  {
    organism: optional(
      locatedText(),
      'path of the organism that the controller believes in; default that of the scenario',
    ),
    vessel: required(locatedText(), 'path of the vessel that it believes in, as observer-volume.yaml'),
    parameters: optional(
      mapOf(quantity(), { noun: 'parameter', refuse: refuseId }),
      'parameters that it believes to be others than their files say',
    ),
  },
  'model',
);

/** What a feed may have that keeps a model of its own: adaptive and predictive. */
export const modelFeed = {
  model: optional(ownModel, "adaptive, predictive: the controller's own model"),
  horizon: optional(horizon, 'predictive: how far it plans, and how much work a plan may take'),
  'unsure of': optional(
    mapOf(
      shortOr(quantity(), unsure, (by, place): Read<typeof unsure> => ({ by, place })),
      { noun: 'quantity', refuse: refuseId },
    ),
    'adaptive, predictive: species, parameters and the feed that are estimated, and how far off they may be; default the biomass and every parameter whose file states a spread',
  ),
  sees: optional(
    mapOf(seen, { noun: 'quantity', refuse: refuseId }),
    'adaptive, predictive: names of its model that are measured, each with what shows it',
  ),
  within: optional(
    listOf(shortOr(locatedText(), within, (keep, place): Read<typeof within> => ({ keep, place }))),
    'adaptive, predictive: limits that it keeps, each as `DO > 20 %`',
  ),
  guard: optional(guard, 'adaptive, predictive: what its proposals must keep to'),
};
