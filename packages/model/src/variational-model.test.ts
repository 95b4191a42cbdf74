import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createIntegrator } from '@fedbatch/numerics';
import { Problems, parseQuantity } from '@fedbatch/vocabulary';
import { describe, expect, it } from 'vitest';
import { compose } from './compose/compose.ts';
import { compileModel, Instance } from './instance.ts';
import type { Model } from './model.ts';
import { readComponent } from './read/component-file.ts';
import { variationalModel } from './variational-model.ts';

const sims = join(import.meta.dirname, '../../../sims');
const part = (role: string, path: string) => ({
  role,
  file: readComponent(readFileSync(join(sims, path), 'utf8'), path, new Problems()),
});
const place = { file: 'variations', line: 1, column: 1 };
const values = (of: Readonly<Record<string, string>>) =>
  new Map(Object.entries(of).map(([id, text]) => [id, { value: parseQuantity(text), place }]));
const model = compose(
  [part('organism', 'organisms/Anane2017-ecoli-settled.yaml'), part('vessel', 'vessels/volume-only.yaml')],
  {
    charge: values({ volume: '2 L', X: '4 g/L', S: '0.5 g/L', A: '0.2 g/L' }),
    streams: new Map([['feed', values({ S: '300 g/L' })]]),
  },
);
const parameters = ['organism.qSmax', 'vessel.feedRate'];
const outputs = ['organism.mu', 'A'];
const feeds = [0.01, 0.05, 0];

/** Carries a model through three hours of feed, from a state, with parameters that are `factor` of what they are. */
function carried(
  of: Model,
  start: Float64Array,
  factors: readonly number[],
): { state: Float64Array; seen: Float64Array } {
  const instance = new Instance(compileModel(of));
  const integrator = createIntegrator(instance, {
    method: 'rodas4',
    relativeTolerance: 1e-10,
    absoluteTolerance: Float64Array.from(of.states, ({ scale }) => 1e-12 * scale),
    kinks: 'ignore',
  });
  const uptake = instance.slotOf('organism.qSmax');
  instance.parameters[uptake]! *= factors[0]!;
  integrator.begin(0, start);
  feeds.forEach((feed, hour) => {
    instance.parameters[instance.slotOf('vessel.feedRate')] = feed * factors[1]!;
    integrator.jump();
    integrator.advance(hour + 1);
  });
  const seen = new Float64Array(of.outputs.length);
  instance.at(3).outputs(integrator.state, seen);
  return { state: integrator.state.slice(), seen };
}

describe('a model with its variational equations', () => {
  const { model: whole, size, directions, observed } = variationalModel(model, parameters, outputs);
  const plain: Model = {
    ...model,
    outputs: outputs.map((id) => model.outputs.find((output) => output.id === id)!),
    events: [],
  };
  const start = new Instance(compileModel(plain)).startState();
  const wide = new Float64Array(whole.states.length);
  wide.set(start);
  for (let j = 0; j < size; j++) wide[size * (1 + j) + j] = 1;
  const { state, seen } = carried(whole, wide, [1, 1]);

  it('has a direction a state and a parameter', () => {
    expect([size, directions, observed]).toEqual([model.coreSize, model.coreSize + 2, 2]);
  });

  it.each(Array.from({ length: model.coreSize + 2 }, (_, i) => i))(
    'moves along direction %i as runs do that start beside it, or whose parameter is another share, also of a feed that changes',
    (i) => {
      const share = 1e-4;
      const by = i < size ? share * Math.max(0.1, start[i]!) : share;
      const [above, below] = [1, -1].map((sign) => {
        const from = start.slice();
        const factors = [1, 1];
        if (i < size) from[i]! += sign * by;
        else factors[i - size] = Math.exp(sign * by);
        return carried(plain, from, factors);
      });
      for (let j = 0; j < size; j++) {
        const slope = (above!.state[j]! - below!.state[j]!) / (2 * by);
        expect(state[size * (1 + i) + j]).toBeCloseTo(slope, 4);
      }
      for (let k = 0; k < observed; k++) {
        const slope = (above!.seen[k]! - below!.seen[k]!) / (2 * by);
        expect(seen[observed * (1 + i) + k]).toBeCloseTo(slope, 4);
      }
    },
  );

  it('starts each state along itself, and names what the model does not have', () => {
    const [first, ...rest] = new Instance(compileModel(whole)).startState().slice(size, size * 2);
    expect([first, ...rest]).toEqual([1, ...rest.map(() => 0)]);
    expect(() => variationalModel(model, ['organism.none'], outputs)).toThrow(
      'The model has no parameter `organism.none`.',
    );
    expect(() => variationalModel(model, parameters, ['none'])).toThrow('The model has no output `none`.');
  });
});
