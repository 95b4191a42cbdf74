import type { Station } from '@fedbatch/station';
import type { Person } from '@fedbatch/vocabulary';
import {
  type CallMethodResultOptions,
  DataType,
  type ISessionContext,
  type Namespace,
  StatusCodes,
  type UAObject,
} from 'node-opcua';
import { personOf } from './who.ts';

type Answer = CallMethodResultOptions | Promise<CallMethodResultOptions>;
type Values = readonly never[];

/** What goes into a method, or comes out. */
export interface Argument {
  readonly name: string;
  readonly says: string;
  readonly dataType: DataType;
  readonly rank?: 'array';
}

/** A method as its caller sees it, and what it does. */
export interface Method {
  readonly name: string;
  readonly says: string;
  readonly inputs?: readonly Argument[];
  readonly outputs?: readonly Argument[];
  readonly call: (person: Person, values: Values, context: ISessionContext) => Answer;
}

export const text = (name: string, says: string): Argument => ({ name, says, dataType: DataType.String });
export const number = (name: string, says: string): Argument => ({ name, says, dataType: DataType.Double });
export const numbers = (name: string, says: string): Argument => ({ ...number(name, says), rank: 'array' });
export const texts = (name: string, says: string): Argument => ({ ...text(name, says), rank: 'array' });

/** Adds a method that does something for the person who calls it. */
export function addMethod(
  station: Station,
  namespace: Namespace,
  parent: UAObject,
  nodeId: string,
  { name, says, inputs = [], outputs = [], call }: Method,
): void {
  const argument = ({ name: label, says: words, dataType, rank }: Argument) => ({
    name: label,
    description: words,
    dataType,
    valueRank: rank === 'array' ? 1 : -1,
  });
  const method = namespace.addMethod(parent, {
    browseName: name,
    nodeId,
    description: says,
    inputArguments: inputs.map(argument),
    outputArguments: outputs.map(argument),
  });
  method.bindMethod((given, context, done) => {
    const values = given.map(({ value }) => value as never);
    Promise.resolve()
      .then(() => call(personOf(station, context), values, context))
      .then(
        (answer) => done(null, answer),
        // A method that fails must not take the server with it.
        () => done(null, { statusCode: StatusCodes.BadInternalError }),
      );
  });
}
