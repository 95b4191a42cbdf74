import type { Model } from '@fedbatch/model';
import type { Recipe } from '../models.ts';

/** Something to solve: equations, what is saved of them and when, and how exactly. Nothing acts from outside. */
export interface Problem {
  readonly recipe: Recipe;
  readonly quantities: readonly { readonly name: string; readonly output: string }[];
  /** When a row is saved, h; the last one is the end. */
  readonly rowsH: readonly number[];
  /** Values at the end as they were published, one a quantity. */
  readonly published?: readonly number[];
  /** A value counts as no smaller than this share of the largest that its quantity has: an error of nothing is no error. Default 0. */
  readonly floor?: number;
  /** One a state of our model, at a relative tolerance. */
  absoluteTolerances(model: Model, tolerance: number): Float64Array;
}

/** What a batch saves: its rows one after the other, one column a quantity, base units. */
export type Saved = Float64Array;

export const newSaved = ({ rowsH, quantities }: Problem): Saved => new Float64Array(rowsH.length * quantities.length);

/** What a batch cost; undefined where a solver does not tell. */
export interface Work {
  readonly steps?: number;
  readonly rhsCalls?: number;
}

/** A batch that can be run again and again, ready to be timed. */
export interface Batch {
  /** Runs from 0 to the end and writes the rows. */
  run(out: Saved): void;
  /** How many batches a run is; absent: one. */
  readonly batches?: number;
  /** A batch that is timed by a clock of its own, for so many seconds: the time of one batch. */
  microseconds?(out: Saved, seconds: number): number;
  /** Work of the last run. */
  work(): Work;
}

/** One way to solve a problem. */
export interface Contender {
  readonly name: string;
  readonly side: 'ours' | 'rival';
  /** Tolerances whose achieved errors span those that are compared. */
  readonly tolerances: readonly number[];
  prepare(tolerance: number): Batch;
}

/** Largest relative difference of two sets of rows; NaN where one is no number. */
export function largestError(found: Saved, reference: Saved, { quantities, floor = 0 }: Problem): number {
  const columns = quantities.length;
  const least = quantities.map((_, column) => {
    let largest = 0;
    for (let i = column; i < reference.length; i += columns) largest = Math.max(largest, Math.abs(reference[i]!));
    return floor * largest;
  });
  let largest = 0;
  for (let i = 0; i < reference.length; i++) {
    const size = Math.max(Math.abs(reference[i]!), least[i % columns]!);
    const error = Math.abs(found[i]! - reference[i]!) / size;
    if (Number.isNaN(error)) return Number.NaN;
    if (error > largest) largest = error;
  }
  return largest;
}
