/** Standard atomic weights, abridged to five digits (IUPAC 2021, Prohaska et al. 2022, Pure Appl. Chem. 94, 573). g/mol. */
const atomicWeights = new Map([
  ['H', 1.008],
  ['C', 12.011],
  ['N', 14.007],
  ['O', 15.999],
  ['F', 18.998],
  ['Na', 22.99],
  ['Mg', 24.305],
  ['P', 30.974],
  ['S', 32.06],
  ['Cl', 35.45],
  ['K', 39.098],
  ['Ca', 40.078],
  ['Mn', 54.938],
  ['Fe', 55.845],
  ['Co', 58.933],
  ['Ni', 58.693],
  ['Cu', 63.546],
  ['Zn', 65.38],
]);

/** What one mol of a species is made of. */
export interface Composition {
  /** mol of each element in one mol. */
  readonly elements: ReadonlyMap<string, number>;
  /** Charge number. */
  readonly charge: number;
  /** g/mol. */
  readonly molarMass: number;
}

/** Why a text is no formula. */
export class FormulaError extends Error {}

/** Reads `C6H12O6`, `CH1.77O0.49N0.24`, `NH4+`, `HPO4-2`. Throws FormulaError. */
export function parseFormula(text: string): Composition {
  const match = /^((?:[A-Z][a-z]?(?:\d+\.?\d*|\.\d+)?)+)(?:([+-])(\d?))?$/.exec(text.trim());
  if (!match || text.length > 60)
    throw new FormulaError(`\`${text.slice(0, 60)}\` is not a formula such as C6H12O6, CH1.8O0.5N0.2 or NH4+.`);
  const elements = new Map<string, number>();
  let molarMass = 0;
  for (const [, element, count] of match[1]!.matchAll(/([A-Z][a-z]?)(\d+\.?\d*|\.\d+)?/g)) {
    const weight = atomicWeights.get(element!);
    if (weight === undefined)
      throw new FormulaError(`\`${element}\` in \`${text}\` is not an element that is known here.`);
    const amount = count === undefined ? 1 : Number(count);
    elements.set(element!, (elements.get(element!) ?? 0) + amount);
    molarMass += weight * amount;
  }
  if (!(molarMass > 0)) throw new FormulaError(`\`${text}\` weighs nothing.`);
  const size = match[3] === undefined || match[3] === '' ? 1 : Number(match[3]);
  const charge = match[2] === undefined ? 0 : match[2] === '+' ? size : -size;
  return { elements, charge, molarMass };
}

/**
 * Electrons that one mol gives when it is oxidised to CO2, H2O, NH4+ and H+: 4 C + H - 2 O - 3 N - charge (degree of reduction
 * with ammonium as nitrogen source; Roels 1983, Energetics and Kinetics in Biotechnology, ch. 3); phosphorus +5, sulphur +6.
 */
export function degreeOfReduction({ elements, charge }: Composition): number {
  const n = (element: string): number => elements.get(element) ?? 0;
  return 4 * n('C') + n('H') - 2 * n('O') - 3 * n('N') + 5 * n('P') + 6 * n('S') - charge;
}

export interface KnownSpecies {
  readonly name: string;
  readonly composition: Composition;
  /** What one mol adds to the volume of water at 25 degC, L. */
  readonly molarVolume: number;
}

/** Species that every model knows, by id; volumes of ions from Millero 1971, Chem. Rev. 71, 147, of gases from Moore et al. 1982, J. Chem. Eng. Data 27, 22. */
export const knownSpecies: ReadonlyMap<string, KnownSpecies> = new Map(
  (
    [
      ['O2', 'oxygen', 32e-3],
      ['CO2', 'carbon dioxide', 34e-3],
      ['N2', 'nitrogen', 35e-3],
      ['NH4+', 'ammonium', 17.9e-3],
      ['H2O', 'water', 18.07e-3],
      ['H+', 'protons', 0],
      ['HCO3-', 'bicarbonate', 23.4e-3],
      ['H2PO4-', 'phosphate', 29.1e-3],
      ['Na+', 'sodium', -1.2e-3],
      ['K+', 'potassium', 9e-3],
      ['Cl-', 'chloride', 17.8e-3],
    ] as const
  ).map(([id, name, molarVolume]) => [id, { name, composition: parseFormula(id), molarVolume }]),
);

/** The quantities that a reaction conserves: the amount of each in one mol. */
export function conservedIn(composition: Composition, balance: string): number {
  if (balance === 'charge') return composition.charge;
  if (balance === 'electrons') return degreeOfReduction(composition);
  if (balance === 'mass') return composition.molarMass;
  return composition.elements.get(balance) ?? 0;
}

export const elementNames: Readonly<Record<string, string>> = {
  C: 'carbon',
  H: 'hydrogen',
  O: 'oxygen',
  N: 'nitrogen',
  P: 'phosphorus',
  S: 'sulphur',
  Na: 'sodium',
  K: 'potassium',
  Cl: 'chlorine',
};
