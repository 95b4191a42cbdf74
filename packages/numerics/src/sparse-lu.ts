import type { Pattern } from './system.ts';

/**
 * Solves with I/s - J on the core block of a Jacobian of known pattern, and carries the ledger rows below it by substitution. Shapes: jacobian
 * as the pattern counts its entries, factors `factorCount`, b as the system has states.
 */
export interface StageSolver {
  readonly factorCount: number;
  /** Factorises I/s - J with `scale[0]` = s. false: a pivot has cancelled, and the factors are of no use. */
  factorise(jacobian: Float64Array, scale: Float64Array, factors: Float64Array): boolean;
  /** Solves (I/s - J) x = b in place. */
  solve(jacobian: Float64Array, scale: Float64Array, factors: Float64Array, b: Float64Array): void;
}

/** One elementary operation of an elimination: factors[target] -= factors[a] * factors[b]. */
interface Update {
  readonly target: number;
  readonly a: number;
  readonly b: number;
}

/** The elimination of a pattern: which diagonal entry is next, what fills in, and every operation in order. */
export interface Elimination {
  readonly size: number;
  readonly order: readonly number[];
  /** Slot of each entry of the factors, by row * size + column. */
  readonly slots: ReadonlyMap<number, number>;
  /** For each pivot, the rows below it that it changes, and the columns right of it, in order of elimination. */
  readonly below: readonly (readonly number[])[];
  readonly right: readonly (readonly number[])[];
  readonly operations: number;
}

/**
 * Diagonal pivots in the order of Markowitz 1957: at each turn the one that touches fewest entries, ties by index. Diagonal pivots suit
 * I/s - J: they do not depend on the units of the states, and a step short enough makes them dominate.
 */
export function eliminate(pattern: Pattern, size: number): Elimination {
  const rows = Array.from({ length: size }, (_, i) => new Set([i]));
  const columns = Array.from({ length: size }, (_, i) => new Set([i]));
  pattern.rows.forEach((row, k) => {
    if (row >= size) return;
    rows[row]!.add(pattern.columns[k]!);
    columns[pattern.columns[k]!]!.add(row);
  });
  const slots = new Map<number, number>();
  const slot = (row: number, column: number): void => {
    const key = row * size + column;
    if (!slots.has(key)) slots.set(key, slots.size);
  };
  const left = new Set(rows.keys());
  const order: number[] = [];
  const below: number[][] = [];
  const right: number[][] = [];
  let operations = 0;
  while (left.size > 0) {
    let pivot = -1;
    let least = Number.POSITIVE_INFINITY;
    for (const k of left) {
      const cost = (rows[k]!.size - 1) * (columns[k]!.size - 1);
      if (cost < least) [pivot, least] = [k, cost];
    }
    left.delete(pivot);
    rows[pivot]!.delete(pivot);
    columns[pivot]!.delete(pivot);
    const down = [...columns[pivot]!];
    const across = [...rows[pivot]!];
    slot(pivot, pivot);
    for (const row of down) {
      slot(row, pivot);
      rows[row]!.delete(pivot);
      for (const column of across) {
        rows[row]!.add(column);
        columns[column]!.add(row);
      }
    }
    for (const column of across) {
      slot(pivot, column);
      columns[column]!.delete(pivot);
    }
    operations += down.length * (across.length + 1);
    order.push(pivot);
    below.push(down);
    right.push(across);
  }
  return { size, order, slots, below, right, operations };
}

/** More operations than this are run from a table: straight-line code of that length is not optimised. */
const straightLineLimit = 1500;
/** A pivot that has lost so much of its entry holds only rounding. */
const cancelled = 1e-13;

/** The fastest solver for a pattern: straight-line code, or tables where there is too much of it. */
export function stageSolver(pattern: Pattern, size: number, coreSize: number): StageSolver {
  const elimination = eliminate(pattern, coreSize);
  return elimination.operations <= straightLineLimit
    ? straightLine(pattern, size, coreSize, elimination)
    : fromTables(pattern, size, coreSize, elimination);
}

/** Straight-line code. Nothing but numbers of the pattern enters the source. */
function straightLine(pattern: Pattern, size: number, coreSize: number, elimination: Elimination): StageSolver {
  const { order, slots, below, right } = elimination;
  const at = (row: number, column: number): number => slots.get(row * coreSize + column)!;
  const factorise = ["'use strict';", 'const d = 1 / s[0];'];
  const known = new Set<number>();
  const ledgers = new Map<number, string[]>();
  pattern.rows.forEach((row, k) => {
    const column = pattern.columns[k]!;
    if (row >= coreSize) {
      const terms = ledgers.get(row) ?? [];
      terms.push(`j[${k}] * b${column}`);
      ledgers.set(row, terms);
      return;
    }
    known.add(at(row, column));
    factorise.push(`let f${at(row, column)} = ${row === column ? 'd - ' : '-'}j[${k}];`);
  });
  for (let i = 0; i < coreSize; i++) {
    if (!known.has(at(i, i))) factorise.push(`let f${at(i, i)} = d;`);
    known.add(at(i, i));
  }
  for (const slot of slots.values()) if (!known.has(slot)) factorise.push(`let f${slot} = 0;`);
  order.forEach((pivot, turn) => {
    const p = at(pivot, pivot);
    const first = pattern.rows.findIndex((row, k) => row === pivot && pattern.columns[k] === pivot);
    const entry = first < 0 ? 'd' : `d - j[${first}]`;
    factorise.push(
      `if (!(Math.abs(f${p}) > ${cancelled} * Math.abs(${entry}))) return false;`,
      `f${p} = 1 / f${p};`,
    );
    for (const row of below[turn]!) {
      const multiplier = at(row, pivot);
      factorise.push(`f${multiplier} *= f${p};`);
      for (const column of right[turn]!)
        factorise.push(`f${at(row, column)} -= f${multiplier} * f${at(pivot, column)};`);
    }
  });
  for (const slot of slots.values()) factorise.push(`f[${slot}] = f${slot};`);
  factorise.push('return true;');

  const solve = ["'use strict';"];
  for (let i = 0; i < coreSize; i++) solve.push(`let b${i} = b[${i}];`);
  order.forEach((pivot, turn) => {
    for (const row of below[turn]!) solve.push(`b${row} -= f[${at(row, pivot)}] * b${pivot};`);
  });
  for (let turn = coreSize - 1; turn >= 0; turn--) {
    const pivot = order[turn]!;
    const terms = right[turn]!.map((column) => ` - f[${at(pivot, column)}] * b${column}`);
    solve.push(`b${pivot} = (b${pivot}${terms.join('')}) * f[${at(pivot, pivot)}];`);
  }
  for (let i = 0; i < coreSize; i++) solve.push(`b[${i}] = b${i};`);
  if (size > coreSize) solve.push('const s0 = s[0];');
  for (let i = coreSize; i < size; i++) {
    const terms = ledgers.get(i) ?? [];
    solve.push(`b[${i}] = s0 * (${[`b[${i}]`, ...terms].join(' + ')});`);
  }
  return {
    factorCount: slots.size,
    factorise: new Function('j', 's', 'f', factorise.join('\n')) as StageSolver['factorise'],
    solve: new Function('j', 's', 'f', 'b', solve.join('\n')) as StageSolver['solve'],
  };
}

/** The same operations in the same order, from tables of slots. */
function fromTables(pattern: Pattern, size: number, coreSize: number, elimination: Elimination): StageSolver {
  const { order, slots, below, right } = elimination;
  const at = (row: number, column: number): number => slots.get(row * coreSize + column)!;
  const inCore = [...pattern.rows.keys()].filter((k) => pattern.rows[k]! < coreSize);
  const outside = [...pattern.rows.keys()].filter((k) => pattern.rows[k]! >= coreSize);
  const sources = Int32Array.from(inCore);
  const targets = Int32Array.from(inCore, (k) => at(pattern.rows[k]!, pattern.columns[k]!));
  const pivots = Int32Array.from(order);
  const diagonal = Int32Array.from(order, (pivot) => at(pivot, pivot));
  const updates: Update[] = [];
  /** For each multiplier: its slot, the row it belongs to, and where its updates start. */
  const multipliers: number[] = [];
  const multiplierRows: number[] = [];
  const updateStarts: number[] = [];
  const multiplierStarts = [0];
  order.forEach((pivot, turn) => {
    for (const row of below[turn]!) {
      multipliers.push(at(row, pivot));
      multiplierRows.push(row);
      updateStarts.push(updates.length);
      for (const column of right[turn]!)
        updates.push({ target: at(row, column), a: at(row, pivot), b: at(pivot, column) });
    }
    multiplierStarts.push(multipliers.length);
  });
  updateStarts.push(updates.length);
  const updateTarget = Int32Array.from(updates, ({ target }) => target);
  const updateBy = Int32Array.from(updates, ({ b }) => b);
  const multiplierSlot = Int32Array.from(multipliers);
  const multiplierRow = Int32Array.from(multiplierRows);
  const updateStart = Int32Array.from(updateStarts);
  const multiplierStart = Int32Array.from(multiplierStarts);
  const upper = order.map((pivot, turn) => right[turn]!.map((column) => [at(pivot, column), column] as const));
  const upperStart = new Int32Array(coreSize + 1);
  upper.forEach((row, turn) => {
    upperStart[turn + 1] = upperStart[turn]! + row.length;
  });
  const upperSlot = Int32Array.from(upper.flat(), ([slot]) => slot);
  const upperColumn = Int32Array.from(upper.flat(), ([, column]) => column);
  const outsideEntry = Int32Array.from(outside);
  const outsideRow = Int32Array.from(outside, (k) => pattern.rows[k]!);
  const outsideColumn = Int32Array.from(outside, (k) => pattern.columns[k]!);
  const entries = new Float64Array(coreSize);
  return {
    factorCount: slots.size,
    factorise(jacobian, scale, factors) {
      const d = 1 / scale[0]!;
      factors.fill(0);
      for (let turn = 0; turn < coreSize; turn++) factors[diagonal[turn]!] = d;
      for (let k = 0; k < sources.length; k++) factors[targets[k]!]! -= jacobian[sources[k]!]!;
      for (let turn = 0; turn < coreSize; turn++) entries[turn] = Math.abs(factors[diagonal[turn]!]!);
      for (let turn = 0; turn < coreSize; turn++) {
        const p = factors[diagonal[turn]!]!;
        if (!(Math.abs(p) > cancelled * entries[turn]!)) return false;
        const inverse = 1 / p;
        factors[diagonal[turn]!] = inverse;
        for (let m = multiplierStart[turn]!; m < multiplierStart[turn + 1]!; m++) {
          const multiplier = factors[multiplierSlot[m]!]! * inverse;
          factors[multiplierSlot[m]!] = multiplier;
          for (let u = updateStart[m]!; u < updateStart[m + 1]!; u++)
            factors[updateTarget[u]!]! -= multiplier * factors[updateBy[u]!]!;
        }
      }
      return true;
    },
    solve(jacobian, scale, factors, b) {
      for (let turn = 0; turn < coreSize; turn++) {
        const value = b[pivots[turn]!]!;
        for (let m = multiplierStart[turn]!; m < multiplierStart[turn + 1]!; m++)
          b[multiplierRow[m]!]! -= factors[multiplierSlot[m]!]! * value;
      }
      for (let turn = coreSize - 1; turn >= 0; turn--) {
        let sum = b[pivots[turn]!]!;
        for (let u = upperStart[turn]!; u < upperStart[turn + 1]!; u++)
          sum -= factors[upperSlot[u]!]! * b[upperColumn[u]!]!;
        b[pivots[turn]!] = sum * factors[diagonal[turn]!]!;
      }
      for (let k = 0; k < outsideEntry.length; k++)
        b[outsideRow[k]!]! += jacobian[outsideEntry[k]!]! * b[outsideColumn[k]!]!;
      const s = scale[0]!;
      for (let i = coreSize; i < size; i++) b[i]! *= s;
    },
  };
}
