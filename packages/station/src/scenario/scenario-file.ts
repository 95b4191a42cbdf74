import { estimatorNames, tuningRules } from '@fedbatch/control';
import {
  choice,
  integer,
  listOf,
  locatedText,
  mapOf,
  type Override,
  optional,
  parseYaml,
  quantity,
  type Read,
  record,
  required,
  shortOr,
  text,
} from '@fedbatch/model';
import { type FaultKind, faultKinds } from '@fedbatch/plant';
import { alarmPriorities } from '@fedbatch/runtime';
import { ProblemError, type Problems } from '@fedbatch/vocabulary';

/** A key that may carry dots or a charge: `organism.qSmax`, `gas.O2`, `NH4+`. */
const refuseId = (id: string): string | undefined =>
  /^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*){0,2}[+-]?$/.test(id) && !id.split('.').includes('constructor')
    ? undefined
    : `\`${id.slice(0, 60)}\` is not a name such as X or organism.qSmax.`;

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
const plainFeed = {
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

const part = record(
  { strategy: required(choice(plainStrategies), 'how the feed rate is found'), ...plainFeed },
  'feed',
);

const override = record(
  {
    while: required(locatedText(), 'a limit, as `DO < 15 %`'),
    feed: required(part, 'what is fed as long as it is passed'),
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
    feed: required(part, 'what is fed from then on'),
  },
  'entry of the schedule',
);

const feed = record(
  {
    strategy: required(choice([...plainStrategies, 'adaptive', 'predictive', 'remote']), 'how the feed rate is found'),
    ...plainFeed,
    fallback: optional(part, 'remote: what is fed while the foreign controller is silent'),
    then: optional(listOf(later), 'a schedule: feeds that take over in turn'),
    cap: optional(listOf(part), 'feeds that are ceilings: the least of all goes'),
    override: optional(override, 'another feed that takes over while a limit is passed'),
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
    trim: optional(listOf(trim), 'rules that slow the feed while something is beyond a limit'),
    input: optional(locatedText(), 'the input that the pump drives; default feedRate'),
  },
  'feed',
);

const stage = record(
  {
    input: optional(locatedText(), 'the input that it drives, as stirrer'),
    loop: optional(
      locatedText(),
      'or the loop whose set point it gives (a cascade), in the unit of what that one holds',
    ),
    share: optional(
      choice(['feed']),
      'or the share that is fed of what the strategy of the phase wants: 100 % at rest',
    ),
    from: required(quantity(), 'where it rests'),
    to: required(quantity(), 'where it is spent; may lie below'),
    band: optional(quantity(), 'error that moves it over its whole range; default that of the loop'),
    pulse: optional(quantity('h'), 'it is off or on: on for its share of every period of this length'),
    'shortest pulse': optional(quantity('h'), 'pulses that are shorter are saved up for the next period; default 0 s'),
    'on off': optional(
      quantity('percent'),
      'it is off or on: on above half of its range, with this hysteresis, a share of the range',
    ),
  },
  'stage',
);

const gainBy = record(
  {
    signal: required(
      locatedText(),
      'what tells how the process reacts: an input as stirrer, a name of the model or a tag',
    ),
    at: required(listOf(quantity()), 'rising values of it'),
    factor: required(
      listOf(quantity('-')),
      'what the gain is multiplied by at each; straight lines between, ends held',
    ),
  },
  'gain schedule',
);

const tuning = record(
  {
    amplitude: optional(
      quantity('percent'),
      'how far the relay moves the output to either side, in % of a stage; default 10 %',
    ),
    hysteresis: optional(
      quantity(),
      'difference from the set point at which it switches, more than the noise; default 1 % of the band',
    ),
    'give up at': optional(
      quantity(),
      'difference from the set point at which it gives up; default a quarter of the band',
    ),
    'at most': optional(quantity('h'), 'time after which it gives up; default 4 h'),
    agreement: optional(quantity('percent'), 'how far apart the last three periods may be; default 10 %'),
    use: optional(choice(tuningRules), 'the rule by whose law the loop goes on; default as before'),
  },
  'tuning',
);

const loop = record(
  {
    hold: required(locatedText(), 'what is held: a name of the model, or the tag of a sensor'),
    at: required(quantity(), 'the set point'),
    band: required(quantity(), 'proportional band: the error that moves one stage over its whole range'),
    reset: optional(quantity('h'), 'integral time; default none'),
    derivative: optional(quantity('h'), 'derivative time; default none'),
    'dead band': optional(quantity(), 'errors up to this size count as none'),
    'gain by': optional(gainBy, 'a gain schedule: the gain follows a signal'),
    'set point weight': optional(
      quantity('-'),
      'share of the set point that the proportional part sees, 0 to 1; default 1',
    ),
    'switch after': optional(
      quantity('h'),
      'how long a stage must be spent, or at rest, before the next takes over; default at once',
    ),
    'raise by': optional(listOf(stage), 'stages that raise the value, in the order in which they are used'),
    'lower by': optional(listOf(stage), 'stages that lower it'),
    tuning: optional(tuning, 'how a relay experiment tunes it, where a phase or a person asks for one'),
    during: optional(listOf(locatedText()), 'phases in which it acts; default all. Elsewhere its stages rest'),
  },
  'loop',
);

const alarm = record(
  {
    when: required(locatedText(), 'the limit: a name of the model or the tag of a sensor, < or >, and a value'),
    for: optional(quantity('h'), 'how long the value must be beyond it; default at once'),
    'dead band': optional(quantity(), 'how far the value must come back'),
    'back for': optional(quantity('h'), 'how long it must be back'),
    priority: optional(choice(alarmPriorities), 'default medium, high for an interlock'),
    latched: optional(choice(['yes', 'no']), 'whether it stays until a person resets it; default no'),
    force: optional(
      mapOf(quantity(), { noun: 'input', refuse: refuseId }),
      'an interlock: inputs that are held at a value as long as it is active, whatever else is wanted of them',
    ),
    says: optional(text(), 'what it means, for whoever reads it at night'),
  },
  'alarm',
);

const endsOn = record(
  {
    signal: required(locatedText(), 'what shows it: the tag of a sensor, or a name of the model'),
    'rises by': optional(quantity(), 'it has risen by so much, as dissolved oxygen when the substrate is spent'),
    'falls by': optional(
      quantity(),
      'it has fallen by so much, as a respiratory quotient, or base that is no longer needed',
    ),
    within: optional(quantity('h'), 'in no more than this time; default 10 min'),
    after: optional(quantity('h'), 'not before so long into the phase; default 0 h'),
  },
  'end',
);

const passing = record(
  {
    set: optional(mapOf(quantity(), { noun: 'input', refuse: refuseId }), 'inputs to set as it begins'),
    for: optional(quantity('h'), 'how long it takes; default no time'),
  },
  'state',
);

const phase = record(
  {
    in: optional(
      locatedText(),
      'its place in the procedure: unit procedure and operation, as `Fermentation / Feeding`',
    ),
    'ends on': optional(
      endsOn,
      'ends it where a signal changes so far so fast: a DO spike, a fall of RQ, base that stops',
    ),
    feed: optional(feed, 'the feeding strategy of the phase'),
    until: optional(
      locatedText(),
      'what ends it: a condition (`glucose is exhausted`, `S < 0.05 g/L`) or the id of an event of a component',
    ),
    for: optional(quantity('h'), 'how long it lasts'),
    'at most': optional(quantity('h'), 'how long it lasts at most'),
    'hold when': optional(
      locatedText(),
      'holds the phase while a limit is passed, as `DO < 15 % for 5 min`: the feed rests, `for` waits, loops go on; it resumes when the value has come back for as long',
    ),
    tune: optional(locatedText(), 'a loop that is tuned by a relay experiment; the phase ends with it'),
    set: optional(mapOf(quantity(), { noun: 'input', refuse: refuseId }), 'inputs to set when it starts'),
    hold: optional(mapOf(quantity(), { noun: 'loop', refuse: refuseId }), 'set points of loops from its start on'),
  },
  'phase',
);
const namedPhase = mapOf(phase, {
  noun: 'phase',
  refuse: (name) =>
    /^[A-Za-z][A-Za-z0-9 _-]{0,39}$/.test(name) ? undefined : `\`${name.slice(0, 60)}\` is not a name of a phase.`,
});
const bare = locatedText({ type: 'string', description: 'a phase without settings, as `harvest`' });

const fault = record(
  {
    kind: required(choice(Object.keys(faultKinds) as FaultKind[]), 'what goes wrong'),
    on: required(locatedText(), 'tag of a sensor or an actuator, id of a parameter, an input or a stream, or plant'),
    with: optional(locatedText(), 'swap: the other sensor'),
    size: optional(quantity(), 'how much, in the unit of the target, or a share or factor; default 1'),
    change: optional(choice(['factor', 'offset', 'value']), 'a fault of the process: what it does; default factor'),
    from: optional(quantity('h'), 'when it starts'),
    when: optional(locatedText(), 'or the event of a component that starts it'),
    hazard: optional(quantity('1/h'), 'or how likely it starts in an hour'),
    for: optional(quantity('h'), 'how long it lasts; default to the end'),
    rise: optional(quantity('h'), 'time in which it grows; default at once'),
    period: optional(quantity('h'), 'it comes and goes, half of this each'),
    says: optional(text(), 'remarks'),
  },
  'fault',
);

/** The form of a scenario file. */
export const scenarioShape = record(
  {
    scenario: required(text(), 'what is tried, in one line'),
    version: optional(choice(['1']), 'version of the format; 1'),
    says: optional(text(), 'remarks'),
    organism: required(locatedText(), 'path of the organism file'),
    vessel: required(locatedText(), 'path of the vessel file'),
    components: optional(mapOf(locatedText(), { noun: 'component' }), 'paths of further components, each under a name'),
    instruments: optional(locatedText(), 'path of the file with sensors and actuators; default ideal ones'),
    faults: optional(listOf(fault), 'what goes wrong, and when'),
    calibrations: optional(
      listOf(
        record(
          {
            on: required(locatedText(), 'tag of the sensor'),
            at: required(quantity('h'), 'when'),
            error: optional(quantity(), 'error that is left; default none'),
          },
          'calibration',
        ),
      ),
      'when somebody calibrates a sensor',
    ),
    charge: required(mapOf(quantity(), { noun: 'charge', refuse: refuseId }), 'what is in the vessel at the start'),
    streams: optional(
      mapOf(mapOf(quantity(), { noun: 'species', refuse: refuseId }), { noun: 'stream' }),
      'composition of the entering streams',
    ),
    parameters: optional(
      mapOf(quantity(), { noun: 'parameter', refuse: refuseId }),
      'parameters to change, as organism.qSmax',
    ),
    inputs: optional(mapOf(quantity(), { noun: 'input', refuse: refuseId }), 'inputs at the start, as stirrer'),
    control: optional(
      mapOf(loop, { noun: 'loop', refuse: refuseId }),
      'base loops: what is held, at what, and by which inputs in turn',
    ),
    alarms: optional(mapOf(alarm, { noun: 'alarm', refuse: refuseId }), 'alarms and interlocks'),
    recipe: required(
      listOf(shortOr(bare, namedPhase, (name) => new Map([[name.value, { place: name.place }]]))),
      'phases in order',
    ),
    remote: optional(
      record(
        { 'answers within': required(quantity('h'), 'longest time, of the plant, in which its counter stands still') },
        'remote',
      ),
      'lets a foreign controller have loops (their mode remote) and feeds (strategy: remote), by tags, as long as it moves its counter',
    ),
    states: optional(
      record(
        {
          holding: optional(passing, 'on the way from running to held'),
          restarting: optional(passing, 'on the way from held to running; the feed still rests'),
          completing: optional(passing, 'after the last phase, on the way to complete'),
          stopping: optional(passing, 'on the way to stopped'),
          aborting: optional(passing, 'on the way to aborted'),
        },
        'states',
      ),
      'what the states of the recipe do that pass by themselves (ISA-88); in all of them the feed rests',
    ),
    scan: optional(quantity('s'), 'time between two scans of the control; default 1 s'),
    record: optional(
      record(
        {
          every: optional(quantity('s'), 'time between two samples; default 1 min'),
          only: optional(listOf(locatedText()), 'names to record; default everything'),
          spectra: optional(
            choice(['keep', 'drop']),
            'keep: a CSV with every spectrum of each spectrometer beside the samples; default drop',
          ),
        },
        'record setting',
      ),
      'what is recorded',
    ),
    solver: optional(
      record(
        {
          method: optional(
            choice(['auto', 'tsit5', 'dop853', 'rodas4', 'rodas5p', 'odex']),
            'the integrator; default auto',
          ),
          tolerance: optional(quantity('-'), 'relative tolerance; default 1e-6'),
          code: optional(
            choice(['javascript', 'webassembly']),
            'what stiff steps run in; default javascript. webassembly is quicker step by step and takes a moment to make',
          ),
          kinks: optional(
            choice(['locate', 'ignore']),
            'where a rate law changes its form: locate (default) ends a step there; ignore leaves that to the control of errors, which is quicker and where a rate jumps less exact',
          ),
        },
        'solver setting',
      ),
      'how it is integrated',
    ),
    seed: optional(integer(0, 2 ** 31 - 1), 'seed of everything random; default 1'),
    'key figures': optional(
      listOf(locatedText()),
      'numbers to report, as `biomass at end`, `acetate maximum`, `duration of batch`',
    ),
    reference: optional(
      record(
        {
          file: required(locatedText(), "a CSV file with other people's or your own data"),
          columns: required(
            mapOf(locatedText(), { noun: 'name', refuse: refuseId }),
            'what is compared: a name of the model, and the title of its column; `TITLE in UNIT` where the title has no unit',
          ),
          time: optional(locatedText(), 'title of the column with the time; default time'),
          to: optional(quantity('h'), 'last time that is compared'),
        },
        'reference',
      ),
      'data to compare with: drawn as dots in the report, and the largest deviation is a key figure',
    ),
    expect: optional(listOf(locatedText()), 'expectations, as `biomass at end within 5 % of 60 g/L`'),
    trends: optional(
      mapOf(listOf(locatedText()), { noun: 'trend panel', refuse: () => undefined }),
      'panels of the report; default those of the components',
    ),
  },
  'scenario',
);

/** JSON Schema of a scenario file, for editors. */
export function scenarioSchema(): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Fedbatch scenario',
    ...scenarioShape.schema,
  };
}

export type ScenarioValue = Read<typeof scenarioShape>;
export type FaultValue = Read<typeof fault>;
export type CalibrationValue = NonNullable<ScenarioValue['calibrations']>[number];
export type FeedValue = Read<typeof feed>;
export type PlainFeedValue = Read<typeof part>;
export type AlarmValue = Read<typeof alarm>;
export type TrimValue = Read<typeof trim>;
export type LoopValue = Read<typeof loop>;
export type PhaseValue = Read<typeof phase>;
export type EndsOnValue = Read<typeof endsOn>;

/** Reads the text of a scenario. Throws ProblemError with every problem of form. */
export function readScenario(
  source: string,
  file: string,
  problems: Problems,
  overrides: readonly Override[] = [],
): ScenarioValue {
  const yaml = parseYaml(source, file, problems, overrides);
  const value = yaml.root === null ? undefined : scenarioShape.read(yaml.root, '', { file: yaml, problems });
  if (yaml.root === null)
    problems.error(
      'STATION_SCENARIO_EMPTY',
      { file, line: 1, column: 1 },
      'The scenario file is empty.',
      'Start it with `scenario:` and a title; compare sims/scenarios/.',
    );
  problems.throwIfAny();
  if (value === undefined) throw new ProblemError(problems.list);
  return value;
}
