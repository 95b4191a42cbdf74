// One server in a process of its own, for measurements: `ours` (our face over a station) or `bare` (the library alone, with as many variables).
// Prints its port, then answers each line on standard input with its CPU time and memory as JSON.
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { OpcuaFace, returnStartUpMemory, sendLibraryLog } from '@fedbatch/opcua';
import { hashPassword, Station } from '@fedbatch/station';
import { DataType, MessageSecurityMode, nodesets, OPCUAServer, SecurityPolicy, StatusCodes } from 'node-opcua';

sendLibraryLog(() => undefined);
const [kind, plants = '10', profile = 'flat', clock = 'lockstep', scanS = '5', flush = 'each'] = process.argv.slice(2);
const begun = performance.now();
const port = await new Promise<number>((done) => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const found = (probe.address() as { port: number }).port;
    probe.close(() => done(found));
  });
});
const station = kind === 'ours' ? await serveOurs() : await serveBare();
console.log(JSON.stringify({ port, readyMs: performance.now() - begun }));
createInterface(process.stdin)
  .on('line', () => {
    const { user, system } = process.cpuUsage();
    const late = [...(station?.plants.values() ?? [])].reduce((sum, plant) => sum + plant.clock.late, 0);
    console.log(JSON.stringify({ cpuMs: (user + system) / 1000, rssMb: process.memoryUsage().rss / 1e6, late }));
  })
  .on('close', () => process.exit(0));

async function serveOurs(): Promise<Station> {
  const scenario = resolve(import.meta.dirname, '../../../sims/scenarios/ecoli-oxygen-cascade');
  const speed = Number(/^x(.+)$/.exec(clock)?.[1] ?? 1);
  const owner = new Station({
    folder: mkdtempSync(join(tmpdir(), 'fedbatch-bench-')),
    scenarios: [scenario],
    settings: [`scan=${scanS} s`, 'record.every=60 s'],
    copies: Number(plants),
    clock: clock === 'lockstep' ? 'lockstep' : 'paced',
    speed,
    flush: flush as 'each' | 'second',
  });
  owner.users.put({ name: 'eve', role: 'engineer', password: hashPassword('eve-knows') });
  const options = {
    port,
    host: '127.0.0.1',
    profile: profile as 'flat' | 'lads',
    lab: 'open',
    stamps: 'wall',
    version: '0',
  } as const;
  await OpcuaFace.start(owner, options);
  returnStartUpMemory();
  owner.start();
  return owner;
}

/** What the library does by itself: variables of the same kind, and a method that gives back as many numbers as a step. */
async function serveBare(): Promise<undefined> {
  const server = new OPCUAServer({
    port,
    host: '127.0.0.1',
    hostname: 'localhost',
    nodeset_filename: [nodesets.standard],
    securityModes: [MessageSecurityMode.None],
    securityPolicies: [SecurityPolicy.None],
    allowAnonymous: true,
  } as ConstructorParameters<typeof OPCUAServer>[0]);
  await server.initialize();
  const { addressSpace } = server.engine;
  const namespace = addressSpace!.registerNamespace('urn:fedbatch:plants');
  for (let p = 1; p <= Number(plants); p++) {
    const root = namespace.addObject({
      organizedBy: addressSpace!.rootFolder.objects,
      browseName: `P${p}`,
      nodeId: `s=P${p}`,
    });
    for (let v = 0; v < 80; v++)
      namespace
        .addAnalogDataItem({
          componentOf: root,
          browseName: `v${v}`,
          nodeId: `s=P${p}.v${v}`,
          dataType: DataType.Double,
          engineeringUnitsRange: { low: 0, high: 100 },
          value: { dataType: DataType.Double, value: 0 },
        })
        .setValueFromSource({ dataType: DataType.Double, value: v });
    const method = namespace.addMethod(root, {
      browseName: 'Step',
      nodeId: `s=P${p}.Step`,
      inputArguments: [
        { name: 'dt', dataType: DataType.Double },
        { name: 'in', dataType: DataType.Double, valueRank: 1 },
      ],
      outputArguments: [{ name: 'out', dataType: DataType.Double, valueRank: 1 }],
    });
    const value = Float64Array.from({ length: 80 }, (_, i) => i);
    method.bindMethod((_inputs, _context, done) =>
      done(null, {
        statusCode: StatusCodes.Good,
        outputArguments: [{ dataType: DataType.Double, arrayType: 1, value }],
      } as never),
    );
  }
  await server.start();
  return undefined;
}
