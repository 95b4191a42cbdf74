import { Problems } from '@fedbatch/vocabulary';
import { describe, expect, it } from 'vitest';
import { compose } from '../compose/compose.ts';
import { type OpenFile, readComponent } from './component-file.ts';

const base = `organism: Open
source: test
balance: as-published
biomass: X
species: { X: { name: biomass }, O: { name: oxygen of its own }, S: { name: sugar } }
needs: { kLa: 1/h }
parameters: { mumax: { value: 0.5 1/h }, Y: { value: 0.5 g/g }, Osat: { value: 0.008 g/L } }
reactions:
  growth: { rate: mumax, uses: { S: 1 / Y }, makes: X }
  aeration: { rate: kLa * (Osat - O), makes: O }
`;
const open: OpenFile = () => ({ source: base, file: 'base.yaml' });

function read(without: string, problems = new Problems()) {
  const text = `organism: Closed\nsource: test\nextends: base.yaml\nwithout: [${without}]\nbalance: closed\nspecies:\n  X: { name: biomass, formula: CH1.8O0.5N0.2 }\n  S: { name: sugar, formula: C6H12O6 }\nreactions: { growth: { rate: mumax, uses: { S: 1 / Y }, makes: X, closes: [O2, CO2, NH4+, H2O, H+] } }\n`;
  return readComponent(text, 'closed.yaml', problems, open);
}

describe('a file that leaves out what it starts from', () => {
  it('has none of it: no species, no reaction, no need', () => {
    const model = compose([{ role: 'organism', file: read('O, aeration, kLa') }], { mode: 'probe' });
    expect(model.reactions.map(({ id }) => id)).toEqual(['organism.growth']);
    expect(model.states.map(({ id }) => id)).not.toContain('amount.O');
    expect(model.reactions[0]!.closure!.residuals).toEqual([]);
  });

  it('is told where nothing has the name, with what was meant', () => {
    const problems = new Problems();
    read('areation', problems);
    expect(problems.list.map(({ code, says }) => `${code} ${says}`)).toEqual([
      'MODEL_SYMBOL_UNKNOWN `without` leaves out `areation`, which no file that is extended declares. Did you mean `aeration`?',
    ]);
  });

  it('is told where what is left still mentions it', () => {
    expect(() => compose([{ role: 'organism', file: read('O') }], { mode: 'probe' })).toThrow(/`O`/);
  });
});

describe('a file that changes what it starts from', () => {
  it('is not held to the reference of its base', () => {
    const held: OpenFile = () => ({
      source: base.replace('biomass: X', 'biomass: X\nreference: run.yaml'),
      file: 'base.yaml',
    });
    const text = 'organism: Other\nsource: test\nextends: base.yaml\n';
    const { value } = readComponent(text, 'other.yaml', new Problems(), held);
    expect(value.reference).toBeUndefined();
    expect(value.biomass?.value).toBe('X');
  });
});
