import type { LivePlant, Station } from '@fedbatch/station';
import type { Tag } from '@fedbatch/vocabulary';
import {
  DataType,
  type DataValue,
  type ISessionContext,
  type Namespace,
  type StatusCode,
  StatusCodes,
  type UAVariable,
} from 'node-opcua';
import { refusalStatuses } from './status.ts';
import { personOf } from './who.ts';

const padimUri = 'http://opcfoundation.org/UA/PADIM/';

/** PA-DIM's way for a client to put a value in the place of a reading (OPC 30081, 7.2): a state, and the value. `parent` shows the reading. */
export function addSimulation(
  station: Station,
  plant: LivePlant,
  namespace: Namespace,
  parent: UAVariable,
  tag: Tag,
): void {
  const namespaceIndex = namespace.addressSpace.getNamespaceIndex(padimUri);
  const sensor = tag.id.slice(0, -'.measured'.length);
  let wanted = tag.low;
  const add = (
    name: string,
    dataType: DataType,
    value: unknown,
    take: (given: never) => number | null | undefined,
  ): UAVariable => {
    const node = namespace.addVariable({
      componentOf: parent,
      browseName: { name, namespaceIndex },
      nodeId: `s=${plant.name}.Vessel.${sensor}.${name}`,
      dataType,
      accessLevel: 'CurrentRead | CurrentWrite',
      userAccessLevel: 'CurrentRead | CurrentWrite',
      value: { dataType, value } as never,
    });
    const writeValue = (context: ISessionContext, given: DataValue, ...rest: unknown[]): void => {
      const callback = rest.at(-1) as (error: Error | null, status: StatusCode) => void;
      if (given.value.dataType !== dataType || given.value.arrayType !== 0)
        return callback(null, StatusCodes.BadTypeMismatch);
      const simulated = take(given.value.value as never);
      const command = { kind: 'simulate', sensor, value: simulated === undefined ? null : simulated } as const;
      const receipt = plant.command(personOf(station, context), command);
      if (!receipt.accepted) return callback(null, refusalStatuses[receipt.refusal]);
      node.setValueFromSource({ dataType, value: given.value.value } as never);
      callback(null, StatusCodes.Good);
    };
    Object.assign(node, { writeValue });
    return node;
  };
  const state = add('SimulationState', DataType.Boolean, false, (on: boolean) => (on ? wanted : null));
  add('SimulationValue', DataType.Double, wanted, (value: number) => {
    wanted = value;
    return state.readValue().value.value ? value : null;
  });
}
