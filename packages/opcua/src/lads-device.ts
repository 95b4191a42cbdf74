import type { LivePlant, RecipeState, Station } from '@fedbatch/station';
import type { Tag } from '@fedbatch/vocabulary';
import {
  type AddressSpace,
  DataType,
  DataValue,
  type ISessionContext,
  type Namespace,
  promoteToStateMachine,
  type StatusCode,
  StatusCodes,
  type UAObject,
  type UAStateMachineEx,
  type UAVariable,
  VariantArrayType,
} from 'node-opcua';
import { engineeringUnit } from './engineering-unit.ts';
import { LadsProgram } from './lads-program.ts';
import { MaintenanceTasks, wearing } from './maintenance-tasks.ts';
import { refusalStatuses } from './status.ts';
import type { TagNodes } from './tag-nodes.ts';
import { personOf } from './who.ts';

export const ladsUri = 'http://opcfoundation.org/UA/LADS/';
const diUri = 'http://opcfoundation.org/UA/DI/';
const padimUri = 'http://opcfoundation.org/UA/PADIM/';

const runningMethods = ['RunningStateMachine', 'RunningStateMachine.Hold', 'RunningStateMachine.Unhold'];

/** States of a recipe (ISA-88) in those of a functional unit, and of its sub-machine while it is running (OPC 30500-1, 6.2 and 6.3). */
const unitStates: Readonly<Record<RecipeState, { readonly unit: string; readonly running?: string }>> = {
  idle: { unit: 'Running', running: 'Idle' },
  running: { unit: 'Running', running: 'Execute' },
  holding: { unit: 'Running', running: 'Holding' },
  held: { unit: 'Running', running: 'Held' },
  restarting: { unit: 'Running', running: 'Unholding' },
  completing: { unit: 'Running', running: 'Completing' },
  complete: { unit: 'Stopped' },
  stopping: { unit: 'Stopping' },
  stopped: { unit: 'Stopped' },
  aborting: { unit: 'Aborting' },
  aborted: { unit: 'Aborted' },
  failed: { unit: 'Aborted' },
};

/** What a type makes when it is instantiated: children by the names that the specification gives them. */
export type Made = UAObject & { readonly [name: string]: never };

/** Makes an object of a type; children get node ids that begin with its own, so that they are the same at every start. */
export function make(
  namespace: Namespace,
  type: string,
  browseName: string,
  parent: UAObject,
  nodeId: string,
  optionals: readonly string[] = [],
  uri = ladsUri,
): Made {
  const { addressSpace } = namespace;
  const found = addressSpace.findObjectType(type, addressSpace.getNamespaceIndex(uri));
  if (!found) throw new Error(`The nodesets have no type ${type}. Load that of ${uri} before a device is made.`);
  const id = `ns=${namespace.index};s=${nodeId}`;
  return found.instantiate({
    browseName,
    componentOf: parent,
    nodeId: id,
    namespace,
    optionals,
  } as never) as unknown as Made;
}

/**
 * A plant as a laboratory device after OPC 30500-1 (LADS): a functional unit `Vessel` with its controllers, pumps and sensors and a program manager, and a
 * second one, `Advisory`, for what models estimate: the two never mix.
 */
export class LadsDevice {
  readonly #station: Station;
  readonly #plant: LivePlant;
  readonly #namespace: Namespace;
  readonly #tags: TagNodes;
  readonly #unitState: UAStateMachineEx;
  readonly #runningState: UAStateMachineEx;
  readonly #program: LadsProgram;
  readonly #modes: { readonly slot: number; readonly machine: UAStateMachineEx }[] = [];
  readonly #maintenance: MaintenanceTasks;
  #shown = '';

  constructor(station: Station, plant: LivePlant, namespace: Namespace, tags: TagNodes) {
    this.#station = station;
    this.#plant = plant;
    this.#namespace = namespace;
    this.#tags = tags;
    const { addressSpace } = namespace;
    const device = this.#makeDevice(addressSpace as unknown as AddressSpace);
    const state = 'FunctionalUnitState.';
    const methods = ['StartProgram', 'Stop', 'Abort', ...runningMethods].map((name) => state + name);
    const steps = [
      'CurrentRuntime',
      'CurrentStepName',
      'CurrentStepNumber',
      'CurrentStepRuntime',
      'DeviceProgramRunId',
    ];
    const vessel = make(namespace, 'FunctionalUnitType', 'Vessel', device.functionalUnitSet, `${plant.name}.Vessel`, [
      'FunctionSet',
      'ProgramManager',
      ...methods,
      ...steps.map((name) => `ProgramManager.ActiveProgram.${name}`),
    ]);
    const advisory = make(
      namespace,
      'FunctionalUnitType',
      'Advisory',
      device.functionalUnitSet,
      `${plant.name}.Advisory`,
      ['FunctionSet'],
    );
    promoteToStateMachine(advisory.functionalUnitState as never);
    (advisory.functionalUnitState as unknown as UAStateMachineEx).setState('Running');
    promoteToStateMachine(vessel.functionalUnitState as never);
    this.#unitState = vessel.functionalUnitState;
    this.#runningState = (
      vessel.functionalUnitState as { readonly runningStateMachine: UAStateMachineEx }
    ).runningStateMachine;
    promoteToStateMachine(this.#runningState as never);
    this.#layOut(vessel, advisory);
    this.#program = new LadsProgram(station, plant, namespace, vessel);
    this.#maintenance = new MaintenanceTasks(station, plant, namespace, device.maintenance as UAObject | undefined);
    this.follow();
  }

  /** Lets states and the program follow the plant. */
  follow(): void {
    const { table } = this.#plant;
    const state =
      table.tags[table.slotOf('recipe.run.state')]!.choices![table.values[table.slotOf('recipe.run.state')]!]!;
    if (state !== this.#shown) {
      this.#shown = state;
      const { unit, running = null } = unitStates[state as RecipeState];
      this.#unitState.setState(unit);
      this.#runningState.setState(running);
    }
    for (const { slot, machine } of this.#modes) {
      // In manual the function does not control: a person does.
      const wanted = table.values[slot] === 1 ? 'Stopped' : 'Running';
      if (machine.getCurrentState() !== wanted) machine.setState(wanted);
    }
    this.#program.follow();
    this.#maintenance.follow();
  }

  close(): void {
    this.#program.close();
  }

  #makeDevice(addressSpace: AddressSpace): Made {
    const { name, plan, scenario } = this.#plant;
    const di = addressSpace.getNamespaceIndex(diUri);
    const set = addressSpace.rootFolder.objects.getFolderElementByName('DeviceSet', di)!;
    const device = make(this.#namespace, 'LADSDeviceType', name, set as UAObject, `${name}.Device`, [
      'HierarchicalLocation',
      'OperationalLocation',
      ...(wearing(this.#plant).length > 0 ? ['Maintenance'] : []),
    ]);
    const text = (node: unknown, dataType: DataType, value: unknown): void => {
      (node as UAVariable | undefined)?.setValueFromSource({ dataType, value } as never);
    };
    const { identification } = device as unknown as { identification: Record<string, unknown> };
    text(identification.manufacturer, DataType.LocalizedText, { text: 'Fedbatch' });
    text(identification.model, DataType.LocalizedText, { text: plan.title.vessel || 'virtual bioreactor' });
    text(identification.serialNumber, DataType.String, `${name}-${plan.title.seed}`);
    text(identification.productInstanceUri, DataType.String, `urn:fedbatch:${name}`);
    text(identification.softwareRevision, DataType.String, scenario.file.split('/').slice(-2)[0]);
    // ISA-95 levels, as OPC 40001-1, 14.4 suggests.
    text(device.hierarchicalLocation, DataType.String, `Site1-Area1-ProcessCell1-${name}`);
    text(device.operationalLocation, DataType.String, name);
    promoteToStateMachine(device.deviceState as never);
    (device.deviceState as unknown as UAStateMachineEx).setState('Operate');
    return device;
  }

  #layOut(vessel: Made, advisory: Made): void {
    const { tags, table } = this.#plant;
    for (const { id, from } of tags) {
      const area = id.slice(0, id.lastIndexOf('.'));
      if (id.endsWith('.control.setpoint')) this.#controller(vessel, area);
      else if (id.endsWith('.setpoint')) this.#actuator(vessel, area);
      else if (from === 'sensor' && id.endsWith('.measured'))
        this.#sensor(vessel, 'Vessel', area, table.slotOf(`${area}.raw`));
      else if (from === 'estimate') this.#sensor(advisory, 'Advisory', id, table.slotOf(id));
    }
  }

  #controller(vessel: Made, area: string): void {
    const loops = this.#plant.plan.loops ?? [];
    const place = loops.findIndex(({ name }) => `${name}.control` === area);
    const loop = loops[place]!;
    const inputs = loop.targets.flatMap((target) => ('input' in target ? target.input : []));
    const hasModes = inputs.length > 1;
    const type = hasModes ? 'MultiModeAnalogControlFunctionType' : 'AnalogControlFunctionType';
    const made = this.#function(vessel, type, loop.name, ['ControllerTuningParameter']);
    if (hasModes) this.#controllerModes(made, loop.name, inputs);
    else {
      this.#show(`${area}.measured`, made.currentValue);
      this.#show(`${area}.setpoint`, made.targetValue);
    }
    this.#followMode(`${area}.mode`, made);
    // A relay experiment may change them while the plant runs.
    const law = () => this.#plant.live.run.seam().loops.lawOf(place);
    const tuning: [string, () => number, string][] = [
      ['CtrlP', () => 1 / law().band, '-'],
      ['CtrlTi', () => law().resetH, 'h'],
      ['CtrlTd', () => law().derivativeH, 'h'],
    ];
    for (const [browseName, now, unit] of tuning) {
      const value = now();
      const item = this.#namespace.addAnalogDataItem({
        componentOf: made.controllerTuningParameter,
        browseName: { name: browseName, namespaceIndex: this.#namespace.addressSpace.getNamespaceIndex(ladsUri) },
        nodeId: `s=${this.#plant.name}.Vessel.${loop.name}.${browseName}`,
        dataType: DataType.Double,
        engineeringUnits: engineeringUnit(unit),
        engineeringUnitsRange: { low: 0, high: Number.isFinite(value) ? Math.max(1, 10 * value) : 1e6 },
        accessLevel: 'CurrentRead',
        userAccessLevel: 'CurrentRead',
        value: { dataType: DataType.Double, value },
      });
      item.bindVariable(
        { timestamped_get: () => new DataValue({ value: { dataType: DataType.Double, value: now() } }) },
        true,
      );
    }
  }

  /** A loop that drives several inputs: as a cascade it holds its value; in manual a person moves each input. */
  #controllerModes(made: Made, loop: string, inputs: readonly string[]): void {
    const { tags, table, name } = this.#plant;
    const mode = table.slotOf(`${loop}.control.mode`);
    const { currentMode, controllerModeSet } = made as unknown as {
      currentMode: UAVariable;
      controllerModeSet: UAObject;
    };
    const words = tags[mode]!.choices!.map((text) => ({ text }));
    (currentMode as unknown as { enumStrings: UAVariable }).enumStrings.setValueFromSource({
      dataType: DataType.LocalizedText,
      arrayType: VariantArrayType.Array,
      value: words,
    });
    currentMode.accessLevel = 3;
    currentMode.userAccessLevel = 3;
    this.#tags.show(mode, currentMode);
    const add = (browseName: string, current: string, target: string): void => {
      const nodeId = `${name}.Vessel.${loop}.${browseName}`;
      const part = make(this.#namespace, 'ControllerParameterType', browseName, controllerModeSet, nodeId);
      this.#show(current, part.currentValue);
      this.#show(target, part.targetValue);
    };
    add('automatic', `${loop}.control.measured`, `${loop}.control.setpoint`);
    for (const { id, of } of tags)
      if (id.endsWith('.setpoint') && inputs.includes(of ?? ''))
        add(`manual.${id.slice(0, -'.setpoint'.length)}`, id.replace(/setpoint$/, 'delivered'), id);
  }

  #actuator(vessel: Made, area: string): void {
    const hasTotal = this.#plant.table.slotOf(`${area}.total`) >= 0;
    const type = hasTotal ? 'AnalogControlFunctionWithTotalizerType' : 'AnalogControlFunctionType';
    const made = this.#function(vessel, type, area);
    this.#show(`${area}.delivered`, made.currentValue);
    this.#show(`${area}.setpoint`, made.targetValue);
    if (hasTotal) this.#show(`${area}.total`, made.totalizedValue);
    this.#followMode(`${area}.mode`, made);
  }

  #sensor(unit: Made, name: 'Vessel' | 'Advisory', area: string, raw: number): void {
    const { table } = this.#plant;
    // A sensor may be named as the input that it measures, and functions of a unit have names of their own.
    const isInput = table.slotOf(`${area}.setpoint`) >= 0 || table.slotOf(`${area}.control.setpoint`) >= 0;
    const browseName = isInput ? `${area}.sensor` : area;
    const nodeId = `${this.#plant.name}.${name}.${browseName}`;
    const made = make(this.#namespace, 'AnalogScalarSensorFunctionType', browseName, unit.functionSet, nodeId);
    const measured = table.slotOf(`${area}.measured`);
    this.#enable(made);
    this.#show(measured >= 0 ? `${area}.measured` : area, made.sensorValue);
    this.#show(this.#plant.tags[raw]!.id, made.rawValue);
    if (measured >= 0) this.#simulation(made.sensorValue, area, this.#plant.tags[measured]!);
  }

  #function(vessel: Made, type: string, name: string, optionals: readonly string[] = []): Made {
    const made = make(this.#namespace, type, name, vessel.functionSet, `${this.#plant.name}.Vessel.${name}`, optionals);
    this.#enable(made);
    return made;
  }

  #enable(made: Made): void {
    (made.isEnabled as UAVariable).setValueFromSource({ dataType: DataType.Boolean, value: true });
  }

  /** A value of the specification shows a tag, with its range and unit, and takes what is written to it. */
  #show(id: string, node: UAVariable): void {
    const slot = this.#plant.table.slotOf(id);
    const { low, high, unit, writes } = this.#plant.tags[slot]!;
    const { euRange, engineeringUnits, addressSpace } = node as unknown as Record<
      'euRange' | 'engineeringUnits',
      UAVariable
    > &
      UAVariable;
    const range = addressSpace.constructExtensionObject(addressSpace.findDataType('Range')!, { low, high });
    const units = addressSpace.constructExtensionObject(addressSpace.findDataType('EUInformation')!, {
      ...engineeringUnit(unit),
    });
    euRange?.setValueFromSource({ dataType: DataType.ExtensionObject, value: range });
    engineeringUnits?.setValueFromSource({ dataType: DataType.ExtensionObject, value: units });
    node.accessLevel = writes ? 3 : 1;
    node.userAccessLevel = node.accessLevel;
    this.#tags.show(slot, node);
  }

  #followMode(id: string, made: Made): void {
    const slot = this.#plant.table.slotOf(id);
    const machine = made.controlFunctionState as UAStateMachineEx | undefined;
    if (!machine) return;
    promoteToStateMachine(machine as never);
    machine.setState('Running');
    if (slot >= 0) this.#modes.push({ slot, machine });
  }

  /** PA-DIM's way for a client to put a value in the place of a reading (OPC 30081, 7.2): a state, and the value. */
  #simulation(parent: UAVariable, sensor: string, tag: Tag): void {
    const namespaceIndex = this.#namespace.addressSpace.getNamespaceIndex(padimUri);
    const plant = this.#plant;
    const station = this.#station;
    let wanted = tag.low;
    const add = (
      name: string,
      dataType: DataType,
      value: unknown,
      take: (given: never) => number | null | undefined,
    ): UAVariable => {
      const node = this.#namespace.addVariable({
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
}
