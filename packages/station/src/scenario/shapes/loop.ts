import { tuningRules } from '@fedbatch/control';
import { choice, listOf, locatedText, optional, quantity, type Read, record, required } from '@fedbatch/model';

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

/** A base loop. */
export const loopShape = record(
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

export type LoopValue = Read<typeof loopShape>;
