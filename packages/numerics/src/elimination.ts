import type { Pattern } from './system.ts';

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
