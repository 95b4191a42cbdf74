import type { RunResult } from '@fedbatch/runtime';
import { beforeAll, describe, expect, it } from 'vitest';
import { column, planOf, type Rewrite, rewritten, runPlan } from './scenario-text.ts';

/** Runs a shipped scenario with parts of its text replaced. */
const run = (name: string, changes: readonly Rewrite[] = []): RunResult => runPlan(planOf(rewritten(name, changes)));
const after = (result: RunResult, id: string, fromH: number): number[] =>
  [...column(result, id)].filter((_, i) => result.samples.timeH[i]! >= fromH);

describe('relay tuning of dissolved oxygen in a growing culture', () => {
  const tuned = (use: string) =>
    run('ecoli-oxygen-cascade', [
      [/faults:\n.*\n/, ''],
      [/expect:[\s\S]*/, ''],
      [
        '    set point weight: 0.5\n',
        `    set point weight: 0.5\n    tuning: { amplitude: 5 %, hysteresis: 0.5 %, give up at: 15 %${use} }\n`,
      ],
      [
        / {2}- batch:.*\n {2}- fed-batch:.*\n/,
        '  - batch: { for: 4 h }\n  - tune: { tune: oxygen, at most: 1 h }\n  - on: { for: 1.5 h }\n',
      ],
    ]);

  it('finds the loop in minutes, though uptake rises meanwhile, and stays far from its limit', () => {
    const result = tuned('');
    const [tuning] = result.tunings!;
    expect(tuning!.outcome, tuning!.sentence).toBe('tuned');
    expect(result.phases[1]!.toH - result.phases[1]!.fromH).toBeLessThan(0.5);
    for (const value of tuning!.measured) expect(Math.abs(value - 30)).toBeLessThan(5);
  });

  it.each(['Tyreus-Luyben PI', 'SIMC PI', 'AMIGO PI'])('gives a loop by %s that holds 30 %% within 1 %%', (rule) => {
    const result = tuned(`, use: ${rule}`);
    const from = result.phases[1]!.toH + 0.1;
    for (const value of after(result, 'vessel.DO', from)) expect(Math.abs(value - 30)).toBeLessThan(1);
  });
});

describe('a temperature that a master holds through its jacket', () => {
  let result: RunResult;
  beforeAll(() => {
    result = run('ecoli-jacket-cascade');
  });

  it('is tuned from the inside out, each loop by its own oscillation', () => {
    expect(result.tunings!.map(({ loop, outcome }) => [loop, outcome])).toEqual([
      ['jacket', 'tuned'],
      ['temperature', 'tuned'],
    ]);
    const [jacket, broth] = result.tunings!.map(({ found }) => found!);
    // The slave is several times as fast as what it serves.
    expect(broth!.ultimatePeriodH / jacket!.ultimatePeriodH).toBeGreaterThan(5);
  });

  it('is held within 0.2 K while the culture grows, by heater and cooling valve and never by both', () => {
    const growth = result.phases.find(({ name }) => name === 'growth')!;
    const held = [...column(result, 'vessel.temperature')].filter((_, i) => {
      const time = result.samples.timeH[i]!;
      return time > growth.fromH + 0.5 && time < growth.toH;
    });
    for (const value of held) expect(Math.abs(value - 37)).toBeLessThan(0.2);
    const [heater, valve] = [column(result, 'thermostat.heater'), column(result, 'thermostat.coolingValve')];
    for (const i of heater.keys()) expect(heater[i]! * valve[i]!).toBe(0);
  });

  it('comes to a colder set point with its cooling spent on the way, and hardly passes it', () => {
    const valve = after(result, 'thermostat.coolingValve', result.phases.at(-1)!.fromH);
    expect(valve.filter((value) => value === 100).length).toBeGreaterThan(5);
    expect(Math.min(...column(result, 'vessel.temperature'))).toBeGreaterThan(29.5);
    expect(column(result, 'vessel.temperature').at(-1)).toBeCloseTo(30, 1);
  });

  it('starts from where its actuators are while its probes have shown nothing yet', () => {
    for (let i = 0; result.samples.timeH[i]! < 0.5; i++)
      expect(Math.abs(column(result, 'vessel.temperature')[i]! - 37)).toBeLessThan(1);
  });
});

describe('a cascade in a scenario', () => {
  it.each([
    ['{ loop: jacket,', '{ loop: coat,', 'There is no loop `coat`.'],
    ['{ loop: jacket,', '{ loop: jacket, input: heater,', 'drives an input and a loop'],
    ['from: 15 degC, to: 60 degC }', 'from: 15 degC, to: 15 degC }', 'it cannot move'],
    ['from: 15 degC, to: 60 degC }', 'from: 15 %, to: 60 % }', 'is in %, where degC'],
    ['from: 15 degC, to: 60 degC }', 'from: 15 degC, to: 60 degC, pulse: 10 s }', 'a number is not switched'],
    [
      '{ loop: jacket, from: 15 degC, to: 60 degC }',
      '{ loop: temperature, from: 15 degC, to: 60 degC }',
      'in a circle',
    ],
    ['amplitude: 20 %', 'amplitude: 120 %', 'has no room'],
    ['give up at: 5 K', 'give up at: 5 degC', 'has a zero of its own'],
    ['tune: jacket', 'tune: coat', 'is to tune `coat`, which is no loop'],
  ])('with %s as %s is refused', (from, to, says) => {
    expect(() => run('ecoli-jacket-cascade', [[from, to]])).toThrow(says);
  });
});
