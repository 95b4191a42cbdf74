import { createHash } from 'node:crypto';
import type { LivePlant, PlantEvent } from '@fedbatch/station';
import { type AddressSpace, DataType, type IEventData, type UAObject, type VariantOptions } from 'node-opcua';
import { isHeard } from './audit.ts';

const eventSeverity: Readonly<Partial<Record<PlantEvent['kind'], number>>> = {
  warning: 400,
  alarm: 500,
  watchdog: 800,
  refused: 300,
};

/** Events of a plant: what happened and who did what, now and out of the journal. */
export class PlantEvents {
  readonly #plant: LivePlant;
  readonly #root: UAObject;
  readonly #addressSpace: AddressSpace;
  readonly #stop: () => void;

  constructor(plant: LivePlant, root: UAObject, addressSpace: AddressSpace) {
    this.#plant = plant;
    this.#root = root;
    this.#addressSpace = addressSpace;
    this.#stop = plant.onEvent((event) => this.#tell(event));
  }

  close(): void {
    this.#stop();
  }

  /** An event as the library has it, to take fields from; the same that was told when it happened. */
  dataOf(event: PlantEvent): IEventData {
    const sourceNode = { dataType: DataType.NodeId, value: this.#root.nodeId };
    const type = this.#addressSpace.findEventType('BaseEventType')!;
    return this.#addressSpace.constructEventData(type, Object.assign(this.#fieldsOf(event), { sourceNode }) as never);
  }

  #fieldsOf({ kind, subject, says, person, stampMs, record }: PlantEvent): Record<string, VariantOptions> {
    const { name } = this.#plant;
    const words = person ? `${person.name}: ${subject} ${says}` : `${subject}: ${says}`;
    const digest = createHash('sha256').update(`${name}.${kind}.${record}`).digest();
    const time = { dataType: DataType.DateTime, value: new Date(stampMs) };
    // The library gives events ids of its own unless one is inherited, and in the history it must be the one that was told.
    const withId = Object.create({ eventId: { dataType: DataType.ByteString, value: digest.subarray(0, 16) } });
    return Object.assign(withId, {
      message: { dataType: DataType.LocalizedText, value: { text: words } },
      severity: { dataType: DataType.UInt16, value: eventSeverity[kind] ?? 100 },
      sourceName: { dataType: DataType.String, value: `${name}.${subject}` },
      time,
      receiveTime: time,
    });
  }

  #tell(event: PlantEvent): void {
    // Making an event costs as much as a step; nobody listens most of the time, and the journal has it anyway.
    if (isHeard(this.#root) || isHeard(this.#addressSpace.rootFolder.objects.server))
      this.#root.raiseEvent('BaseEventType', this.#fieldsOf(event) as never);
  }
}
