import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PlantEvent } from './plant-events.ts';
import { begin, cascade, end, engineer, folder, plant, read, step, write } from './test-plant.ts';

beforeEach(begin);
afterEach(end);

describe('lockstep', () => {
  it('leaves the same bytes on a second run', async () => {
    const bytes = async (name: string): Promise<Buffer[]> => {
      const live = plant(cascade, { folder: join(folder, name) });
      write(live, 'feed.rate.mode', 'manual');
      for (let i = 0; i < 200; i++) await step(live, 20, [{ tag: 'feed.rate.setpoint', value: 0.001 * i }]);
      live.close();
      return readdirSync(live.folder)
        .sort()
        .map((file) => readFileSync(join(live.folder, file)));
    };
    const [first, second] = [await bytes('one'), await bytes('two')];
    expect(first).toHaveLength(3);
    first.forEach((file, i) => expect(file.equals(second[i]!)).toBe(true));
  });

  it('tells the same events on a second run, at the times that the journal gives them', async () => {
    const told = async (name: string): Promise<[PlantEvent[], readonly PlantEvent[]]> => {
      const live = plant(cascade, { folder: join(folder, name) });
      const heard: PlantEvent[] = [];
      live.onEvent((event) => heard.push(event));
      write(live, 'feed.rate.mode', 'manual');
      await step(live, 7200, [{ tag: 'feed.rate.setpoint', value: 0.02 }]);
      live.command(engineer, { kind: 'clock', action: 'reset' });
      write(live, 'no.such.tag', 1);
      live.command(engineer, { kind: 'recipe', action: 'next' });
      await step(live, 600);
      live.command(engineer, { kind: 'recipe', action: 'abort' });
      await step(live, 600);
      const { events } = await live.events({ fromMs: 0, toMs: 1e12, order: 'oldest first', limit: 1000 });
      return [heard, events];
    };
    const [first, stored] = await told('one');
    await new Promise((done) => setTimeout(done, 5));
    expect((await told('two'))[0]).toEqual(first);
    expect(first.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['command', 'refused', 'run', 'phase']));
    expect(first.find(({ kind }) => kind === 'refused')!.stampMs).toBe(7_200_000);
    const times = (events: readonly PlantEvent[]) => events.map(({ record, stampMs }) => [record, stampMs]);
    // Those before somebody listened stand in the journal alone.
    expect(times(stored).slice(-first.length)).toEqual(times(first));
  });

  it('refuses steps that are no whole scans, and all writes of a step when one is wrong', async () => {
    const live = plant();
    for (const dtS of [0, -2, 3, Number.NaN, 1e9])
      expect((await step(live, dtS)).receipt).toMatchObject({ refusal: 'limits' });
    const wrong = [
      { tag: 'oxygen.control.setpoint', value: 40 },
      { tag: 'oxygen.control.setpoint', value: 400 },
    ];
    expect((await step(live, 2, wrong)).receipt).toMatchObject({ refusal: 'limits' });
    await step(live, 2);
    expect(read(live, 'oxygen.control.setpoint')).toBe(30);
  });

  it('waits at a barrier until all have asked, whoever comes first', async () => {
    const live = plant();
    live.setBarrier(engineer, 2);
    const first = live.step(engineer, 'b', 2, [{ tag: 'oxygen.control.setpoint', value: 40 }]);
    const gone = new AbortController();
    await new Promise((done) => setTimeout(done, 5));
    expect(live.live.scans).toBe(0);
    expect((await live.step(engineer, 'b', 2, [])).receipt).toMatchObject({ refusal: 'state' });
    const second = live.step(engineer, 'a', 2, [{ tag: 'oxygen.control.setpoint', value: 45 }]);
    expect([(await first).scans, (await second).scans]).toEqual([1, 1]);
    // By name: a before b, so that b's value is the one that stands.
    expect(read(live, 'oxygen.control.setpoint')).toBe(40);
    void live.step(engineer, 'a', 2, [], gone.signal);
    gone.abort();
    expect(
      await Promise.race([live.step(engineer, 'b', 2, []), new Promise((done) => setTimeout(done, 20, 'waits'))]),
    ).toBe('waits');
    live.setBarrier(engineer, 1);
    expect(live.live.scans).toBe(2);
  });
});
