import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { sendLibraryLog } from './library-log.ts';
import { cableTo } from './tampering-cable.ts';
import { type Served, served } from './test-station.ts';

sendLibraryLog(() => undefined);
vi.setConfig({ testTimeout: 120_000 });
let all: Served;
/** What a proper client sends from its first byte to its last, chunk by chunk. */
let spoken: readonly Buffer[] = [];

beforeAll(async () => {
  all = await served('ecoli-exponential', { handshakeMs: 300, maxSessions: 20 }, { clock: 'paced', speed: 20 });
  all.station.start();
  const cable = await cableTo(all.face.options.port);
  const client = await all.connect({ endpoint: `opc.tcp://localhost:${cable.port}`, name: 'model' });
  await client.read(['Bioreactor1.clock.sim.time', 'Bioreactor1.feed.rate.setpoint']);
  await client.browse('Bioreactor1');
  await client.write('Bioreactor1.feed.rate.mode', '1');
  await client.call('Bioreactor1.Clock.SetSpeed', ['20']);
  await client.watch(['Bioreactor1.clock.scan.count'], 100, () => undefined);
  await client.close();
  spoken = [...cable.sent];
  cable.cut();
}, 60_000);
afterAll(() => all.close());

/** Says something and goes away a moment later, whatever is answered. */
const say = (bytes: Buffer): Promise<void> =>
  new Promise((resolve) => {
    const socket = connect(all.face.options.port, '127.0.0.1', () => socket.write(bytes));
    const end = (): void => {
      socket.destroy();
      resolve();
    };
    socket.on('error', end);
    socket.on('close', end);
    setTimeout(end, 40);
  });

async function isWell(): Promise<void> {
  const scans = all.plant.live.scans;
  const client = await all.connect({ name: 'after' });
  expect((await client.read(['Bioreactor1.clock.scan.count']))[0]!.statusCode.name).toBe('Good');
  await client.close();
  await new Promise((resolve) => setTimeout(resolve, 120));
  expect(all.plant.live.scans).toBeGreaterThan(scans);
}

describe('a server', () => {
  it('lives on after random bytes, with and without a header that fits', async () => {
    const header = fc.constantFrom('', 'HELF', 'OPNF', 'MSGF', 'CLOF', 'ACKF', 'ERRF', 'RHEF', 'MSGC', 'MSGA');
    const bytes = fc.tuple(header, fc.uint8Array({ minLength: 4, maxLength: 2000 }), fc.boolean());
    await fc.assert(
      fc.asyncProperty(fc.array(bytes, { minLength: 8, maxLength: 8 }), async (list) => {
        await Promise.all(
          list.map(([type, body, isHonest]) => {
            const chunk = Buffer.concat([Buffer.from(type), Buffer.from(body)]);
            if (isHonest && type) chunk.writeUInt32LE(chunk.length, 4);
            return say(chunk);
          }),
        );
      }),
      { numRuns: 25, seed: 6 },
    );
    await isWell();
  });

  it('lives on after a proper conversation in which bytes are changed, chunks cut, doubled, swapped or left out', async () => {
    const change = fc.record({
      kind: fc.constantFrom('byte', 'cut', 'double', 'drop', 'swap', 'length'),
      chunk: fc.nat(),
      at: fc.nat(),
      value: fc.nat(255),
    });
    const mangled = (changes: readonly { kind: string; chunk: number; at: number; value: number }[]): Buffer => {
      const parts = spoken.map((part) => Buffer.from(part));
      for (const { kind, chunk, at, value } of changes) {
        const i = chunk % parts.length;
        const part = parts[i]!;
        if (part.length === 0) continue;
        if (kind === 'byte') part[at % part.length] = value;
        else if (kind === 'length' && part.length >= 8) part.writeUInt32LE((at * 257) >>> 0, 4);
        else if (kind === 'cut') parts[i] = part.subarray(0, at % part.length);
        else if (kind === 'double') parts.splice(i, 0, part);
        else if (kind === 'drop') parts[i] = Buffer.alloc(0);
        else [parts[i], parts[(i + 1) % parts.length]] = [parts[(i + 1) % parts.length]!, part];
      }
      return Buffer.concat(parts);
    };
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(change, { minLength: 1, maxLength: 4 }), { minLength: 8, maxLength: 8 }),
        async (list) => {
          await Promise.all(list.map((changes) => say(mangled(changes))));
        },
      ),
      { numRuns: 40, seed: 6 },
    );
    await isWell();
  });
});
