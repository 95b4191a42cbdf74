import { hostname } from 'node:os';
import {
  AttributeIds,
  BrowseDirection,
  type CallMethodResult,
  type ClientSession,
  ClientSubscription,
  constructEventFilter,
  DataType,
  type DataValue,
  HistoryReadRequest,
  MessageSecurityMode,
  type OPCUACertificateManager,
  OPCUAClient,
  ReadEventDetails,
  ReadRawModifiedDetails,
  resolveNodeId,
  SecurityPolicy,
  TimestampsToReturn,
  type UserIdentityInfo,
  UserTokenType,
  Variant,
  VariantArrayType,
} from 'node-opcua';
import { openCertificates } from './certificates.ts';

export interface ConnectionOptions {
  readonly endpoint: string;
  /** `none`, or one of the three policies by its name. */
  readonly security: string;
  readonly user?: string;
  readonly password?: string;
  /** Folder of the certificates of this client; made when it is not there. */
  readonly pki: string;
  /** Shown by the server, and what a barrier knows the client by. */
  readonly name?: string;
}

const policies: Readonly<Record<string, SecurityPolicy>> = {
  none: SecurityPolicy.None,
  Basic256Sha256: SecurityPolicy.Basic256Sha256,
  Aes128_Sha256_RsaOaep: SecurityPolicy.Aes128_Sha256_RsaOaep,
  Aes256_Sha256_RsaPss: SecurityPolicy.Aes256_Sha256_RsaPss,
};
export const policyNames = Object.keys(policies);

/** A client of any OPC UA server, as small as the commands of the command line need it. Node ids are those of our plants unless they are whole. */
export class Connection {
  readonly session: ClientSession;
  readonly #client: OPCUAClient;
  readonly #certificates: OPCUACertificateManager;
  readonly #index: number;

  private constructor(
    client: OPCUAClient,
    session: ClientSession,
    certificates: OPCUACertificateManager,
    index: number,
  ) {
    this.#client = client;
    this.session = session;
    this.#certificates = certificates;
    this.#index = index;
  }

  /** Throws the library's error where the server cannot be reached or lets nobody in. */
  static async open({
    endpoint,
    security,
    user,
    password,
    pki,
    name = 'fedbatch',
  }: ConnectionOptions): Promise<Connection> {
    const applicationUri = `urn:${hostname()}:fedbatch:client`;
    const own = await openCertificates(pki, `Fedbatch client on ${hostname()}`, applicationUri);
    const { manager: certificates, certificateFile, privateKeyFile } = own;
    // A client of the command line asks the server that it was told to ask.
    certificates.automaticallyAcceptUnknownCertificate = true;
    const policy = policies[security] ?? SecurityPolicy.Basic256Sha256;
    const client = OPCUAClient.create({
      applicationName: 'Fedbatch client',
      applicationUri,
      certificateFile,
      privateKeyFile,
      clientName: name,
      endpointMustExist: false,
      securityMode: policy === SecurityPolicy.None ? MessageSecurityMode.None : MessageSecurityMode.SignAndEncrypt,
      securityPolicy: policy,
      clientCertificateManager: certificates,
      connectionStrategy: { maxRetry: 0, initialDelay: 100, maxDelay: 200 },
      keepSessionAlive: true,
      requestedSessionTimeout: 30_000,
    });
    try {
      await client.connect(endpoint);
      const identity: UserIdentityInfo =
        user === undefined
          ? { type: UserTokenType.Anonymous }
          : { type: UserTokenType.UserName, userName: user, password: password ?? '' };
      const session = await client.createSession(identity);
      const namespaces = await session.readNamespaceArray();
      return new Connection(client, session, certificates, namespaces.indexOf('urn:fedbatch:plants'));
    } catch (error) {
      await client.disconnect().catch(() => undefined);
      await certificates.dispose();
      throw error;
    }
  }

  /** `Bioreactor1.feed.rate.setpoint`, or any node id as `ns=2;s=...`. */
  nodeOf(text: string): string {
    if (/^(ns=\d+;)?[isgb]=/.test(text)) return text;
    return text === '' ? 'i=85' : `ns=${this.#index};s=${text}`;
  }

  async browse(node: string): Promise<{ readonly id: string; readonly name: string; readonly kind: string }[]> {
    const { references } = await this.session.browse({
      nodeId: this.nodeOf(node),
      browseDirection: BrowseDirection.Forward,
      referenceTypeId: 'HierarchicalReferences',
      includeSubtypes: true,
      nodeClassMask: 0,
      resultMask: 63,
    });
    return (references ?? []).map(({ nodeId, browseName, nodeClass }) => ({
      id: nodeId.toString(),
      name: browseName.name ?? '',
      kind: ['', 'object', 'variable', '', 'method'][nodeClass] ?? 'type',
    }));
  }

  read(nodes: readonly string[]): Promise<DataValue[]> {
    return this.session.read(nodes.map((node) => ({ nodeId: this.nodeOf(node), attributeId: AttributeIds.Value })));
  }

  /** Writes a value in the type that the node has; gives the name of the status. */
  async write(node: string, text: string): Promise<string> {
    const nodeId = resolveNodeId(this.nodeOf(node));
    const dataType: DataType = await this.session.getBuiltInDataType(nodeId);
    const value = parsed(text, dataType);
    const status = await this.session.write({
      nodeId,
      attributeId: AttributeIds.Value,
      value: { value: new Variant({ dataType, value }) },
    });
    return status.name;
  }

  /** Calls a method of a plant by `Bioreactor1.Clock.Step`; lists are written `1,2,3`. */
  async call(method: string, inputs: readonly string[]): Promise<CallMethodResult> {
    const methodId = this.nodeOf(method);
    const objectId = this.nodeOf(method.slice(0, method.lastIndexOf('.')));
    const { inputArguments } = await this.session.getArgumentDefinition(resolveNodeId(methodId));
    return this.session.call({
      objectId,
      methodId,
      inputArguments: inputArguments.map(({ dataType, valueRank }, i) =>
        variantOf(inputs[i] ?? '', dataType.value as DataType, valueRank),
      ),
    });
  }

  /** All raw values of a span as [time, value], asked for in pages of so many. */
  async history(node: string, start: Date, end: Date, page: number): Promise<[time: number, value: unknown][]> {
    const found: [number, unknown][] = [];
    let continuationPoint: Buffer | undefined;
    do {
      const { results } = await this.session.historyRead(
        new HistoryReadRequest({
          historyReadDetails: new ReadRawModifiedDetails({ startTime: start, endTime: end, numValuesPerNode: page }),
          timestampsToReturn: TimestampsToReturn.Both,
          nodesToRead: [{ nodeId: this.nodeOf(node), ...(continuationPoint && { continuationPoint }) }],
        }),
      );
      const result = results![0]!;
      const { dataValues } = (result.historyData ?? {}) as { dataValues?: DataValue[] };
      for (const { sourceTimestamp, value } of dataValues ?? []) found.push([sourceTimestamp!.getTime(), value.value]);
      continuationPoint = result.continuationPoint?.length ? result.continuationPoint : undefined;
    } while (continuationPoint);
    return found;
  }

  /** The words of all events of a span, asked for in pages of so many. */
  async eventHistory(node: string, start: Date, end: Date, page: number): Promise<string[]> {
    const found: string[] = [];
    let continuationPoint: Buffer | undefined;
    do {
      const { results } = await this.session.historyRead(
        new HistoryReadRequest({
          historyReadDetails: new ReadEventDetails({
            startTime: start,
            endTime: end,
            numValuesPerNode: page,
            filter: constructEventFilter(['Message']),
          }),
          timestampsToReturn: TimestampsToReturn.Both,
          nodesToRead: [{ nodeId: this.nodeOf(node), ...(continuationPoint && { continuationPoint }) }],
        }),
      );
      const { historyData, continuationPoint: next } = results![0]!;
      const { events } = (historyData ?? {}) as unknown as { events?: { eventFields: Variant[] }[] };
      for (const { eventFields } of events ?? []) found.push(String(eventFields[0]!.value?.text));
      continuationPoint = next?.length ? next : undefined;
    } while (continuationPoint);
    return found;
  }

  /** A method to call again and again with numbers and lists of numbers: its outputs, lists as arrays. Throws Error where the answer is not Good. */
  async method(path: string): Promise<(inputs: readonly (number | Float64Array)[]) => Promise<never[]>> {
    const methodId = resolveNodeId(this.nodeOf(path));
    const objectId = resolveNodeId(this.nodeOf(path.slice(0, path.lastIndexOf('.'))));
    const variant = (value: number | Float64Array): Variant =>
      typeof value === 'number'
        ? new Variant({ dataType: DataType.Double, value })
        : new Variant({ dataType: DataType.Double, arrayType: VariantArrayType.Array, value });
    return async (inputs) => {
      const result = await this.session.call({ objectId, methodId, inputArguments: inputs.map(variant) });
      if (result.statusCode.name !== 'Good') throw new Error(`${path} was answered with ${result.statusCode.name}.`);
      return (result.outputArguments ?? []).map(({ value }) => value as never);
    };
  }

  /** Tells of every change from now on; returns what ends it. */
  async watch(
    nodes: readonly string[],
    everyMs: number,
    onValue: (node: string, value: DataValue) => void,
  ): Promise<() => Promise<void>> {
    const subscription = ClientSubscription.create(this.session, {
      requestedPublishingInterval: everyMs,
      requestedLifetimeCount: 600,
      requestedMaxKeepAliveCount: 20,
      publishingEnabled: true,
    });
    for (const node of nodes) {
      const item = await subscription.monitor(
        { nodeId: this.nodeOf(node), attributeId: AttributeIds.Value },
        { samplingInterval: 0, queueSize: 1000, discardOldest: true },
        TimestampsToReturn.Both,
      );
      (item as unknown as { on(event: 'changed', listener: (value: DataValue) => void): void }).on('changed', (value) =>
        onValue(node, value),
      );
    }
    return () => subscription.terminate();
  }

  async close(): Promise<void> {
    await this.session.close().catch(() => undefined);
    await this.#client.disconnect();
    await this.#certificates.dispose();
  }
}

/** Text as a value of a type: what is no number for a number becomes NaN, which a server refuses. */
function parsed(text: string, dataType: DataType): unknown {
  if (dataType === DataType.String) return text;
  if (dataType === DataType.Boolean) return text === 'true' || text === '1';
  return text.trim() === '' ? Number.NaN : Number(text);
}

function variantOf(text: string, dataType: DataType, rank: number): Variant {
  if (rank !== 1) return new Variant({ dataType, value: parsed(text, dataType) });
  const items = text === '' ? [] : text.split(',').map((item) => parsed(item.trim(), dataType));
  return new Variant({ dataType, arrayType: VariantArrayType.Array, value: items });
}
