import { describe, expect, it } from 'vitest';
import { checkModel } from '../check/check-model.ts';
import { evaluateConstant } from '../graph/evaluate.ts';
import { compileModel, Instance } from '../instance.ts';
import { modelOf } from '../test-models.ts';

const organism = (mass: string): string => `organism: Cells
source: test
biomass: Xv
species:
  Xv: { name: cells, basis: cells, formula: CH1.8O0.5N0.2${mass} }
  G: { name: glucose, basis: mmol, formula: C6H12O6 }
parameters: { q: { value: 0.04 pmol/cell/h }, Y: { value: 0.5 cell/pmol } }
reactions: { growth: { rate: q, uses: G, makes: { Xv: Y }, closes: [O2, CO2, NH4+, H2O, H+] } }
`;

describe('cells that are counted and weigh something', () => {
  const model = modelOf({ organism: organism(', cell mass: 200 pg/cell') });
  const [growth] = model.reactions;
  const values = model.parameters.map(({ value }) => value);
  const mol = (id: string): number =>
    evaluateConstant(model.graph, growth!.terms.find(({ species }) => species.id === id)!.molar!, values);

  it('close: 0.5 cells a pmol are 100 g a mol, which is 4.06 mol of carbon, and the rest of six is carbon dioxide', () => {
    const carbon = 100 / 24.6263;
    expect(mol('Xv')).toBeCloseTo(carbon, 3);
    expect(mol('CO2')).toBeCloseTo(6 - carbon, 3);
    expect(mol('NH4+')).toBeCloseTo(-0.2 * carbon, 3);
    expect(growth!.closure!.residuals).toEqual([]);
  });

  it('are shown in the units of their own states', () => {
    const terms = checkModel(model, 'component').reactions[0]!.terms;
    const shown = new Map(terms.map(({ species, amount, unit }) => [species, `${amount.toPrecision(3)} ${unit}`]));
    expect(shown.get('glucose')).toBe('-1.00 mmol');
    expect(shown.get('cells')).toBe('5.00e+8 cells');
    expect(shown.get('carbon dioxide')).toBe(`${((6 - 100 / 24.6263) * 0.044009).toPrecision(3)} g`);
  });

  it('are refused a closed balance where their mass is not stated', () => {
    expect(() => modelOf({ organism: organism('') })).toThrow(/cannot be balanced/);
  });
});

describe('an acid that is charged before it loses a proton', () => {
  const charge = (pH: number): number => {
    const model = modelOf({
      organism:
        'organism: Salt\nsource: test\nspecies: { N: { name: ammonium, basis: mol, formula: NH4+, pKa: 9.25, initial: 0.1 mol/L } }\n',
      vessel: `vessel: Tank\nsource: test\nneeds: { organicAcidCharge: mol/L }\ngives: [pH]\nparameters: { pH: { value: ${pH} pH } }\nquantities: { net: { unit: mol/L, is: organicAcidCharge } }\nphases: { broth: { volume state: V, initial volume: 1 L } }\n`,
    });
    const instance = new Instance(compileModel(model));
    const out = new Float64Array(model.outputs.length);
    instance.at(0).outputs(instance.startState(), out);
    return out[model.outputs.findIndex(({ id }) => id === 'vessel.net')]!;
  };

  it('counts as a cation at pH 7, as half of one at its pKa, and not at all far above', () => {
    expect(charge(7)).toBeCloseTo(-0.1 / (1 + 10 ** (7 - 9.25)), 12);
    expect(charge(9.25)).toBeCloseTo(-0.05, 12);
    expect(charge(13)).toBeCloseTo(0, 4);
  });
});
