import { resolve } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { runScenario } from '../run-scenario.ts';
import { loadScenario } from './load-scenario.ts';

const scenario = resolve(import.meta.dirname, '../../../../sims/scenarios/ecoli-exponential');
const load = (code: string) =>
  loadScenario(scenario, ['scan=1 min', 'solver.method=rodas5p', `solver.code=${code}`, 'recipe.fed-batch.for=1 h']);

describe('the code of a solver', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('runs stiff steps in WebAssembly where a scenario asks for it, to the same figures', async () => {
    const own = await runScenario(load('webassembly'));
    const other = await runScenario(load('javascript'));
    expect(own.scenario.method).toBe('rodas5p, stiff steps in WebAssembly');
    expect(other.scenario.method).toBe('rodas5p');
    const [found, expected] = [own, other].map(({ keyFigures }) => keyFigures.map(({ value }) => value));
    expect(found!.length).toBeGreaterThan(3);
    // What is left of a balance is rounding.
    found!.forEach((value, i) => expect(Math.abs(value - expected![i]!)).toBeLessThan(1e-6 * Math.abs(value) + 1e-12));
    expect(found).not.toEqual(expected);
  });

  it('leaves kinks to error control where a scenario says so', () => {
    expect(loadScenario(scenario, ['solver.kinks=ignore']).plan.kinks).toBe('ignore');
    expect(loadScenario(scenario).plan.kinks).toBeUndefined();
  });

  it('says so and stays with JavaScript on a machine without', () => {
    class Module {
      constructor() {
        throw new Error('no such opcode');
      }
    }
    vi.stubGlobal('WebAssembly', { ...WebAssembly, Module });
    const { plan, problems } = load('webassembly');
    expect(plan.code).toBe('javascript');
    expect(problems.warnings.map(({ code }) => code)).toContain('STATION_CODE_MISSING');
  });
});
