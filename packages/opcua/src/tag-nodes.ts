import type { LivePlant, Station } from '@fedbatch/station';
import type { Person, Tag } from '@fedbatch/vocabulary';
import {
  DataType,
  type DataValue,
  type ISessionContext,
  type Namespace,
  resolveNodeId,
  type StatusCode,
  StatusCodes,
  type UAObject,
  type UAVariable,
} from 'node-opcua';
import { engineeringUnit } from './engineering-unit.ts';
import { answerHistory } from './history-read.ts';
import { refusalStatuses, valueStatuses } from './status.ts';
import { personOf, type SessionLike } from './who.ts';

/** A numeric tag and a choice as OPC UA types them. */
const dataTypes = { number: DataType.Double, choice: DataType.UInt32, text: DataType.String } as const;

type WriteCallback = (error: Error | null, status: StatusCode) => void;

/** Which clock the time stamps of values come from. */
export type Stamps = 'wall' | 'simulated';

/**
 * The tags of a plant as variables. Values are pushed into them after a scan; what a client writes goes to the gate of the plant and nowhere else, and
 * the variable follows when the plant has.
 */
export class TagNodes {
  readonly #plant: LivePlant;
  readonly #station: Station;
  readonly #stamps: Stamps;
  /** Every variable that shows a tag: the flat one, and those of a companion model. */
  readonly #nodes: UAVariable[][];
  readonly #values: Float64Array;
  readonly #qualities: Uint8Array;
  readonly #texts: string[];

  constructor(station: Station, plant: LivePlant, stamps: Stamps) {
    this.#station = station;
    this.#plant = plant;
    this.#stamps = stamps;
    this.#nodes = plant.tags.map(() => []);
    this.#values = new Float64Array(plant.tags.length).fill(Number.NaN);
    this.#qualities = new Uint8Array(plant.tags.length).fill(255);
    this.#texts = plant.tags.map(() => '');
  }

  /** Lays out all tags below `root` as area, loop, role, with node ids that are their names. */
  layOut(namespace: Namespace, root: UAObject): void {
    const folders = new Map<string, UAObject>([['', root]]);
    const folder = (path: string): UAObject => {
      const known = folders.get(path);
      if (known) return known;
      const at = path.lastIndexOf('.');
      const made = namespace.addObject({
        componentOf: folder(path.slice(0, Math.max(0, at))),
        browseName: path.slice(at + 1),
        nodeId: `s=${this.#plant.name}.${path}`,
      });
      folders.set(path, made);
      return made;
    };
    this.#plant.tags.forEach((tag, slot) => {
      const at = tag.id.lastIndexOf('.');
      this.show(slot, this.#variable(namespace, folder(tag.id.slice(0, at)), tag, tag.id.slice(at + 1)));
    });
  }

  /** Lets a variable show a tag from now on, take writes for it, and have its history. */
  show(slot: number, node: UAVariable): void {
    const tag = this.#plant.tags[slot]!;
    this.#nodes[slot]!.push(node);
    node.minimumSamplingInterval = 0;
    if (isWritten(tag)) this.#takeWrites(node, tag);
    if (tag.type !== 'text' && tag.from !== 'clock') answerHistory(node, this.#plant, tag);
    this.#set(slot, new Date());
  }

  /** Pushes what has changed since the last push: time stamps are of the change (OPC 10000-4, 7.7.3). */
  push(): void {
    const { values, qualities, texts } = this.#plant.table;
    const stamp = this.#stamp();
    for (let slot = 0; slot < values.length; slot++) {
      const isSame =
        Object.is(values[slot], this.#values[slot]) &&
        qualities[slot] === this.#qualities[slot] &&
        texts[slot] === this.#texts[slot];
      if (!isSame) this.#set(slot, stamp);
    }
  }

  #stamp(): Date {
    if (this.#stamps === 'wall') return new Date();
    return new Date(Date.UTC(2000, 0, 1) + this.#plant.live.timeH * 3.6e6);
  }

  #set(slot: number, stamp: Date): void {
    const { values, qualities, texts } = this.#plant.table;
    const { type } = this.#plant.tags[slot]!;
    this.#values[slot] = values[slot]!;
    this.#qualities[slot] = qualities[slot]!;
    this.#texts[slot] = texts[slot]!;
    const value = { dataType: dataTypes[type], value: type === 'text' ? texts[slot] : values[slot] };
    for (const node of this.#nodes[slot]!) node.setValueFromSource(value, valueStatuses[qualities[slot]!]!, stamp);
  }

  #variable(namespace: Namespace, parent: UAObject, tag: Tag, browseName: string): UAVariable {
    const common = {
      componentOf: parent,
      browseName,
      nodeId: `s=${this.#plant.name}.${tag.id}`,
      description: tag.says,
      minimumSamplingInterval: 0,
    };
    const accessLevel = isWritten(tag) ? 'CurrentRead | CurrentWrite' : 'CurrentRead';
    const access = { accessLevel, userAccessLevel: accessLevel };
    if (tag.type === 'choice') {
      const states = { ...common, ...access, enumStrings: [...tag.choices!], value: 0 };
      const node = namespace.addMultiStateDiscrete(states) as unknown as UAVariable;
      // The type leaves the width open, and a client needs to know what to write.
      node.dataType = resolveNodeId(DataType.UInt32);
      return node;
    }
    if (tag.type === 'text') return namespace.addVariable({ ...common, ...access, dataType: DataType.String });
    return namespace.addAnalogDataItem({
      ...common,
      ...access,
      dataType: DataType.Double,
      engineeringUnitsRange: { low: tag.low, high: tag.high },
      engineeringUnits: engineeringUnit(tag.unit),
      value: { dataType: DataType.Double, value: 0 },
    });
  }

  /** The library would take the value itself, NaN and all; only the gate may. */
  #takeWrites(node: UAVariable, tag: Tag): void {
    const write = (context: ISessionContext, given: DataValue, ...rest: unknown[]): void => {
      const callback = rest.at(-1) as WriteCallback;
      void Promise.resolve(this.#write(context, tag, given)).then((status) => callback(null, status));
    };
    Object.assign(node, { writeValue: write });
  }

  #write(context: ISessionContext, tag: Tag, { value, statusCode }: DataValue): StatusCode | Promise<StatusCode> {
    if (statusCode?.isNot(StatusCodes.Good)) return StatusCodes.BadWriteNotSupported;
    if (value.dataType !== dataTypes[tag.type] || value.arrayType !== 0) return StatusCodes.BadTypeMismatch;
    const person = personOf(this.#station, context);
    if (tag.id === countTag) return this.#beat(person, value.value as number);
    if (tag.id === stepTag) return this.#step(person, value.value as number, context);
    const receipt = this.#plant.command(person, { kind: 'write', tag: tag.id, value: value.value as number });
    return receipt.accepted ? StatusCodes.Good : refusalStatuses[receipt.refusal];
  }

  /** The client lives. That is no command, but nothing for those who only look. */
  #beat(person: Person, count: number): StatusCode {
    if (person.role === 'observer') return StatusCodes.BadUserAccessDenied;
    if (!Number.isFinite(count)) return StatusCodes.BadOutOfRange;
    this.#plant.beat(person, count);
    this.#plant.refresh();
    return StatusCodes.Good;
  }

  /** Lockstep for clients that only read and write: the answer comes when the step is made. */
  async #step(person: Person, dtS: number, { session }: ISessionContext): Promise<StatusCode> {
    const { receipt } = await this.#plant.step(
      person,
      (session as SessionLike | undefined)?.sessionName ?? '-',
      dtS,
      [],
    );
    return receipt.accepted ? StatusCodes.Good : refusalStatuses[receipt.refusal];
  }
}

/** Tags that no command moves, and that a client writes all the same. */
const countTag = 'watchdog.client.count';
const stepTag = 'clock.step.request';
const isWritten = ({ id, writes }: Tag): boolean => writes !== undefined || id === countTag || id === stepTag;
