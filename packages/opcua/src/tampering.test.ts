import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openCertificates } from './certificates.ts';
import { sendLibraryLog } from './library-log.ts';
import { until } from './suite.ts';
import { cableTo, type Tamper } from './tampering-cable.ts';
import { type Served, served } from './test-station.ts';

sendLibraryLog(() => undefined);
vi.setConfig({ testTimeout: 30_000 });
let all: Served;

beforeAll(async () => {
  all = await served('ecoli-exponential', {}, { clock: 'paced', speed: 20 });
  const own = await openCertificates(join(all.folder, 'client'), 'test', 'urn:test');
  await own.manager.dispose();
  const trusted = join(all.face.pki, 'server', 'trusted', 'certs');
  mkdirSync(trusted, { recursive: true });
  copyFileSync(own.certificateFile, join(trusted, 'client.pem'));
  await new Promise((resolve) => setTimeout(resolve, 2000));
  all.station.start();
}, 60_000);
afterAll(() => all.close());

const flipped = (chunk: Buffer, at: number): Buffer => {
  const copy = Buffer.from(chunk);
  copy[at] = copy[at]! ^ 1;
  return copy;
};
const modes = (): string[] =>
  readFileSync(join(all.plant.folder, 'journal.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line.includes('"subject":"feed.rate.mode"'));

describe.each(['none', 'Basic256Sha256'])('a message under way, with security %s,', (security) => {
  /** Done to the next chunk that the client sends, once. */
  const cases: [string, (chunk: Buffer, sent: readonly Buffer[]) => readonly Buffer[], number][] = [
    ['that comes twice', (chunk) => [chunk, chunk], 1],
    ['that came before', (chunk, sent) => [sent.at(-3)!, chunk], 0],
    ['before which one is missing', () => [], 0],
    ['whose last byte has a bit that is flipped', (chunk) => [flipped(chunk, chunk.length - 1)], 0],
    ['whose middle has a bit that is flipped', (chunk) => [flipped(chunk, chunk.length >> 1)], 0],
    ['whose sequence number has a bit that is flipped', (chunk) => [flipped(chunk, 17)], 0],
  ];

  it.each(cases)(
    '%s ends the connection, and is not carried out more often than it was asked for',
    async (name, alter, most) => {
      // Without a signature nobody can tell that a value was changed on its way.
      if (security === 'none' && /last byte|middle/.test(name)) return;
      const cable = await cableTo(all.face.options.port);
      const client = await all.connect({ security, endpoint: `opc.tcp://localhost:${cable.port}`, name });
      const before = modes().length;
      await client.read(['Bioreactor1.clock.sim.time']);
      await client.read(['Bioreactor1.clock.sim.time']);
      let isDone = false;
      const once: Tamper = (chunk) => {
        if (isDone || chunk.toString('latin1', 0, 3) !== 'MSG') return [chunk];
        isDone = true;
        return alter(chunk, cable.sent);
      };
      cable.tamper = once;
      void client.write('Bioreactor1.feed.rate.mode', '1').catch(() => undefined);
      await until(() => isDone);
      void client.read(['Bioreactor1.clock.sim.time']).catch(() => undefined);
      await until(() => cable.closed > 0);
      expect(modes().length - before).toBeLessThanOrEqual(most);
      cable.cut();
      await Promise.race([client.close().catch(() => undefined), new Promise((resolve) => setTimeout(resolve, 500))]);
      const after = await all.connect({ name: 'after' });
      const scans = all.plant.live.scans;
      expect((await after.read(['Bioreactor1.clock.sim.time']))[0]!.statusCode.name).toBe('Good');
      await new Promise((resolve) => setTimeout(resolve, 150));
      expect(all.plant.live.scans).toBeGreaterThan(scans);
      await after.close();
    },
  );
});
