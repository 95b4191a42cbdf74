import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ApiFace } from '@fedbatch/api';
import { Connection, OpcuaFace, sendLibraryLog } from '@fedbatch/opcua';
import { type Manifest, readManifest } from '@fedbatch/records';
import { hashPassword, Station } from '@fedbatch/station';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exitCodes } from './exit-codes.ts';
import { main } from './program.ts';
import { TestTerminal } from './test-terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'fedbatch-same-'));
const scenario = resolve(import.meta.dirname, '../../../sims/scenarios/ecoli-probe-drift');
const set = { seed: '11', scan: '10 s', 'record.every': '1 min' };
const settings = Object.entries(set).map(([path, value]) => `${path}=${value}`);
const data = join(folder, 'station');

/** Everything but the report, which tells when it was made. */
const hashes = ({ outputs }: Manifest): readonly string[] =>
  outputs.filter(({ path }) => path !== 'report.html').map(({ path, sha256 }) => `${path} ${sha256}`);

const freePort = (): Promise<number> =>
  new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => done(port));
    });
  });

let station: Station;
let http: ApiFace;
let opcua: OpcuaFace;
let token: string;

beforeAll(async () => {
  sendLibraryLog(() => undefined);
  station = new Station({ folder: data, scenarios: [scenario], settings, clock: 'lockstep', speed: 1 });
  station.users.put({ name: 'eve', role: 'engineer', password: hashPassword('eve-knows') });
  token = station.users.addToken('eve', 'test', null).text;
  http = await ApiFace.start(station, { port: 0, host: '127.0.0.1', lab: 'locked' });
  const options = { port: await freePort(), host: '127.0.0.1', lab: 'open', stamps: 'wall', version: '0' } as const;
  opcua = await OpcuaFace.start(station, { ...options, profile: 'flat' });
}, 120_000);

afterAll(async () => {
  await opcua?.stop();
  await http?.stop();
  await station?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function ask<Answer>(method: string, path: string, body?: object): Promise<Answer> {
  const response = await fetch(`${http.address}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  expect(response.ok, await response.clone().text()).toBe(true);
  return (await response.json()) as Answer;
}

/** The manifest of a run, when it has ended. */
async function manifestOf(id: string): Promise<Manifest> {
  for (;;) {
    const { status, says } = await ask<{ status: string; says: string }>('GET', `/v1/runs/${id}`);
    if (status === 'complete') return ask<Manifest>('GET', `/v1/runs/${id}/manifest`);
    expect(['queued', 'running'], says).toContain(status);
    await new Promise((done) => setTimeout(done, 50));
  }
}

describe('one scenario with one seed, instruments and faults in it', () => {
  let byCommand: Manifest;
  beforeAll(async () => {
    const out = join(folder, 'by-command');
    const args = ['run', scenario, '--out', out, '--quiet', ...settings.flatMap((text) => ['--set', text])];
    expect(await main(args, new TestTerminal())).not.toBe(exitCodes.badInput);
    byCommand = readManifest(out);
  }, 120_000);

  it('leaves the same bytes by the command and over HTTP', async () => {
    const { id } = await ask<{ id: string }>('POST', '/v1/runs', { scenario: 'ecoli-probe-drift', set });
    const byHttp = await manifestOf(id);
    expect(hashes(byHttp)).toEqual(hashes(byCommand));
    expect(byHttp.runId).toBe(byCommand.runId);
    const csv = await fetch(`${http.address}/v1/runs/${id}/samples.csv`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(await csv.text()).toBe(readFileSync(join(folder, 'by-command', 'samples.csv'), 'utf8'));
  }, 120_000);

  it('leaves them as a live plant that is stepped over OPC UA, too', async () => {
    const connection = await Connection.open({
      endpoint: opcua.endpoint,
      security: 'none',
      user: 'eve',
      password: 'eve-knows',
      pki: join(folder, 'client'),
    });
    const step = await connection.method('Bioreactor1.Clock.Step');
    const { live } = station.plants.get('Bioreactor1')!;
    while (!live.ended) await step([600, new Float64Array(0)]);
    await connection.close();
    const { id } = await ask<{ id: string }>('POST', '/v1/plants/Bioreactor1/result');
    const byOpcua = await manifestOf(id);
    expect(hashes(byOpcua)).toEqual(hashes(byCommand));
    expect(byOpcua.runId).toBe(byCommand.runId);
  }, 120_000);
});
