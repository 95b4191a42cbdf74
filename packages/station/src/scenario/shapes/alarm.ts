import { choice, locatedText, mapOf, optional, quantity, type Read, record, required, text } from '@fedbatch/model';
import { alarmPriorities } from '@fedbatch/runtime';
import { refuseId } from './id.ts';

/** An alarm or an interlock. */
export const alarmShape = record(
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

export type AlarmValue = Read<typeof alarmShape>;
