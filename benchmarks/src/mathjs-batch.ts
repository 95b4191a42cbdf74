import { all, create } from 'mathjs';

interface Solution {
  readonly t: number[];
  readonly y: number[][];
}
type Rates = (t: number, y: number[]) => number[];

/** mathjs 15 ships no declaration of this function. */
const { solveODE } = create(all!) as unknown as {
  solveODE(rates: Rates, span: readonly number[], start: readonly number[], settings: object): Solution;
};

/**
 * p1 as a user of mathjs would write it: a function of arrays, `solveODE` with RK45, split at the start of the feed, which a first call finds
 * by bisection on the samples of the solution. Concentrations as states, as the problem is printed.
 */
export function mathjsBatch(tolerance: number): number[] {
  let feed = (_t: number): number => 0;
  const rates = (t: number, y: number[]): number[] => {
    const [X, S, A, O, V, P, yO, yC] = y as [number, number, number, number, number, number, number, number];
    const qS = ((0.6356 / (1 + A / 1.2399)) * S) / (S + 0.037);
    const qSof = (0.2268 * qS) / (qS + 0.5052);
    const qSox = ((qS - qSof) * O) / (O + 1e-4);
    const qSan = ((qSox - 0.0129) * 0.5333 * 0.488) / 0.391;
    const qsA = ((0.1148 / (1 + qS / 2.1231)) * A) / (A + 0.0134);
    const mu = (qSox - 0.0129) * 0.5333 + qsA * 0.5718 + qSof * 0.2268;
    const qO = 1.562 * (qSox - qSan) + qsA * 0.544;
    const OTR = 700 * ((0.0075 / 0.2095) * yO - O);
    const CER = ((0.4 * qSox + 0.4 * qsA - 0.2928 * mu) * X) / 12;
    const F = feed(t);
    const D = F / V;
    return [
      (mu - D) * X,
      D * (500 - S) - qS * X,
      (qSof * 0.9097 - qsA) * X - D * A,
      OTR - qO * X - D * O,
      F,
      (0.05 * mu + 0.002) * X - D * P,
      (120 * (0.2095 - yO) - (24.8 * OTR * V) / 32) / 0.5,
      (120 * (0.0004 - yC) + 24.8 * CER * V) / 0.5,
    ];
  };
  const settings = { method: 'RK45', tol: tolerance, maxStep: 0.5, minStep: 1e-9, maxIter: 1e7 } as const;
  const solve = (from: number, to: number, y: number[]): Solution => solveODE(rates, [from, to], y, settings);
  const first = solve(0, 13, [0.17, 10, 0.0129, 0.0073, 2, 0, 0.2095, 0.0004]);
  const at = first.y.findIndex((row) => row[1]! < 0.05);
  let low = first.t[at - 1]!;
  let high = first.t[at]!;
  let state = first.y[at - 1]!;
  for (let i = 0; i < 40 && high - low > 1e-12; i++) {
    const middle = 0.5 * (low + high);
    const trial = solve(low, middle, state).y.at(-1)!;
    if (trial[1]! < 0.05) high = middle;
    else [low, state] = [middle, trial];
  }
  const [X, , , , V] = state as [number, number, number, number, number];
  const start = (0.13 * X * V) / (0.4 * 500);
  feed = (t) => start * Math.exp(0.13 * (t - low));
  return solve(low, 20, state).y.at(-1)!;
}
