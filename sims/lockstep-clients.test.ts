import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { hashPassword, Station, Users } from '@fedbatch/station';
import type { Person } from '@fedbatch/vocabulary';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { endH, feedLaw, outputs, stepS } from './clients/feed-law.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
const repository = resolve(import.meta.dirname, '..');
const scenario = join(repository, 'sims/scenarios/ecoli-instruments');
const work = mkdtempSync(join(tmpdir(), 'fedbatch-lockstep-'));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(work, { recursive: true, force: true });
});

const freePort = (): Promise<number> =>
  new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });

/** Starts `fedbatch serve` as a user would, and waits for its banner. */
async function serve(data: string): Promise<{ readonly child: ChildProcess; readonly endpoint: string }> {
  const port = await freePort();
  const parts = ['serve', scenario, '--clock', 'lockstep', '--insecure-lab', '--profile', 'flat', '--json'];
  const child = spawn(process.execPath, [
    join(repository, 'packages/cli/src/main.ts'),
    ...parts,
    '--opcua',
    String(port),
    '--http',
    'off',
    '--data',
    data,
  ]);
  children.push(child);
  const banner = await new Promise<string>((done, failed) => {
    child.stdout.once('data', (bytes) => done(String(bytes)));
    child.once('exit', (code) => failed(new Error(`serve ended with ${code}`)));
  });
  return { child, endpoint: JSON.parse(banner).endpoint };
}

const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((done) => child.once('exit', (code) => done(code)));

function withUser(data: string): string {
  new Station({ folder: data, scenarios: [scenario], clock: 'lockstep', speed: 1 }).close();
  rmSync(join(data, 'Bioreactor1'), { recursive: true });
  Users.open(join(data, 'users.json')).put({ name: 'eve', role: 'operator', password: hashPassword('eve-knows') });
  return data;
}

/** The journal, and all files of the history. */
function bytesOf(data: string): Buffer[] {
  const folder = join(data, 'Bioreactor1');
  const history = readdirSync(folder).filter((name) => name.startsWith('history.'));
  return [['journal.jsonl'], history.sort()].map((names) =>
    Buffer.concat(names.map((name) => readFileSync(join(folder, name)))),
  );
}

async function controlled(
  name: string,
  command: string,
  script: string,
): Promise<{ readonly said: string; readonly bytes: Buffer[] }> {
  const data = withUser(join(work, name));
  const { child, endpoint } = await serve(data);
  const controller = spawn(command, [join(repository, 'sims/clients', script), endpoint, 'eve'], {
    env: { ...process.env, FEDBATCH_PASSWORD: 'eve-knows' },
  });
  children.push(controller);
  let said = '';
  controller.stdout.on('data', (bytes) => (said += String(bytes)));
  controller.stderr.on('data', (bytes) => (said += String(bytes)));
  expect(await ended(controller), said).toBe(0);
  child.kill('SIGINT');
  expect(await ended(child)).toBe(0);
  return { said, bytes: bytesOf(data) };
}

describe('a controller in another process', () => {
  let first: Awaited<ReturnType<typeof controlled>>;
  beforeAll(async () => {
    first = await controlled('first', process.execPath, 'lockstep-controller.ts');
  });

  it('runs a fed-batch to its end', () => {
    expect(first.said).toMatch(/^14\.000 h, biomass \d+\.\d+ g\/L/);
  });

  it('leaves the same journal and samples on a second run, byte for byte', async () => {
    const second = await controlled('second', process.execPath, 'lockstep-controller.ts');
    expect(second.bytes.map((file, i) => file.equals(first.bytes[i]!))).toEqual([true, true]);
  });

  it('does the same as when it runs inside, byte for byte', async () => {
    const data = join(work, 'inside');
    const station = new Station({ folder: data, scenarios: [scenario], clock: 'lockstep', speed: 1 });
    const plant = station.plants.get('Bioreactor1')!;
    const session = (JSON.parse(first.bytes[0]!.toString().split('\n')[4]!) as { actor: { session: string } }).actor
      .session;
    const person: Person = { name: 'eve', role: 'operator', face: 'opcua', session };
    plant.command(person, { kind: 'write', tag: 'feed.rate.mode', value: 1 });
    const law = feedLaw();
    const see = (): number[] => outputs.map((tag) => plant.table.values[plant.table.slotOf(tag)]!);
    let feed = 0;
    for (;;) {
      await plant.step(person, session, stepS, [{ tag: 'feed.rate.setpoint', value: feed }]);
      if (see()[0]! >= endH - 1e-6) break;
      feed = law(see());
    }
    station.close();
    expect(bytesOf(data).map((file, i) => file.equals(first.bytes[i]!))).toEqual([true, true]);
  });

  // The Python client needs asyncua, which is not everywhere; PYTHON names an interpreter that has it.
  const python = process.env.PYTHON ?? 'python3';
  it.skipIf(spawnSync(python, ['-c', 'import asyncua']).status !== 0)('does the same in Python', async () => {
    const other = await controlled('python', python, 'lockstep_controller.py');
    expect(other.said).toContain(first.said.trim());
    expect(other.bytes[1]!.equals(first.bytes[1]!)).toBe(true);
  });
});

describe('a server that is killed', () => {
  it('has lost nothing that it had acknowledged', async () => {
    const data = withUser(join(work, 'killed'));
    const { child, endpoint } = await serve(data);
    const controller = spawn(
      process.execPath,
      [join(repository, 'sims/clients/lockstep-controller.ts'), endpoint, 'eve'],
      {
        env: { ...process.env, FEDBATCH_PASSWORD: 'eve-knows' },
      },
    );
    children.push(controller);
    const journal = join(data, 'Bioreactor1', 'journal.jsonl');
    for (let i = 0; i < 400 && readFileSync(journal, 'utf8').split('\n').length < 60; i++)
      await new Promise((done) => setTimeout(done, 25));
    child.kill('SIGKILL');
    await ended(child);
    controller.kill('SIGKILL');
    const steps = readFileSync(journal, 'utf8')
      .split('\n')
      .filter((line) => line.includes('"scans":12')).length;
    expect(steps).toBeGreaterThan(20);
    const station = new Station({ folder: data, scenarios: [scenario], clock: 'lockstep', speed: 1 });
    const plant = station.plants.get('Bioreactor1')!;
    expect(plant.live.scans).toBe(12 * steps);
    const { points } = plant.history('DO.probe.measured', 0, 1e12, 1e6);
    expect(points).toHaveLength(steps + 1);
    expect(points.every(({ stampMs }, i) => stampMs === 60_000 * i)).toBe(true);
    station.close();
  });
});
