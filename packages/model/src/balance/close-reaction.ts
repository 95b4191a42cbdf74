import { type Composition, conservedIn } from './formula.ts';

/** A species with a given coefficient: mol made for one unit of rate (negative: used). */
export interface KnownTerm {
  readonly composition: Composition;
  readonly coefficient: number;
}

/** A species whose coefficient is solved for. */
export interface OpenTerm {
  readonly id: string;
  readonly composition: Composition;
  /** +1: it can only be made, -1: only used, 0: either. */
  readonly sign: -1 | 0 | 1;
}

export interface Residual {
  /** Element symbol, or 'charge'. */
  readonly balance: string;
  /** mol going in and coming out for one unit of rate. */
  readonly in: number;
  readonly out: number;
}

export interface Closure {
  /**
   * For each open species the weights over the known ones: its coefficient is sum(weights[k] * known[k].coefficient). Weights are
   * pure numbers from formulas, so that the coefficient stays an exact expression of the parameters.
   */
  readonly weights: readonly Float64Array[];
  readonly coefficients: Float64Array;
  /** What does not close, largest first. Empty: closed. */
  readonly residuals: readonly Residual[];
  /** Open species that the balance would force against their sign; they were left out. */
  readonly forced: readonly string[];
  /** Open species that the balance does not determine. */
  readonly undetermined: readonly string[];
}

/** The element that each usual open species settles, so that a residual is reported where a person would look for it. */
const settles = new Map([
  ['CO2', 'C'],
  ['HCO3-', 'C'],
  ['NH4+', 'N'],
  ['H+', 'charge'],
  ['H2O', 'H'],
  ['O2', 'O'],
]);
const pivotOrder = ['C', 'N', 'charge', 'H', 'O'];
/** Relative residual that counts as rounding. */
export const closureTolerance = 1e-9;

/** Solves the open coefficients of one reaction from the balances of every element and of charge. */
export function closeReaction(known: readonly KnownTerm[], open: readonly OpenTerm[]): Closure {
  const balances = balancesOf([...known, ...open]);
  let active = open.map((_, k) => k);
  const forced: string[] = [];
  for (;;) {
    const solved = solve(known, open, active, balances);
    const wrong = active.find(
      (k) => open[k]!.sign !== 0 && solved.coefficients[k]! * open[k]!.sign < -closureTolerance * solved.scale,
    );
    if (wrong === undefined) {
      return { ...solved, residuals: residualsOf(known, open, solved.coefficients, balances, solved.scale), forced };
    }
    forced.push(open[wrong]!.id);
    active = active.filter((k) => k !== wrong);
  }
}

function balancesOf(terms: readonly { composition: Composition }[]): string[] {
  const elements = new Set(terms.flatMap(({ composition }) => [...composition.elements.keys()]));
  if (terms.some(({ composition }) => composition.charge !== 0)) elements.add('charge');
  return [...elements].sort((a, b) => rankOf(a) - rankOf(b));
}

function rankOf(balance: string): number {
  const rank = pivotOrder.indexOf(balance);
  return rank < 0 ? 0.5 : rank + 1;
}

interface Solved {
  readonly weights: Float64Array[];
  readonly coefficients: Float64Array;
  readonly undetermined: string[];
  readonly scale: number;
}

/** Gauss-Jordan on [open species | known species] with rows = balances; pivots where a species settles an element. */
function solve(
  known: readonly KnownTerm[],
  open: readonly OpenTerm[],
  active: readonly number[],
  balances: readonly string[],
): Solved {
  const rows = balances.map((balance) => ({
    balance,
    used: false,
    left: active.map((k) => conservedIn(open[k]!.composition, balance)),
    right: known.map((term) => -conservedIn(term.composition, balance)),
  }));
  const pivots = new Map<number, (typeof rows)[number]>();
  const columns = active
    .map((_, column) => column)
    .sort((a, b) => columnRank(open[active[a]!]!) - columnRank(open[active[b]!]!));
  for (const column of columns) {
    const pivot = choosePivot(rows, column, settles.get(open[active[column]!]!.id));
    if (pivot === undefined) continue;
    pivot.used = true;
    pivots.set(column, pivot);
    eliminate(rows, pivot, column);
  }
  const weights = open.map(() => new Float64Array(known.length));
  for (const [column, pivot] of pivots) weights[active[column]!]!.set(pivot.right);
  const coefficients = Float64Array.from(weights, (weight) =>
    weight.reduce((sum, w, j) => sum + w * known[j]!.coefficient, 0),
  );
  const undetermined = columns.filter((column) => !pivots.has(column)).map((column) => open[active[column]!]!.id);
  const scale = Math.max(...known.map((term) => Math.abs(term.coefficient)), 1e-300);
  return { weights, coefficients, undetermined, scale };
}

function columnRank(term: OpenTerm): number {
  return pivotOrder.indexOf(settles.get(term.id) ?? 'C');
}

function choosePivot<R extends { balance: string; used: boolean; left: number[] }>(
  rows: readonly R[],
  column: number,
  preferred: string | undefined,
): R | undefined {
  const free = rows.filter((row) => !row.used && Math.abs(row.left[column]!) > 1e-9);
  return (
    free.find((row) => row.balance === preferred) ??
    free.sort((a, b) => Math.abs(b.left[column]!) - Math.abs(a.left[column]!))[0]
  );
}

function eliminate(
  rows: readonly { left: number[]; right: number[] }[],
  pivot: { left: number[]; right: number[] },
  column: number,
): void {
  const by = pivot.left[column]!;
  pivot.left = pivot.left.map((value) => value / by);
  pivot.right = pivot.right.map((value) => value / by);
  for (const row of rows) {
    if (row === pivot || row.left[column] === 0) continue;
    const times = row.left[column]!;
    row.left = row.left.map((value, i) => value - times * pivot.left[i]!);
    row.right = row.right.map((value, i) => value - times * pivot.right[i]!);
  }
}

function residualsOf(
  known: readonly KnownTerm[],
  open: readonly OpenTerm[],
  coefficients: Float64Array,
  balances: readonly string[],
  scale: number,
): Residual[] {
  const terms = [
    ...known,
    ...open.map((term, k) => ({ composition: term.composition, coefficient: coefficients[k]! })),
  ];
  const all = [...balances].map((balance) => {
    const sums = { in: 0, out: 0, size: scale };
    for (const { composition, coefficient } of terms) {
      const amount = conservedIn(composition, balance) * coefficient;
      sums[amount < 0 ? 'in' : 'out'] += Math.abs(amount);
    }
    if (balance === 'charge') return chargeSides(terms);
    return { balance, in: sums.in, out: sums.out };
  });
  return all
    .filter((line) => Math.abs(line.out - line.in) > closureTolerance * Math.max(scale, line.in, line.out))
    .sort((a, b) => Math.abs(b.out - b.in) - Math.abs(a.out - a.in));
}

/** Charge can be carried in or out with either sign, so the two sides are sums over what is used and what is made. */
function chargeSides(terms: readonly KnownTerm[]): Residual {
  const side = (sign: number): number =>
    terms
      .filter((term) => Math.sign(term.coefficient) === sign)
      .reduce((sum, term) => sum + term.composition.charge * Math.abs(term.coefficient), 0);
  return { balance: 'charge', in: side(-1), out: side(1) };
}
