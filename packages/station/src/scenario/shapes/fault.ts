import { choice, locatedText, optional, quantity, type Read, record, required, text } from '@fedbatch/model';
import { type FaultKind, faultKinds } from '@fedbatch/plant';

/** Something that goes wrong. */
export const faultShape = record(
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

export type FaultValue = Read<typeof faultShape>;
