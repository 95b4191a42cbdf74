import { hostname } from 'node:os';
import { join } from 'node:path';
import type { LivePlant, Station } from '@fedbatch/station';
import {
  type IUserManagerEx,
  MessageSecurityMode,
  makeRoles,
  type Namespace,
  nodesets,
  OPCUAServer,
  RegisterServerMethod,
  SecurityPolicy,
  ServerState,
  type UAObject,
  UserTokenType,
  WellKnownRoles,
} from 'node-opcua';
import { audit } from './audit.ts';
import { openCertificates, type StrictCertificates } from './certificates.ts';
import { answerEventHistory } from './event-history.ts';
import { JobControl } from './job-control.ts';
import { LadsDevice } from './lads-device.ts';
import { lockDown } from './lock-down.ts';
import { removeTree } from './node-removal.ts';
import { PlantAlarms } from './plant-alarms.ts';
import { PlantEvents } from './plant-events.ts';
import { PlantMethods } from './plant-methods.ts';
import { plantsUri } from './plants-uri.ts';
import { guardCertificateUsers, guardSessions, guardSockets, handshakeMs } from './session-guard.ts';
import { type Stamps, TagNodes } from './tag-nodes.ts';

/** In this order: each needs those before it. */
const ladsNodesets = [
  ...[nodesets.standard, nodesets.di, nodesets.ia, nodesets.amb, nodesets.machinery, nodesets.lads],
  ...[nodesets.irdi, nodesets.padim, nodesets.isa95JobControl],
];

const nodesetsOf = (profile: 'lads' | 'flat'): string[] =>
  (profile === 'lads' ? ladsNodesets : [nodesets.standard]) as string[];

export interface FaceOptions {
  readonly port: number;
  /** Address to listen on; 127.0.0.1 unless somebody wants more. */
  readonly host: string;
  readonly profile: 'lads' | 'flat';
  /** Opens None and reads without a name, on loopback only. */
  readonly lab: 'locked' | 'open';
  readonly stamps: Stamps;
  readonly version: string;
  readonly maxSessions?: number;
  /** Items that one subscription watches at most; default 100,000: hundreds of plants. */
  readonly maxItems?: number;
  /** When a socket that has not opened a channel is closed, ms. */
  readonly handshakeMs?: number;
}

const policies = [
  SecurityPolicy.Basic256Sha256,
  SecurityPolicy.Aes128_Sha256_RsaOaep,
  SecurityPolicy.Aes256_Sha256_RsaPss,
];

/** Subscriptions that one session holds at most. */
export const mostSubscriptions = 20;

/** The station as an OPC UA server. */
export class OpcuaFace {
  readonly options: FaceOptions;
  readonly server: OPCUAServer;
  readonly pki: string;
  readonly #certificates: readonly StrictCertificates[];
  readonly #stops: (() => void)[] = [];
  readonly #plants = new Map<LivePlant, () => void>();

  private constructor(
    server: OPCUAServer,
    options: FaceOptions,
    pki: string,
    certificates: readonly StrictCertificates[],
  ) {
    this.server = server;
    this.options = options;
    this.pki = pki;
    this.#certificates = certificates;
  }

  get endpoint(): string {
    return this.server.getEndpointUrl();
  }

  /** Index of the namespace of the plants. */
  get namespaceIndex(): number {
    return this.server.engine.addressSpace!.getNamespaceIndex(plantsUri);
  }

  /** Makes certificates where there are none, builds the address space of all plants, and listens. */
  static async start(station: Station, options: FaceOptions): Promise<OpcuaFace> {
    const pki = join(station.folder, 'pki');
    const applicationUri = `urn:${hostname()}:fedbatch`;
    // Making two keys takes a while, and each has a thread.
    const [own, users] = await Promise.all([
      openCertificates(join(pki, 'server'), `Fedbatch on ${hostname()}`, applicationUri),
      openCertificates(join(pki, 'users'), `Fedbatch users on ${hostname()}`, applicationUri),
    ]);
    for (const { manager } of [own, users])
      manager.onWeak = (why) => station.note('certificate', 'a client', 'opcua', { refused: why });
    const isOpen = options.lab === 'open';
    const server = new OPCUAServer({
      port: options.port,
      host: options.host,
      hostname: options.host === '127.0.0.1' || options.host === '::1' ? 'localhost' : hostname(),
      serverInfo: {
        applicationUri,
        productUri: 'urn:fedbatch',
        applicationName: { text: 'Fedbatch' },
      },
      buildInfo: {
        productName: 'Fedbatch',
        manufacturerName: 'Fedbatch',
        softwareVersion: options.version,
        buildNumber: options.version,
      },
      nodeset_filename: nodesetsOf(options.profile),
      securityPolicies: isOpen ? [SecurityPolicy.None, ...policies] : policies,
      securityModes: isOpen
        ? [MessageSecurityMode.None, MessageSecurityMode.SignAndEncrypt]
        : [MessageSecurityMode.SignAndEncrypt],
      allowAnonymous: isOpen,
      userManager: userManager(station),
      userTokenTypes: [...(isOpen ? [UserTokenType.Anonymous] : []), UserTokenType.UserName, UserTokenType.Certificate],
      certificateFile: own.certificateFile,
      privateKeyFile: own.privateKeyFile,
      serverCertificateManager: own.manager,
      userCertificateManager: users.manager,
      isAuditing: true,
      maxConnectionsPerEndpoint: 100,
      registerServerMethod: RegisterServerMethod.HIDDEN,
      disableDiscovery: false,
      serverCapabilities: {
        maxSessions: options.maxSessions ?? 60,
        maxSubscriptionsPerSession: mostSubscriptions,
        maxMonitoredItemsPerSubscription: options.maxItems ?? 100_000,
        // Without this the library merges changes that are less than 100 ms apart.
        minSupportedSampleRate: 0,
        accessHistoryDataCapability: true,
        accessHistoryEventsCapability: true,
      },
    } as ConstructorParameters<typeof OPCUAServer>[0]);
    const face = new OpcuaFace(server, options, pki, [own.manager, users.manager]);
    guardSessions(server);
    guardCertificateUsers(server, station);
    await server.initialize();
    await face.#layOut(station);
    await server.start();
    guardSockets(server, options.handshakeMs ?? handshakeMs);
    return face;
  }

  /** The address space of a station as a NodeSet2 file, for tools that want to know it beforehand. Listens on nothing. */
  static async nodeset(station: Station, profile: FaceOptions['profile']): Promise<string> {
    const server = new OPCUAServer({ nodeset_filename: nodesetsOf(profile) } as ConstructorParameters<
      typeof OPCUAServer
    >[0]);
    const options: FaceOptions = { port: 0, host: '127.0.0.1', profile, lab: 'locked', stamps: 'wall', version: '' };
    const face = new OpcuaFace(server, options, '', []);
    try {
      await server.initialize();
      await face.#layOut(station);
      const { addressSpace } = server.engine;
      const namespace = addressSpace!.getNamespace(plantsUri);
      return (namespace as unknown as { toNodeset2XML(): string }).toNodeset2XML();
    } finally {
      face.#letGo();
      await server.shutdown(0);
    }
  }

  async stop(): Promise<void> {
    this.#letGo();
    this.server.engine.setServerState(ServerState.Shutdown);
    await this.server.shutdown(0);
    for (const manager of this.#certificates) await manager.dispose();
  }

  async #layOut(station: Station): Promise<void> {
    const addressSpace = this.server.engine.addressSpace!;
    addressSpace.installAlarmsAndConditionsService();
    const namespace = addressSpace.registerNamespace(plantsUri);
    const add = (plants: Iterable<LivePlant>): void => {
      for (const plant of plants) this.#addPlant(namespace, station, plant);
      lockDown(namespace);
      audit(namespace, station);
    };
    add(station.plants.values());
    station.sessions.set('opcua', () => this.server.engine.currentSessionCount);
    this.#stops.push(
      () => station.sessions.delete('opcua'),
      station.onPlant((plant, what) => (what === 'added' ? add([plant]) : this.#removePlant(namespace, plant))),
    );
  }

  #letGo(): void {
    for (const stop of [...this.#plants.values(), ...this.#stops]) stop();
  }

  /** Takes the nodes of a plant away; who watches them is told so by the library. */
  #removePlant(namespace: Namespace, plant: LivePlant): void {
    this.#plants.get(plant)?.();
    this.#plants.delete(plant);
    for (const id of [`${plant.name}.Device`, plant.name]) {
      const node = namespace.findNode(`s=${id}`);
      if (node) removeTree(namespace, node);
    }
  }

  #addPlant(namespace: Namespace, station: Station, plant: LivePlant): void {
    const { addressSpace } = namespace;
    const { objects } = addressSpace.rootFolder;
    const root = namespace.addObject({
      organizedBy: objects,
      browseName: plant.name,
      nodeId: `s=${plant.name}`,
      description: plant.plan.title.title,
      eventNotifier: 1,
      notifierOf: objects.server,
    }) as UAObject;
    const tags = new TagNodes(station, plant, this.options.stamps);
    tags.layOut(namespace, root);
    new PlantMethods(station, plant).layOut(namespace, root);
    const alarms = new PlantAlarms(station, plant);
    alarms.layOut(namespace, root);
    const events = new PlantEvents(plant, root, addressSpace as never);
    answerEventHistory(root, plant, events);
    const isLads = this.options.profile === 'lads';
    const device = isLads ? new LadsDevice(station, plant, namespace, tags) : undefined;
    const jobs = isLads ? new JobControl(station, plant, namespace, root) : undefined;
    const stop = plant.onScan(() => {
      tags.push();
      alarms.follow();
      device?.follow();
    });
    this.#plants.set(plant, () => {
      stop();
      events.close();
      device?.close();
      jobs?.close();
    });
  }
}

/** Who may log in: the users of the station, each with a role that OPC 10000-3, 4.9.2 knows. */
function userManager(station: Station): IUserManagerEx {
  // Made once: the library asks for the roles of a user with every value that is read.
  const rolesOf = (role: (typeof WellKnownRoles)[keyof typeof WellKnownRoles]) =>
    makeRoles([WellKnownRoles.AuthenticatedUser, role, WellKnownRoles.Anonymous]);
  const known = {
    observer: rolesOf(WellKnownRoles.Observer),
    operator: rolesOf(WellKnownRoles.Operator),
    engineer: rolesOf(WellKnownRoles.Engineer),
    administrator: rolesOf(WellKnownRoles.SecurityAdmin),
  } as const;
  const unknown = makeRoles([WellKnownRoles.AuthenticatedUser, WellKnownRoles.Anonymous]);
  return {
    isValidUser(this: { channel?: { remoteAddress?: string } }, name: string, password: string) {
      return station.logIn(name, password, 'opcua', this.channel?.remoteAddress ?? '-') !== undefined;
    },
    getUserRoles: (name: string) => {
      const role = station.users.roleOf(name);
      return role ? known[role] : unknown;
    },
  } as unknown as IUserManagerEx;
}
