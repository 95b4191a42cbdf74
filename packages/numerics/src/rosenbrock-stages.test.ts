import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eliminate } from './elimination.ts';
import { errorSum, stateSum } from './quadrature-weights.ts';
import { Quadratures } from './quadratures.ts';
import type { RosenbrockTableau } from './rosenbrock.ts';
import { stageCode } from './rosenbrock-stages.ts';
import type { Pattern } from './system.ts';

/** Implicit Euler in two equal stages: enough to see what a stage does. */
const tableau: RosenbrockTableau = {
  name: 'rodas5p',
  errorOrder: 1,
  gamma: 0.5,
  nodes: [0, 1],
  slopes: [0.25, 0],
  stages: [[], [2]],
  couplings: [[], [-3]],
  dense: [],
};

/** The same two with many that are never run, so that straight lines would be too many. */
const long: RosenbrockTableau = {
  ...tableau,
  stages: [...tableau.stages, ...Array.from({ length: 14 }, () => [2, 1])],
  couplings: [...tableau.couplings, ...Array.from({ length: 14 }, () => [])],
  slopes: [...tableau.slopes, ...Array.from({ length: 14 }, () => 0)],
};

interface Problem {
  readonly size: number;
  readonly coreSize: number;
  readonly pattern: Pattern;
  readonly jacobian: Float64Array;
}

const problemOf = (size: number, ledgers: number, links: readonly (readonly [number, number, number])[]): Problem => {
  const coreSize = size - ledgers;
  const entries = new Map<number, number>();
  for (const [row, column, value] of links) entries.set((row % size) * coreSize + (column % coreSize), value);
  const keys = [...entries.keys()].sort((a, b) => a - b);
  return {
    size,
    coreSize,
    pattern: {
      rows: Int32Array.from(keys, (key) => Math.floor(key / coreSize)),
      columns: Int32Array.from(keys, (key) => key % coreSize),
    },
    jacobian: Float64Array.from(keys, (key) => entries.get(key)!),
  };
};

/** The stage by dense Gaussian elimination with row pivoting over all states, ledgers too. */
function denseSolve({ size, coreSize, pattern, jacobian }: Problem, s: number, right: readonly number[]): number[] {
  const a = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size + 1 }, (_, j) => (j === size ? right[i]! : i === j ? 1 / s : 0)),
  );
  pattern.rows.forEach((row, k) => {
    a[row]![pattern.columns[k]!]! -= jacobian[k]!;
  });
  for (let k = 0; k < size; k++) {
    let p = k;
    for (let i = k + 1; i < size; i++) if (Math.abs(a[i]![k]!) > Math.abs(a[p]![k]!)) p = i;
    [a[k], a[p]] = [a[p]!, a[k]!];
    for (let i = k + 1; i < size; i++) {
      const factor = a[i]![k]! / a[k]![k]!;
      for (let j = k; j <= size; j++) a[i]![j]! -= factor * a[k]![j]!;
    }
  }
  const x = new Array<number>(size).fill(0);
  for (let i = size - 1; i >= 0; i--) {
    let sum = a[i]![size]!;
    for (let j = i + 1; j < size; j++) sum -= a[i]![j]! * x[j]!;
    x[i] = sum / a[i]![i]!;
  }
  expect(coreSize).toBeLessThanOrEqual(size);
  return x;
}

/** Runs both stages of the tableau; gives what they solved and the argument between them. */
function runStages(problem: Problem, h: number, method = tableau) {
  const { size, jacobian } = problem;
  const code = stageCode(method, problem);
  const factors = new Float64Array(code.factorCount);
  const scale = Float64Array.of(h, 1 / h, h * tableau.gamma);
  const y = Float64Array.from({ length: size }, (_, i) => 1 + i);
  const byTime = Float64Array.from({ length: size }, (_, i) => Math.sin(i));
  const all = new Float64Array(2 * size);
  const u = new Float64Array(size);
  const rates = Array.from({ length: 2 * size }, (_, i) => Math.cos(i));
  const sound = code.factorise(jacobian, scale, factors);
  all.set(rates.slice(0, size));
  code.stages[0]!(y, all, u, byTime, scale, factors);
  const between = u.slice();
  all.set(rates.slice(size), size);
  code.stages[1]!(y, all, u, byTime, scale, factors);
  const first = denseSolve(
    problem,
    scale[2]!,
    [...byTime].map((d, i) => rates[i]! + h * 0.25 * d),
  );
  const second = denseSolve(
    problem,
    scale[2]!,
    first.map((k, i) => rates[size + i]! - (3 / h) * k),
  );
  const sums = [stateSum(tableau), errorSum(tableau)].map((sum) => {
    const out = new Float64Array(size);
    new Quadratures(tableau, sum, problem).addTo(out, all, jacobian, byTime, scale);
    return out;
  });
  return { sound, all, between, u, y, first, second, state: sums[0]!, error: sums[1]! };
}

function agrees(problem: Problem, h: number, method = tableau): void {
  const { sound, all, between, u, y, first, second, state, error } = runStages(problem, h, method);
  const { size, coreSize } = problem;
  expect(sound).toBe(true);
  const largest = Math.max(...first.map(Math.abs), ...second.map(Math.abs), 1);
  const near = (found: number, expected: number): void =>
    expect(Math.abs(found - expected)).toBeLessThan(1e-9 * largest);
  for (let i = 0; i < coreSize; i++) {
    near(all[i]!, first[i]!);
    near(all[size + i]!, second[i]!);
    near(between[i]!, y[i]! + 2 * first[i]!);
    // After the last stage: its argument and itself.
    near(u[i]!, between[i]! + second[i]!);
  }
  // What stands behind the core is summed at once, and comes to what its stages would.
  for (let i = coreSize; i < size; i++) {
    near(state[i]!, 2 * first[i]! + second[i]!);
    near(error[i]!, second[i]!);
  }
}

const links = (count: number) =>
  fc.array(fc.tuple(fc.nat(999), fc.nat(999), fc.double({ min: -3, max: 3, noNaN: true })), { maxLength: count });

describe('the code of a stage', () => {
  it('solves as dense elimination does, for any pattern, with ledgers', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 12 }), fc.nat(3), links(40), (size, ledgers, entries) => {
        agrees(problemOf(size, ledgers, entries), 0.05);
      }),
    );
  });

  it('does so from tables too, where straight lines would be too many', () => {
    fc.assert(
      fc.property(fc.integer({ min: 90, max: 110 }), fc.nat(5), links(400), (size, ledgers, entries) => {
        agrees(problemOf(size, ledgers, entries), 0.01, long);
      }),
      { numRuns: 10 },
    );
  });

  it('says that a pivot has cancelled', () => {
    // 1/s = 4 and J = 4 on the diagonal: nothing is left.
    const { sound } = runStages(problemOf(2, 0, [[0, 0, 4]]), 0.5);
    expect(sound).toBe(false);
  });

  it('keeps an arrow sparse by its order of elimination', () => {
    const n = 30;
    const arrow = Array.from({ length: n }, (_, i): [number, number, number][] => [
      [0, i, 1],
      [i, 0, 1],
    ]).flat();
    const { slots } = eliminate(problemOf(n, 0, arrow).pattern, n);
    expect(slots.size).toBe(3 * n - 2);
  });
});
