import type { LivePlant, RecipeState, Station } from '@fedbatch/station';
import {
  type AddressSpace,
  DataType,
  type Namespace,
  promoteToStateMachine,
  type UAObject,
  type UAStateMachineEx,
  type UAVariable,
} from 'node-opcua';
import { LadsFunctions } from './lads-functions.ts';
import { LadsProgram } from './lads-program.ts';
import { MaintenanceTasks, wearing } from './maintenance-tasks.ts';
import type { TagNodes } from './tag-nodes.ts';
import { type Made, make } from './type-instance.ts';

const diUri = 'http://opcfoundation.org/UA/DI/';

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

/**
 * A plant as a laboratory device after OPC 30500-1 (LADS): a functional unit `Vessel` with its controllers, pumps and sensors and a program manager, and a
 * second one, `Advisory`, for what models estimate: the two never mix.
 */
export class LadsDevice {
  readonly #plant: LivePlant;
  readonly #namespace: Namespace;
  readonly #unitState: UAStateMachineEx;
  readonly #runningState: UAStateMachineEx;
  readonly #program: LadsProgram;
  readonly #functions: LadsFunctions;
  readonly #maintenance: MaintenanceTasks;
  #shown = '';

  constructor(station: Station, plant: LivePlant, namespace: Namespace, tags: TagNodes) {
    this.#plant = plant;
    this.#namespace = namespace;
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
    this.#functions = new LadsFunctions(station, plant, namespace, tags, { vessel, advisory });
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
    this.#functions.follow();
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
}
