// What our face costs beside the bare library, in one run: node benchmarks/src/opcua/main.ts [reads|lockstep|push|start ...]
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { Connection, sendLibraryLog } from '@fedbatch/opcua';
import { median } from '@fedbatch/studies';
import { AttributeIds, ClientMonitoredItemGroup, ClientSubscription, TimestampsToReturn } from 'node-opcua';

sendLibraryLog(() => undefined);
const keys = mkdtempSync(join(tmpdir(), 'fedbatch-bench-client-'));

interface Usage {
  readonly cpuMs: number;
  readonly rssMb: number;
  readonly late: number;
}

class Server {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readyMs = 0;
  #port = 0;

  private constructor(child: ChildProcess, lines: Interface) {
    this.#child = child;
    this.#lines = lines[Symbol.asyncIterator]();
  }

  static async start(...parts: string[]): Promise<Server> {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'served.ts'), ...parts], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const server = new Server(child, createInterface(child.stdout!));
    const { port, readyMs } = JSON.parse((await server.#lines.next()).value as string);
    server.#port = port;
    server.readyMs = readyMs;
    return server;
  }

  async usage(): Promise<Usage> {
    this.#child.stdin!.write('?\n');
    return JSON.parse((await this.#lines.next()).value as string);
  }

  connect(user?: string): Promise<Connection> {
    const endpoint = `opc.tcp://localhost:${this.#port}`;
    return Connection.open({ endpoint, security: 'none', pki: keys, ...(user && { user, password: 'eve-knows' }) });
  }

  stop(): void {
    this.#child.stdin!.end();
  }
}

const round = (value: number, digits = 0): number => Number(value.toFixed(digits));

/** Runs for so long; gives how often, and the server's CPU for it. */
async function measure(
  server: Server,
  ms: number,
  act: () => Promise<unknown>,
): Promise<{ readonly perS: number; readonly cpuUs: number }> {
  for (let i = 0; i < 50; i++) await act();
  const before = await server.usage();
  const begun = performance.now();
  let count = 0;
  while (performance.now() - begun < ms) {
    await act();
    count++;
  }
  const seconds = (performance.now() - begun) / 1000;
  const after = await server.usage();
  return { perS: count / seconds, cpuUs: ((after.cpuMs - before.cpuMs) * 1000) / count };
}

/** Batches of 80 reads, ours and bare in turn, so that whatever else the machine does falls on both. */
async function reads(): Promise<object> {
  const [ours, bare] = [await Server.start('ours'), await Server.start('bare')];
  const [our, other] = [await ours.connect('eve'), await bare.connect()];
  const tags = await flatTags(our, 'Bioreactor1');
  const analog = Array.from({ length: 80 }, (_, i) => `Bioreactor${1 + (i % 10)}.${tags[i % tags.length]}`);
  const items = (ids: readonly string[], connection: Connection) =>
    ids.map((id) => ({ nodeId: connection.nodeOf(id), attributeId: AttributeIds.Value }));
  const ourItems = items(analog, our);
  const bareItems = items(
    analog.map((_, i) => `P${1 + (i % 10)}.v${i}`),
    other,
  );
  const result = { ours: [] as number[], bare: [] as number[] };
  for (let turn = 0; turn < 10; turn++) {
    result.ours.push((await measure(ours, 1000, () => our.session.read(ourItems))).cpuUs / analog.length);
    result.bare.push((await measure(bare, 1000, () => other.session.read(bareItems))).cpuUs / bareItems.length);
  }
  await our.close();
  await other.close();
  ours.stop();
  bare.stop();
  // Of each turn, so that what else the machine does falls on both, and of the quietest turns.
  const ratios = result.ours.map((value, i) => value / result.bare[i]!);
  const [least, bareLeast] = [Math.min(...result.ours), Math.min(...result.bare)];
  return {
    nodes: analog.length,
    oursUsPerValue: round(least, 2),
    bareUsPerValue: round(bareLeast, 2),
    ratio: round(median(ratios), 3),
    ratioOfLeast: round(least / bareLeast, 3),
  };
}

/** Steps of one scan with 8 set points and 80 outputs, beside a bare method with as many numbers. */
async function lockstep(flush: string): Promise<object> {
  const [ours, bare] = [
    await Server.start('ours', '1', 'flat', 'lockstep', '5', flush),
    await Server.start('bare', '1'),
  ];
  const [our, other] = [await ours.connect('eve'), await bare.connect()];
  const inputs = [
    'air.flow',
    'oxygen.flow',
    'stirrer.speed',
    'feed.rate',
    'acid.rate',
    'base.rate',
    'harvest.rate',
    'antifoam.rate',
  ];
  const modes = ['oxygen.control', 'pH.control', 'feed.rate', 'harvest.rate', 'antifoam.rate'];
  for (const mode of modes) await our.write(`Bioreactor1.${mode}.mode`, '1');
  const values = [5, 0, 400, 0.01, 0, 0.01, 0, 0];
  const outputs = (await flatTags(our, 'Bioreactor1')).slice(0, 80);
  const chosen = await our.call('Bioreactor1.Clock.Choose', [
    inputs.map((name) => `${name}.setpoint`).join(','),
    outputs.join(','),
  ]);
  if (chosen.statusCode.name !== 'Good') throw new Error(`Choose: ${chosen.statusCode.name}`);
  const step = await our.method('Bioreactor1.Clock.Step');
  const plain = await other.method('P1.Step');
  const given = Float64Array.from(values);
  const found = { ours: [] as number[], bare: [] as number[], ourCpu: [] as number[], bareCpu: [] as number[] };
  for (let turn = 0; turn < 4; turn++) {
    const [a, b] = [
      await measure(ours, 1500, () => step([5, given])),
      await measure(bare, 1500, () => plain([5, given])),
    ];
    found.ours.push(a.perS);
    found.bare.push(b.perS);
    found.ourCpu.push(a.cpuUs);
    found.bareCpu.push(b.cpuUs);
  }
  await our.close();
  await other.close();
  ours.stop();
  bare.stop();
  const best = (list: number[]): number => Math.max(...list);
  return {
    setpoints: inputs.length,
    outputs: outputs.length,
    stepsPerS: round(best(found.ours)),
    bareCallsPerS: round(best(found.bare)),
    share: round(best(found.ours) / best(found.bare), 2),
    serverUsPerStep: round(Math.min(...found.ourCpu)),
    serverUsPerBareCall: round(Math.min(...found.bareCpu)),
  };
}

/** Numeric tags of a plant, by browsing its objects. */
async function flatTags(connection: Connection, node: string): Promise<string[]> {
  const found: string[] = [];
  for (const { id, kind } of await connection.browse(node)) {
    const name = id.slice(id.indexOf(';s=') + 3);
    if (kind === 'object' && !/Clock|Recipe|Faults|Watchdog|Alarms/.test(name))
      found.push(...(await flatTags(connection, name)));
    else if (kind === 'variable' && !/phase\.name$/.test(name)) found.push(name.slice(name.indexOf('.') + 1));
  }
  return found;
}

/** Every change of many tags to one subscriber: what was pushed, what was lost, how late it was. */
async function push(plants = '80', scanS = '0.1', seconds = 8, publishMs = 100): Promise<object> {
  const server = await Server.start('ours', plants, 'flat', 'realtime', scanS);
  const client = await server.connect('eve');
  const subscription = ClientSubscription.create(client.session, {
    requestedPublishingInterval: publishMs,
    publishingEnabled: true,
    maxNotificationsPerPublish: 0,
  });
  const tags = (await flatTags(client, 'Bioreactor1')).filter(
    (tag) => !tag.startsWith('watchdog') && !tag.startsWith('clock.run'),
  );
  const names = Array.from({ length: Number(plants) }, (_, p) => tags.map((tag) => `Bioreactor${p + 1}.${tag}`)).flat();
  const counter = /clock\.scan\.count$/;
  const scans = new Map<string, number[]>();
  const lateness: number[] = [];
  let received = 0;
  const group = ClientMonitoredItemGroup.create(
    subscription,
    names.map((name) => ({ nodeId: client.nodeOf(name), attributeId: AttributeIds.Value })),
    { samplingInterval: 0, queueSize: 50, discardOldest: true },
    TimestampsToReturn.Both,
  );
  await new Promise<void>((done) => group.on('initialized', () => done()));
  group.on('changed', (_item, value, index) => {
    received++;
    const name = names[index]!;
    if (!counter.test(name)) return;
    lateness.push(Date.now() - value.sourceTimestamp!.getTime());
    scans.set(name, [...(scans.get(name) ?? []), value.value.value as number]);
  });
  await new Promise((done) => setTimeout(done, 1500));
  lateness.length = 0;
  received = 0;
  const before = await server.usage();
  await new Promise((done) => setTimeout(done, 1000 * seconds));
  const after = await server.usage();
  let lost = 0;
  for (const list of scans.values()) for (let i = 1; i < list.length; i++) lost += list[i]! - list[i - 1]! - 1;
  lateness.sort((a, b) => a - b);
  const at = (share: number): number => lateness[Math.floor(share * (lateness.length - 1))]!;
  await subscription.terminate();
  await client.close();
  server.stop();
  return {
    tags: names.length,
    scanMs: 1000 * Number(scanS),
    valuesPerS: round(received / seconds),
    scansLost: lost,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    serverCpu: `${round((after.cpuMs - before.cpuMs) / (10 * seconds))} % of a core`,
    rssMb: round(after.rssMb),
    lateTicks: after.late - before.late,
  };
}

/** Start-up and memory. */
async function start(plants: string, profile: string, settleS = 3): Promise<object> {
  const server = await Server.start('ours', plants, profile, 'realtime', '1');
  const before = await server.usage();
  await new Promise((done) => setTimeout(done, 1000 * settleS));
  const after = await server.usage();
  server.stop();
  return {
    plants: Number(plants),
    profile,
    readyMs: round(server.readyMs),
    rssMb: round(after.rssMb),
    serverCpu: `${round((after.cpuMs - before.cpuMs) / (10 * settleS))} % of a core`,
    lateTicks: after.late - before.late,
  };
}

const parts: Readonly<Record<string, () => Promise<object>>> = {
  reads,
  lockstep: () => lockstep('each'),
  'lockstep-second': () => lockstep('second'),
  push: () => push(),
  fast: () => push('1', '0.005', 5, 100),
  lads: () => start('10', 'lads'),
  flat: () => start('200', 'flat', 10),
};
const wanted = process.argv.slice(2);
for (const name of wanted.length > 0 ? wanted : Object.keys(parts))
  console.log(JSON.stringify({ measured: name, ...(await parts[name]!()) }));
process.exit(0);
