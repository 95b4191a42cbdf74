import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closeReaction, type OpenTerm } from './close-reaction.ts';
import { conservedIn, degreeOfReduction, FormulaError, knownSpecies, parseFormula } from './formula.ts';

/**
 * Molar mass, carbon and nitrogen mass fractions, degree of reduction for each mol of carbon (ammonia as nitrogen source) and theoretical oxygen demand.
 * Computed apart from this code with CIAAW weights; the degrees of reduction agree with Roels 1983, Energetics and Kinetics in Biotechnology, Table 3.1.
 */
const elemental: [string, number, number, number, number, number][] = [
  ['C6H12O6', 180.156, 0.40002, 4, 1.06568, 0],
  ['C3H8O3', 92.094, 0.391263, 4.66667, 1.21607, 0],
  ['CH4O', 32.042, 0.374852, 6, 1.49794, 0],
  ['C2H6O', 46.069, 0.521435, 6, 2.0837, 0],
  ['C2H4O2', 60.052, 0.40002, 4, 1.06568, 0],
  ['C5H10N2O3', 146.146, 0.410925, 3.6, 0.985254, 0.191685],
  ['C8H8O2', 136.15, 0.705751, 4.5, 2.11518, 0],
  ['CH1.8O0.5N0.2', 24.6263, 0.487731, 4.2, 1.36431, 0.113756],
  ['CH1.77O0.49N0.24', 24.9963, 0.48051, 4.07, 1.30251, 0.134487],
  ['CH1.61O0.52N0.15', 24.0544, 0.499326, 4.12, 1.37014, 0.0873457],
  ['C5H7NO2', 113.116, 0.530915, 4, 1.41439, 0.123829],
  ['C16H18N2O4S', 334.39, 0.574706, 4.625, 1.77028, 0.0837764],
];

const usual = ['O2', 'CO2', 'NH4+', 'H2O', 'H+'];
const open = (ids: readonly string[] = usual): OpenTerm[] =>
  ids.map((id) => ({
    id,
    composition: knownSpecies.get(id)!.composition,
    sign: id === 'O2' ? -1 : id === 'CO2' ? 1 : 0,
  }));
const solved = (known: readonly [string, number][], ids: readonly string[] = usual) => {
  const closure = closeReaction(
    known.map(([formula, coefficient]) => ({ composition: parseFormula(formula), coefficient })),
    open(ids),
  );
  return { closure, of: (id: string): number => closure.coefficients[ids.indexOf(id)]! };
};

describe('a formula', () => {
  it.each(elemental)('%s weighs what the table says, and holds its carbon, nitrogen and electrons', (...row) => {
    const [formula, molarMass, carbonFraction, perCarbon, oxygenDemand, nitrogenFraction] = row;
    const composition = parseFormula(formula);
    const carbon = conservedIn(composition, 'C');
    const electrons = degreeOfReduction(composition);
    expect(composition.molarMass / molarMass).toBeCloseTo(1, 5);
    expect((carbon * 12.011) / composition.molarMass).toBeCloseTo(carbonFraction, 5);
    expect((conservedIn(composition, 'N') * 14.007) / composition.molarMass).toBeCloseTo(nitrogenFraction, 5);
    expect(electrons / carbon).toBeCloseTo(perCarbon, 4);
    expect(((electrons / 4) * 31.998) / composition.molarMass).toBeCloseTo(oxygenDemand, 4);
  });

  it('has no electrons to give as carbon dioxide, water, ammonium or protons', () => {
    for (const id of ['CO2', 'H2O', 'NH4+', 'H+', 'HCO3-'])
      expect(degreeOfReduction(knownSpecies.get(id)!.composition), id).toBe(0);
    expect(degreeOfReduction(knownSpecies.get('O2')!.composition)).toBe(-4);
  });

  it.each([
    ['HPO4-2', { H: 1, P: 1, O: 4 }, -2],
    ['C2H4O2', { C: 2, H: 4, O: 2 }, 0],
    ['NH4+', { N: 1, H: 4 }, 1],
    ['CH3COOH', { C: 2, H: 4, O: 2 }, 0],
    ['CH1.8O.5N.2', { C: 1, H: 1.8, O: 0.5, N: 0.2 }, 0],
  ])('reads %s', (text, elements, charge) => {
    const composition = parseFormula(text);
    expect(Object.fromEntries(composition.elements)).toEqual(elements);
    expect(composition.charge).toBe(charge);
  });

  it.each(['', 'glucose', 'C6H12Q6', 'c6h12o6', 'C0', '6C', 'C6(H2O)6', 'C6H12O6++', '__proto__', 'C'.repeat(200)])(
    'refuses %s',
    (text) => {
      expect(() => parseFormula(text)).toThrow(FormulaError);
    },
  );
});

describe('a reaction', () => {
  it('that burns takes a quarter of the electrons as oxygen, and gives all carbon as carbon dioxide', () => {
    for (const [formula] of elemental.filter(([name]) => !name.includes('S'))) {
      const { closure, of } = solved([[formula, -1]]);
      const composition = parseFormula(formula);
      expect(closure.residuals).toEqual([]);
      expect(of('O2')).toBeCloseTo(-degreeOfReduction(composition) / 4, 12);
      expect(of('CO2')).toBeCloseTo(conservedIn(composition, 'C'), 12);
      expect(of('NH4+')).toBeCloseTo(conservedIn(composition, 'N'), 12);
      expect(of('H+')).toBeCloseTo(-conservedIn(composition, 'N'), 12);
    }
  });

  it('that grows on glucose closes as by hand: C6H12O6 + 2.85 O2 + 0.6 NH4+ -> 3 CH1.8O0.5N0.2 + 3 CO2 + 4.2 H2O + 0.6 H+', () => {
    const { of } = solved([
      ['C6H12O6', -1],
      ['CH1.8O0.5N0.2', 3],
    ]);
    // Electrons: 24 = 3 x 4.2 + 4 O2. Nitrogen: 0.6. Hydrogen: 12 + 2.4 = 5.4 + 2 w + 0.6.
    expect(of('O2')).toBeCloseTo(-2.85, 12);
    expect(of('CO2')).toBeCloseTo(3, 12);
    expect(of('NH4+')).toBeCloseTo(-0.6, 12);
    expect(of('H2O')).toBeCloseTo(4.2, 12);
    expect(of('H+')).toBeCloseTo(0.6, 12);
  });

  it('that ferments glucose to ethanol needs no oxygen', () => {
    const { closure, of } = solved([
      ['C6H12O6', -1],
      ['C2H6O', 2],
    ]);
    expect(of('CO2')).toBeCloseTo(2, 12);
    expect(of('O2')).toBeCloseTo(0, 12);
    expect(closure.forced).toEqual([]);
  });

  it('that would have to make oxygen is left open, with the carbon that it lacks', () => {
    const { closure } = solved([
      ['C6H12O6', -1],
      ['C2H4O2', 4],
    ]);
    expect(closure.forced).toContain('CO2');
    expect(closure.residuals.find(({ balance }) => balance === 'C')).toEqual({ balance: 'C', in: 6, out: 8 });
  });

  it('says what its balances do not settle', () => {
    expect(solved([['C6H12O6', -1]], ['O2', 'CO2', 'H2O', 'HCO3-', 'H+']).closure.undetermined).toHaveLength(1);
  });

  it('closes every element and charge for any yields, in which its coefficients are linear', () => {
    const amount = fc.double({ min: 0, max: 2, noNaN: true });
    fc.assert(
      fc.property(amount, amount, (biomass, acetate) => {
        const known: [string, number][] = [
          ['C6H12O6', -1],
          ['CH1.77O0.49N0.24', biomass],
          ['C2H3O2-', acetate],
        ];
        const terms = known.map(([formula, coefficient]) => ({ composition: parseFormula(formula), coefficient }));
        const free = open().map((term) => ({ ...term, sign: 0 as const }));
        const closure = closeReaction(terms, free);
        const all = [...terms, ...free.map((term, k) => ({ ...term, coefficient: closure.coefficients[k]! }))];
        for (const balance of ['C', 'H', 'O', 'N', 'charge', 'electrons', 'mass']) {
          const sum = all.reduce((total, term) => total + conservedIn(term.composition, balance) * term.coefficient, 0);
          expect(Math.abs(sum), balance).toBeLessThan(1e-11 * (balance === 'mass' ? 200 : 24));
        }
        closure.weights.forEach((weights, k) => {
          const linear = weights.reduce((sum, weight, j) => sum + weight * terms[j]!.coefficient, 0);
          expect(linear).toBe(closure.coefficients[k]);
        });
      }),
    );
  });
});
