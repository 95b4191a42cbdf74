import { listOf, locatedText, mapOf, optional, quantity, type Read, record, required, shortOr } from '@fedbatch/model';
import { feedShape } from './feed.ts';
import { refuseId } from './id.ts';

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
    feed: optional(feedShape, 'the feeding strategy of the phase'),
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

/** The phases of a recipe in order. */
export const recipeShape = listOf(shortOr(bare, namedPhase, (name) => new Map([[name.value, { place: name.place }]])));

const passing = record(
  {
    set: optional(mapOf(quantity(), { noun: 'input', refuse: refuseId }), 'inputs to set as it begins'),
    for: optional(quantity('h'), 'how long it takes; default no time'),
  },
  'state',
);

/** What the states of a recipe do that pass by themselves (ISA-88). */
export const statesShape = record(
  {
    holding: optional(passing, 'on the way from running to held'),
    restarting: optional(passing, 'on the way from held to running; the feed still rests'),
    completing: optional(passing, 'after the last phase, on the way to complete'),
    stopping: optional(passing, 'on the way to stopped'),
    aborting: optional(passing, 'on the way to aborted'),
  },
  'states',
);

export type PhaseValue = Read<typeof phase>;
export type EndsOnValue = Read<typeof endsOn>;
