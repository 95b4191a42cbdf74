import { request as httpRequest } from 'node:http';
import { connect, type Fedbatch, type ServerEvent } from '@fedbatch/client';
import type { LivePlant } from '@fedbatch/station';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { briefly, personOf, type Served, served, when } from './test-station.ts';

const eve = personOf('engineer');
let world: Served;
let plant: LivePlant;
let client: Fedbatch;

beforeAll(async () => {
  world = await served({}, { readers: 2 });
  plant = world.station.addPlant(eve, {
    name: 'Mine',
    scenario: 'scenarios/ecoli-exponential',
    settings: [],
    clock: 'lockstep',
    speed: 1,
  });
  client = connect({ address: world.address, token: world.tokens.engineer });
});
afterAll(() => world.close());

interface Tags {
  readonly scans: number;
  readonly values: Readonly<Record<string, number | string | null>>;
}
const names = { plant: 'Mine' };
const write = (value: number) => plant.command(eve, { kind: 'write', tag: 'feed.rate.mode', value });
const readers = (): Promise<number> =>
  world.face.app.inject('/metrics').then(({ body }) => Number(/^fedbatch_stream_readers (\d+)/m.exec(body)![1]));

/** Reads until `enough` says so. */
async function read<Data>(events: AsyncGenerator<ServerEvent<Data>>, enough: (all: ServerEvent<Data>[]) => boolean) {
  const all: ServerEvent<Data>[] = [];
  for await (const event of events) {
    all.push(event);
    if (enough(all)) break;
  }
  return all;
}

describe('a reader of a plant', () => {
  it('gets everything first, and then what has changed', async () => {
    const query = { ids: 'clock.sim.time,feed.rate.mode', everyMs: 20 };
    const events = client.events<'/v1/plants/{plant}/stream', Tags>('/v1/plants/{plant}/stream', names, { query });
    const all = await read(events, (so) => {
      if (so.length === 1) void plant.step(eve, 'eve', 5, []);
      return so.filter(({ event }) => event === 'tags').length === 2;
    });
    const [first, second] = all.filter(({ event }) => event === 'tags');
    expect(Object.keys(first!.data.values)).toEqual(['clock.sim.time', 'feed.rate.mode']);
    expect(second!.data.values['clock.sim.time']).toBeCloseTo(second!.data.scans / 3600, 9);
    expect(second!.data.values).not.toHaveProperty('feed.rate.mode');
  });

  it('misses no record and gets none twice, though its connection breaks again and again', async () => {
    const first = plant.journalSize;
    const seen: number[] = [];
    for await (const { event, data } of client.events('/v1/plants/{plant}/stream', names, { againMs: 1 })) {
      if (event === 'record') seen.push((data as { seq: number }).seq);
      if (event === 'record' && seen.length % 5 === 0) world.face.app.server.closeAllConnections();
      write(seen.length % 2);
      if (seen.length >= 30) break;
    }
    expect(seen).toEqual(seen.map((_, i) => first + i));
  });

  it('is one of so many, and makes room when it goes', async () => {
    const stop = new AbortController();
    const open = () => client.events('/v1/plants/{plant}/stream', names, { signal: stop.signal });
    const listening = [open(), open()];
    for (const events of listening) await events.next();
    const { status, body } = await world.face.app
      .inject({
        url: '/v1/plants/Mine/stream',
        headers: { authorization: `Bearer ${world.tokens.observer}` },
      })
      .then(({ statusCode, body: text }) => ({ status: statusCode, body: JSON.parse(text) }));
    expect([status, body.code, body.detail]).toEqual([
      429,
      'API_STREAM_LIMIT',
      '2 readers listen already, and 2 is the most.',
    ]);
    stop.abort();
    await expect.poll(readers).toBe(0);
  });

  it('gets an answer without a body to a request for the head alone', async () => {
    const status = await new Promise((resolve, reject) => {
      const asked = httpRequest(`${world.address}/v1/plants/Mine/stream`, {
        method: 'HEAD',
        headers: { authorization: `Bearer ${world.tokens.observer}` },
        timeout: 3000,
      });
      asked.on('response', (answer) => answer.resume().on('end', () => resolve(answer.statusCode)));
      asked.on('timeout', () => asked.destroy(new Error('There was no answer in 3 s.')));
      asked.on('error', reject).end();
    });
    expect(status).toBe(404);
    expect(await readers()).toBe(0);
  });

  it('is let go when the plant is taken down', async () => {
    world.station.addPlant(eve, {
      name: 'Short',
      scenario: plant.scenario.file,
      settings: [],
      clock: 'lockstep',
      speed: 1,
    });
    const events = client.events('/v1/plants/{plant}/stream', { plant: 'Short' });
    await events.next();
    world.station.removePlant(eve, 'Short');
    while (!(await events.next()).done);
    await expect.poll(readers).toBe(0);
  });
});

describe('a reader of a run', () => {
  it('sees how it goes until it has ended, and then the stream ends', async () => {
    const { data: run } = await client.POST('/v1/runs', { body: { scenario: 'ecoli-exponential', set: briefly } });
    const seen: string[] = [];
    for await (const { data } of client.events<'/v1/runs/{id}/stream', { status: string }>('/v1/runs/{id}/stream', {
      id: run!.id,
    }))
      seen.push(data.status);
    expect(seen.at(-1)).toBe('complete');
    expect((await when(world.station, run!.id)).status).toBe('complete');
    const { data: samples } = await client.GET('/v1/runs/{id}/samples', {
      params: { path: { id: run!.id }, query: { ids: 'X', units: 'X:mg/L', points: 8 } },
    });
    expect(samples!.series[0]).toMatchObject({ id: 'X', unit: 'mg/L' });
    expect(samples!.series[0]!.values[0]).toBeCloseTo(170, 6);
  });

  it('is told what is wrong in the words of the server', async () => {
    const { error, response } = await client.POST('/v1/runs', { body: { scenario: 'none-such' } });
    expect([response.status, error!.code]).toEqual([422, 'STATION_FILE_MISSING']);
    const events = client.events('/v1/runs/{id}/stream', { id: 'none' });
    await expect(events.next()).rejects.toThrow('There is no job `none`');
  });
});

describe('a step that waits for others', () => {
  it('is given up when its client is gone, and the client may ask again', async () => {
    plant.setBarrier(eve, 2);
    const gone = new AbortController();
    const step = (signal: AbortSignal | null, participant: string) =>
      client.POST('/v1/plants/{plant}/step', { params: { path: names }, body: { dtS: 1, participant }, signal });
    const first = step(gone.signal, 'one').catch(() => 'gone');
    await new Promise((resolve) => setTimeout(resolve, 200));
    gone.abort();
    expect(await first).toBe('gone');
    await new Promise((resolve) => setTimeout(resolve, 100));
    const before = plant.live.scans;
    const both = await Promise.all([step(null, 'one'), step(null, 'two')]);
    expect(both.map(({ response }) => response.status)).toEqual([200, 200]);
    expect(plant.live.scans).toBe(before + 1);
    plant.setBarrier(eve, 1);
  });
});
