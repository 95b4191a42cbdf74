import { all, create } from 'mathjs';
import { type Batch, endH, type Hourly, quantities } from './batch.ts';

interface Solution {
  readonly t: number[];
  readonly y: number[][];
}
type Rates = (t: number, y: number[]) => number[];

/** mathjs 15 ships no declaration of this function. */
const { solveODE } = create(all!) as unknown as {
  solveODE(rates: Rates, span: readonly number[], start: readonly number[], settings: object): Solution;
};

const feedLimit = 0.05;
const start = [0.17, 10, 0.0129, 0.0073, 2, 0, 0.2095, 0.0004];

/**
 * p1 as a user of mathjs would write it after its documentation: a function of a number and an array of numbers (its
 * fastest form; matrices and units are slower), RK45, called once an hour, split where the feed starts. States are concentrations.
 */
export function mathjsBatch(tolerance: number): Batch {
  let steps = 0;
  let rhsCalls = 0;
  let feed = (_t: number): number => 0;
  const rates: Rates = (t, y) => {
    rhsCalls++;
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

  /** A first step that the stability limit allows, so that no call starts with rejections. */
  const firstStep = 1e-3;
  const solve = (from: number, to: number, y: readonly number[]): Solution => {
    const settings = { method: 'RK45', tol: tolerance, firstStep: Math.min(firstStep, to - from), maxIter: 1e7 };
    const solution = solveODE(rates, [from, to], y, settings);
    steps += solution.t.length - 1;
    return solution;
  };

  /** Time and state at which the substrate falls through the limit, by bisection of the step that crosses it. */
  const findFeedStart = ({ t, y }: Solution): [number, number[]] => {
    const behind = y.findIndex((row) => row[1]! < feedLimit);
    let [low, high, state] = [t[behind - 1]!, t[behind]!, y[behind - 1]!];
    while (high - low > 1e-13 * high) {
      const middle = 0.5 * (low + high);
      const trial = solve(low, middle, state).y.at(-1)!;
      if (trial[1]! < feedLimit) high = middle;
      else [low, state] = [middle, trial];
    }
    return [low, state];
  };

  return {
    run(out: Hourly) {
      steps = 0;
      rhsCalls = 0;
      feed = () => 0;
      let fed = false;
      let state: readonly number[] = start;
      for (let hour = 1; hour <= endH; hour++) {
        let solution = solve(hour - 1, hour, state);
        if (!fed && solution.y.at(-1)![1]! < feedLimit) {
          const [at, found] = findFeedStart(solution);
          const rate = (0.13 * found[0]! * found[4]!) / (0.4 * 500);
          feed = (t) => rate * Math.exp(0.13 * (t - at));
          fed = true;
          solution = solve(at, hour, found);
        }
        state = solution.y.at(-1)!;
        out.set(state, (hour - 1) * quantities.length);
      }
    },
    work: () => ({ steps, rhsCalls }),
  };
}
