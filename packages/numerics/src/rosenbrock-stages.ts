import { type Elimination, eliminate } from './elimination.ts';
import type { RosenbrockTableau } from './rosenbrock.ts';
import type { System } from './system.ts';

/**
 * What comes after a right-hand side, for the core: completes stage i in `all` (f on entry), solves for it, and writes the argument of the next
 * stage, or after the last one the new state, to u. Scale: step, its inverse, step times gamma.
 */
export type StageFunction = (
  y: Float64Array,
  all: Float64Array,
  u: Float64Array,
  byTime: Float64Array,
  scale: Float64Array,
  factors: Float64Array,
) => void;

export interface StageCode {
  readonly factorCount: number;
  /** Factorises I/(h gamma) - J on the core block. false: a pivot has cancelled, and the factors are of no use. */
  factorise(jacobian: Float64Array, scale: Float64Array, factors: Float64Array): boolean;
  readonly stages: readonly StageFunction[];
}

/** What code needs to know of a system. */
type Shape = Pick<System, 'size' | 'coreSize' | 'pattern'>;

/** More operations than this in one function are run from tables: straight-line code of that length is not optimised. */
const straightLineLimit = 2500;
/** A pivot that has lost so much of its entry holds only rounding. */
export const cancelled = 1e-13;

/** The fastest code for a method on a pattern: straight lines, or tables where there would be too many of them. */
export function stageCode(tableau: RosenbrockTableau, shape: Shape): StageCode {
  const elimination = eliminate(shape.pattern, shape.coreSize);
  const stageOperations = 2 * tableau.stages.length * shape.coreSize + elimination.slots.size;
  const isShort = elimination.operations <= straightLineLimit && stageOperations <= straightLineLimit;
  return isShort ? straightLines(tableau, shape, elimination) : tables(tableau, shape, elimination);
}

/** Whether the argument of a stage is that of the stage before plus that stage. */
export function addsLast({ stages }: RosenbrockTableau, next: number): boolean {
  const row = stages[next];
  if (row === undefined) return true;
  const before = stages[next - 1]!;
  return row.at(-1) === 1 && before.every((weight, j) => weight === row[j]) && next > 1;
}

/** Straight-line code. Nothing but numbers of the tableau and the pattern enters the source. */
function straightLines(tableau: RosenbrockTableau, shape: Shape, elimination: Elimination): StageCode {
  return {
    factorCount: elimination.slots.size,
    factorise: straightFactorise(shape, elimination),
    stages: tableau.stages.map((_, stage) => straightStage(tableau, shape, elimination, stage)),
  };
}

function straightFactorise({ pattern, coreSize }: Shape, elimination: Elimination): StageCode['factorise'] {
  const { order, slots, below, right } = elimination;
  const at = (row: number, column: number): number => slots.get(row * coreSize + column)!;
  const start = new Map<number, string>();
  pattern.rows.forEach((row, k) => {
    if (row < coreSize) start.set(at(row, pattern.columns[k]!), `-j[${k}]`);
  });
  const diagonal = (i: number): string => `d ${start.get(at(i, i))?.replace('-', '- ') ?? ''}`.trim();
  const isDiagonal = new Map(order.map((i) => [at(i, i), i]));
  const lines = ["'use strict';", 'const d = 1 / s[2];'];
  for (const slot of slots.values()) {
    const i = isDiagonal.get(slot);
    lines.push(`let f${slot} = ${i === undefined ? (start.get(slot) ?? '0') : diagonal(i)};`);
  }
  order.forEach((pivot, turn) => {
    const p = at(pivot, pivot);
    lines.push(
      `if (!(Math.abs(f${p}) > ${cancelled} * Math.abs(${diagonal(pivot)}))) return false;`,
      `f${p} = 1 / f${p};`,
    );
    for (const row of below[turn]!) {
      const multiplier = at(row, pivot);
      lines.push(`f${multiplier} *= f${p};`);
      for (const column of right[turn]!) lines.push(`f${at(row, column)} -= f${multiplier} * f${at(pivot, column)};`);
    }
  });
  for (const slot of slots.values()) lines.push(`f[${slot}] = f${slot};`);
  lines.push('return true;');
  return new Function('j', 's', 'f', lines.join('\n')) as StageCode['factorise'];
}

function straightStage(
  tableau: RosenbrockTableau,
  { size, coreSize }: Shape,
  { order, slots, below, right }: Elimination,
  stage: number,
): StageFunction {
  const at = (row: number, column: number): number => slots.get(row * coreSize + column)!;
  const couplings = tableau.couplings[stage]!;
  const slope = tableau.slopes[stage]!;
  const lines = ["'use strict';", 'const r = s[1];'];
  if (slope !== 0) lines.push(`const e = s[0] * ${slope};`);
  const sum = (weights: readonly number[], i: number): string =>
    weights
      .flatMap((weight, j) => (weight === 0 ? [] : [`${weight} * ${j === stage ? `b${i}` : `k[${j * size + i}]`}`]))
      .join(' + ');
  for (let i = 0; i < coreSize; i++) {
    const terms = [`k[${stage * size + i}]`];
    if (slope !== 0) terms.push(`e * d[${i}]`);
    if (couplings.length > 0) terms.push(`r * (${sum(couplings, i)})`);
    lines.push(`let b${i} = ${terms.join(' + ')};`);
  }
  order.forEach((pivot, turn) => {
    for (const row of below[turn]!) lines.push(`b${row} -= f[${at(row, pivot)}] * b${pivot};`);
  });
  for (let turn = coreSize - 1; turn >= 0; turn--) {
    const pivot = order[turn]!;
    const terms = right[turn]!.map((column) => ` - f[${at(pivot, column)}] * b${column}`);
    lines.push(`b${pivot} = (b${pivot}${terms.join('')}) * f[${at(pivot, pivot)}];`);
  }
  const next = tableau.stages[stage + 1];
  const adds = addsLast(tableau, stage + 1);
  for (let i = 0; i < coreSize; i++) {
    lines.push(`k[${stage * size + i}] = b${i};`);
    lines.push(adds ? `u[${i}] = u[${i}] + b${i};` : `u[${i}] = y[${i}] + (${sum(next!, i)});`);
  }
  return new Function('y', 'k', 'u', 'd', 's', 'f', lines.join('\n')) as StageFunction;
}

/** The same operations in the same order, from tables of slots. */
function tables(tableau: RosenbrockTableau, shape: Shape, elimination: Elimination): StageCode {
  const { size, coreSize } = shape;
  const { order, slots } = elimination;
  const table = eliminationTable(shape, elimination);
  const pivots = Int32Array.from(order);
  const entries = new Float64Array(coreSize);
  const b = new Float64Array(coreSize);

  const factorise: StageCode['factorise'] = (jacobian, scale, factors) => {
    const { diagonal, sources, targets, multiplierStart, multiplierSlot, updateStart, updateTarget, updateBy } = table;
    const d = 1 / scale[2]!;
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
        for (let k = updateStart[m]!; k < updateStart[m + 1]!; k++)
          factors[updateTarget[k]!]! -= multiplier * factors[updateBy[k]!]!;
      }
    }
    return true;
  };

  const solve = (factors: Float64Array): void => {
    const { diagonal, multiplierStart, multiplierSlot, multiplierRow, upperStart, upperSlot, upperColumn } = table;
    for (let turn = 0; turn < coreSize; turn++) {
      const value = b[pivots[turn]!]!;
      for (let m = multiplierStart[turn]!; m < multiplierStart[turn + 1]!; m++)
        b[multiplierRow[m]!]! -= factors[multiplierSlot[m]!]! * value;
    }
    for (let turn = coreSize - 1; turn >= 0; turn--) {
      let sum = b[pivots[turn]!]!;
      for (let k = upperStart[turn]!; k < upperStart[turn + 1]!; k++)
        sum -= factors[upperSlot[k]!]! * b[upperColumn[k]!]!;
      b[pivots[turn]!] = sum * factors[diagonal[turn]!]!;
    }
  };

  const stages = tableau.stages.map((_, stage): StageFunction => {
    const couplings = Float64Array.from(tableau.couplings[stage]!);
    const slope = tableau.slopes[stage]!;
    const next = Float64Array.from(tableau.stages[stage + 1] ?? []);
    const adds = addsLast(tableau, stage + 1);
    return (y, all, u, byTime, scale, factors) => {
      const from = stage * size;
      const e = scale[0]! * slope;
      const r = scale[1]!;
      for (let i = 0; i < coreSize; i++) b[i] = 0;
      for (let j = 0; j < couplings.length; j++) {
        const weight = r * couplings[j]!;
        for (let i = 0; i < coreSize; i++) b[i]! += weight * all[j * size + i]!;
      }
      for (let i = 0; i < coreSize; i++) b[i]! += all[from + i]! + e * byTime[i]!;
      solve(factors);
      for (let i = 0; i < coreSize; i++) all[from + i] = b[i]!;
      if (adds) {
        for (let i = 0; i < coreSize; i++) u[i]! += b[i]!;
        return;
      }
      for (let i = 0; i < coreSize; i++) u[i] = y[i]!;
      for (let j = 0; j < next.length; j++) {
        const weight = next[j]!;
        for (let i = 0; i < coreSize; i++) u[i]! += weight * all[j * size + i]!;
      }
    };
  });
  return { factorCount: slots.size, factorise, stages };
}

function eliminationTable({ pattern, coreSize }: Shape, { order, slots, below, right }: Elimination) {
  const at = (row: number, column: number): number => slots.get(row * coreSize + column)!;
  const entries = [...pattern.rows.keys()];
  const inCore = entries.filter((k) => pattern.rows[k]! < coreSize);
  const multipliers = order.flatMap((pivot, turn) =>
    below[turn]!.map((row) => ({
      row,
      slot: at(row, pivot),
      updates: right[turn]!.map((column) => ({ target: at(row, column), by: at(pivot, column) })),
    })),
  );
  const upper = order.map((pivot, turn) => right[turn]!.map((column) => ({ slot: at(pivot, column), column })));
  return {
    diagonal: Int32Array.from(order, (pivot) => at(pivot, pivot)),
    sources: Int32Array.from(inCore),
    targets: Int32Array.from(inCore, (k) => at(pattern.rows[k]!, pattern.columns[k]!)),
    multiplierStart: starts(below.map(({ length }) => length)),
    multiplierSlot: Int32Array.from(multipliers, ({ slot }) => slot),
    multiplierRow: Int32Array.from(multipliers, ({ row }) => row),
    updateStart: starts(multipliers.map(({ updates }) => updates.length)),
    updateTarget: Int32Array.from(multipliers.flatMap(({ updates }) => updates.map(({ target }) => target))),
    updateBy: Int32Array.from(multipliers.flatMap(({ updates }) => updates.map(({ by }) => by))),
    upperStart: starts(upper.map(({ length }) => length)),
    upperSlot: Int32Array.from(upper.flat(), ({ slot }) => slot),
    upperColumn: Int32Array.from(upper.flat(), ({ column }) => column),
  };
}

/** Where each of consecutive runs starts, and the last one ends. */
function starts(lengths: readonly number[]): Int32Array {
  const at = new Int32Array(lengths.length + 1);
  lengths.forEach((length, i) => {
    at[i + 1] = at[i]! + length;
  });
  return at;
}
