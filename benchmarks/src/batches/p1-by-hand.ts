import type { Batch, Saved } from './batch.ts';
import { p1Problem } from './problems.ts';

/** Writes the rates of p1 at a time and state. */
export type P1Rates = (t: number, y: ArrayLike<number>, out: { [i: number]: number }) => void;

/** Solves from one time to another and gives the state there, with how many steps it took where it tells. */
export type SolveSpan = (
  rates: P1Rates,
  from: number,
  to: number,
  y: readonly number[],
) => { readonly end: readonly number[]; readonly steps?: number };

const feedLimit = 0.05;
const start = [0.17, 10, 0.0129, 0.0073, 2, 0, 0.2095, 0.0004];

/**
 * p1 as a user of a solver without events writes it after its documentation: the equations as a function, called hour by hour, split where the feed
 * starts, which is found by bisection. States are the eight quantities.
 */
export function p1ByHand(solveSpan: SolveSpan): Batch {
  let steps: number | undefined;
  let rhsCalls = 0;
  let feed = (_t: number): number => 0;
  const rates: P1Rates = (t, y, out) => {
    rhsCalls++;
    const [X, S, A, O, V, P, yO, yC] = [y[0]!, y[1]!, y[2]!, y[3]!, y[4]!, y[5]!, y[6]!, y[7]!];
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
    out[0] = (mu - D) * X;
    out[1] = D * (500 - S) - qS * X;
    out[2] = (qSof * 0.9097 - qsA) * X - D * A;
    out[3] = OTR - qO * X - D * O;
    out[4] = F;
    out[5] = (0.05 * mu + 0.002) * X - D * P;
    out[6] = (120 * (0.2095 - yO) - (24.8 * OTR * V) / 32) / 0.5;
    out[7] = (120 * (0.0004 - yC) + 24.8 * CER * V) / 0.5;
  };
  const solve = (from: number, to: number, y: readonly number[]): readonly number[] => {
    const { end, steps: more } = solveSpan(rates, from, to, y);
    if (more !== undefined) steps = (steps ?? 0) + more;
    return end;
  };
  const findFeedStart = (from: number, to: number, y: readonly number[]): [number, readonly number[]] => {
    let [low, high, state] = [from, to, y];
    while (high - low > 1e-13 * high) {
      const middle = 0.5 * (low + high);
      const trial = solve(low, middle, state);
      if (trial[1]! < feedLimit) high = middle;
      else [low, state] = [middle, trial];
    }
    return [low, state];
  };
  return {
    run(out: Saved) {
      steps = undefined;
      rhsCalls = 0;
      feed = () => 0;
      let fed = false;
      let state: readonly number[] = start;
      for (const hour of p1Problem.rowsH) {
        let end = solve(hour - 1, hour, state);
        if (!fed && end[1]! < feedLimit) {
          const [at, found] = findFeedStart(hour - 1, hour, state);
          const rate = (0.13 * found[0]! * found[4]!) / (0.4 * 500);
          feed = (t) => rate * Math.exp(0.13 * (t - at));
          fed = true;
          end = solve(at, hour, found);
        }
        state = end;
        out.set(state, (hour - 1) * state.length);
      }
    },
    work: () => ({ rhsCalls, ...(steps !== undefined && { steps }) }),
  };
}
