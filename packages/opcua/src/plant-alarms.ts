import type { LivePlant, Station } from '@fedbatch/station';
import { fromBase, type Tag, type Unit } from '@fedbatch/vocabulary';
import {
  type CallMethodResultOptions,
  DataType,
  DataValue,
  type ISessionContext,
  type Namespace,
  type NodeId,
  type StatusCode,
  StatusCodes,
  type UAAlarmConditionEx,
  type UAMethod,
  type UAObject,
  type Variant,
} from 'node-opcua';
import { refusalStatuses } from './status.ts';
import { personOf } from './who.ts';

type AlarmPlan = NonNullable<LivePlant['plan']['alarms']>[number];

/** Severities of OPC 10000-5, 6.4.2: from 1 to 1000. */
const severities = { low: 200, medium: 500, high: 700, urgent: 900 } as const;

/** A shelf without an end, as far as the station allows one, h. */
const longestShelfH = 24;
const msOfH = 3.6e6;

const onStates = ['unacknowledged', 'acknowledged', 'latched'];
const seenStates = ['normal', 'acknowledged'];

type Done = (error: Error | null, answer: CallMethodResultOptions) => void;
type Branch = ReturnType<UAAlarmConditionEx['currentBranch']>;
type Bound = (this: UAMethod, inputs: Variant[], context: ISessionContext, done: Done) => void;

/** What this file uses of the limits of OPC 10000-9, 5.8.18 to 5.8.21; which of them a condition has, its type says. */
interface LimitCondition extends UAAlarmConditionEx {
  readonly limitState?: { setState(name: string | null): void };
  readonly highState?: { setValue(isOn: boolean): void };
  readonly lowState?: { setValue(isOn: boolean): void };
}

interface Watched {
  readonly name: string;
  readonly side: 'High' | 'Low';
  readonly condition: LimitCondition;
  /** Slots of the tags with the state of the alarm and with its shelf. */
  readonly slot: number;
  readonly shelf: number;
  /** The state of the alarm that the condition shows. */
  shown: string;
  /** How it was shelved, and until when by the plant's clock, h. */
  shelving: 'TimedShelved' | 'OneShotShelved';
  untilH: number;
}

/**
 * The alarms of a scenario as conditions. What raises, returns and latches is the plant; the library only tells of it, and whatever a client does to a
 * condition goes through the gate.
 */
export class PlantAlarms {
  readonly #station: Station;
  readonly #plant: LivePlant;
  readonly #alarms: Watched[] = [];

  constructor(station: Station, plant: LivePlant) {
    this.#station = station;
    this.#plant = plant;
  }

  layOut(namespace: Namespace, root: UAObject): void {
    const plans = this.#plant.plan.alarms ?? [];
    if (plans.length === 0) return;
    const source = namespace.addObject({
      componentOf: root,
      eventSourceOf: root,
      browseName: 'Alarms',
      nodeId: `s=${this.#plant.name}.Alarms`,
    });
    for (const plan of plans) {
      const condition = this.#make(namespace, source, plan);
      condition.conditionName.setValueFromSource({ dataType: DataType.String, value: plan.name });
      condition.severity.setValueFromSource({ dataType: DataType.UInt16, value: severities[plan.priority] });
      condition.currentBranch().setConfirmedState(true);
      condition.message.setValueFromSource({ dataType: DataType.LocalizedText, value: { text: plan.says } });
      const slot = this.#plant.table.slotOf(`alarm.${plan.name}.state`);
      const shelf = this.#plant.table.slotOf(`alarm.${plan.name}.shelf`);
      const side = plan.settings.side === 'above' ? 'High' : 'Low';
      const alarm: Watched = {
        ...{ name: plan.name, side, condition, slot, shelf },
        ...{ shown: 'normal', shelving: 'TimedShelved', untilH: 0 },
      };
      this.#alarms.push(alarm);
      this.#guardAll(alarm);
      this.#guardShelf(alarm);
    }
  }

  /** Lets conditions follow the alarms of the plant. */
  follow(): void {
    const { table } = this.#plant;
    for (const alarm of this.#alarms) {
      this.#followShelf(alarm);
      const state = table.tags[alarm.slot]!.choices![table.values[alarm.slot]!]!;
      if (state === alarm.shown) continue;
      const { condition, side } = alarm;
      const isOn = onStates.includes(state);
      if (isOn && !onStates.includes(alarm.shown)) condition.activateAlarm();
      if (!isOn && onStates.includes(alarm.shown)) condition.deactivateAlarm(true);
      condition.limitState?.setState(isOn ? side : null);
      (side === 'High' ? condition.highState : condition.lowState)?.setValue(isOn);
      // Somebody may have acknowledged it over another face.
      if (seenStates.includes(state)) condition.currentBranch().setAckedState(true);
      alarm.shown = state;
      this.#raise(alarm, state);
    }
  }

  #raise({ name, condition, shown }: Watched, words: string): void {
    const time = new Date(this.#plant.stampMs);
    condition.raiseNewCondition({
      ...{ time, receiveTime: time },
      message: `${name}: ${words}`,
      severity: condition.severity.readValue().value.value,
      quality: StatusCodes.Good,
      retain: shown !== 'normal' || !condition.currentBranch().getConfirmedState(),
    });
  }

  /** A limit of a tag is a limit or deviation alarm of OPC 10000-9; one on what no tag shows is off-normal, and its input is the alarm's own state. */
  #make(namespace: Namespace, source: UAObject, plan: AlarmPlan): LimitCondition {
    const node = (tag: Tag): NodeId => namespace.addressSpace.findNode(this.#idOf(namespace, tag.id))!.nodeId;
    const input = this.#input(plan);
    const common = {
      browseName: plan.name,
      nodeId: `s=${this.#plant.name}.Alarms.${plan.name}`,
      conditionSource: source,
      componentOf: source,
      optionals: ['ConfirmedState', 'Confirm', 'ShelvingState'],
    };
    if (!input) {
      const state = node(this.#plant.tags[this.#plant.table.slotOf(`alarm.${plan.name}.state`)]!);
      const options = { ...common, inputNode: state, normalState: state };
      return namespace.instantiateOffNormalAlarm(options as never) as unknown as LimitCondition;
    }
    const isHigh = plan.settings.side === 'above';
    // A limit that is never reached: the library looks at the value once while it makes the condition.
    const never = isHigh ? { highLimit: Number.POSITIVE_INFINITY } : { lowLimit: Number.NEGATIVE_INFINITY };
    const options = { ...common, ...never, inputNode: node(input) } as never;
    const condition = this.#instantiate(namespace, plan, options) as unknown as LimitCondition & {
      setHighLimit(value: number): void;
      setLowLimit(value: number): void;
    };
    // The plant decides, with its delays and dead bands; the library would decide once more.
    Object.assign(condition, { _onInputDataValueChange: () => undefined, _setStateBasedOnInputValue: () => undefined });
    condition.currentBranch().setRetain(false);
    const { unit } = this.#plant.plan.outputs.find(({ id }) => id === plan.output)!;
    const limit = shown(plan, unit);
    if (isHigh) condition.setHighLimit(limit);
    else condition.setLowLimit(limit);
    return condition;
  }

  #instantiate(namespace: Namespace, plan: AlarmPlan, options: never): unknown {
    if (plan.loop !== undefined) {
      const id = this.#idOf(namespace, `${plan.loop}.control.setpoint`);
      const setpointNode = namespace.addressSpace.findNode(id);
      return namespace.instantiateExclusiveDeviationAlarm({ ...(options as object), setpointNode } as never);
    }
    // Two alarms on the same side of one value can be active at once, so their states do not exclude each other.
    const isAlone = (this.#plant.plan.alarms ?? []).every(
      (other) =>
        other === plan ||
        other.output !== plan.output ||
        other.loop !== undefined ||
        other.settings.side !== plan.settings.side,
    );
    return isAlone
      ? namespace.instantiateExclusiveLimitAlarm('ExclusiveLimitAlarmType', options)
      : namespace.instantiateNonExclusiveLimitAlarm('NonExclusiveLimitAlarmType', options);
  }

  /** The tag that shows what an alarm watches. */
  #input({ output }: AlarmPlan): Tag | undefined {
    const { table } = this.#plant;
    return [`${output}.measured`, `truth.${output}`].flatMap((id) => table.tags[table.slotOf(id)] ?? [])[0];
  }

  #idOf(namespace: Namespace, tag: string): string {
    return `ns=${namespace.index};s=${this.#plant.name}.${tag}`;
  }

  /** Whatever a client does to a condition goes through the gate first, and the library follows only when it may. */
  #guardAll({ condition, name: alarm }: Watched): void {
    const methods = condition as unknown as Record<string, UAMethod | undefined>;
    this.#guard(condition, methods.acknowledge, { kind: 'alarm', alarm, action: 'acknowledge' }, (branch) =>
      branch.getAckedState() ? StatusCodes.BadConditionBranchAlreadyAcked : undefined,
    );
    this.#guard(condition, methods.confirm, { kind: 'alarm', alarm, action: 'confirm' }, (branch) =>
      branch.getConfirmedState() ? StatusCodes.BadConditionBranchAlreadyConfirmed : undefined,
    );
    this.#guard(condition, methods.addComment, { kind: 'alarm', alarm, action: 'comment' }, () => undefined);
    // An alarm is part of the scenario: nobody turns it off from outside.
    for (const method of [methods.enable, methods.disable])
      method?.bindMethod(((_: unknown, __: unknown, done: Done) =>
        done(null, { statusCode: StatusCodes.BadNotSupported })) as never);
  }

  /**
   * A shelf is the plant's: it lasts by the plant's clock and is there after a restart, where the library's own would last by the wall clock. Answers
   * are those of OPC 10000-9, 5.8.17.
   */
  #guardShelf(alarm: Watched): void {
    const { shelvingState } = alarm.condition;
    if (!shelvingState) return;
    shelvingState.setState('Unshelved');
    const methods = shelvingState as unknown as Record<'timedShelve' | 'oneShotShelve' | 'unshelve', UAMethod>;
    const bind = (method: UAMethod, act: (inputs: readonly Variant[], context: ISessionContext) => StatusCode): void =>
      method.bindMethod((inputs: Variant[], context: ISessionContext, done: Done) =>
        done(null, { statusCode: act(inputs, context) }),
      );
    const isShelved = (): boolean => this.#plant.table.values[alarm.shelf] === 1;
    const ask = (context: ISessionContext, action: 'shelve' | 'unshelve', forH?: number): StatusCode => {
      const command = { kind: 'alarm', alarm: alarm.name, action, ...(forH !== undefined && { forH }) } as const;
      const receipt = this.#plant.command(personOf(this.#station, context), command);
      if (receipt.accepted) alarm.untilH = this.#plant.live.timeH + (forH ?? 0);
      return receipt.accepted ? StatusCodes.Good : refusalStatuses[receipt.refusal];
    };
    const shelve = (kind: Watched['shelving'], context: ISessionContext, forH: number): StatusCode => {
      if (isShelved()) return StatusCodes.BadConditionAlreadyShelved;
      const status = ask(context, 'shelve', forH);
      if (status.isGood()) alarm.shelving = kind;
      return status.equals(StatusCodes.BadOutOfRange) ? StatusCodes.BadShelvingTimeOutOfRange : status;
    };
    bind(methods.timedShelve, ([span], context) => shelve('TimedShelved', context, Number(span?.value) / msOfH));
    bind(methods.oneShotShelve, (_, context) => shelve('OneShotShelved', context, longestShelfH));
    bind(methods.unshelve, (_, context) =>
      isShelved() ? ask(context, 'unshelve') : StatusCodes.BadConditionNotShelved,
    );
    const left = () => (isShelved() ? Math.max(0, alarm.untilH - this.#plant.live.timeH) * msOfH : 0);
    shelvingState.unshelveTime?.bindVariable(
      { timestamped_get: () => new DataValue({ value: { dataType: DataType.Double, value: left() } }) },
      true,
    );
  }

  #followShelf(alarm: Watched): void {
    const { shelvingState } = alarm.condition;
    const wanted = this.#plant.table.values[alarm.shelf] === 1 ? alarm.shelving : 'Unshelved';
    if (!shelvingState || shelvingState.getCurrentState() === wanted) return;
    shelvingState.setState(wanted);
    this.#raise(alarm, wanted === 'Unshelved' ? 'taken from the shelf' : 'shelved');
  }

  /** What the library would refuse is refused before the gate, so that nothing goes on record that was not done. */
  #guard(
    condition: UAAlarmConditionEx,
    method: UAMethod | undefined,
    command: Parameters<LivePlant['command']>[1],
    refusal: (branch: Branch) => StatusCode | undefined,
  ): void {
    const original = (method as (UAMethod & { _asyncExecutionFunction?: Bound }) | undefined)?._asyncExecutionFunction;
    if (!method || !original) return;
    const plant = this.#plant;
    const station = this.#station;
    method.bindMethod(function (this: UAMethod, inputs: Variant[], context: ISessionContext, done: Done) {
      const branch = condition.findBranchForEventId(inputs[0]?.value as Buffer);
      const refused = branch ? refusal(branch) : StatusCodes.BadEventIdUnknown;
      if (refused) return done(null, { statusCode: refused });
      const comment = (inputs[1]?.value as { text?: string | null } | null)?.text;
      const receipt = plant.command(personOf(station, context), command, comment || undefined);
      if (!receipt.accepted) return done(null, { statusCode: refusalStatuses[receipt.refusal] });
      original.call(this, inputs, context, done);
    } as never);
  }
}

/** A limit in the unit of its tag; one from a set point is a difference. */
const shown = ({ settings, loop }: AlarmPlan, unit: Unit): number =>
  loop === undefined ? fromBase(settings.limit, unit) : settings.limit / unit.factor;
