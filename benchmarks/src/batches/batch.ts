import type { Model } from '@fedbatch/model';
import { fullVessel, p1, type Recipe } from '../models.ts';

/** End of a benchmark batch, h; the quantities are saved at every full hour before it and at it. */
export const endH = 20;

/**
 * The eight quantities of p1, in the order of its equations. `output` is the name in our model, `share` their absolute
 * tolerance as a share of the relative one, `atEnd` their value at 20 h (Radau and BDF at 1e-11 to 1e-12 agree).
 */
export const quantities = [
  { name: 'X', output: 'X', state: 'amount.X', share: 1e-3, atEnd: 19.8714491267 },
  { name: 'S', output: 'S', state: 'amount.S', share: 1e-3, atEnd: 0.0256263265942 },
  { name: 'A', output: 'A', state: 'amount.A', share: 1e-3, atEnd: 0.0277348622696 },
  { name: 'O', output: 'organism.O', state: 'organism.O', share: 1e-5, atEnd: 0.00216727314603 },
  { name: 'V', output: 'V', state: 'V', share: 1e-3, atEnd: 2.10856814205 },
  { name: 'P', output: 'P', state: 'amount.P', share: 1e-3, atEnd: 1.21131103982 },
  { name: 'yO', output: 'organism.yO', state: 'organism.yO', share: 1e-3, atEnd: 0.17161414414 },
  { name: 'yC', output: 'organism.yC', state: 'organism.yC', share: 1e-4, atEnd: 0.0398084388282 },
] as const;

/** Something to solve: equations, what is saved of them, and how exactly. */
export interface Problem {
  readonly recipe: Recipe;
  readonly quantities: readonly { readonly name: string; readonly output: string }[];
  /** One a state of our model, at a relative tolerance. */
  absoluteTolerances(model: Model, tolerance: number): Float64Array;
}

/** p1, with its absolute tolerances as the problem states them. */
export const p1Problem: Problem = {
  recipe: p1,
  quantities,
  absoluteTolerances: ({ states }, tolerance) =>
    Float64Array.from(states, ({ id }) => tolerance * quantities.find(({ state }) => state === id)!.share),
};

/** E. coli in a whole vessel, with tolerances as a scenario has them. */
export const fullVesselProblem: Problem = {
  recipe: fullVessel,
  quantities: [
    ...['X', 'S', 'A', 'O2', 'CO2', 'V', 'NH4', 'gas.O2', 'gas.CO2'].map((name) => ({ name, output: name })),
    { name: 'pH', output: 'vessel.pH' },
    { name: 'T', output: 'vessel.temperature' },
  ],
  absoluteTolerances: ({ states }, tolerance) =>
    Float64Array.from(states, ({ kind, scale }) =>
      kind === 'ledger' || kind === 'exchange' ? Number.POSITIVE_INFINITY : tolerance * scale * 1e-3,
    ),
};

/** Values of the quantities hour by hour: row `hour - 1`, one column a quantity. */
export type Hourly = Float64Array;

export const newHourly = (problem = p1Problem): Hourly => new Float64Array(endH * problem.quantities.length);

/** What a batch cost; undefined where a solver does not tell. */
export interface Work {
  readonly steps?: number;
  readonly rhsCalls?: number;
}

/** A batch of p1 that can be run again and again, ready to be timed. */
export interface Batch {
  /** Runs from 0 to 20 h and writes the hourly values. */
  run(out: Hourly): void;
  /** How many batches a run is; absent: one. */
  readonly batches?: number;
  /** A batch that is timed by a clock of its own, for so many seconds: the time of one batch. */
  microseconds?(out: Hourly, seconds: number): number;
  /** Work of the last run. */
  work(): Work;
}

/** One way to solve a problem. */
export interface Contender {
  readonly name: string;
  readonly side: 'ours' | 'rival';
  /** Tolerances whose achieved errors span 1e-4 to 1e-8. */
  readonly tolerances: readonly number[];
  prepare(tolerance: number): Batch;
}

/** Largest relative difference of two sets of hourly values; NaN where one is no number. */
export function largestError(found: Hourly, reference: Hourly): number {
  let largest = 0;
  for (let i = 0; i < reference.length; i++) {
    const error = Math.abs(found[i]! / reference[i]! - 1);
    if (Number.isNaN(error)) return Number.NaN;
    if (error > largest) largest = error;
  }
  return largest;
}
