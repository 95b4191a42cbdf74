import type { RunResult } from '@fedbatch/runtime';
import { describe, expect, it } from 'vitest';
import { column, planOf, runPlan, sims } from './scenario-text.ts';

/** A growing culture in a whole vessel under the loops that a bench station offers, with a feed from 1 h on. */
function run(control: string, { hours = 4, biomass = 8 } = {}): RunResult {
  const result = runPlan(
    planOf(`scenario: loops of a bench station
organism: ${sims}/organisms/Anane2017-ecoli-closed.yaml
vessel: ${sims}/vessels/glass-15L.yaml
charge: { volume: 8 L, X: ${biomass} g/L, S: 1 g/L, temperature: 37 degC, pH: 7 }
streams: { feed: { S: 500 g/L, density: 1190 g/L, temperature: 20 degC } }
inputs: { airFlow: 12 L/min, stirrer: 800 rpm, jacketInlet: 30 degC }
control:
  temperature: { hold: temperature, at: 37 degC, band: 8 K, reset: 20 min, raise by: [{ input: jacketInlet, from: 5 degC, to: 70 degC }] }
${control}
recipe:
  - feeding: { feed: { strategy: exponential, mu: 0.2 1/h, start: 0.04 L/h }, for: ${hours} h }
scan: 4 s
`),
  );
  expect(result.outcome.kind, result.outcome.says).toBe('complete');
  return result;
}

/** The largest distance from a value in the last half of a run. */
function off(result: RunResult, id: string, from: number): number {
  const values = [...column(result, id)];
  return Math.max(...values.slice(values.length / 2).map((value) => Math.abs(value - from)));
}
const pH = `  pH: { hold: pH, at: 7, band: 1, reset: 10 min, dead band: 0.02, raise by: [{ input: baseRate, from: 0 L/h, to: 0.5 L/h }], lower by: [{ input: acidRate, from: 0 L/h, to: 0.2 L/h }] }
`;

describe('loops of a bench station on a whole vessel', () => {
  it('hold pressure by the exhaust valve, closing it to raise', () => {
    const result = run(
      `${pH}  pressure: { hold: pressure, at: 1.3 bar, band: 3 bar, reset: 2 min, raise by: [{ input: exhaustValve, from: 100 %, to: 0 % }] }`,
    );
    expect(off(result, 'vessel.pressure', 1.3)).toBeLessThan(0.01);
  });

  it('hold level and weight by the harvest while feed comes in', () => {
    const level = run(
      `${pH}  level: { hold: level, at: 54 %, band: 4 %, reset: 20 min, lower by: [{ input: harvestRate, from: 0 L/h, to: 2 L/h }] }`,
    );
    expect(off(level, 'vessel.level', 54)).toBeLessThan(0.2);
    const weight = run(
      `${pH}  weight: { hold: brothMass, at: 8.2 kg, band: 0.5 kg, reset: 20 min, lower by: [{ input: harvestRate, from: 0 L/h, to: 2 L/h }] }`,
    );
    expect(off(weight, 'brothMass', 8.2)).toBeLessThan(0.05);
  });

  it('hold foam down by shots of antifoam that are on or off', () => {
    const foam =
      '  foam: { hold: foamHeight, at: 25 %, band: 20 %, lower by: [{ input: antifoamRate, from: 0 L/h, to: 0.02 L/h, on off: 20 % }] }';
    const [free, held] = [run(pH), run(`${pH}${foam}`)];
    const highest = (result: RunResult): number => Math.max(...column(result, 'vessel.foamHeight').slice(120));
    expect(highest(free)).toBeGreaterThan(1.3 * highest(held));
    expect(new Set(column(held, 'vessel.antifoamRate'))).toEqual(new Set([0, 0.02]));
  });

  it('hold pH by base and by carbon dioxide, as cultures of cells want it', () => {
    const cells = (lower: string): RunResult =>
      run(
        `  pH: { hold: pH, at: 6.9, band: 1, reset: 10 min, raise by: [{ input: baseRate, from: 0 L/h, to: 0.5 L/h }], lower by: [${lower}] }`,
        { hours: 2, biomass: 0.2 },
      );
    const result = cells('{ input: CO2Flow, from: 0 L/min, to: 5 L/min }');
    expect(off(result, 'vessel.pH', 6.9)).toBeLessThan(0.02);
    expect(Math.max(...column(result, 'vessel.CO2Flow'))).toBeGreaterThan(0.1);
    expect(Math.max(...column(result, 'vessel.acidRate'))).toBe(0);
  });

  it('hold dissolved oxygen by stirrer, then pressure as the set point of its loop, then less feed', () => {
    const result = run(
      `${pH}  pressure: { hold: pressure, at: 1.1 bar, band: 3 bar, reset: 2 min, raise by: [{ input: exhaustValve, from: 100 %, to: 0 % }] }
  oxygen:
    hold: DO
    at: 30 %
    band: 60 %
    reset: 2 min
    switch after: 1 min
    raise by: [{ input: stirrer, from: 300 rpm, to: 800 rpm }, { loop: pressure, from: 1.1 bar, to: 1.4 bar }, { share: feed, from: 100 %, to: 20 % }]`,
      { hours: 12 },
    );
    const [oxygen, stirrer, pressure, feed] = ['vessel.DO', 'vessel.stirrer', 'vessel.pressure', 'vessel.feedRate'].map(
      (id) => column(result, id),
    );
    expect(off(result, 'vessel.DO', 30)).toBeLessThan(3);
    const open = (i: number): number => 0.04 * Math.exp(0.2 * result.samples.timeH[i]!);
    // The feed is whole as long as pressure has room, and pressure rests as long as the stirrer has.
    oxygen!.forEach((_, i) => {
      if (i < 30) return;
      if (pressure![i]! < 1.38) expect(feed![i]! / open(i), `at ${result.samples.timeH[i]} h`).toBeCloseTo(1, 2);
      if (stirrer![i]! < 795) expect(pressure![i]).toBeCloseTo(1.1, 1);
    });
    const last = oxygen!.length - 1;
    expect(stirrer![last]).toBeCloseTo(800, 6);
    expect(pressure![last]).toBeCloseTo(1.4, 2);
    expect(feed![last]! / open(last)).toBeLessThan(0.8);
  });

  it.each([
    ['{ share: feed, from: 80 %, to: 20 % }', 'goes from 80 to 20 %'],
    ['{ share: feed, from: 100 %, to: 20 %, pulse: 10 s }', 'a number is not switched'],
    ['{ share: feed, input: stirrer, from: 100 %, to: 20 % }', 'drives an input and a share of the feed'],
    ['{ from: 100 %, to: 20 % }', 'drives nothing'],
  ])('refuse the stage %s', (stage, says) => {
    expect(() => run(`${pH}  oxygen: { hold: DO, at: 30 %, band: 60 %, raise by: [${stage}] }`)).toThrow(says);
  });
});
