import type { Elimination } from '../elimination.ts';
import type { RosenbrockTableau } from '../rosenbrock.ts';
import { addsLast, cancelled } from '../rosenbrock-stages.ts';
import type { ConstantPool } from './constant-pool.ts';
import type { LaneLayout } from './lane-layout.ts';
import type { LaneSystem } from './lane-system.ts';
import { type Code, f64x2, get, set, v128 } from './wasm-code.ts';
import { FunctionBody } from './wasm-module.ts';
import { load, store } from './workspace.ts';

const { add, sub, mul, div } = f64x2;

/** Where the code of a step finds and leaves values. */
export type StepPlaces = Pick<
  LaneLayout,
  | 'clock'
  | 'time'
  | 'step'
  | 'inverse'
  | 'scaled'
  | 'wrecked'
  | 'theta'
  | 'state'
  | 'next'
  | 'between'
  | 'rates'
  | 'byTime'
  | 'stages'
  | 'jacobian'
  | 'factors'
  | 'polynomials'
>;

/** What the code of a step is written from. */
export interface StepParts {
  readonly system: Pick<LaneSystem, 'size' | 'coreSize' | 'pattern' | 'byTime'>;
  readonly tableau: RosenbrockTableau;
  readonly elimination: Elimination;
  readonly layout: StepPlaces;
  readonly pool: ConstantPool;
}

/** The same for a step of the loop over batches. */
export interface StageParts extends StepParts {
  readonly system: LaneSystem;
  readonly layout: LaneLayout;
}

/**
 * Factorises J - I/(h gamma) on the core block, whose entries are those of the Jacobian as they are. Each factor is summed up whole and stored once (Crout's
 * order); a pivot is stored as its negative inverse, so that whatever is subtracted elsewhere is added. A pivot that has cancelled wrecks the attempt
 * of its lane.
 */
export function factoriseBody({ system, elimination, layout, pool }: StepParts): FunctionBody {
  const body = new FunctionBody(['i32']);
  const { order, slots, below, right } = elimination;
  const { coreSize, pattern } = system;
  const at = (row: number, column: number): number | undefined => slots.get(row * coreSize + column);
  const entries = new Map<number, number>();
  pattern.rows.forEach((row, k) => {
    if (row < coreSize) entries.set(at(row, pattern.columns[k]!)!, k);
  });
  const [diagonal, growth, first, p, lost] = Array.from({ length: 5 }, () => body.local('v128')) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const start = (slot: number): number[] => {
    const k = entries.get(slot);
    return k === undefined ? pool.of(0) : load(layout.jacobian, k);
  };
  /** What is left of an entry after the first pivots. */
  const reduced = (row: number, column: number, turns: number, begin: Code): number[] =>
    order.slice(0, turns).reduce<Code>((sum, pivot) => {
      const [left, up] = [at(row, pivot), at(pivot, column)];
      return left === undefined || up === undefined
        ? sum
        : f64x2.madd(load(layout.factors, left), load(layout.factors, up), sum);
    }, begin) as number[];
  body.write(set(diagonal, div(pool.of(1), load(layout.scaled))), set(growth, pool.of(0)));
  order.forEach((pivot, turn) => {
    const slot = at(pivot, pivot)!;
    body.write(
      set(first, sub(start(slot), get(diagonal))),
      set(p, div(pool.of(-1), reduced(pivot, pivot, turn, get(first)))),
      store(layout.factors, slot, get(p)),
      set(lost, mul(get(first), get(p))),
      set(growth, f64x2.madd(get(lost), get(lost), get(growth))),
    );
    for (const column of right[turn]!) {
      const entry = at(pivot, column)!;
      body.write(store(layout.factors, entry, reduced(pivot, column, turn, start(entry))));
    }
    for (const row of below[turn]!) {
      const entry = at(row, pivot)!;
      body.write(store(layout.factors, entry, mul(reduced(row, pivot, turn, start(entry)), get(p))));
    }
  });
  const isSound = f64x2.lt(get(growth), pool.of(cancelled ** -2));
  return body.write(store(layout.wrecked, 0, v128.not(isSound)));
}

/**
 * What comes after a right-hand side: completes stage `stage` from the rates, solves for it, and writes the argument of the next stage with its
 * time, or after the last one the new state.
 */
export function stageBody(parts: StepParts, stage: number): FunctionBody {
  const { system, tableau, elimination, layout, pool } = parts;
  const { size, coreSize, pattern, byTime } = system;
  const { order, slots, below, right } = elimination;
  const body = new FunctionBody(['i32']);
  const b = Array.from({ length: size }, () => body.local('v128'));
  const inverse = body.local('v128');
  const slope = body.local('v128');
  const at = (row: number, column: number): number => slots.get(row * coreSize + column)!;
  const turnOf = order.map((_, i) => order.indexOf(i));
  const couplings = tableau.couplings[stage]!;
  /** Weights that all states share stand in locals: half the loads of a stage. */
  const locals = new Map<number, number>();
  const shared = (weight: number): number[] => {
    let local = locals.get(weight);
    if (local === undefined) {
      locals.set(weight, (local = body.local('v128')));
      body.write(set(local, pool.of(weight)));
    }
    return get(local);
  };
  const weighted = (weights: readonly number[], i: number, start?: Code): number[] =>
    weights.reduce<Code | undefined>((sum, weight, j) => {
      const value = j === stage ? get(b[i]!) : load(layout.stages, j * size + i);
      if (weight === 0) return sum;
      if (weight === 1) return sum === undefined ? value : add(sum, value);
      return sum === undefined ? mul(shared(weight), value) : f64x2.madd(shared(weight), value, sum);
    }, start) as number[];
  const time = tableau.slopes[stage]!;
  if (couplings.length > 0) body.write(set(inverse, load(layout.inverse)));
  if (time !== 0 && byTime.includes(true)) body.write(set(slope, mul(load(layout.step), pool.of(time))));
  for (let i = 0; i < size; i++) {
    let sum = load(layout.rates, i);
    if (time !== 0 && byTime[i]) sum = f64x2.madd(get(slope), load(layout.byTime, i), sum);
    if (couplings.length > 0) sum = f64x2.madd(get(inverse), weighted(couplings, i), sum);
    body.write(set(b[i]!, sum));
  }
  order.forEach((pivot, turn) => {
    for (const row of below[turn]!)
      body.write(set(b[row]!, f64x2.madd(load(layout.factors, at(row, pivot)), get(b[pivot]!), get(b[row]!))));
  });
  for (let turn = coreSize - 1; turn >= 0; turn--) {
    const pivot = order[turn]!;
    // What was solved last comes last, so that nothing waits for it.
    const columns = [...right[turn]!].sort((one, other) => turnOf[other]! - turnOf[one]!);
    const rest = columns.reduce(
      (sum, column) => f64x2.madd(load(layout.factors, at(pivot, column)), get(b[column]!), sum),
      get(b[pivot]!),
    );
    body.write(set(b[pivot]!, mul(rest, load(layout.factors, at(pivot, pivot)))));
  }
  for (let i = coreSize; i < size; i++) {
    let sum = get(b[i]!);
    pattern.rows.forEach((row, k) => {
      if (row === i) sum = f64x2.madd(load(layout.jacobian, k), get(b[pattern.columns[k]!]!), sum);
    });
    body.write(set(b[i]!, mul(load(layout.scaled), sum)));
  }
  const adds = addsLast(tableau, stage + 1);
  for (let i = 0; i < size; i++) {
    const next = adds
      ? add(load(layout.next, i), get(b[i]!))
      : weighted(tableau.stages[stage + 1]!, i, load(layout.state, i));
    body.write(store(layout.stages, stage * size + i, get(b[i]!)), store(layout.next, i, next));
  }
  const node = tableau.nodes[stage + 1];
  if (node !== undefined && node !== tableau.nodes[stage])
    body.write(store(layout.clock, 0, add(load(layout.time), mul(pool.of(node), load(layout.step)))));
  return body;
}

/** The polynomials of dense output from the stages of the last attempt. */
export function polynomialsBody({ system, tableau, layout, pool }: StepParts): FunctionBody {
  const body = new FunctionBody(['i32']);
  const { size } = system;
  tableau.dense.forEach((weights, k) => {
    for (let i = 0; i < size; i++) {
      const sum = weights
        .map((weight, j) => [weight, j] as const)
        .filter(([weight]) => weight !== 0)
        .map(([weight, j]) => mul(pool.of(weight), load(layout.stages, j * size + i)))
        .reduce((terms, term) => add(terms, term));
      body.write(store(layout.polynomials, k * size + i, sum));
    }
  });
  return body;
}

/** The state at the share theta of the last attempt, by its polynomials. */
export function betweenBody({ system, tableau, layout, pool }: StepParts): FunctionBody {
  const body = new FunctionBody(['i32']);
  const { size } = system;
  const theta = body.local('v128');
  const rest = body.local('v128');
  body.write(set(theta, load(layout.theta)), set(rest, sub(pool.of(1), get(theta))));
  for (let i = 0; i < size; i++) {
    const inner = tableau.dense
      .map((_, k) => load(layout.polynomials, k * size + i))
      .reduceRight((sum, polynomial) => add(polynomial, mul(get(theta), sum)));
    const end = add(load(layout.next, i), mul(get(rest), inner));
    body.write(store(layout.between, i, add(mul(get(rest), load(layout.state, i)), mul(get(theta), end))));
  }
  return body;
}
