import type { LivePlant, Station } from '@fedbatch/station';
import {
  DataType,
  DataValue,
  type Namespace,
  promoteToStateMachine,
  type UAObject,
  type UAStateMachineEx,
  type UAVariable,
  VariantArrayType,
} from 'node-opcua';
import { engineeringUnit } from './engineering-unit.ts';
import { addSimulation } from './simulation.ts';
import type { TagNodes } from './tag-nodes.ts';
import { ladsUri, type Made, make } from './type-instance.ts';

/** The functional units of a device: what is measured and controlled, and apart from it what models say. */
interface Units {
  readonly vessel: Made;
  readonly advisory: Made;
}

/** Loops, actuators, sensors and estimates of a plant as functions of its units (OPC 30500-1, 7.3). */
export class LadsFunctions {
  readonly #station: Station;
  readonly #plant: LivePlant;
  readonly #namespace: Namespace;
  readonly #tags: TagNodes;
  readonly #modes: { readonly slot: number; readonly machine: UAStateMachineEx }[] = [];

  constructor(station: Station, plant: LivePlant, namespace: Namespace, tags: TagNodes, { vessel, advisory }: Units) {
    this.#station = station;
    this.#plant = plant;
    this.#namespace = namespace;
    this.#tags = tags;
    const { table } = plant;
    for (const { id, from } of plant.tags) {
      const area = id.slice(0, id.lastIndexOf('.'));
      if (id.endsWith('.control.setpoint')) this.#controller(vessel, area);
      else if (id.endsWith('.setpoint')) this.#actuator(vessel, area);
      else if (from === 'sensor' && id.endsWith('.measured'))
        this.#sensor(vessel, 'Vessel', area, table.slotOf(`${area}.raw`));
      else if (from === 'estimate') this.#sensor(advisory, 'Advisory', id, table.slotOf(id));
    }
  }

  /** Lets the state of each function follow its mode. */
  follow(): void {
    const { table } = this.#plant;
    for (const { slot, machine } of this.#modes) {
      // In manual the function does not control: a person does.
      const wanted = table.values[slot] === 1 ? 'Stopped' : 'Running';
      if (machine.getCurrentState() !== wanted) machine.setState(wanted);
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
    if (measured >= 0)
      addSimulation(this.#station, this.#plant, this.#namespace, made.sensorValue, this.#plant.tags[measured]!);
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
}
