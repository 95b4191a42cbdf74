import { evaluate } from '../graph/evaluate.ts';
import type { BalanceInfo, Model } from '../model.ts';
import { conservedIn, parseFormula } from './formula.ts';

/** What one state vector holds of a conserved quantity, mol (g for mass). */
export interface Inventory {
  readonly held: number;
  /** Brought in and taken out since the start, by streams and by what control or the surroundings supplied or took. */
  readonly in: number;
  readonly out: number;
}

/** Conserved quantities that the species of a model can be balanced for: elements, charge, electrons and mass. */
export function balancesOf(model: Model): string[] {
  const elements = new Set<string>();
  for (const { species } of model.states)
    for (const element of species?.composition?.elements.keys() ?? []) elements.add(element);
  if (elements.size === 0) return [];
  const charged = model.states.some(({ species }) => (species?.composition?.charge ?? 0) !== 0);
  const usual = ['C', 'N', 'O', 'H'].filter((element) => elements.has(element));
  const rest = [...elements].filter((element) => !usual.includes(element)).sort();
  return [...usual, ...rest, ...(charged ? ['charge'] : []), 'electrons', 'mass'];
}

/** Adds up one conserved quantity over a state vector. */
export function inventory(model: Model, state: Float64Array, balance: string): Inventory {
  const sums = { held: 0, in: 0, out: 0 };
  model.states.forEach((info, slot) => {
    const value = state[slot]!;
    if (info.kind === 'ledger' && info.id.startsWith('ledger.')) addLedger(sums, info.id, value, balance);
    const { species, molPerUnit } = info;
    if (!species?.composition || molPerUnit === undefined) return;
    const content = conservedIn(species.composition, balance) * molPerUnit * value;
    if (info.kind === 'amount') sums.held += content;
    // An exchange counts what went to the surroundings: negative is supply.
    else if (info.kind === 'exchange') sums[value < 0 ? 'in' : 'out'] += Math.sign(value) * content;
  });
  return sums;
}

/** Weight of an element's ledger in a conserved quantity: electrons and mass are sums over elements. */
const electronsPer: Readonly<Record<string, number>> = { C: 4, H: 1, O: -2, N: -3, P: 5, S: 6, charge: -1 };

function addLedger(sums: { in: number; out: number }, id: string, value: number, balance: string): void {
  const [, direction, element] = id.split('.') as [string, 'in' | 'out', string];
  if (balance === 'electrons') sums[direction] += (electronsPer[element] ?? 0) * value;
  else if (balance === 'mass') sums[direction] += (element === 'charge' ? 0 : atomicWeight(element)) * value;
  else if (balance === element) sums[direction] += value;
}

function atomicWeight(element: string): number {
  return parseFormula(element).molarMass;
}

/** What one state vector holds of a balance that a file states, in its unit. */
export function stated(model: Model, balance: BalanceInfo, state: Float64Array): Inventory {
  const parameters = model.parameters.map((parameter) => parameter.value);
  const [held] = evaluate(model.graph, [balance.holds], { time: 0, state, parameters });
  const { factor } = balance.unit;
  return { held: held! / factor, in: state[balance.in]! / factor, out: state[balance.out]! / factor };
}
