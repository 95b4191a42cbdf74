import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyJournal } from '@fedbatch/records';
import { type Command, qualityNoValue, qualitySimulated, type Receipt } from '@fedbatch/vocabulary';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadScenario } from '../scenario/load-scenario.ts';
import {
  begin,
  cascade,
  end,
  engineer,
  folder,
  instruments,
  journal,
  observer,
  plant,
  read,
  scenarios,
  scenarioWith,
  step,
  write,
} from './test-plant.ts';

beforeEach(begin);
afterEach(end);
/** How long a busy machine may take over a few scans. */
const patience = { timeout: 10_000 };

describe('the loops of a live plant', () => {
  it('are tuned by a relay where an engineer asks for it, and give it up for one', () => {
    const live = plant();
    step(live, 600);
    expect(live.command(observer, { kind: 'write', tag: 'temperature.tuning.mode', value: 'relay' })).toMatchObject({
      refusal: 'role',
    });
    write(live, 'temperature.control.mode', 'manual');
    step(live, 2);
    expect(write(live, 'temperature.tuning.mode', 'relay')).toMatchObject({ refusal: 'state' });
    write(live, 'temperature.control.mode', 'automatic');
    step(live, 2);
    expect(write(live, 'temperature.tuning.mode', 'relay').accepted).toBe(true);
    step(live, 120);
    expect(read(live, 'temperature.tuning.mode')).toBe(1);
    expect(write(live, 'temperature.tuning.mode', 'relay')).toMatchObject({ refusal: 'state' });
    write(live, 'temperature.tuning.mode', 'off');
    step(live, 2);
    expect(read(live, 'temperature.tuning.mode')).toBe(0);
    const said = journal(live).filter(({ subject }) => subject === 'loop temperature');
    expect(said.map(({ reason }) => reason)).toEqual([
      'tuning began: a relay of 10 % to either side',
      'tuning was given up: by hand',
    ]);
  });

  it('take the set point of a slave from its master, until a person takes the slave', () => {
    const live = plant(loadScenario(join(scenarios, 'ecoli-jacket-cascade')));
    step(live, 2);
    expect(write(live, 'jacket.control.setpoint', 40)).toMatchObject({ refusal: 'mode' });
    expect(write(live, 'jacket.control.mode', 'remote')).toMatchObject({ refusal: 'mode' });
    write(live, 'jacket.control.mode', 'automatic');
    // The change of mode waits in the same mailbox, before it.
    expect(write(live, 'jacket.control.setpoint', 40).accepted).toBe(true);
    step(live, 600);
    expect(read(live, 'jacket.control.measured')).toBeGreaterThan(38);
    expect(read(live, 'jacket.control.setpoint')).toBe(40);
  });
});

describe('the tags of a live plant', () => {
  it('are named area.loop.role, each once, with a unit and limits that rise', () => {
    for (const loaded of [cascade, instruments]) {
      const live = plant(loaded, {
        folder: join(folder, loaded.plan.title.organism.slice(0, 3) + loaded.plan.outputs.length),
      });
      const ids = live.tags.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids).toEqual(expect.arrayContaining(['feed.rate.setpoint', 'feed.rate.mode', 'feed.rate.delivered']));
      for (const { id, low, high, type, unit } of live.tags) {
        expect(id, id).toMatch(/^[\w+-]+(\.[\w+-]+)+$/);
        expect(unit, id).not.toBe('');
        if (type === 'number') expect(low, id).toBeLessThan(high);
      }
    }
  });

  it('show what the run has, and a probe that has not measured yet as without a value', async () => {
    const live = plant(instruments);
    const assay = live.table.slotOf('acetate.assay.measured');
    expect(live.table.qualities[assay]).toBe(qualityNoValue);
    await step(live, 3600);
    expect(read(live, 'truth.X')).toBeCloseTo(live.live.run.read('X'), 12);
    expect(read(live, 'clock.sim.time')).toBeCloseTo(1, 9);
    expect(read(live, 'DO.probe.measured')).toBeGreaterThan(50);
  });
});

describe('a journal that takes nothing any more', () => {
  it('stops no scan, and has the events when it can be written again', async () => {
    const live = plant(cascade, { clock: 'paced', speed: 200 });
    const path = join(live.folder, 'journal.jsonl');
    live.command(engineer, { kind: 'recipe', action: 'next' });
    const whole = readFileSync(path);
    writeFileSync(path, 'somebody else wrote this\n', { flag: 'a' });
    live.clock.run();
    await vi.waitFor(() => expect(live.live.scans).toBeGreaterThan(5), patience);
    expect(write(live, 'oxygen.control.setpoint', 50)).toMatchObject({ accepted: false, refusal: 'journal' });
    truncateSync(path, whole.length);
    const said = (): string[] => journal(live).map(({ subject, reason }) => `${subject} ${reason}`);
    await vi.waitFor(() => expect(said()).toContain('fed-batch started'), patience);
    live.clock.pause();
    expect(write(live, 'oxygen.control.setpoint', 50)).toMatchObject({ accepted: true });
  });
});

describe('a person at the plant', () => {
  it('takes a loop over and gives it back without a bump', async () => {
    const live = plant();
    await step(live, 7200);
    const before = read(live, 'stirrer.speed.delivered');
    write(live, 'oxygen.control.mode', 'manual');
    await step(live, 600);
    expect(read(live, 'stirrer.speed.delivered')).toBe(before);
    write(live, 'stirrer.speed.setpoint', 700);
    await step(live, 600);
    expect(read(live, 'stirrer.speed.delivered')).toBeCloseTo(700, 9);
    write(live, 'oxygen.control.mode', 'automatic');
    await step(live, 2);
    expect(read(live, 'stirrer.speed.delivered')).toBeGreaterThan(680);
    expect(read(live, 'stirrer.speed.delivered')).toBeLessThan(720);
  });

  it('feeds by hand over the recipe, and holds and resumes it', async () => {
    const live = plant();
    write(live, 'feed.rate.mode', 'manual');
    write(live, 'feed.rate.setpoint', 0.35);
    await step(live, 3600);
    expect(read(live, 'feed.rate.delivered')).toBeCloseTo(0.35, 9);
    live.command(engineer, { kind: 'recipe', action: 'hold' });
    await step(live, 2);
    expect(read(live, 'recipe.run.state')).toBe(1);
    live.command(engineer, { kind: 'recipe', action: 'resume' });
    live.command(engineer, { kind: 'recipe', action: 'next' });
    await step(live, 2);
    expect(live.table.texts[live.table.slotOf('recipe.phase.name')]).toBe('fed-batch');
    live.command(engineer, { kind: 'recipe', action: 'abort' });
    await step(live, 2);
    expect(live.live.ended).toBe(true);
    expect(write(live, 'feed.rate.setpoint', 0)).toMatchObject({ refusal: 'state' });
  });

  it('stops and aborts by the states of ISA-88: feeds at nothing, every command and every state in the journal', async () => {
    for (const [action, last] of [
      ['stop', 'stopped'],
      ['abort', 'aborted'],
    ] as const) {
      const live = plant(cascade, { folder: join(folder, action) });
      write(live, 'feed.rate.mode', 'manual');
      write(live, 'feed.rate.setpoint', 0.35);
      await step(live, 60);
      expect(live.command(engineer, { kind: 'recipe', action: 'hold' })).toMatchObject({ accepted: true });
      await step(live, 60);
      expect(live.command(engineer, { kind: 'recipe', action })).toMatchObject({ accepted: true });
      await step(live, 2);
      expect(live.table.tags[live.table.slotOf('recipe.run.state')]!.choices![read(live, 'recipe.run.state')]).toBe(
        last,
      );
      expect(read(live, 'feed.rate.delivered')).toBe(0);
      const said = journal(live).map(({ subject, reason }) => `${subject} ${reason}`);
      for (const state of ['holding: by hand', 'held: done', `${action === 'stop' ? 'stopping' : 'aborting'}: by hand`])
        expect(said).toContain(`recipe ${state}`);
      expect(said).toContain(`recipe ${last}: done`);
      expect(verifyJournal(readFileSync(join(live.folder, 'journal.jsonl')))).toMatchObject({ valid: true });
    }
  });

  it('injects faults of the library, ends them, and puts a value in the place of a reading', async () => {
    const live = plant(instruments);
    await step(live, 3600);
    const inject = (fault: (Command & { kind: 'inject' })['fault']): Receipt =>
      live.command(engineer, { kind: 'inject', fault });
    expect(inject({ kind: 'bias', on: 'DO.probe', size: '-20 %' })).toMatchObject({ accepted: true });
    expect(inject({ kind: 'bais', on: 'DO.probe' }).says).toMatch(/no fault `bais`.*bias/);
    expect(inject({ kind: 'bias', on: 'DO.prob' }).says).toMatch(/DO\.probe/);
    expect(inject({ kind: 'bias', on: 'DO.probe', size: '1 g/L' })).toMatchObject({ refusal: 'unit' });
    const before = read(live, 'DO.probe.measured');
    await step(live, 600);
    expect(read(live, 'DO.probe.measured')).toBeLessThan(before - 15);
    const fault = journal(live).find(
      ({ type, subject }) => type === 'command' && subject.startsWith('fault.'),
    )!.subject;
    expect(live.command(engineer, { kind: 'clear', fault })).toMatchObject({ accepted: true });
    live.command(engineer, { kind: 'simulate', sensor: 'temperature.probe', value: 41 });
    await step(live, 600);
    expect(read(live, 'DO.probe.measured')).toBeGreaterThan(before - 5);
    const slot = live.table.slotOf('temperature.probe.measured');
    expect([live.table.values[slot], live.table.qualities[slot]]).toEqual([41, qualitySimulated]);
    live.command(engineer, { kind: 'simulate', sensor: 'temperature.probe', value: null });
    await step(live, 5);
    expect(read(live, 'temperature.probe.measured')).toBeLessThan(38);
  });

  it('acknowledges and shelves alarms', async () => {
    const dense = 'alarms:\n  dense: { when: X > 2 g/L, latched: yes, force: { feedRate: 0 L/h } }\nrecipe:';
    const live = plant(scenarioWith('recipe:', dense));
    const state = (): string =>
      live.tags[live.table.slotOf('alarm.dense.state')]!.choices![read(live, 'alarm.dense.state')]!;
    expect(state()).toBe('normal');
    await step(live, 6 * 3600);
    write(live, 'feed.rate.mode', 'manual');
    await step(live, 2);
    expect(write(live, 'feed.rate.setpoint', 0.1)).toMatchObject({ refusal: 'state' });
    expect(state()).toBe('unacknowledged');
    live.command(engineer, { kind: 'alarm', alarm: 'dense', action: 'acknowledge' });
    live.command(engineer, { kind: 'alarm', alarm: 'dense', action: 'shelve', forH: 1 });
    live.live.scan();
    expect(state()).toBe('acknowledged');
    expect(read(live, 'alarm.dense.shelf')).toBe(1);
    expect(live.command(engineer, { kind: 'alarm', alarm: 'no such', action: 'reset' })).toMatchObject({
      refusal: 'unknown',
    });
  });
});

describe('a plant by the wall clock', () => {
  it('scans as often as its speed says, pauses, and counts ticks that come late', async () => {
    const live = plant(cascade, { clock: 'paced', speed: 200 });
    const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
    expect((await step(live, 2)).receipt).toMatchObject({ refusal: 'mode' });
    live.command(engineer, { kind: 'clock', action: 'run' });
    await sleep(400);
    live.command(engineer, { kind: 'clock', action: 'pause' });
    const scans = live.live.scans;
    expect(scans).toBeGreaterThan(20);
    expect(scans).toBeLessThan(60);
    await sleep(50);
    expect(live.live.scans).toBe(scans);
    live.command(engineer, { kind: 'clock', action: 'run' });
    const until = performance.now() + 150;
    while (performance.now() < until);
    await sleep(5);
    expect(live.clock.late).toBeGreaterThan(5);
    expect(live.command(engineer, { kind: 'clock', action: 'speed', speed: 0 })).toMatchObject({ refusal: 'limits' });
  });

  it('is held by its watchdog when the client falls silent, and hand-driven feeds rest', () => {
    vi.useFakeTimers();
    try {
      const live = plant(cascade, { clock: 'paced' });
      write(live, 'feed.rate.mode', 'manual');
      write(live, 'feed.rate.setpoint', 0.2);
      live.live.scan();
      expect(live.watch(engineer, 5)).toMatchObject({ accepted: true });
      expect(() => live.beat(observer, 1)).toThrow(/needs the role operator/);
      live.beat(engineer, 1);
      live.look(performance.now() + 4000);
      expect(live.watchdog.state).toBe('alive');
      live.look(performance.now() + 6000);
      live.look(performance.now() + 7000);
      live.live.scan();
      expect(read(live, 'recipe.run.state')).toBe(1);
      expect(read(live, 'feed.rate.delivered')).toBe(0);
      expect(journal(live).filter(({ type }) => type === 'alarm')).toHaveLength(1);
      live.beat(engineer, 2);
      expect(live.watchdog.state).toBe('alive');
    } finally {
      vi.useRealTimers();
    }
  });
});
