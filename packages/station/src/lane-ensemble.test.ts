import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { RunPlan } from '@fedbatch/runtime';
import {
  type Design,
  LaneMembers,
  LanePool,
  type MemberRun,
  runMember,
  variedByFiles,
  whyNotInLanes,
} from '@fedbatch/studies';
import { describe, expect, it } from 'vitest';
import { loadScenario } from './scenario/load-scenario.ts';

const scenarios = resolve(import.meta.dirname, '../../../sims/scenarios');
const load = (name: string, ...settings: string[]) => loadScenario(join(scenarios, name), settings);

describe('an ensemble in lanes', () => {
  it('has the members that are run one by one, to ten tolerances, for any number of threads', async () => {
    const { plan, model } = load('ecoli-feed-law', 'solver.method=rodas5p');
    const varied = variedByFiles(model);
    const design: Design = { kind: 'sobol', members: 9, seed: 3 };
    const gridH = Float64Array.from({ length: 81 }, (_, g) => g / 4);
    const indices = [...Array(design.members).keys()];
    const inLanes = async (workers: number): Promise<MemberRun[]> => {
      const pool = new LanePool(workers);
      const found: MemberRun[] = [];
      const lanes = new LaneMembers(plan, varied, design, gridH, pool);
      const stuck = await lanes.run(indices, new AbortController().signal, (runs) => found.push(...runs));
      await pool.close();
      expect(stuck).toEqual([]);
      return found;
    };
    const found = await inLanes(1);
    expect(await inLanes(3)).toEqual(found);
    expect(found.map(({ member }) => member.index)).toEqual(indices);
    for (const { member, trajectories } of found) {
      const single = runMember(plan, varied, design, member.index, gridH);
      expect(member.outcome).toEqual(single.member.outcome);
      expect(member.values).toEqual(single.member.values);
      expect(member.met).toEqual(single.member.met);
      single.member.figures.forEach((figure, f) => {
        expect(Math.abs(member.figures[f]! / figure! - 1)).toBeLessThan(10 * plan.relativeTolerance);
      });
      // Substances that are used up have an absolute tolerance, a thousandth of their usual size.
      single.trajectories.forEach((value, i) => {
        const size = Math.max(Math.abs(value), 1e-3);
        if (Number.isNaN(value)) expect(trajectories[i]).toBeNaN();
        else expect(Math.abs(trajectories[i]! - value) / size).toBeLessThan(10 * plan.relativeTolerance);
      });
    }
  });

  it('stops with the members that were begun', async () => {
    const { plan, model } = load('ecoli-feed-law');
    const pool = new LanePool(1);
    const lanes = new LaneMembers(
      plan,
      variedByFiles(model),
      { kind: 'sobol', members: 50, seed: 3 },
      new Float64Array(2),
      pool,
    );
    const stop = new AbortController();
    stop.abort();
    const found: MemberRun[] = [];
    await lanes.run([...Array(50).keys()], stop.signal, (runs) => found.push(...runs));
    await pool.close();
    expect(found).toEqual([]);
  });
});

describe('a scenario that lanes do not carry', () => {
  it('says why, and every shipped one but the one made for lanes does', () => {
    const reasons = new Map(readdirSync(scenarios).map((name) => [name, whyNotInLanes(load(name).plan)]));
    expect(reasons.get('ecoli-feed-law')).toBeUndefined();
    expect(reasons.get('ecoli-exponential')).toBe('the feed strategy of phase fed-batch acts at every scan');
    expect([...reasons].filter(([, why]) => why === undefined).map(([name]) => name)).toEqual(['ecoli-feed-law']);
  });

  const { plan } = load('ecoli-feed-law');
  const phase = plan.phases[0]!;
  const figure = plan.figures[0]!;
  it.each<[string, Partial<RunPlan>]>([
    [
      'phase fed-batch does more than last for a time',
      { phases: [{ ...phase, set: [{ input: 'vessel.stirrer', value: 1 }] }] },
    ],
    ['phase fed-batch does more than last for a time', { phases: [{ name: 'fed-batch', set: [], atMostH: 3 }] }],
    ['7200 scans are more than the 5000 that leave room for steps', { scanH: 1 / 360 }],
    [
      '401 states are more than the 400 that lanes are compiled for',
      {
        compiled: {
          ...plan.compiled,
          model: { ...plan.compiled.model, states: Array(401).fill(plan.compiled.model.states[0]) },
        },
      },
    ],
    [
      'balances are audited, and lanes carry no ledgers',
      { figures: [{ ...figure, source: { kind: 'balance', balance: 'every' } }] },
    ],
  ])('when %s', (why, change) => {
    expect(whyNotInLanes({ ...plan, ...change })).toBe(why);
  });
});
