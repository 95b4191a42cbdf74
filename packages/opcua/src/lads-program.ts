import { statSync } from 'node:fs';
import type { LivePlant, PlantEvent, ProgramRun, Station } from '@fedbatch/station';
import type { Person, ProgramOrder, RecipeAction } from '@fedbatch/vocabulary';
import {
  type CallMethodResultOptions,
  DataType,
  type Namespace,
  StatusCodes,
  type UAMethod,
  type UAObject,
  type UAVariable,
  Variant,
  VariantArrayType,
} from 'node-opcua';
import { lockDown } from './lock-down.ts';
import { answerOf, bindCall } from './method-call.ts';
import { showFile } from './readable-file.ts';
import { ladsUri, type Made, make } from './type-instance.ts';

/** Results of earlier sessions that are shown; older ones stay in the station's store. */
const mostEarlier = 50;

/** Fields of SampleInfoType and KeyValueType (OPC 30500-1, 8), as the library gives them. */
type GivenSample = Readonly<Record<'containerId' | 'sampleId' | 'position' | 'customData', string | null>>;
type GivenProperty = Readonly<Record<'key' | 'value', string | null>>;

/** The recipe of a plant as a LADS program: what runs, how it is started, and what came out of it (OPC 30500-1, 7.4). */
export class LadsProgram {
  readonly #plant: LivePlant;
  readonly #namespace: Namespace;
  readonly #active: Record<string, UAVariable>;
  readonly #results: UAObject;
  readonly #stop: () => void;
  #count = 0;

  constructor(station: Station, plant: LivePlant, namespace: Namespace, vessel: Made) {
    this.#plant = plant;
    this.#namespace = namespace;
    const manager = vessel.programManager as unknown as {
      activeProgram: Record<string, UAVariable>;
      programTemplateSet: UAObject;
      resultSet: UAObject;
    };
    this.#active = manager.activeProgram;
    this.#results = manager.resultSet;
    this.#describe(
      make(
        namespace,
        'ProgramTemplateType',
        this.#template,
        manager.programTemplateSet,
        `${plant.name}.Vessel.Template`,
      ),
    );
    const unit = vessel.functionalUnitState as unknown as Record<string, UAMethod>;
    bindCall(station, unit.startProgram!, (person, inputs) => this.#start(person, inputs, unit.startProgram!));
    const running = (unit as unknown as { runningStateMachine: Record<string, UAMethod> }).runningStateMachine;
    const orders: [UAMethod, RecipeAction][] = [
      [unit.stop!, 'stop'],
      [unit.abort!, 'abort'],
      [running.hold!, 'hold'],
      [running.unhold!, 'resume'],
    ];
    for (const [method, action] of orders)
      bindCall(station, method, (person) => answerOf(plant.command(person, { kind: 'recipe', action })));
    const ended = plant.programs.ended;
    this.#count = Math.max(0, ended.length - mostEarlier);
    for (const run of ended.slice(this.#count)) this.#add(run);
    this.#stop = plant.onEvent((event) => this.#hear(event));
  }

  follow(): void {
    const { live, plan, table } = this.#plant;
    const stepH = table.values[table.slotOf('recipe.phase.time')]!;
    const step = plan.phases.findIndex(({ name }) => name === live.phase);
    this.#set(this.#active.currentRuntime, DataType.Double, live.timeH * 3.6e6);
    this.#set(this.#active.currentStepName, DataType.LocalizedText, { text: live.phase });
    this.#set(this.#active.currentStepNumber, DataType.UInt32, Math.max(0, step) + 1);
    this.#set(this.#active.currentStepRuntime, DataType.Double, Math.max(0, stepH) * 3.6e6);
    this.#set(this.#active.deviceProgramRunId, DataType.String, this.#idOf(this.#plant.programs.last!));
  }

  close(): void {
    this.#stop();
  }

  get #template(): string {
    return this.#plant.recipe;
  }

  #idOf({ record }: ProgramRun): string {
    return `${this.#plant.name}.${record}`;
  }

  #set(node: UAVariable | undefined, dataType: DataType, value: unknown): void {
    if (!node) return;
    node.setValueFromSource({ dataType, value } as never);
  }

  /** Children by their names: a node has properties of its own, such as `description`, that hide some. */
  #childrenOf(made: Made): (name: string) => UAVariable | undefined {
    const index = this.#namespace.addressSpace.getNamespaceIndex(ladsUri);
    return (name) => (made.getChildByName(name, index) as UAVariable | null) ?? undefined;
  }

  #describe(template: Made): void {
    const { plan } = this.#plant;
    const node = this.#childrenOf(template);
    this.#set(node('Author'), DataType.String, plan.title.organism);
    this.#set(node('Description'), DataType.LocalizedText, { text: plan.title.title });
    this.#set(node('DeviceTemplateId'), DataType.String, this.#template);
    this.#set(node('Version'), DataType.String, '1');
    const modified = new Date();
    this.#set(node('Created'), DataType.DateTime, modified);
    this.#set(node('Modified'), DataType.DateTime, modified);
  }

  /** Starts the recipe anew for an order; the nodeset says in which order the arguments come. */
  #start(person: Person, inputs: readonly Variant[], method: UAMethod): CallMethodResultOptions {
    const names = method.getInputArguments().map(({ name }) => (name ?? '').toLowerCase());
    const input = (part: string): unknown => inputs[names.findIndex((name) => name.includes(part))]?.value;
    const template = String(input('template') ?? '');
    if (template !== '' && template !== this.#template) return { statusCode: StatusCodes.BadInvalidArgument };
    const program: ProgramOrder = {
      job: String(input('jobid') ?? ''),
      task: String(input('taskid') ?? ''),
      samples: ((input('samples') ?? []) as GivenSample[]).map(({ containerId, sampleId, position, customData }) => ({
        container: containerId ?? '',
        sample: sampleId ?? '',
        position: position ?? '',
        custom: customData ?? '',
      })),
      properties: ((input('properties') ?? []) as GivenProperty[]).map(({ key, value }) => ({
        key: key ?? '',
        value: value ?? '',
      })),
    };
    const receipt = this.#plant.command(
      person,
      { kind: 'clock', action: 'reset', program },
      `job ${program.job || '-'}, task ${program.task || '-'}`,
    );
    if (receipt.accepted) this.#plant.clock.run();
    const id = this.#idOf(this.#plant.programs.last!);
    return answerOf(receipt, [new Variant({ dataType: DataType.String, value: id })]);
  }

  #hear({ kind, record }: PlantEvent): void {
    const { last } = this.#plant.programs;
    if (kind === 'run' && last?.ended?.record === record) this.#add(last);
  }

  /** Shows the result of a run: who asked for it, what came out, and its files. */
  #add(run: ProgramRun): void {
    const { person, order, startedMs } = run;
    const { says, stampMs, record } = run.ended!;
    const name = `Result${++this.#count}`;
    const result = make(this.#namespace, 'ResultType', name, this.#results, `${this.#plant.name}.Vessel.${name}`, [
      'DeviceProgramRunId',
    ]);
    const node = this.#childrenOf(result);
    this.#set(node('Description'), DataType.LocalizedText, { text: says });
    this.#set(node('User'), DataType.String, person.name);
    this.#set(node('SupervisoryJobId'), DataType.String, order.job);
    this.#set(node('SupervisoryTaskId'), DataType.String, order.task);
    this.#set(node('ApplicationUri'), DataType.String, 'urn:fedbatch');
    this.#set(node('Started'), DataType.DateTime, new Date(startedMs));
    this.#set(node('Stopped'), DataType.DateTime, new Date(stampMs));
    this.#set(node('DeviceProgramRunId'), DataType.String, this.#idOf(run));
    const samples = order.samples.map(({ container, sample, position, custom }) => ({
      ...{ containerId: container, sampleId: sample, position, customData: custom },
    }));
    this.#list(node('Samples'), 'SampleInfoType', samples);
    this.#list(node('Properties'), 'KeyValueType', order.properties);
    this.#describe((result as unknown as { programTemplate: Made }).programTemplate);
    const { path, bytes } = this.#plant.journalUpTo(record);
    this.#addFile(result, name, 'Journal', 'application/jsonl', path, bytes);
    lockDown(this.#namespace);
    void this.#plant.writeSamples(run.run).then(
      (file) => {
        this.#addFile(result, name, 'Samples', 'text/csv', file, statSync(file).size);
        lockDown(this.#namespace);
      },
      // A disk that does not take the file leaves the result without it; the samples are in the history all the same.
      () => undefined,
    );
  }

  #list(node: UAVariable | undefined, type: string, items: readonly object[]): void {
    const { addressSpace } = this.#namespace;
    const dataType = addressSpace.findDataType(type, addressSpace.getNamespaceIndex(ladsUri))!;
    const value = items.map((item) => addressSpace.constructExtensionObject(dataType, item as never));
    node?.setValueFromSource({ dataType: DataType.ExtensionObject, arrayType: VariantArrayType.Array, value } as never);
  }

  #addFile(result: Made, of: string, name: string, mimeType: string, path: string, bytes: number): void {
    const { fileSet } = result as unknown as { readonly fileSet: UAObject };
    const id = `${this.#plant.name}.Vessel.${of}.${name}`;
    const made = make(this.#namespace, 'ResultFileType', name, fileSet, id, ['File']);
    const node = this.#childrenOf(made);
    this.#set(node('Name'), DataType.String, path.slice(path.lastIndexOf('/') + 1));
    this.#set(node('MimeType'), DataType.String, mimeType);
    showFile((made as unknown as { readonly file: UAObject }).file, path, bytes);
  }
}
