import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problems, parseQuantity } from '@fedbatch/vocabulary';
import { describe, expect, it } from 'vitest';
import { compose } from './compose/compose.ts';
import { compileModel, Instance } from './instance.ts';
import { readComponent } from './read/component-file.ts';
import { withoutReactions, yieldMatrix } from './yield-matrix.ts';

const sims = join(import.meta.dirname, '../../../sims');
const part = (role: string, path: string) => ({
  role,
  file: readComponent(readFileSync(join(sims, path), 'utf8'), path, new Problems()),
});
const place = { file: 'yields', line: 1, column: 1 };
const values = (of: Readonly<Record<string, string>>) =>
  new Map(Object.entries(of).map(([id, text]) => [id, { value: parseQuantity(text), place }]));
const model = compose(
  [part('organism', 'organisms/Anane2017-ecoli-closed.yaml'), part('vessel', 'vessels/observer-volume.yaml')],
  {
    charge: values({ volume: '2 L', X: '4 g/L', S: '0.5 g/L', A: '0.2 g/L' }),
    streams: new Map([['feed', values({ S: '300 g/L' })]]),
  },
);

describe('the yields of a model', () => {
  const { states, rows, species, molar } = yieldMatrix(model);
  const row = (id: string): number[] => [...rows[states.findIndex((slot) => model.states[slot]!.id === id)]!];

  it('are those of its file, a row a species and a number a reaction', () => {
    expect(model.reactions.map(({ id }) => id.split('.').at(-1))).toEqual([
      'growth',
      'maintenance',
      'overflow',
      'reuptake',
    ]);
    expect(row('amount.S')).toEqual([-1, -1, -1, 0]);
    expect(row('amount.X')).toEqual([0.5333, 0, 0, 0.5718]);
    expect(row('amount.A')).toEqual([0, 0, 0.9097, -1]);
  });

  it('keep the electrons of every reaction: what glucose gives goes to biomass, acetate and oxygen', () => {
    const electrons: Readonly<Record<string, number>> = { X: 4 + 1.77 - 2 * 0.49 - 3 * 0.24, S: 24, A: 8, O2: -4 };
    model.reactions.forEach((_, r) => {
      const left = Object.entries(electrons).reduce(
        (sum, [id, each]) => sum + each * molar[species.indexOf(id)]![r]!,
        0,
      );
      expect(left).toBeCloseTo(0, 12);
    });
  });

  it('explain what the model without reactions lacks', () => {
    const full = new Instance(compileModel(model));
    const bare = new Instance(compileModel(withoutReactions(model)));
    const feed = full.slotOf('vessel.feedRate');
    for (const { parameters } of [full, bare]) parameters[feed] = 0.1;
    const state = full.startState();
    const rates = new Float64Array(full.size);
    const streams = new Float64Array(bare.size);
    full.at(0).rhs(state, rates);
    bare.at(0).rhs(state, streams);
    const id = (slot: number): string => model.states[slot]!.id;
    for (const slot of states) {
      // Glucose is fed, nothing else is.
      expect(streams[slot]).toBeCloseTo(id(slot) === 'amount.S' ? 0.1 * 300 : 0, 12);
      expect(rates[slot]).not.toBeCloseTo(streams[slot]!, 2);
    }
  });
});
