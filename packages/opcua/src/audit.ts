import type { Station } from '@fedbatch/station';
import {
  AttributeIds,
  type CallMethodResultOptions,
  DataType,
  type DataValue,
  type ISessionContext,
  type Namespace,
  NodeClass,
  type StatusCode,
  StatusCodes,
  type UAMethod,
  type UAObject,
  type UAVariable,
  type Variant,
  VariantArrayType,
} from 'node-opcua';
import { personOf } from './who.ts';

/** Whether a monitored item waits for the events of an object. */
export const isHeard = (node: unknown): boolean =>
  (node as { listenerCount(name: string): number }).listenerCount('event') > 0;

type Write = (context: ISessionContext, given: DataValue, ...rest: unknown[]) => unknown;
type Wrote = (error: Error | null, status: StatusCode) => void;
type Called = (error: Error | null, answer: CallMethodResultOptions) => void;
type Run = (this: UAMethod, inputs: Variant[], context: ISessionContext, done: Called) => unknown;

/** Nodes that have their audit already: a result that is made later adds its own. */
const audited = new WeakSet<object>();

/**
 * Tells of every write and every call that reaches the gate, accepted or not, as AuditWriteUpdateEventType and AuditUpdateMethodEventType of
 * OPC 10000-5. The library gives audit events to administrators alone. Reading a file changes nothing and is left out.
 */
export function audit(namespace: Namespace, station: Station): void {
  const { server } = namespace.addressSpace.rootFolder.objects;
  const nodes = (namespace as unknown as { nodeIterator(): IterableIterator<UAVariable | UAMethod> }).nodeIterator();
  for (const node of nodes) {
    if (audited.has(node)) continue;
    if (node.nodeClass === NodeClass.Variable && Object.hasOwn(node, 'writeValue'))
      auditWrites(node as UAVariable, server, station);
    else if (node.nodeClass === NodeClass.Method && !isOfFile(node as UAMethod))
      auditCalls(node as UAMethod, server, station);
    else continue;
    audited.add(node);
  }
}

const isOfFile = ({ parent }: UAMethod): boolean =>
  (parent as UAObject | undefined)?.typeDefinitionObj?.browseName.name === 'FileType';

function auditWrites(node: UAVariable, server: UAObject, station: Station): void {
  const { writeValue } = node as unknown as { writeValue: Write };
  const told: Write = (context, given, ...rest) => {
    if (!isHeard(server)) return writeValue.call(node, context, given, ...rest);
    const oldValue = node.readValue().value;
    const done = rest.at(-1) as Wrote;
    const answer: Wrote = (error, status) => {
      server.raiseEvent('AuditWriteUpdateEventType', {
        ...commonOf(node.browseName.name ?? '', status, context, station, 'Attribute/Write'),
        sourceNode: { dataType: DataType.NodeId, value: node.nodeId },
        attributeId: { dataType: DataType.UInt32, value: AttributeIds.Value },
        indexRange: { dataType: DataType.String, value: '' },
        oldValue,
        newValue: given.value,
      } as never);
      done(error, status);
    };
    return writeValue.call(node, context, given, ...rest.slice(0, -1), answer);
  };
  Object.assign(node, { writeValue: told });
}

function auditCalls(node: UAMethod, server: UAObject, station: Station): void {
  const run = (node as UAMethod & { _asyncExecutionFunction?: Run })._asyncExecutionFunction;
  if (!run) return;
  node.bindMethod(function (this: UAMethod, inputs: Variant[], context: ISessionContext, done: Called) {
    if (!isHeard(server)) {
      run.call(this, inputs, context, done);
      return;
    }
    run.call(this, inputs, context, (error, answer) => {
      const status = error ? StatusCodes.BadInternalError : (answer.statusCode as StatusCode);
      server.raiseEvent('AuditUpdateMethodEventType', {
        ...commonOf(node.browseName.name ?? '', status, context, station, 'Attribute/Call'),
        sourceNode: { dataType: DataType.NodeId, value: node.parent!.nodeId },
        methodId: { dataType: DataType.NodeId, value: node.nodeId },
        inputArguments: { dataType: DataType.Variant, arrayType: VariantArrayType.Array, value: inputs },
      } as never);
      done(error, answer);
    });
  } as never);
}

function commonOf(what: string, status: StatusCode, context: ISessionContext, station: Station, sourceName: string) {
  const person = personOf(station, context);
  const now = { dataType: DataType.DateTime, value: new Date() };
  return {
    sourceName: { dataType: DataType.String, value: sourceName },
    actionTimeStamp: now,
    time: now,
    status: { dataType: DataType.Boolean, value: status.isGoodish() },
    serverId: { dataType: DataType.String, value: 'urn:fedbatch' },
    clientUserId: { dataType: DataType.String, value: person.name },
    clientAuditEntryId: { dataType: DataType.String, value: '' },
    message: { dataType: DataType.LocalizedText, value: { text: `${person.name}: ${what} ${status.name}` } },
    severity: { dataType: DataType.UInt16, value: status.isGoodish() ? 200 : 300 },
  };
}
