import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command, JobOrder, Person } from '@fedbatch/vocabulary';
import { afterEach, describe, expect, it } from 'vitest';
import { loadScenario } from '../scenario/load-scenario.ts';
import { LivePlant } from './live-plant.ts';

const scenarios = resolve(import.meta.dirname, '../../../../sims/scenarios');
const loaded = loadScenario(join(scenarios, 'ecoli-exponential'), ['scan=1 min']);
const folders: string[] = [];
const plants: LivePlant[] = [];

const open = (folder = mkdtempSync(join(tmpdir(), 'fedbatch-jobs-'))): LivePlant => {
  const plant = new LivePlant({ name: 'P1', loaded, folder, clock: 'lockstep', speed: 1 });
  folders.push(folder);
  plants.push(plant);
  return plant;
};
afterEach(() => {
  for (const plant of plants.splice(0)) plant.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const otto: Person = { name: 'otto', role: 'operator', face: 'test', session: null };
const watcher: Person = { ...otto, name: 'wanda', role: 'observer' };
const order = (id: string, more: Partial<JobOrder> = {}): JobOrder => ({ id, sets: [], ...more });
const store = (id: string, more: Partial<JobOrder> = {}): Command & { kind: 'job' } => ({
  ...{ kind: 'job', action: 'store and start' },
  order: order(id, more),
});
const act = (
  action: 'start' | 'revoke start' | 'pause' | 'resume' | 'stop' | 'abort' | 'cancel' | 'clear',
  job: string,
) => ({ kind: 'job', action, job }) as const;
const step = (plant: LivePlant, hours: number) => plant.step(otto, 'otto', 3600 * hours, []);
const states = (plant: LivePlant): string[] => plant.jobs.list.map(({ order: { id }, state }) => `${id} ${state}`);

describe('a job order', () => {
  it('is stored, started, given the plant, and has ended with what its run came to', async () => {
    const plant = open();
    expect(plant.command(otto, { kind: 'job', action: 'store', order: order('a') }).accepted).toBe(true);
    await step(plant, 1);
    expect(states(plant)).toEqual(['a not allowed to start']);
    plant.command(otto, { kind: 'recipe', action: 'abort' });
    await step(plant, 1);
    expect(plant.command(otto, act('start', 'a')).accepted).toBe(true);
    await step(plant, 1);
    expect(states(plant)).toEqual(['a running']);
    expect(plant.live.timeH).toBeCloseTo(1, 9);
    while (!plant.live.ended) await step(plant, 10);
    expect(states(plant)).toEqual(['a ended']);
    const { outcome } = plant.jobs.of('a')!;
    expect(outcome!.says).toMatch(/^complete/);
    expect(outcome!.timeH).toBeCloseTo(plant.live.timeH, 9);
    expect(plant.command(otto, act('clear', 'a')).accepted).toBe(true);
    expect(states(plant)).toEqual([]);
  });

  it('waits while another run has the plant, and the most urgent goes first', async () => {
    const plant = open();
    await step(plant, 1);
    plant.command(otto, store('low'));
    plant.command(otto, store('high', { priority: 5 }));
    await step(plant, 1);
    expect(states(plant)).toEqual(['low allowed to start', 'high allowed to start']);
    plant.command(otto, { kind: 'recipe', action: 'abort' });
    await step(plant, 1);
    await step(plant, 1);
    expect(states(plant)).toEqual(['low allowed to start', 'high running']);
    plant.command(otto, act('stop', 'high'));
    await step(plant, 1);
    expect(states(plant)).toEqual(['low allowed to start', 'high ended']);
    expect(plant.jobs.of('high')!.outcome!.says).toMatch(/^stopped/);
    await step(plant, 1);
    expect(states(plant)[0]).toBe('low running');
  });

  it('sets what it says when it begins, judged when it is stored', async () => {
    const plant = open();
    const sets = [
      { tag: 'feed.rate.mode', value: 'manual' },
      { tag: 'feed.rate.setpoint', value: 0.2 },
    ];
    expect(plant.command(otto, store('a', { sets: [{ tag: 'feed.rate.setpoint', value: 0.2 }] }))).toMatchObject({
      refusal: 'mode',
    });
    expect(
      plant.command(otto, store('a', { sets: [...sets, { tag: 'feed.rate.setpoint', value: 99 }] })),
    ).toMatchObject({
      refusal: 'limits',
    });
    expect(plant.command(otto, store('a', { sets })).accepted).toBe(true);
    await step(plant, 1);
    expect(plant.table.values[plant.table.slotOf('feed.rate.delivered')]).toBeCloseTo(0.2, 9);
  });

  it('is paused and resumed with its recipe, and aborted when the plant is started anew', async () => {
    const plant = open();
    const engineer: Person = { ...otto, role: 'engineer' };
    plant.command(otto, store('a'));
    expect((await plant.step(watcher, 'wanda', 60, [])).receipt.accepted).toBe(false);
    expect(states(plant)).toEqual(['a allowed to start']);
    await step(plant, 1);
    plant.command(otto, act('pause', 'a'));
    await step(plant, 1);
    expect(states(plant)).toEqual(['a interrupted']);
    expect(plant.table.values[plant.table.slotOf('recipe.run.state')]).toBe(1);
    plant.command(otto, act('resume', 'a'));
    await step(plant, 1);
    expect(states(plant)).toEqual(['a running']);
    expect(plant.table.values[plant.table.slotOf('recipe.run.state')]).toBe(0);
    plant.command(engineer, { kind: 'clock', action: 'reset' });
    expect(states(plant)).toEqual(['a aborted']);
  });

  it.each([
    ['by somebody who only looks', watcher, store('b'), 'role'],
    ['of an id that is there', otto, store('a'), 'state'],
    ['without an id', otto, store(''), 'type'],
    ['of another recipe', otto, store('b', { recipe: 'yeast' }), 'unknown'],
    ['that is not there', otto, act('start', 'z'), 'unknown'],
    ['that does not run', otto, act('pause', 'a'), 'state'],
    ['that has not ended', otto, act('clear', 'a'), 'state'],
  ] as const)('%s is refused, on record', (_, person, command, refusal) => {
    const plant = open();
    plant.command(otto, store('a'));
    expect(plant.command(person, command)).toMatchObject({ accepted: false, refusal });
    expect(plant.records(plant.journalSize - 1, 1)).toMatchObject([{ type: 'refused' }]);
  });

  it('is there after a restart, in its state and with its outcome', async () => {
    const plant = open();
    plant.command(otto, store('done'));
    await step(plant, 1);
    plant.command(otto, act('abort', 'done'));
    await step(plant, 1);
    plant.command(otto, store('runs', { sets: [{ tag: 'feed.rate.mode', value: 'manual' }] }));
    plant.command(otto, store('waits'));
    plant.command(otto, act('revoke start', 'waits'));
    plant.command(otto, store('never'));
    plant.command(otto, act('cancel', 'never'));
    await step(plant, 2);
    const before = plant.jobs.list;
    const values = (of: LivePlant) => of.table.values.filter((_, slot) => of.tags[slot]!.from !== 'clock');
    const stood = [...values(plant)];
    plant.close();
    const again = open(plant.folder);
    expect(states(again)).toEqual(['done aborted', 'runs running', 'waits not allowed to start']);
    expect(again.jobs.list).toEqual(before);
    expect([...values(again)]).toEqual(stood);
  });
});
