import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Station } from './station.ts';

vi.setConfig({ testTimeout: 60_000 });
const scenario = resolve(import.meta.dirname, '../../../../sims/scenarios/ecoli-exponential');
const folder = mkdtempSync(join(tmpdir(), 'fedbatch-served-'));
let station: Station | undefined;
afterEach(async () => {
  await station?.close();
  station = undefined;
  rmSync(folder, { recursive: true, force: true });
});
const open = (scenarios: ConstructorParameters<typeof Station>[0]['scenarios'], settings: readonly string[] = []) => {
  station = new Station({ folder, scenarios: scenarios!, settings, clock: 'lockstep', speed: 1 });
  return station;
};

describe('plants that are served from the start on', () => {
  it('are called by their name or their number, and copies differ in their seeds', () => {
    const { plants } = open([scenario, { scenario, name: 'Twin', copies: 2 }, { scenario, name: 'One' }, scenario]);
    expect([...plants.keys()]).toEqual(['Bioreactor1', 'Twin1', 'Twin2', 'One', 'Bioreactor5']);
    expect(plants.get('Twin2')!.plan.title.seed).toBe(plants.get('Twin1')!.plan.title.seed + 1);
  });

  it('have settings of their own, and those of the station count more', () => {
    const { plants } = open(
      [
        { scenario, name: 'A', settings: ['scan=5 s'] },
        { scenario, name: 'B', settings: ['scan=5 s', 'scenario=b'] },
      ],
      ['scenario=all'],
    );
    expect(plants.get('A')!.plan.scanH * 3600).toBeCloseTo(5, 9);
    expect(plants.get('B')!.plan.title.title).toBe('all');
  });

  it('are refused under a name that cannot be, or that another one has', () => {
    expect(() => open([{ scenario, name: 'a/b' }])).toThrow(/`a\/b` is no name of a plant/);
    expect(() => open([{ scenario, name: 'jobs' }])).toThrow(/`jobs` is no name of a plant/);
    expect(() =>
      open([
        { scenario, name: 'A' },
        { scenario, name: 'A' },
      ]),
    ).toThrow(/There is a plant A already/);
  });
});
