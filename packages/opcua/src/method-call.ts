import type { Station } from '@fedbatch/station';
import type { Person, Receipt } from '@fedbatch/vocabulary';
import {
  type CallMethodResultOptions,
  type ISessionContext,
  StatusCodes,
  type UAMethod,
  type Variant,
} from 'node-opcua';
import { refusalStatuses } from './status.ts';
import { personOf } from './who.ts';

/** What the library gives a method for its answer. */
export type Done = (error: Error | null, answer: CallMethodResultOptions) => void;

/** Lets a method of a type do something for the person who calls it. */
export function bindCall(
  station: Station,
  method: UAMethod,
  call: (person: Person, inputs: readonly Variant[]) => CallMethodResultOptions,
): void {
  method.bindMethod((inputs: Variant[], context: ISessionContext, done: Done) =>
    done(null, call(personOf(station, context), inputs)),
  );
}

/** What a method answers whose command gives nothing but a receipt; `outputs` where it was accepted. */
export const answerOf = (receipt: Receipt, outputs: readonly Variant[] = []): CallMethodResultOptions =>
  receipt.accepted
    ? { statusCode: StatusCodes.Good, outputArguments: [...outputs] }
    : { statusCode: refusalStatuses[receipt.refusal] };
