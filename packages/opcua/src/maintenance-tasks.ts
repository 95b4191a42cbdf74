import type { LivePlant, Station } from '@fedbatch/station';
import type { MaintenanceAction } from '@fedbatch/vocabulary';
import {
  DataType,
  type ISessionContext,
  type Namespace,
  promoteToAlarm,
  promoteToStateMachine,
  StatusCodes,
  type UAAlarmConditionEx,
  type UAMethod,
  type UAObject,
  type UAStateMachineEx,
  type UAVariable,
  type Variant,
} from 'node-opcua';
import type { Done } from './method-call.ts';
import { refusalStatuses } from './status.ts';
import { type Made, make } from './type-instance.ts';
import { personOf } from './who.ts';

/** Wear from which a task is due, %: a tenth less than meant is what a feed notices. */
const dueAt = 10;
const msOfH = 3.6e6;
const severity = 400;
/** Of MaintenanceTaskResultEnum (OPC 30500-1, 8.3). */
const success = 0;

type Bound = (this: UAMethod, inputs: Variant[], context: ISessionContext, done: Done) => void;

interface Task {
  readonly actuator: string;
  /** Slot of the tag that says what wear takes. */
  readonly slot: number;
  readonly node: Made & UAAlarmConditionEx;
  readonly state: UAStateMachineEx;
  isDue: boolean;
}

/** States of AMB's MaintenanceEventStateMachineType (OPC 10000-110). */
const stateNames = { planned: 'Planned', executing: 'Executing', finished: 'Finished' } as const;

/**
 * A LADS maintenance task (OPC 30500-1, 7.3.5) for every actuator that wears: due when wear takes a tenth, with the operating time at which that will
 * be as it wears now. To finish one with success renews the actuator; everything goes through the gate.
 */
export class MaintenanceTasks {
  readonly #station: Station;
  readonly #plant: LivePlant;
  readonly #tasks: readonly Task[];

  constructor(station: Station, plant: LivePlant, namespace: Namespace, set: UAObject | undefined) {
    this.#station = station;
    this.#plant = plant;
    // What tasks tell is told by the plant, which is what clients listen to.
    const root = namespace.addressSpace.findNode(`ns=${namespace.index};s=${plant.name}`);
    if (set) root?.addReference({ referenceType: 'HasEventSource', nodeId: set.nodeId });
    this.#tasks = set ? wearing(plant).map(({ tag, drives }) => this.#make(namespace, set, tag, drives)) : [];
  }

  follow(): void {
    const { table, live, maintenance } = this.#plant;
    for (const task of this.#tasks) {
      const { phase, servedH } = maintenance.of(task.actuator);
      if (task.state.getCurrentState() !== stateNames[phase]) task.state.setState(stateNames[phase]);
      const wear = table.values[task.slot]!;
      const ranH = live.timeH - servedH;
      const dueH = wear > 0 ? (ranH * dueShare(dueAt)) / dueShare(wear) : Number.NaN;
      this.#set(task.node, 'LastOperatingTime', DataType.Double, servedH * msOfH);
      if (Number.isFinite(dueH)) this.#set(task.node, 'NextOperatingTime', DataType.Double, (servedH + dueH) * msOfH);
      const isDue = wear >= dueAt;
      if (isDue === task.isDue) continue;
      task.isDue = isDue;
      if (isDue) task.node.activateAlarm();
      else task.node.deactivateAlarm(false);
      const message = isDue ? `${task.actuator}: wear takes ${wear.toFixed(1)} %` : `${task.actuator}: as new`;
      const time = new Date(this.#plant.stampMs);
      const when = { time, receiveTime: time };
      task.node.raiseNewCondition({ ...when, message, severity, quality: StatusCodes.Good, retain: isDue });
    }
  }

  #make(namespace: Namespace, set: UAObject, actuator: string, drives: string): Task {
    const { name, tags } = this.#plant;
    const slot = tags.findIndex(({ id, of }) => of === drives && id.endsWith('.wear'));
    const made = make(namespace, 'MaintenanceTaskType', actuator, set, `${name}.Maintenance.${actuator}`, [
      ...['StartTask', 'StopTask', 'ResetTask', 'LastOperatingTime', 'NextOperatingTime'],
    ]);
    const nodeOf = (id: string) => namespace.addressSpace.findNode(`ns=${namespace.index};s=${id}`)!;
    const inputNode = nodeOf(`${name}.${tags[slot]!.id}`);
    promoteToAlarm(made as never, { conditionName: actuator, conditionSource: set, inputNode } as never);
    const node = made as Made & UAAlarmConditionEx;
    const state = (made as unknown as { readonly maintenanceState: UAStateMachineEx }).maintenanceState;
    promoteToStateMachine(state as never);
    state.setState('Planned');
    const task: Task = { actuator, slot, node, state, isDue: false };
    const child = (method: string): UAMethod => made.getChildByName(method) as UAMethod;
    this.#bind(child('StartTask'), task, 'planned', () => 'start');
    this.#bind(child('StopTask'), task, 'executing', ([result]) => (result?.value === success ? 'finish' : 'fail'));
    this.#bind(child('ResetTask'), task, 'finished', () => 'reset');
    this.#guardAcknowledge(task);
    for (const method of ['Enable', 'Disable', 'AddComment'])
      child(method)?.bindMethod((_: unknown, __: unknown, done: Done) =>
        done(null, { statusCode: StatusCodes.BadNotSupported }),
      );
    return task;
  }

  #bind(
    method: UAMethod,
    task: Task,
    from: keyof typeof stateNames,
    actionOf: (inputs: readonly Variant[]) => MaintenanceAction,
  ): void {
    method.bindMethod((inputs: Variant[], context: ISessionContext, done: Done) => {
      if (this.#plant.maintenance.of(task.actuator).phase !== from)
        return done(null, { statusCode: StatusCodes.BadInvalidState });
      const action = actionOf(inputs);
      const command = { kind: 'maintain', actuator: task.actuator, action } as const;
      const words = inputs.map(({ value }) => (value as { text?: string } | null)?.text).find(Boolean);
      const receipt = this.#plant.command(personOf(this.#station, context), command, words?.slice(0, 200));
      if (!receipt.accepted) return done(null, { statusCode: refusalStatuses[receipt.refusal] });
      this.follow();
      done(null, { statusCode: StatusCodes.Good, outputArguments: [] });
    });
  }

  #guardAcknowledge({ node, actuator }: Task): void {
    const method = node.acknowledge as UAMethod & { readonly _asyncExecutionFunction?: Bound };
    const original = method._asyncExecutionFunction!;
    const plant = this.#plant;
    const station = this.#station;
    method.bindMethod(function (this: UAMethod, inputs: Variant[], context: ISessionContext, done: Done) {
      const branch = node.findBranchForEventId(inputs[0]?.value as Buffer);
      if (!branch) return done(null, { statusCode: StatusCodes.BadEventIdUnknown });
      if (branch.getAckedState()) return done(null, { statusCode: StatusCodes.BadConditionBranchAlreadyAcked });
      const command = { kind: 'maintain', actuator, action: 'acknowledge' } as const;
      const receipt = plant.command(personOf(station, context), command);
      if (!receipt.accepted) return done(null, { statusCode: refusalStatuses[receipt.refusal] });
      original.call(this, inputs, context, done);
    } as never);
  }

  #set(made: Made, name: string, dataType: DataType, value: number): void {
    (made.getChildByName(name) as UAVariable | null)?.setValueFromSource({ dataType, value } as never);
  }
}

export const wearing = ({ plan }: LivePlant) => (plan.equipment?.actuators ?? []).filter(({ wear }) => wear > 0);

/** How much was delivered for wear to take so many %, in parts of what takes half. */
const dueShare = (wear: number): number => wear / (100 - wear);
