import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyJournal } from '@fedbatch/records';
import { type Command, roles } from '@fedbatch/vocabulary';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadScenario } from '../scenario/load-scenario.ts';
import type { LivePlant } from './live-plant.ts';
import {
  begin,
  cascade,
  end,
  engineer,
  folder,
  journal,
  leaveOpen,
  observer,
  plant,
  read,
  scenarios,
  step,
  write,
} from './test-plant.ts';

beforeEach(begin);
afterEach(end);

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
    leaveOpen();
  });
});
