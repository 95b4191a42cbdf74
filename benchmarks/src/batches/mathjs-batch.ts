import { all, create } from 'mathjs';
import type { Batch } from './batch.ts';
import { p1ByHand } from './p1-by-hand.ts';

interface Solution {
  readonly t: number[];
  readonly y: number[][];
}

/** mathjs 15 ships no declaration of this function. */
const { solveODE } = create(all!) as unknown as {
  solveODE(
    rates: (t: number, y: number[]) => number[],
    span: readonly number[],
    start: readonly number[],
    settings: object,
  ): Solution;
};

/** A first step that the stability limit of p1 allows, so that no call starts with rejections. */
const firstStep = 1e-3;

/** p1 by mathjs: RK45 on numbers and arrays of numbers, its fastest form; matrices and units are slower. */
export function mathjsBatch(tolerance: number): Batch {
  return p1ByHand((rates, from, to, y) => {
    const settings = { method: 'RK45', tol: tolerance, firstStep: Math.min(firstStep, to - from), maxIter: 1e7 };
    const derivative = (t: number, at: number[]): number[] => {
      const out: number[] = [];
      rates(t, at, out);
      return out;
    };
    const { t, y: states } = solveODE(derivative, [from, to], y, settings);
    return { end: states.at(-1)!, steps: t.length - 1 };
  });
}
