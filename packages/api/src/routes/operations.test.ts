import { spawnSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { StationOptions } from '@fedbatch/station';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ApiOptions } from '../face.ts';
import { endlessly, linesOf, personOf, type Served, served, when } from '../test-station.ts';

vi.setConfig({ testTimeout: 60_000 });
const scenario = resolve(import.meta.dirname, '../../../../sims/scenarios/ecoli-exponential');
let now: Served | undefined;
afterEach(async () => {
  await now?.close();
  now = undefined;
});
const open = async (station: Partial<StationOptions> = {}, api: Partial<ApiOptions> = {}): Promise<Served> => {
  now = await served(station, api);
  return now;
};

const textOf = async ({ address }: Served): Promise<string> => (await fetch(`${address}/metrics`)).text();

/** The value of one sample, as `name{label="value"}`; undefined where there is none. */
async function sample(of: Served, name: string): Promise<number | undefined> {
  const line = (await textOf(of)).split('\n').find((one) => one.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length));
}

describe('what Prometheus is told', () => {
  it('is what its own checker takes', async () => {
    const text = await textOf(await open({ scenarios: [scenario] }));
    if (spawnSync('promtool', ['--version']).status !== 0) return;
    const { stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
    // Those of Node.js have the names that its own dashboards know.
    expect(stderr.split('\n').filter((line) => line !== '' && !line.startsWith('nodejs_'))).toEqual([]);
  });

  it('counts each scan of a plant with its time, from the first of a plant that is added to the last before it goes', async () => {
    const of = await open();
    const person = personOf('engineer');
    const order = { name: 'Fast', scenario: 'scenarios/ecoli-exponential', settings: linesOf(endlessly) };
    const plant = of.station.addPlant(person, { ...order, clock: 'paced', speed: 200 });
    await vi.waitFor(() => expect(plant.live.scans).toBeGreaterThan(20), { timeout: 10_000 });
    plant.clock.pause();
    expect(await sample(of, 'fedbatch_plant_scan_seconds_count{plant="Fast"}')).toBe(plant.live.scans);
    expect(await sample(of, 'fedbatch_plant_scan_seconds_sum{plant="Fast"}')).toBeGreaterThan(0);
    expect(await sample(of, 'fedbatch_plant_time_seconds{plant="Fast"}')).toBeCloseTo(3600 * plant.live.timeH, 6);
    expect(await sample(of, 'fedbatch_plant_journal_records_total{plant="Fast"}')).toBe(plant.journalSize);
    expect(await sample(of, 'fedbatch_plant_speed{plant="Fast"}')).toBe(0);
    plant.clock.run();
    expect(await sample(of, 'fedbatch_plant_speed{plant="Fast"}')).toBe(200);
    of.station.removePlant(person, 'Fast');
    expect(await textOf(of)).not.toContain('plant="Fast"');
  });

  it('counts the scans that came late when something held the thread up', async () => {
    const of = await open({ scenarios: [scenario], settings: linesOf(endlessly), clock: 'paced', speed: 20 });
    of.station.start();
    const late = 'fedbatch_plant_late_scans_total{plant="Bioreactor1"}';
    const before = (await sample(of, late))!;
    const until = performance.now() + 700;
    while (performance.now() < until);
    await vi.waitFor(async () => expect(await sample(of, late)).toBeGreaterThanOrEqual(before + 5), { timeout: 5000 });
  });

  it('counts requests by route and status, and not by what was put into the address', async () => {
    const of = await open();
    const headers = { authorization: `Bearer ${of.tokens.observer}` };
    for (const id of ['a', 'b']) await fetch(`${of.address}/v1/runs/${id}`, { headers });
    const name = 'fedbatch_http_request_seconds_count{method="GET",route="/v1/runs/:id",status="404"}';
    expect(await sample(of, name)).toBe(2);
  });

  it('counts readers while they listen, and sessions as their faces tell', async () => {
    const of = await open({ scenarios: [scenario] });
    const stop = new AbortController();
    const headers = { authorization: `Bearer ${of.tokens.observer}` };
    expect(await sample(of, 'fedbatch_stream_readers')).toBe(0);
    await fetch(`${of.address}/v1/plants/Bioreactor1/stream`, { headers, signal: stop.signal });
    expect(await sample(of, 'fedbatch_stream_readers')).toBe(1);
    stop.abort();
    await vi.waitFor(async () => expect(await sample(of, 'fedbatch_stream_readers')).toBe(0));
    expect(await sample(of, 'fedbatch_sessions{face="opcua"}')).toBeUndefined();
    of.station.sessions.set('opcua', () => 3);
    expect(await sample(of, 'fedbatch_sessions{face="opcua"}')).toBe(3);
  });
});

describe('whether it takes work', () => {
  const ready = async ({ address }: Served): Promise<[number, string]> => {
    const answer = await fetch(`${address}/health/ready`);
    return [answer.status, ((await answer.json()) as { says: string }).says];
  };

  it('is no while the queue is full, and yes when a job has ended; the counts say why', async () => {
    const of = await open({ work: { queue: 1, jobs: 1 } });
    expect(await ready(of)).toEqual([200, 'The station takes work.']);
    expect(await sample(of, 'fedbatch_ready')).toBe(1);
    const first = await of.run(endlessly);
    await when(of.station, first.id, ({ status }) => status === 'running');
    const second = await of.run();
    expect(await ready(of)).toEqual([503, '1 jobs wait, and no more are taken.']);
    expect(await sample(of, 'fedbatch_ready')).toBe(0);
    expect(await sample(of, 'fedbatch_jobs_waiting')).toBe(await sample(of, 'fedbatch_jobs_queue_limit'));
    expect(await sample(of, 'fedbatch_jobs_working')).toBe(1);
    of.station.jobs.stop(personOf('engineer'), first.id);
    await when(of.station, second.id);
    expect(await ready(of)).toEqual([200, 'The station takes work.']);
    expect(await sample(of, 'fedbatch_jobs_ended_total{kind="run",status="stopped"}')).toBe(1);
    expect(await sample(of, 'fedbatch_jobs_ended_total{kind="run",status="complete"}')).toBe(1);
  });

  it('is no where the folder of the station cannot be written', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fedbatch-ready-'));
    const of = await open({ folder });
    renameSync(folder, `${folder}-away`);
    const says = await ready(of);
    renameSync(`${folder}-away`, folder);
    expect(says).toEqual([503, 'The folder of the station cannot be written.']);
    expect(await ready(of)).toEqual([200, 'The station takes work.']);
    await of.close();
    now = undefined;
    rmSync(folder, { recursive: true });
  });
});
