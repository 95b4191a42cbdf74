import type { LivePlant, PlantEvent, Station } from '@fedbatch/station';
import {
  type AddressSpace,
  type CallMethodResultOptions,
  DataType,
  type ISessionContext,
  type Namespace,
  StatusCodes,
  type UAAlarmConditionEx,
  type UAMethod,
  type UAObject,
  type Variant,
} from 'node-opcua';
import { refusalStatuses } from './status.ts';
import { personOf } from './who.ts';

/** Severities of OPC 10000-5, 6.4.2: from 1 to 1000. */
const severities = { low: 200, medium: 500, high: 700, urgent: 900 } as const;
const eventSeverity: Readonly<Partial<Record<PlantEvent['kind'], number>>> = {
  warning: 400,
  alarm: 500,
  watchdog: 800,
  refused: 300,
};

/** A shelf without an end, as far as the station allows one, h. */
const longestShelfH = 24;

type Done = (error: Error | null, answer: CallMethodResultOptions) => void;
type Bound = (this: UAMethod, inputs: Variant[], context: ISessionContext, done: Done) => void;

/** How many monitored items wait for the events of an object. */
const heard = (node: unknown): number => (node as { listenerCount(name: string): number }).listenerCount('event');

interface Watched {
  readonly name: string;
  readonly condition: UAAlarmConditionEx;
  /** The state of the alarm that the condition shows. */
  shown: string;
}

/** Events and alarms of a plant: what happened, who changed what, and conditions that can be acknowledged and shelved. */
export class PlantEvents {
  readonly #station: Station;
  readonly #plant: LivePlant;
  readonly #root: UAObject;
  readonly #addressSpace: AddressSpace;
  readonly #alarms: Watched[] = [];
  readonly #stop: () => void;

  constructor(station: Station, plant: LivePlant, root: UAObject, addressSpace: AddressSpace) {
    this.#station = station;
    this.#plant = plant;
    this.#root = root;
    this.#addressSpace = addressSpace;
    this.#stop = plant.onEvent((event) => this.#tell(event));
  }

  layOut(namespace: Namespace): void {
    const { plan } = this.#plant;
    if ((plan.alarms ?? []).length === 0) return;
    const source = namespace.addObject({
      componentOf: this.#root,
      eventSourceOf: this.#root,
      browseName: 'Alarms',
      nodeId: `s=${this.#plant.name}.Alarms`,
    });
    for (const { name, says, priority } of plan.alarms ?? []) {
      const condition = namespace.instantiateOffNormalAlarm({
        browseName: name,
        nodeId: `s=${this.#plant.name}.Alarms.${name}`,
        conditionSource: source,
        componentOf: source,
        inputNode: this.#input(name),
        normalState: this.#input(name),
        optionals: ['ConfirmedState', 'Confirm', 'ShelvingState'],
      } as never) as unknown as UAAlarmConditionEx;
      condition.conditionName.setValueFromSource({ dataType: DataType.String, value: name });
      condition.severity.setValueFromSource({ dataType: DataType.UInt16, value: severities[priority] });
      condition.message.setValueFromSource({ dataType: DataType.LocalizedText, value: { text: says } });
      this.#alarms.push({ name, condition, shown: 'normal' });
      this.#guardAll(condition, name);
    }
  }

  /** Lets conditions follow the alarms of the plant. */
  follow(): void {
    const { table } = this.#plant;
    for (const alarm of this.#alarms) {
      const slot = table.slotOf(`alarm.${alarm.name}.state`);
      const state = table.tags[slot]!.choices![table.values[slot]!]!;
      if (state === alarm.shown) continue;
      const isOn = ['unacknowledged', 'acknowledged', 'latched'].includes(state);
      const wasOn = ['unacknowledged', 'acknowledged', 'latched'].includes(alarm.shown);
      if (isOn && !wasOn) alarm.condition.activateAlarm();
      if (!isOn && wasOn) alarm.condition.deactivateAlarm(true);
      alarm.shown = state;
      alarm.condition.raiseNewCondition({
        message: `${alarm.name}: ${state}`,
        severity: alarm.condition.severity.readValue().value.value,
        quality: StatusCodes.Good,
        retain: state !== 'normal',
      });
    }
  }

  close(): void {
    this.#stop();
  }

  #input(name: string) {
    return this.#addressSpace.findNode(`ns=${this.#root.nodeId.namespace};s=${this.#plant.name}.alarm.${name}.state`)!
      .nodeId;
  }

  /** Whatever a client does to a condition goes through the gate first, and the library follows only when it may. */
  #guardAll(condition: UAAlarmConditionEx, alarm: string): void {
    const methods = condition as unknown as Record<string, UAMethod | undefined>;
    const shelving = condition.shelvingState as unknown as Record<string, UAMethod | undefined> | undefined;
    this.#guard(methods.acknowledge, () => ({ kind: 'alarm', alarm, action: 'acknowledge' }));
    this.#guard(methods.confirm, () => ({ kind: 'alarm', alarm, action: 'confirm' }));
    this.#guard(methods.addComment, () => ({ kind: 'alarm', alarm, action: 'comment' }));
    this.#guard(shelving?.timedShelve, ([span]) => ({
      kind: 'alarm',
      alarm,
      action: 'shelve',
      forH: Number(span?.value) / 3.6e6,
    }));
    this.#guard(shelving?.oneShotShelve, () => ({ kind: 'alarm', alarm, action: 'shelve', forH: longestShelfH }));
    this.#guard(shelving?.unshelve, () => ({ kind: 'alarm', alarm, action: 'unshelve' }));
    // An alarm is part of the scenario: nobody turns it off from outside.
    for (const method of [methods.enable, methods.disable])
      method?.bindMethod(((_: unknown, __: unknown, done: Done) =>
        done(null, { statusCode: StatusCodes.BadNotSupported })) as never);
  }

  #guard(
    method: UAMethod | undefined,
    commandOf: (inputs: readonly Variant[]) => Parameters<LivePlant['command']>[1],
  ): void {
    const original = (method as (UAMethod & { _asyncExecutionFunction?: Bound }) | undefined)?._asyncExecutionFunction;
    if (!method || !original) return;
    const plant = this.#plant;
    const station = this.#station;
    method.bindMethod(function (this: UAMethod, inputs: Variant[], context: ISessionContext, done: Done) {
      const comment = inputs
        .map(({ value }) => (value as { text?: string } | null)?.text)
        .find((text) => text !== undefined && text !== '');
      const receipt = plant.command(personOf(station, context), commandOf(inputs), comment ?? undefined);
      if (!receipt.accepted) return done(null, { statusCode: refusalStatuses[receipt.refusal] });
      original.call(this, inputs, context, done);
    } as never);
  }

  #tell({ kind, subject, says, person, old, new: value, wallMs }: PlantEvent): void {
    const server = this.#addressSpace.rootFolder.objects.server;
    // Making an event costs as much as a step; nobody listens most of the time, and the journal has it anyway.
    if (heard(this.#root) + heard(server) === 0) return;
    const name = this.#plant.name;
    const words = person ? `${person.name}: ${subject} ${says}` : `${subject}: ${says}`;
    this.#root.raiseEvent('BaseEventType', {
      message: { dataType: DataType.LocalizedText, value: { text: words } },
      severity: { dataType: DataType.UInt16, value: eventSeverity[kind] ?? 100 },
      sourceName: { dataType: DataType.String, value: `${name}.${subject}` },
      time: { dataType: DataType.DateTime, value: new Date(wallMs) },
    });
    if (!person || (kind !== 'command' && kind !== 'refused')) return;
    server.raiseEvent('AuditWriteUpdateEventType', {
      sourceName: { dataType: DataType.String, value: 'Attribute/Write' },
      actionTimeStamp: { dataType: DataType.DateTime, value: new Date(wallMs) },
      status: { dataType: DataType.Boolean, value: kind === 'command' },
      serverId: { dataType: DataType.String, value: name },
      clientUserId: { dataType: DataType.String, value: person.name },
      message: { dataType: DataType.LocalizedText, value: { text: words } },
      severity: { dataType: DataType.UInt16, value: 200 },
      attributeId: { dataType: DataType.UInt32, value: 13 },
      oldValue: { dataType: DataType.String, value: JSON.stringify(old ?? null) },
      newValue: { dataType: DataType.String, value: JSON.stringify(value ?? null) },
    });
  }
}
