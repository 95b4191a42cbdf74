import { execFileSync, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import {
  AttributeIds,
  CreateMonitoredItemsRequest,
  MessageSecurityMode,
  MonitoringMode,
  OPCUAClient,
  type StatusCode,
  TimestampsToReturn,
  UserTokenType,
} from 'node-opcua';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { weaknessOf } from './certificates.ts';
import type { Connection } from './connection.ts';
import { mostSubscriptions } from './face.ts';
import { sendLibraryLog } from './library-log.ts';
import { longestSessionMs } from './session-guard.ts';
import { until } from './suite.ts';
import { cableTo } from './tampering-cable.ts';
import { attempt, type ClientFiles, encryptedClient, failureOf, openedManager } from './test-certificate-client.ts';
import { type Served, served } from './test-station.ts';
import { thumbprintOf } from './who.ts';

sendLibraryLog(() => undefined);
/** Shorter than in service, so that the tests need not wait. */
const handshakeMs = 1500;
let all: Served;
let port = 0;

beforeAll(async () => {
  all = await served('ecoli-exponential', { maxSessions: 5, handshakeMs, maxItems: 50 }, { clock: 'paced', speed: 20 });
  port = all.face.options.port;
  all.station.start();
}, 60_000);
afterAll(() => all.close());

/** Whatever was done to it: the server answers a proper client, and the plant's scans go on in time. */
afterEach(async () => {
  const before = all.plant.live.scans;
  const client = await all.connect({ name: 'after' });
  const [value] = await client.read(['Bioreactor1.clock.scan.count']);
  expect(value!.statusCode.name).toBe('Good');
  await client.close();
  await new Promise((resolve) => setTimeout(resolve, 120));
  expect(all.plant.live.scans).toBeGreaterThan(before);
});

vi.setConfig({ testTimeout: 30_000 });

/** Sends bytes and gives what comes back until the other side closes, or for so long. */
function exchange(
  bytes: Buffer,
  waitMs = 1500,
): Promise<{ readonly answer: Buffer; readonly closed: boolean; readonly afterMs: number }> {
  return new Promise((resolve) => {
    const begun = performance.now();
    const parts: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    const end = (closed: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ answer: Buffer.concat(parts), closed, afterMs: performance.now() - begun });
    };
    const timer = setTimeout(() => end(false), waitMs);
    socket.on('data', (part) => parts.push(part));
    socket.on('close', () => end(true));
    socket.on('error', () => end(true));
  });
}

const header = (type: string, length: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.write(type, 'latin1');
  bytes.writeUInt32LE(length >>> 0, 4);
  return bytes;
};

/** A proper first message (OPC 10000-6, 7.1.2.3), or one with other sizes or another URL. */
function hello(url = `opc.tcp://localhost:${port}`, size = 65_536, type = 'HELF'): Buffer {
  const body = Buffer.alloc(24 + Buffer.byteLength(url));
  [0, size, size, 0, 0, Buffer.byteLength(url)].forEach((value, i) => body.writeUInt32LE(value, 4 * i));
  body.write(url, 24);
  return Buffer.concat([header(type, 8 + body.length), body]);
}

describe('bytes that are no OPC UA', () => {
  const cases: [string, () => Buffer][] = [
    ['garbage', () => Buffer.from('\x01\x02garbage that is no message at all, and long enough')],
    ['an HTTP request', () => Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
    ['a length of 0xFFFFFFFF', () => Buffer.concat([header('HELF', 0xffffffff), Buffer.alloc(100)])],
    ['a chunk of 100 MB', () => Buffer.concat([header('HELF', 100_000_000), Buffer.alloc(100)])],
    ['a length of 4', () => Buffer.concat([header('HELF', 4), Buffer.alloc(60)])],
    ['a message before the channel is open', () => Buffer.concat([header('MSGF', 64), Buffer.alloc(56)])],
    ['a message of an unknown type', () => Buffer.concat([header('XYZF', 64), Buffer.alloc(56)])],
    ['a hello of chunk type X', () => hello(undefined, undefined, 'HELX')],
    ['two hellos', () => Buffer.concat([hello(), hello()])],
    ['an open request that is cut', () => Buffer.concat([hello(), header('OPNF', 40), Buffer.alloc(32, 1)])],
    [
      'a policy name of 2 GB',
      () =>
        Buffer.concat([hello(), header('OPNF', 100), Buffer.from([0, 0, 0, 0, 255, 255, 255, 127]), Buffer.alloc(84)]),
    ],
    ['an endpoint URL of 5000 bytes', () => hello(`opc.tcp://${'a'.repeat(5000)}`)],
    ['buffers of one byte', () => hello(undefined, 1)],
  ];

  it.each(cases)('%s: the connection is closed, and nothing else', async (_, bytes) => {
    const { closed, answer } = await exchange(bytes(), handshakeMs + 3000);
    expect(closed).toBe(true);
    if (answer.length > 28) expect(answer.toString('latin1')).toMatch(/ERR/);
  });

  it('a socket that says nothing is closed in time', async () => {
    const { closed, afterMs } = await exchange(Buffer.alloc(0), handshakeMs + 3000);
    expect(closed).toBe(true);
    expect(afterMs).toBeGreaterThan(handshakeMs - 500);
  });

  it('a hundred and fifty sockets at once leave room for a proper client', async () => {
    const sockets = await Promise.all(
      Array.from(
        { length: 150 },
        () =>
          new Promise<Socket>((resolve) => {
            const socket = connect(port, '127.0.0.1', () => resolve(socket));
            socket.on('error', () => resolve(socket));
          }),
      ),
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    for (const socket of sockets) socket.destroy();
  });
});

describe('clients that ask for too much', () => {
  it('gets no session above the limit while all are held, and one again when a connection is gone', async () => {
    const { port: near, cut } = await cableTo(port);
    const held: Connection[] = [];
    for (let i = 0; i < 5; i++)
      held.push(await all.connect({ name: `held ${i}`, endpoint: `opc.tcp://localhost:${near}` }));
    await expect(all.connect({ name: 'sixth' })).rejects.toThrow(/TooManySessions/);
    // Dropped connections, as five pulled cables: the sessions stay behind, and must lock nobody out.
    cut();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const next = await all.connect({ name: 'newcomer' });
    await next.close();
    await Promise.all(
      held.map((one) =>
        Promise.race([one.close().catch(() => undefined), new Promise((done) => setTimeout(done, 1000))]),
      ),
    );
  }, 30_000);

  it('a session is given 60 s at most, whatever it asks for', async () => {
    const client = await all.connect();
    const { timeout } = client.session;
    expect(timeout).toBeLessThanOrEqual(longestSessionMs);
    await client.close();
  });

  it('ten thousand and one nodes in one read are too many', async () => {
    const client = await all.connect();
    const nodes = Array.from({ length: 10_001 }, () => ({
      nodeId: client.nodeOf('Bioreactor1.clock.sim.time'),
      attributeId: AttributeIds.Value,
    }));
    await expect(client.session.read(nodes)).rejects.toThrow(/BadTooManyOperations/);
    await client.close();
  });

  it('gets so many subscriptions and items, and no more, and queues of a length that fits', async () => {
    const client = await all.connect();
    const subscribe = () =>
      client.session.createSubscription2({ requestedPublishingInterval: 100, publishingEnabled: true });
    const held = [];
    for (let i = 0; i < mostSubscriptions; i++) held.push(await subscribe());
    await expect(subscribe()).rejects.toThrow(/BadTooManySubscriptions/);
    const itemToMonitor = {
      nodeId: client.nodeOf('Bioreactor1.clock.scan.count'),
      attributeId: AttributeIds.Value,
    };
    const requestedParameters = { samplingInterval: 0, queueSize: 0xffffffff, discardOldest: true };
    const monitor = client.session as unknown as {
      createMonitoredItems(
        request: object,
      ): Promise<{ results: { statusCode: StatusCode; revisedQueueSize: number }[] }>;
    };
    const { results } = await monitor.createMonitoredItems(
      new CreateMonitoredItemsRequest({
        subscriptionId: held[0]!.subscriptionId,
        timestampsToReturn: TimestampsToReturn.Both,
        itemsToCreate: Array.from({ length: 51 }, () => ({
          itemToMonitor,
          monitoringMode: MonitoringMode.Reporting,
          requestedParameters,
        })),
      }),
    );
    const statuses = results.map(({ statusCode }) => statusCode.name);
    expect(statuses.filter((name) => name === 'Good')).toHaveLength(50);
    expect(statuses.at(-1)).toBe('BadTooManyMonitoredItems');
    expect(Math.max(...results.map(({ revisedQueueSize }) => revisedQueueSize))).toBeLessThanOrEqual(5000);
    await held[0]!.terminate();
    await (await subscribe()).terminate();
    for (const one of held.slice(1)) await one.terminate();
    await client.close();
  });

  it('may leave a thousand browses unfinished', async () => {
    const client = await all.connect();
    const nodeId = client.nodeOf('Bioreactor1');
    const before = process.memoryUsage().heapUsed;
    client.session.requestedMaxReferencesPerNode = 1;
    const points = new Set<string>();
    let status = 'Good';
    for (let i = 0; i < 1000 && status === 'Good'; i++) {
      const { statusCode, continuationPoint } = await client.session.browse(nodeId);
      status = statusCode.name;
      if (continuationPoint) points.add(continuationPoint.toString('hex'));
    }
    expect(['Good', 'BadNoContinuationPoints']).toContain(status);
    expect(points.size).toBeGreaterThan(0);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100e6);
    await client.close();
  });

  it('a wrong number of arguments, or of the wrong type, is refused', async () => {
    const client = await all.connect();
    const call = (inputArguments: object[]) =>
      client.session.call({
        objectId: client.nodeOf('Bioreactor1.Clock'),
        methodId: client.nodeOf('Bioreactor1.Clock.SetSpeed'),
        inputArguments,
      } as never);
    expect((await call([])).statusCode.name).toMatch(/Bad(ArgumentsMissing|InvalidArgument)/);
    expect((await call([{ dataType: 'String', value: 'fast' }])).statusCode.name).toMatch(
      /Bad(TypeMismatch|InvalidArgument)/,
    );
    expect((await call([{ dataType: 'Double', value: Number.NaN }])).statusCode.name).toBe('BadOutOfRange');
    await client.close();
  });
});

describe('a client that falls silent', () => {
  it('has the plant held by the watchdog when its cable is cut', async () => {
    const { port: near, cut } = await cableTo(port);
    const client = await all.connect({ name: 'driver', endpoint: `opc.tcp://localhost:${near}` });
    expect((await client.call('Bioreactor1.Watchdog.Watch', ['0.5'])).statusCode.name).toBe('Good');
    expect(await client.write('Bioreactor1.watchdog.client.count', '1')).toBe('Good');
    cut();
    await until(() => all.plant.watchdog.state === 'tripped');
    const onlooker = await all.connect({ name: 'onlooker' });
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect((await onlooker.read(['Bioreactor1.recipe.run.state']))[0]!.value.value).toBe(1);
    await onlooker.call('Bioreactor1.Watchdog.Watch', ['0']);
    await onlooker.call('Bioreactor1.Recipe.Resume', []);
    await onlooker.close();
    await Promise.race([client.close().catch(() => undefined), new Promise((resolve) => setTimeout(resolve, 1000))]);
  });
});

describe('who may come in', () => {
  it('a wrong password is refused, and after five the right one has to wait too', async () => {
    for (let i = 0; i < 5; i++)
      await expect(all.connect({ user: 'otto', password: `guess ${i}` })).rejects.toThrow(/BadUserAccessDenied/);
    await expect(all.connect({ user: 'otto', password: 'otto-knows' })).rejects.toThrow(/BadUserAccessDenied/);
    await new Promise((resolve) => setTimeout(resolve, 2300));
    const client = await all.connect({ user: 'otto', password: 'otto-knows' });
    await client.close();
    const log = readFileSync(join(all.folder, 'station.jsonl'), 'utf8');
    expect(log.match(/wrong name or password/g)).toHaveLength(5);
    expect(log).toMatch(/too many wrong passwords/);
  }, 20_000);

  it('an unknown name is refused as a wrong password is', async () => {
    await expect(all.connect({ user: 'mallory', password: 'x' })).rejects.toThrow(/BadUserAccessDenied/);
  });
});

/** A self-signed certificate as an OPC UA application has it (OPC 10000-6, 6.2.2), as weak as it is wanted. */
function selfSigned(folder: string, key: string, certificate: string, name: string, uri: string, hash: string): void {
  const config = join(folder, 'openssl.cnf');
  writeFileSync(
    config,
    `[req]
distinguished_name=dn
x509_extensions=ext
prompt=no
[dn]
CN=${name}
[ext]
basicConstraints=CA:FALSE
subjectKeyIdentifier=hash
keyUsage=digitalSignature,nonRepudiation,keyEncipherment,dataEncipherment
extendedKeyUsage=clientAuth,serverAuth
subjectAltName=URI:${uri},DNS:localhost
`,
  );
  const parts = [
    'req',
    '-x509',
    '-new',
    '-key',
    key,
    '-out',
    certificate,
    '-days',
    '30',
    `-${hash}`,
    '-config',
    config,
  ];
  execFileSync('openssl', parts, { stdio: 'pipe' });
}

/** Weak certificates are made by the openssl command, since no library makes them any more. */
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

describe.skipIf(!hasOpenssl)('certificates', () => {
  let locked: Served;
  let trusted = '';
  beforeAll(async () => {
    locked = await served('ecoli-exponential', { lab: 'locked' });
    trusted = join(locked.face.pki, 'server', 'trusted', 'certs');
    mkdirSync(trusted, { recursive: true });
    for (const [name, more] of Object.entries(wanted)) await prepare(name, more);
    // The server sees what is put into its folders within a second or so.
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }, 60_000);
  afterAll(() => locked.close());

  interface Wanted {
    readonly bits?: number;
    readonly hash?: string;
    readonly uri?: string;
    readonly from?: Date;
    readonly trust?: boolean;
  }
  /** Clients whose certificates we make ourselves: how strong, for whom, from when, and whether they are trusted. */
  const wanted: Readonly<Record<string, Wanted>> = {
    strong: {},
    stranger: { trust: false },
    short: { bits: 1024 },
    old: { hash: 'sha1' },
    late: { from: new Date('2020-01-01') },
    liar: { uri: 'urn:somebody:else' },
  };

  async function prepare(name: string, more: Wanted): Promise<void> {
    const folder = join(locked.folder, name);
    const manager = await openedManager(folder);
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: more.bits ?? 2048 });
    const keyFile = join(folder, 'key.pem');
    writeFileSync(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const certificateFile = join(folder, 'certificate.pem');
    const uri = `urn:${name}`;
    if (more.from) {
      await manager.createSelfSignedCertificate({
        applicationUri: uri,
        dns: ['localhost'],
        outputFile: certificateFile,
        subject: `/CN=${name}`,
        startDate: more.from,
        validity: 30,
      });
      copyFileSync(manager.privateKey, keyFile);
    } else selfSigned(folder, keyFile, certificateFile, name, more.uri ?? uri, more.hash ?? 'sha256');
    await manager.dispose();
    if (more.trust !== false) copyFileSync(certificateFile, join(trusted, `${name}.pem`));
  }

  const filesOf = (name: string): ClientFiles => ({
    certificateFile: join(locked.folder, name, 'certificate.pem'),
    privateKeyFile: join(locked.folder, name, 'key.pem'),
    pki: join(locked.folder, name),
  });
  const attempted = (name: string): Promise<string> => attempt(locked.face.endpoint, name, filesOf(name));

  it('a strong one that is trusted is let in, and one that is not trusted is not', async () => {
    expect(await attempted('strong')).toBe('let in');
    expect(await attempted('stranger')).not.toBe('let in');
    expect(readdirSync(join(locked.face.pki, 'server', 'rejected')).length).toBeGreaterThan(0);
  }, 30_000);

  it.each([
    ['with a key of 1024 bits', 'short'],
    ['signed with SHA-1', 'old'],
    ['that has expired', 'late'],
  ])('one %s is refused although it is trusted', async (_, name) => {
    expect(await attempted(name)).not.toBe('let in');
  });

  it('one of another application is refused', async () => {
    expect(await attempted('liar')).toMatch(/BadCertificateUriInvalid|BadSecurityChecksFailed/);
  }, 30_000);

  it('a person comes in by a certificate that the station knows, and not by another that is trusted alike', async () => {
    const folder = join(locked.face.pki, 'users', 'trusted', 'certs');
    mkdirSync(folder, { recursive: true });
    const byCertificate = async (name: string, known: boolean): Promise<string> => {
      const own = join(locked.folder, `user-${name}`);
      mkdirSync(own);
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
      const key = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
      writeFileSync(join(own, 'key.pem'), key);
      selfSigned(own, join(own, 'key.pem'), join(own, 'certificate.pem'), name, `urn:${name}`, 'sha256');
      copyFileSync(join(own, 'certificate.pem'), join(folder, `${name}.pem`));
      const certificateData = Buffer.from(
        readFileSync(join(own, 'certificate.pem'), 'utf8').replaceAll(/-----.*-----|\s/g, ''),
        'base64',
      );
      if (known) locked.station.users.put({ name, role: 'operator', certificates: [thumbprintOf(certificateData)] });
      await new Promise((resolve) => setTimeout(resolve, 1500));
      const manager = await openedManager(join(locked.folder, 'strong'));
      const client = encryptedClient('strong', filesOf('strong'), manager);
      try {
        await client.connect(locked.face.endpoint);
        const session = await client.createSession({
          type: UserTokenType.Certificate,
          certificateData,
          privateKey: key,
        } as never);
        const call = await session.call({
          objectId: 'ns=2;s=Bioreactor1.Recipe',
          methodId: 'ns=2;s=Bioreactor1.Recipe.Hold',
          inputArguments: [],
        });
        await session.close();
        return call.statusCode.name;
      } catch (error) {
        return failureOf(error);
      } finally {
        await client.disconnect().catch(() => undefined);
      }
    };
    expect(await byCertificate('paula', true)).toBe('Good');
    expect(readFileSync(join(locked.plant.folder, 'journal.jsonl'), 'utf8')).toContain('"human":"paula"');
    expect(await byCertificate('peter', false)).toMatch(/BadUserAccessDenied|BadIdentityTokenRejected/);
  });

  it('are told weak by their key and by their signature', () => {
    const der = (name: string): Buffer => {
      const pem = readFileSync(join(locked.folder, name, 'certificate.pem'), 'utf8');
      return Buffer.from(pem.replaceAll(/-----.*-----|\s/g, ''), 'base64');
    };
    expect(weaknessOf(der('strong'))).toBeUndefined();
    expect(weaknessOf(der('short'))).toMatch(/1024 bits/);
    expect(weaknessOf(der('old'))).toMatch(/SHA-1/);
  });

  it('lie in a folder that only its owner reads', () => {
    expect(statSync(join(locked.face.pki, 'server')).mode & 0o077).toBe(0);
  });

  it('no endpoint without encryption, and none for the nameless, is there unless the lab is open', async () => {
    const client = OPCUAClient.create({ endpointMustExist: false, connectionStrategy: { maxRetry: 0 } });
    await client.connect(locked.face.endpoint).catch(() => undefined);
    const endpoints = await client.getEndpoints().catch(() => []);
    await client.disconnect();
    expect(endpoints.length).toBe(3);
    expect(new Set(endpoints.map(({ securityMode }) => securityMode))).toEqual(
      new Set([MessageSecurityMode.SignAndEncrypt]),
    );
    const tokens = endpoints
      .flatMap(({ userIdentityTokens }) => userIdentityTokens ?? [])
      .map(({ tokenType }) => tokenType);
    expect(tokens).not.toContain(UserTokenType.Anonymous);
  });
});
