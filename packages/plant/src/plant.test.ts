import { compileModel, compose, readComponent } from '@fedbatch/model';
import { REACHED } from '@fedbatch/numerics';
import { Problems } from '@fedbatch/vocabulary';
import { expect, it } from 'vitest';
import { Plant } from './plant.ts';

it('ends steps at kinks, or leaves them to error control', () => {
  const text = `component: Case
source: test
parameters:
  hour: { value: 1 h }
states:
  x: { unit: '-', initial: 1, rate: '-min(x, 0.5) / hour' }
`;
  const file = readComponent(text, 'case.yaml', new Problems());
  const compiled = compileModel(compose([{ role: 'tank', file }], {}));
  const [located, ignored] = (['locate', 'ignore'] as const).map((kinks) => {
    const plant = new Plant(compiled, { method: 'rodas5p', relativeTolerance: 1e-6, kinks });
    plant.begin();
    expect(plant.integrate(3)).toBe(REACHED);
    // From 1 straight to a half in an hour, then it decays.
    expect(plant.state[0]).toBeCloseTo(0.5 * Math.exp(-2), 5);
    return plant.work.kinksLocated;
  });
  expect([located, ignored]).toEqual([1, 0]);
});
