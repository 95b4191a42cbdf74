import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LivePlant } from './live-plant.ts';
import { begin, cascade, end, engineer, instruments, leaveOpen, plant, step, write } from './test-plant.ts';

beforeEach(begin);
afterEach(end);

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
    leaveOpen();
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
