import { resolve } from 'node:path';
import { Run } from '@fedbatch/runtime';
import { describe, expect, it } from 'vitest';
import { inoculumOxygen } from './inoculum-oxygen.ts';
import { loadScenario } from './load-scenario.ts';

const shipped = resolve(import.meta.dirname, '../../../../sims/scenarios/ecoli-exponential');
const set = (key: string, value: string) => `recipe.fed-batch.feed.${key}=${value}`;

describe('the oxygen of an inoculum', () => {
  const { plan } = loadScenario(shipped);

  it('is what the electrons of its substrate leave', () => {
    const { model } = plan.compiled;
    const of = (id: string): number => model.parameters.find((parameter) => parameter.id === id)!.value;
    // CH1.77O0.49N0.24 has 4.07 electrons in 25.0 g, glucose 24 in 180.156 g.
    const perGram = (24 / 180.156 / 0.5 - 4.07 / 24.996) / 4;
    expect(inoculumOxygen(model, 0.5) / (of('charge.X') * of('charge.volume') * perGram)).toBeCloseTo(1, 3);
    // A yield that keeps more electrons than there are leaves nothing to take up.
    expect(inoculumOxygen(model, 5)).toBe(0);
  });

  it('lets an observer see the batch grow as it does', () => {
    const run = new Run(loadScenario(shipped, [set('strategy', 'mu-stat'), set('estimator', 'bastin-dochain')]).plan);
    while (run.timeH < 6 && !run.ended) run.scan();
    const { samples } = run.result();
    const last = (id: string): number => samples.columns[samples.channels.findIndex((one) => one.id === id)]!.at(-1)!;
    expect(Math.abs(last('feed.estimate.mu') - last('organism.mu'))).toBeLessThan(0.02);
  });
});
