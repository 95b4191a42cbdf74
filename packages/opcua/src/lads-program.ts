import { statSync } from 'node:fs';
import type { LivePlant, PlantEvent, Station } from '@fedbatch/station';
import type { Person } from '@fedbatch/vocabulary';
import {
  type CallMethodResultOptions,
  DataType,
  type ISessionContext,
  type Namespace,
  StatusCodes,
  type UAMethod,
  type UAObject,
  type UAVariable,
  Variant,
} from 'node-opcua';
import { ladsUri, type Made, make } from './lads-device.ts';
import { lockDown } from './lock-down.ts';
import { showFile } from './readable-file.ts';
import { refusalStatuses } from './status.ts';
import { personOf } from './who.ts';

/** What somebody asked for when a program was started. */
interface Order {
  readonly user: string;
  readonly job: string;
  readonly task: string;
  readonly samples: unknown;
  readonly properties: unknown;
  readonly started: Date;
  readonly id: string;
}

type Done = (error: Error | null, answer: CallMethodResultOptions) => void;

/** The recipe of a plant as a LADS program: what runs, how it is started, and what came out of it (OPC 30500-1, 7.4). */
export class LadsProgram {
  readonly #station: Station;
  readonly #plant: LivePlant;
  readonly #namespace: Namespace;
  readonly #active: Record<string, UAVariable>;
  readonly #results: UAObject;
  readonly #stops: readonly (() => void)[];
  #order: Order;
  #count = 0;

  constructor(station: Station, plant: LivePlant, namespace: Namespace, vessel: Made) {
    this.#station = station;
    this.#plant = plant;
    this.#namespace = namespace;
    const manager = vessel.programManager as unknown as {
      activeProgram: Record<string, UAVariable>;
      programTemplateSet: UAObject;
      resultSet: UAObject;
    };
    this.#active = manager.activeProgram;
    this.#results = manager.resultSet;
    this.#order = this.#orderOf('station', '', '', null, null);
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
    this.#bind(unit.startProgram!, (person, inputs) => this.#start(person, inputs, unit.startProgram!));
    for (const method of [unit.stop!, unit.abort!])
      this.#bind(method, (person) => this.#answer(plant.command(person, { kind: 'recipe', action: 'abort' })));
    this.#stops = [plant.onEvent((event) => this.#hear(event)), plant.jobs.onChange((id) => this.#ordered(id))];
  }

  follow(): void {
    const { live, plan, table } = this.#plant;
    const stepH = table.values[table.slotOf('recipe.phase.time')]!;
    const step = plan.phases.findIndex(({ name }) => name === live.phase);
    this.#set(this.#active.currentRuntime, DataType.Double, live.timeH * 3.6e6);
    this.#set(this.#active.currentStepName, DataType.LocalizedText, { text: live.phase });
    this.#set(this.#active.currentStepNumber, DataType.UInt32, Math.max(0, step) + 1);
    this.#set(this.#active.currentStepRuntime, DataType.Double, Math.max(0, stepH) * 3.6e6);
    this.#set(this.#active.deviceProgramRunId, DataType.String, this.#order.id);
  }

  close(): void {
    for (const stop of this.#stops) stop();
  }

  get #template(): string {
    return this.#plant.recipe;
  }

  /** A run that a job order began is that job's. */
  #ordered(id: string): void {
    const job = this.#plant.jobs.of(id);
    if (job?.state !== 'running' || this.#order.job === id) return;
    this.#order = this.#orderOf(job.person.name, id, '', null, null);
  }

  #orderOf(user: string, job: string, task: string, samples: unknown, properties: unknown): Order {
    const id = `${this.#plant.name}.${this.#plant.journalSize}`;
    return { user, job, task, samples, properties, started: new Date(), id };
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

  #bind(method: UAMethod, call: (person: Person, inputs: readonly Variant[]) => CallMethodResultOptions): void {
    const station = this.#station;
    method.bindMethod((inputs: Variant[], context: ISessionContext, done: Done) =>
      done(null, call(personOf(station, context), inputs)),
    );
  }

  #answer(receipt: ReturnType<LivePlant['command']>, outputs: Variant[] = []): CallMethodResultOptions {
    return receipt.accepted
      ? { statusCode: StatusCodes.Good, outputArguments: outputs }
      : { statusCode: refusalStatuses[receipt.refusal] };
  }

  /** Starts the recipe anew for an order; the nodeset says in which order the arguments come. */
  #start(person: Person, inputs: readonly Variant[], method: UAMethod): CallMethodResultOptions {
    const names = method.getInputArguments().map(({ name }) => (name ?? '').toLowerCase());
    const input = (part: string): unknown => inputs[names.findIndex((name) => name.includes(part))]?.value;
    const template = String(input('template') ?? '');
    if (template !== '' && template !== this.#template) return { statusCode: StatusCodes.BadInvalidArgument };
    const job = String(input('jobid') ?? '');
    const task = String(input('taskid') ?? '');
    const receipt = this.#plant.command(
      person,
      { kind: 'clock', action: 'reset' },
      `job ${job || '-'}, task ${task || '-'}`,
    );
    if (receipt.accepted) {
      this.#order = this.#orderOf(person.name, job, task, input('samples'), input('properties'));
      this.#plant.clock.run();
    }
    return this.#answer(receipt, [new Variant({ dataType: DataType.String, value: this.#order.id })]);
  }

  #hear({ kind, says }: PlantEvent): void {
    if (kind !== 'run' || says.startsWith('started')) return;
    const { user, job, task, samples, properties, started, id } = this.#order;
    const name = `Result${++this.#count}`;
    const result = make(this.#namespace, 'ResultType', name, this.#results, `${this.#plant.name}.Vessel.${name}`, [
      'DeviceProgramRunId',
    ]);
    const node = this.#childrenOf(result);
    this.#set(node('Description'), DataType.LocalizedText, { text: says });
    this.#set(node('User'), DataType.String, user);
    this.#set(node('SupervisoryJobId'), DataType.String, job);
    this.#set(node('SupervisoryTaskId'), DataType.String, task);
    this.#set(node('ApplicationUri'), DataType.String, 'urn:fedbatch');
    this.#set(node('Started'), DataType.DateTime, started);
    this.#set(node('Stopped'), DataType.DateTime, new Date());
    this.#set(node('DeviceProgramRunId'), DataType.String, id);
    if (samples)
      node('Samples')?.setValueFromSource({
        dataType: DataType.ExtensionObject,
        arrayType: 1,
        value: samples,
      } as never);
    if (properties)
      node('Properties')?.setValueFromSource({
        dataType: DataType.ExtensionObject,
        arrayType: 1,
        value: properties,
      } as never);
    this.#describe((result as unknown as { programTemplate: Made }).programTemplate);
    const { path, bytes } = this.#plant.journalFile;
    this.#addFile(result, name, 'Journal', 'application/jsonl', path, bytes);
    lockDown(this.#namespace);
    void this.#plant.writeSamples().then(
      (samples) => {
        this.#addFile(result, name, 'Samples', 'text/csv', samples, statSync(samples).size);
        lockDown(this.#namespace);
      },
      // A disk that does not take the file leaves the result without it; the samples are in the history all the same.
      () => undefined,
    );
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
