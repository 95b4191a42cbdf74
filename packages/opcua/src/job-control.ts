import { jobStates, type LivePlant, mostJobs, type OrderedJob, type Station } from '@fedbatch/station';
import type { Command, JobAction, JobOrder, Person } from '@fedbatch/vocabulary';
import {
  type AddressSpace,
  type CallMethodResultOptions,
  DataType,
  type ExtensionObject,
  type Namespace,
  StatusCodes,
  type UAMethod,
  type UAObject,
  type UAVariable,
  Variant,
  VariantArrayType,
} from 'node-opcua';
import { isHeard } from './audit.ts';
import { jobControlUri } from './job-control-uri.ts';
import { bindCall } from './method-call.ts';
import { type Made, make } from './type-instance.ts';

type Structure = ExtensionObject & Record<string, unknown>;

/** Bits of a ReturnStatus (OPC 10031-4, B.2). */
const returned = { noError: 0, unknownJob: 1, wrongState: 3, notAccepted: 4 } as const;

/** BrowseName and number of a state there; jobStates has them in the order of their numbers. */
const stateNames = ['NotAllowedToStart', 'AllowedToStart', 'Running', 'Interrupted', 'Ended', 'Aborted'];

const withOrder = { Store: 'store', StoreAndStart: 'store and start', Update: 'update' } as const;
const withId = {
  Start: 'start',
  RevokeStart: 'revoke start',
  Pause: 'pause',
  Resume: 'resume',
  Stop: 'stop',
  Abort: 'abort',
  Cancel: 'cancel',
  Clear: 'clear',
} as const satisfies Record<string, JobAction>;

/**
 * The job orders of a plant as OPC 10031-4 has them: a receiver that takes orders and steers them, and a provider that says what became of them. Both
 * show what the station has; nothing is kept here.
 */
export class JobControl {
  readonly #station: Station;
  readonly #plant: LivePlant;
  readonly #addressSpace: AddressSpace;
  readonly #index: number;
  readonly #receiver: Made;
  readonly #provider: Made;
  /** State that was told last, by id. */
  readonly #told = new Map<string, string>();
  readonly #stop: () => void;

  constructor(station: Station, plant: LivePlant, namespace: Namespace, root: UAObject) {
    this.#station = station;
    this.#plant = plant;
    this.#addressSpace = namespace.addressSpace as unknown as AddressSpace;
    this.#index = this.#addressSpace.getNamespaceIndex(jobControlUri);
    const methods = [...Object.keys(withOrder), ...Object.keys(withId)];
    const { name } = plant;
    const node = (type: string, browseName: string, id: string, optionals: readonly string[]): Made =>
      make(namespace, type, browseName, root, `${name}.${id}`, optionals, jobControlUri);
    this.#receiver = node('ISA95JobOrderReceiverObjectType', 'JobOrderReceiver', 'JobOrders', methods);
    this.#provider = node('ISA95JobResponseProviderObjectType', 'JobResponseProvider', 'JobResponses', [
      'JobOrderResponseList',
    ]);
    for (const notifier of [this.#receiver, this.#provider]) {
      notifier.setEventNotifier(1);
      root.addReference({ referenceType: 'HasNotifier', nodeId: notifier.nodeId });
    }
    this.#describe();
    this.#bindAll();
    for (const { order, state } of plant.jobs.list) this.#told.set(order.id, state);
    this.#show();
    this.#stop = plant.jobs.onChange((id) => this.#hear(id));
  }

  close(): void {
    this.#stop();
  }

  /** What a plant can be ordered to do, and with what. */
  #describe(): void {
    const { name, recipe, plan } = this.#plant;
    const master = this.#structure('ISA95WorkMasterDataType', { ID: recipe, description: { text: plan.title.title } });
    const set = (child: string, dataType: DataType, value: unknown, isArray = true): void =>
      this.#child(this.#receiver, child).setValueFromSource({
        dataType,
        value,
        ...(isArray && { arrayType: VariantArrayType.Array }),
      } as never);
    set('WorkMaster', DataType.ExtensionObject, [master]);
    set('EquipmentID', DataType.String, [name]);
    set('PhysicalAssetID', DataType.String, [`${name}-${plan.title.seed}`]);
    for (const nothing of ['MaterialClassID', 'MaterialDefinitionID', 'PersonnelID']) set(nothing, DataType.String, []);
    set('MaxDownloadableJobOrders', DataType.UInt16, mostJobs, false);
  }

  #child(parent: Made, name: string): UAVariable {
    return parent.getChildByName(name, this.#index) as UAVariable;
  }

  #structure(type: string, fields: object): Structure {
    const dataType = this.#addressSpace.findDataType(type, this.#index)!;
    return this.#addressSpace.constructExtensionObject(dataType, fields as never) as Structure;
  }

  #bindAll(): void {
    const bind = (
      parent: Made,
      name: string,
      call: (person: Person, inputs: readonly Variant[]) => CallMethodResultOptions,
    ): void => {
      bindCall(this.#station, parent.getChildByName(name, this.#index) as UAMethod, call);
    };
    for (const [name, action] of Object.entries(withOrder))
      bind(this.#receiver, name, (person, [order, comment]) => {
        const read = orderOf(order?.value as GivenOrder | null);
        return read
          ? this.#command(person, { kind: 'job', action, order: read }, comment)
          : status(returned.notAccepted);
      });
    for (const [name, action] of Object.entries(withId))
      bind(this.#receiver, name, (person, [id, comment]) =>
        this.#command(person, { kind: 'job', action, job: String(id?.value ?? '') }, comment),
      );
    bind(this.#provider, 'RequestJobResponseByJobOrderID', (_, [id]) => {
      const job = this.#plant.jobs.of(String(id?.value ?? ''));
      const found = new Variant({ dataType: DataType.ExtensionObject, value: job ? this.#responseOf(job) : null });
      return status(job ? returned.noError : returned.unknownJob, found);
    });
    bind(this.#provider, 'RequestJobResponseByJobOrderState', (_, [wanted]) => {
      const [top] = (wanted?.value ?? []) as Structure[];
      const jobs = this.#plant.jobs.list.filter(({ state }) => numberOf(state) === top?.stateNumber);
      const value = jobs.map((job) => this.#responseOf(job));
      const dataType = DataType.ExtensionObject;
      return status(returned.noError, new Variant({ dataType, arrayType: VariantArrayType.Array, value }));
    });
  }

  #command(person: Person, command: Command & { kind: 'job' }, comment: Variant | undefined): CallMethodResultOptions {
    const [words] = (comment?.value ?? []) as { text?: string | null }[];
    const receipt = this.#plant.command(person, command, words?.text?.slice(0, 200) || undefined);
    if (receipt.accepted) return status(returned.noError);
    if (receipt.refusal === 'role') return { statusCode: StatusCodes.BadUserAccessDenied };
    if (receipt.refusal === 'unknown' && 'job' in command) return status(returned.unknownJob);
    return status(receipt.refusal === 'state' ? returned.wrongState : returned.notAccepted);
  }

  #hear(id: string): void {
    this.#show();
    const job = this.#plant.jobs.of(id);
    if (!job) this.#told.delete(id);
    if (!job || this.#told.get(id) === job.state) return;
    this.#told.set(id, job.state);
    this.#tell(job);
  }

  #tell(job: OrderedJob): void {
    const { server } = this.#addressSpace.rootFolder.objects;
    if (![this.#receiver, this.#receiver.parent, server].some(isHeard)) return;
    const type = this.#addressSpace.findEventType('ISA95JobOrderStatusEventType', this.#index)!;
    const object = (value: unknown) => ({ dataType: DataType.ExtensionObject, value });
    const time = { dataType: DataType.DateTime, value: new Date(this.#plant.stampMs) };
    this.#receiver.raiseEvent(type, {
      ...{ time, receiveTime: time },
      message: { dataType: DataType.LocalizedText, value: { text: `job ${job.order.id}: ${job.state}` } },
      severity: { dataType: DataType.UInt16, value: 100 },
      jobOrder: object(this.#orderOf(job)),
      jobState: { ...object(this.#stateOf(job)), arrayType: VariantArrayType.Array },
      jobResponse: object(this.#responseOf(job)),
    } as never);
  }

  #show(): void {
    const jobs = this.#plant.jobs.list;
    const set = (parent: Made, name: string, value: readonly Structure[]): void =>
      this.#child(parent, name).setValueFromSource({
        dataType: DataType.ExtensionObject,
        arrayType: VariantArrayType.Array,
        value,
      } as never);
    set(
      this.#receiver,
      'JobOrderList',
      jobs.map((job) =>
        this.#structure('ISA95JobOrderAndStateDataType', { jobOrder: this.#orderOf(job), state: this.#stateOf(job) }),
      ),
    );
    const begun = jobs.filter(({ startedMs }) => startedMs !== undefined);
    set(
      this.#provider,
      'JobOrderResponseList',
      begun.map((job) => this.#responseOf(job)),
    );
  }

  #orderOf({ order: { id, says, recipe, priority, startMs, sets } }: OrderedJob): Structure {
    return this.#structure('ISA95JobOrderDataType', {
      jobOrderID: id,
      ...(says && { description: [{ text: says }] }),
      ...(recipe && { workMasterID: [{ ID: recipe }] }),
      ...(startMs !== undefined && { startTime: new Date(startMs) }),
      ...(priority !== undefined && { priority }),
      jobOrderParameters: sets.map(({ tag, value }) => ({ ID: tag, value: variantOf(value) })),
    });
  }

  #stateOf({ state }: OrderedJob): Structure[] {
    const stateNumber = numberOf(state);
    const stateText = { locale: 'en', text: stateNames[stateNumber - 1]! };
    return [this.#structure('ISA95StateDataType', { browsePath: { elements: [] }, stateText, stateNumber })];
  }

  #responseOf(job: OrderedJob): Structure {
    const { order, startedMs, endedMs, outcome, person } = job;
    const { name } = this.#plant;
    return this.#structure('ISA95JobResponseDataType', {
      jobResponseID: `${name}.${order.id}`,
      jobOrderID: order.id,
      jobState: this.#stateOf(job),
      ...(outcome && { description: { text: outcome.says } }),
      ...(startedMs !== undefined && { startTime: new Date(startedMs) }),
      ...(endedMs !== undefined && { endTime: new Date(endedMs) }),
      ...(outcome && { jobResponseData: [{ ID: 'recipe.run.time', value: variantOf(outcome.timeH) }] }),
      ...(outcome && {
        materialActuals: outcome.totals.map(({ tag, value, unit }) => ({
          materialDefinitionID: tag,
          materialUse: 'Consumed',
          quantity: String(value),
          description: [{ text: `${tag} in ${unit}` }],
        })),
      }),
      personnelActuals: [{ ID: person.name }],
      equipmentActuals: [{ ID: name }],
    });
  }
}

const numberOf = (state: OrderedJob['state']): number => jobStates.indexOf(state) + 1;

const variantOf = (value: number | string): Variant =>
  new Variant(typeof value === 'number' ? { dataType: DataType.Double, value } : { dataType: DataType.String, value });

/** An answer with what came and a ReturnStatus: it has to be Uncertain and not Bad where it is no success, or the client would not get it. */
function status(bit: number, ...outputs: Variant[]): CallMethodResultOptions {
  const value = new Variant({ dataType: DataType.UInt64, arrayType: VariantArrayType.Scalar, value: [0, 2 ** bit] });
  const statusCode = bit === returned.noError ? StatusCodes.Good : StatusCodes.Uncertain;
  return { statusCode, outputArguments: [...outputs, value] };
}

/** What ISA95JobOrderDataType carries, as far as a plant can do something with it. */
interface GivenOrder {
  readonly jobOrderID?: unknown;
  readonly description?: readonly { readonly text?: string | null }[] | null;
  readonly workMasterID?: readonly { readonly ID?: string | null }[] | null;
  readonly startTime?: Date | null;
  readonly priority?: number | null;
  readonly jobOrderParameters?: readonly { readonly ID?: string | null; readonly value?: Variant | null }[] | null;
}

/** An order as a client sent it, in words of the station; undefined where it is none. */
function orderOf(given: GivenOrder | null): JobOrder | undefined {
  if (typeof given?.jobOrderID !== 'string') return undefined;
  const { jobOrderID, description, workMasterID, startTime, priority, jobOrderParameters } = given;
  const says = description?.[0]?.text?.slice(0, 200);
  const recipe = workMasterID?.[0]?.ID;
  const startMs = startTime?.getTime() ?? 0;
  const sets = (jobOrderParameters ?? []).map(({ ID, value }) => ({ tag: ID ?? '', value: plainOf(value?.value) }));
  return {
    id: jobOrderID,
    sets,
    ...(says && { says }),
    ...(recipe && { recipe }),
    ...(startMs > 0 && { startMs }),
    ...(priority && { priority }),
  };
}

/** What the gate can judge; it refuses what is neither a number nor words. */
const plainOf = (value: unknown): number | string =>
  typeof value === 'number' || typeof value === 'string' ? value : Number.NaN;
