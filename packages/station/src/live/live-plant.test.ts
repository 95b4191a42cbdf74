import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { type JournalRecord, verifyJournal } from '@fedbatch/records';
import { type Command, type Person, qualityNoValue, qualitySimulated, type Receipt, roles } from '@fedbatch/vocabulary';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadScenario } from '../scenario/load-scenario.ts';
import { LivePlant, type LivePlantOptions } from './live-plant.ts';
import type { PlantEvent } from './plant-events.ts';

const scenarios = resolve(import.meta.dirname, '../../../../sims/scenarios');
const cascade = loadScenario(join(scenarios, 'ecoli-oxygen-cascade'));
const instruments = loadScenario(join(scenarios, 'ecoli-instruments'));
const engineer: Person = { name: 'eve', role: 'engineer', face: 'test', session: null };
const observer: Person = { name: 'otto', role: 'observer', face: 'test', session: null };

let folder = '';
let open: LivePlant[] = [];
const plant = (loaded = cascade, more: Partial<LivePlantOptions> = {}): LivePlant => {
  const options = { name: 'Bioreactor1', loaded, folder: join(folder, 'a'), clock: 'lockstep', speed: 1 } as const;
  const made = new LivePlant({ ...options, ...more });
  open.push(made);
  return made;
};
const read = (live: LivePlant, tag: string): number => live.table.values[live.table.slotOf(tag)]!;
const step = (live: LivePlant, dtS: number, writes: (Command & { kind: 'step' })['writes'] = []) =>
  live.step(engineer, 'a', dtS, writes);
const write = (live: LivePlant, tag: string, value: number | string, unit?: string): Receipt =>
  live.command(engineer, { kind: 'write', tag, value, ...(unit !== undefined && { unit }) });
const journal = (live: LivePlant): JournalRecord[] => live.records(0, live.journalSize);

/** The cascade scenario with some of its text replaced, in a folder of its own. */
function scenarioWith(text: string, by: string): ReturnType<typeof loadScenario> {
  const own = join(folder, 'scenario');
  mkdirSync(own);
  const source = readFileSync(join(scenarios, 'ecoli-oxygen-cascade/scenario.yaml'), 'utf8');
  const paths = source.replaceAll('../../', `${relative(own, join(scenarios, '..'))}/`);
  writeFileSync(join(own, 'scenario.yaml'), paths.replace(text, by));
  return loadScenario(own);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fedbatch-live-'));
});
afterEach(() => {
  for (const one of open) one.close();
  open = [];
  rmSync(folder, { recursive: true });
});

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

describe('an adaptive feed in a live plant', () => {
  it('shows what it proposes and estimates as advice, and goes on seeing what a person feeds in its place', async () => {
    const live = plant(loadScenario(join(scenarios, 'ecoli-adaptive')));
    await step(live, 1800);
    const advice = live.tags.filter(({ from }) => from === 'estimate').map(({ id }) => id);
    expect(advice).toEqual(expect.arrayContaining(['feed.proposed', 'feed.estimate.X', 'feed.margin.A', 'feed.guard']));
    expect(read(live, 'feed.estimate.X') / read(live, 'truth.X')).toBeCloseTo(1, 0);
    write(live, 'feed.rate.mode', 'manual');
    write(live, 'feed.rate.setpoint', 0.03);
    await step(live, 3600);
    expect(read(live, 'feed.rate.demand')).toBe(0.03);
    expect(read(live, 'feed.estimate.X') / read(live, 'truth.X')).toBeCloseTo(1, 0);
    expect(Math.abs(read(live, 'feed.estimate.V') - live.live.run.read('V'))).toBeLessThan(0.01);
  });
});

describe('a guard that asks a person', () => {
  const advice = (live: LivePlant, command: Exclude<Command, { kind: 'step' }>, reason?: string) =>
    live.command(engineer, command, reason);
  const verdict = (live: LivePlant): string => live.table.texts[live.table.slotOf('feed.decision.verdict')]!;
  const asking = async (): Promise<LivePlant> => {
    const live = plant(loadScenario(join(scenarios, 'ecoli-adaptive')));
    expect(advice(live, { kind: 'guard', mode: 'advise' }, 'first batch with this strain').accepted).toBe(true);
    await step(live, 600);
    return live;
  };

  it('lets the fallback feed until somebody accepts, with a reason, and writes the reason down', async () => {
    const live = await asking();
    expect(verdict(live)).toBe('waits for an answer');
    expect(advice(live, { kind: 'advice', answer: 'accept' })).toMatchObject({ accepted: false, refusal: 'reason' });
    expect(advice(live, { kind: 'advice', answer: 'accept' }, ' ')).toMatchObject({ accepted: false });
    expect(advice(live, { kind: 'advice', answer: 'accept' }, 'as in the trial').accepted).toBe(true);
    await step(live, 120);
    expect(verdict(live)).toBe('proposal');
    const reasons = journal(live).map(({ reason }) => reason);
    expect(reasons).toContain('as in the trial');
  });

  it('feeds at the rate of a person, inside the envelope only', async () => {
    const live = await asking();
    const outside = advice(live, { kind: 'advice', answer: 'override', rateLPerH: 9 }, 'more');
    expect(outside).toMatchObject({ accepted: false, refusal: 'limits' });
    expect(outside.says).toContain('lies outside the envelope of 0 to 1 L/h');
    advice(live, { kind: 'advice', answer: 'override', rateLPerH: 0.01 }, 'foam');
    await step(live, 60);
    expect(read(live, 'feed.rate.demand')).toBe(0.01);
    expect(verdict(live)).toBe('override');
  });

  it('asks nobody in other modes, nor where nothing is proposed, and takes decisions from operators up', async () => {
    const live = plant(loadScenario(join(scenarios, 'ecoli-adaptive')));
    expect(advice(live, { kind: 'advice', answer: 'accept' }, 'yes')).toMatchObject({ refusal: 'mode' });
    expect(live.command(observer, { kind: 'advice', answer: 'accept' }, 'yes')).toMatchObject({ refusal: 'role' });
    const other = plant(cascade, { folder: join(folder, 'b') });
    expect(advice(other, { kind: 'advice', answer: 'accept' }, 'yes')).toMatchObject({ refusal: 'state' });
    expect(advice(other, { kind: 'guard', mode: 'shadow' }, 'yes')).toMatchObject({ refusal: 'state' });
  });

  it('is where it was after a snapshot, to the bit', async () => {
    const live = await asking();
    advice(live, { kind: 'advice', answer: 'accept' }, 'fine');
    await step(live, 300);
    advice(live, { kind: 'clock', action: 'snapshot', name: 'here' });
    await step(live, 300);
    const after = [read(live, 'feed.proposed'), read(live, 'truth.X')];
    expect(advice(live, { kind: 'clock', action: 'restore', name: 'here' }).accepted).toBe(true);
    await step(live, 300);
    expect([read(live, 'feed.proposed'), read(live, 'truth.X')]).toEqual(after);
  });
});

describe('the gate', () => {
  it.each<[string, Parameters<typeof write>[1], number | string, string | undefined, string, RegExp]>([
    ['an unknown tag', 'feed.rate.wish', 1, undefined, 'unknown', /no tag `feed.rate.wish`/],
    ['a tag that is only read', 'feed.rate.delivered', 1, undefined, 'role', /can only be read/],
    ['a word for a number', 'oxygen.control.setpoint', 'high', undefined, 'type', /is a number/],
    [
      'a mode that there is not',
      'oxygen.control.mode',
      'cascade',
      undefined,
      'type',
      /0 \(automatic\) or 1 \(manual\)/,
    ],
    ['NaN', 'oxygen.control.setpoint', Number.NaN, undefined, 'limits', /no finite number/],
    ['infinity', 'oxygen.control.setpoint', Number.POSITIVE_INFINITY, undefined, 'limits', /no finite number/],
    ['more than the limit', 'oxygen.control.setpoint', 101, undefined, 'limits', /lies outside 0 to 100 %/],
    ['another unit', 'temperature.control.setpoint', 37, 'g/L', 'unit', /is in degC/],
    ['what control moves', 'stirrer.speed.setpoint', 500, undefined, 'mode', /oxygen.control.mode = manual first/],
  ])('refuses %s with a sentence, and writes that down', (_, tag, value, unit, refusal, says) => {
    const live = plant();
    const before = live.journalSize;
    const receipt = write(live, tag, value, unit);
    expect(receipt).toMatchObject({ accepted: false, refusal, record: before });
    expect(receipt.says).toMatch(says);
    expect(journal(live).at(-1)).toMatchObject({ type: 'refused', subject: tag, reason: receipt.says });
  });

  it('converts units, and takes choices by word or number', async () => {
    const live = plant();
    expect(write(live, 'temperature.control.setpoint', 310.15, 'K').accepted).toBe(true);
    expect(write(live, 'oxygen.control.mode', 'manual').accepted).toBe(true);
    expect(write(live, 'stirrer.speed.setpoint', 400).accepted).toBe(true);
    await step(live, 2);
    expect(read(live, 'temperature.control.setpoint')).toBeCloseTo(37, 9);
    expect(read(live, 'oxygen.control.mode')).toBe(1);
    expect(read(live, 'stirrer.speed.delivered')).toBeCloseTo(400, 9);
  });

  it('lets each role do what it may and no more', () => {
    const commands: [Exclude<Command, { kind: 'step' }>, string][] = [
      [{ kind: 'write', tag: 'oxygen.control.setpoint', value: 35 }, 'operator'],
      [{ kind: 'recipe', action: 'hold' }, 'operator'],
      [{ kind: 'inject', fault: { kind: 'power dip', on: 'plant' } }, 'engineer'],
      [{ kind: 'clock', action: 'pause' }, 'engineer'],
    ];
    const live = plant();
    for (const role of roles)
      for (const [command, least] of commands) {
        const receipt = live.command({ ...engineer, role }, command);
        const may = roles.indexOf(role) >= roles.indexOf(least as 'operator');
        expect(receipt.accepted, `${role} ${command.kind}`).toBe(may);
        if (!receipt.accepted) expect(receipt.refusal).toBe('role');
      }
  });

  it('leaves one record for each command, accepted or refused, whatever comes', () => {
    const live = plant();
    const tags = live.tags.map(({ id }) => id);
    fc.assert(
      fc.property(
        fc.oneof(fc.constantFrom(...tags), fc.string()),
        fc.oneof(fc.double(), fc.string()),
        fc.constantFrom(engineer, observer),
        (tag, value, person) => {
          const before = live.journalSize;
          const receipt = live.command(person, { kind: 'write', tag, value });
          expect(live.journalSize).toBe(before + 1);
          expect(receipt.record).toBe(before);
        },
      ),
      { numRuns: 300 },
    );
    expect(verifyJournal(readFileSync(join(live.folder, 'journal.jsonl')))).toMatchObject({ valid: true });
  });

  it('does nothing that it cannot write down first', async () => {
    const live = plant();
    await step(live, 2);
    writeFileSync(join(live.folder, 'journal.jsonl'), 'somebody else wrote this\n', { flag: 'a' });
    const receipt = write(live, 'oxygen.control.setpoint', 50);
    expect(receipt).toMatchObject({ accepted: false, refusal: 'journal' });
    live.live.scan();
    expect(read(live, 'oxygen.control.setpoint')).toBe(30);
    open = [];
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
    await new Promise((done) => setTimeout(done, 150));
    expect(live.live.scans).toBeGreaterThan(5);
    expect(write(live, 'oxygen.control.setpoint', 50)).toMatchObject({ accepted: false, refusal: 'journal' });
    truncateSync(path, whole.length);
    await new Promise((done) => setTimeout(done, 100));
    live.clock.pause();
    expect(journal(live).map(({ subject, reason }) => `${subject} ${reason}`)).toContain('fed-batch started');
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

describe('a snapshot', () => {
  it('is gone on from bit for bit, through faults, loops, feeds and noise', async () => {
    const live = plant(instruments);
    live.command(engineer, {
      kind: 'inject',
      fault: { kind: 'noise', on: 'DO.probe', size: '3', afterH: 0.5, forH: 2 },
    });
    await step(live, 4 * 3600);
    live.command(engineer, { kind: 'clock', action: 'snapshot', name: 'noon' });
    const on = async (): Promise<number[]> => {
      write(live, 'air.flow.mode', 'manual');
      write(live, 'air.flow.setpoint', 9);
      await step(live, 9 * 3600);
      return [...live.table.values].filter((_, i) => live.tags[i]!.from !== 'clock');
    };
    const first = await on();
    expect(live.command(engineer, { kind: 'clock', action: 'restore', name: 'noon' })).toMatchObject({
      accepted: true,
    });
    expect(live.live.timeH).toBeCloseTo(4, 9);
    expect(await on()).toEqual(first);
    expect(live.command(engineer, { kind: 'clock', action: 'restore', name: '../noon' })).toMatchObject({
      refusal: 'unknown',
    });
    expect(live.command(engineer, { kind: 'clock', action: 'snapshot', name: 'noon' })).toMatchObject({
      refusal: 'state',
    });
    const file = join(live.folder, 'snapshots', 'noon.json');
    const { proof, ...rest } = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...rest, scans: rest.scans - 1, proof }));
    const before = live.live.timeH;
    expect(live.command(engineer, { kind: 'clock', action: 'restore', name: 'noon' })).toMatchObject({
      refusal: 'state',
    });
    expect(live.live.timeH).toBe(before);
    expect(live.command(engineer, { kind: 'clock', action: 'snapshot', name: '../noon' })).toMatchObject({
      refusal: 'type',
    });
  });
});

describe('a plant that is opened again', () => {
  it('stands where it was, with its history, after a close and after a crash', async () => {
    const live = plant(instruments);
    write(live, 'air.flow.mode', 'manual');
    await step(live, 3600, [{ tag: 'air.flow.setpoint', value: 8 }]);
    await step(live, 30, [{ tag: 'air.flow.setpoint', value: 7 }]);
    const shown = (one: LivePlant): number[] =>
      [...one.table.values].filter((_, i) => one.tags[i]!.id !== 'clock.step.request');
    const values = shown(live);
    const points = live.history('DO.probe.measured', 0, 1e12, 1000).points;
    expect(points).toHaveLength(61);
    live.close();
    const again = plant(instruments);
    expect(shown(again)).toEqual(values);
    expect(again.history('DO.probe.measured', 0, 1e12, 1000).points).toEqual(points);
    await step(again, 30);
    // A crash: nothing is closed, and the last line and the last row are torn.
    open = [];
    writeFileSync(join(again.folder, 'journal.jsonl'), '{"half":', { flag: 'a' });
    const rows = join(again.folder, 'history.rows');
    truncateSync(rows, readFileSync(rows).length - 5);
    const third = plant(instruments);
    expect(third.live.scans).toBe(again.live.scans);
    expect(shown(third)).toEqual(shown(again));
    expect(third.history('DO.probe.measured', 0, 1e12, 1000).points).toHaveLength(62);
    expect(readdirSync(third.folder).some((name) => name.includes('torn'))).toBe(true);
  });

  it('pages through its history, and is not taken for a plant of other files', async () => {
    const live = plant(instruments);
    await step(live, 3600);
    const first = live.history('DO.probe.measured', 0, 1e12, 25);
    const second = live.history('DO.probe.measured', 0, 1e12, 1000, first.next);
    expect([first.points.length, second.points.length, second.next]).toEqual([25, 36, -1]);
    expect(second.points[0]!.stampMs).toBe(first.points.at(-1)!.stampMs + 60_000);
    expect(live.history('DO.probe.measured', 600_000, 1_200_000, 100).points).toHaveLength(11);
    const { points } = live.history('DO.probe.measured', 0, 1e12, 1000);
    const trend = live.trend('DO.probe.measured', 0, 1e12, 10);
    expect([trend[0], trend.at(-1), trend.length <= 10]).toEqual([points[0], points.at(-1), true]);
    const lowest = Math.min(...points.map(({ value }) => value).filter(Number.isFinite));
    expect(trend.map(({ value }) => value)).toContain(lowest);
    live.close();
    expect(() => plant(cascade)).toThrow(/other files, settings or seed/);
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
