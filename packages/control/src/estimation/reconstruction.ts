import { type Model, type YieldMatrix, yieldMatrix } from '@fedbatch/model';
import type { EstimatorSettings } from './estimator-settings.ts';

/** An exchange with the gas that a signal shows as a rate per volume of broth: which signal, and the sign of what the reactions make of the species. */
export interface Exchange {
  readonly signal: number;
  readonly sign: 1 | -1;
}

/**
 * Which amounts an asymptotic observer knows, which it reconstructs, and how: what reactions do to the reconstructed ones is -A0 times what they do to the known ones.
 */
export interface Reconstruction {
  readonly exchanges: readonly Exchange[];
  /** States whose concentration is measured from time to time, or has settled. */
  readonly known: readonly number[];
  readonly reconstructed: readonly number[];
  /** A0, a row a reconstructed state: mol^-1 for each exchange, then a number for each known state. */
  readonly a0: readonly Float64Array[];
}

/** Quantities that every model with formulas has, and the species that they tell of. */
const gases: Readonly<Record<string, { readonly species: string; readonly sign: 1 | -1 }>> = {
  OUR: { species: 'O2', sign: -1 },
  CER: { species: 'CO2', sign: 1 },
};
/** A row that the rows before it explain but for this share of it counts as explained. */
const independent = 1e-7;

/**
 * The transformation Z = A0 xi1 + xi2 with A0 K1 + K2 = 0 out of the yields of a model (Bastin and Dochain 1990, On-line Estimation and Adaptive Control of
 * Bioreactors, ch. 3): xi1 are the exchanges that are seen, then the species that are neither seen nor uncertain and have settled, then as many of those that are seen,
 * in their order, as the rank of K asks for. Throws RangeError where that is not enough, and for signals that tell nothing of an amount.
 */
export function reconstruction({ model, signals, states, parameters }: EstimatorSettings): Reconstruction {
  if (parameters.length > 0)
    throw new RangeError(
      `An asymptotic observer estimates states, not the parameter \`${parameters[0]!.id}\`: leave it out, or choose a Kalman filter.`,
    );
  const yields = yieldMatrix(model);
  const rank = new Basis();
  for (const row of yields.rows) rank.add(row);
  const basis = new Basis();
  const exchanges: Exchange[] = [];
  signals.forEach(({ output }, signal) => {
    const gas = gases[output];
    if (!gas) return;
    const row = yields.molar[yields.species.indexOf(gas.species)];
    if (!row || !basis.add(row))
      throw new RangeError(`\`${output}\` tells an asymptotic observer nothing that others do not: leave it out.`);
    rank.add(row);
    exchanges.push({ signal, sign: gas.sign });
  });
  const seen = signals.flatMap(({ output }) => (gases[output] ? [] : [amountOf(model, yields, output)]));
  const uncertain = new Set(states.map(({ id }) => model.states.findIndex((state) => state.id === id)));
  const settled = yields.states.filter((slot) => !seen.includes(slot) && !uncertain.has(slot));
  const known = [...settled, ...seen].filter((slot) => basis.add(yields.rows[yields.states.indexOf(slot)]!));
  if (basis.size < rank.size)
    throw new RangeError(
      `An asymptotic observer of this model must know ${rank.size} amounts or exchanges that are independent, and knows ${basis.size}. Measure one more, or be sure of one, so that it counts as settled.`,
    );
  const reconstructed = yields.states.filter((slot) => !known.includes(slot) && !settled.includes(slot));
  if (reconstructed.length === 0)
    throw new RangeError(
      'An asymptotic observer has nothing to reconstruct: every species is measured or settled. Name one among the uncertain states and do not measure it, or measure it last.',
    );
  const unsure = [...known, ...reconstructed].find((slot) => !settled.includes(slot) && !uncertain.has(slot));
  if (unsure !== undefined)
    throw new RangeError(
      `An asymptotic observer needs to know how unsure \`${model.states[unsure]!.id}\` is, and how fast it may change: name it among the uncertain states.`,
    );
  return {
    exchanges,
    known: [...known, ...settled.filter((slot) => !known.includes(slot))],
    reconstructed,
    a0: reconstructed.map((slot) => basis.solve(yields.rows[yields.states.indexOf(slot)]!).map((value) => -value)),
  };
}

function amountOf(model: Model, { states }: YieldMatrix, output: string): number {
  const slot = states.find((one) => {
    const { id, species } = model.states[one]!;
    return id === output || (species?.id === output && model.states[one]!.phase === 'broth');
  });
  if (slot === undefined)
    throw new RangeError(
      `\`${output}\` tells an asymptotic observer nothing: it sees ${Object.keys(gases).join(', ')} and concentrations of what reacts.`,
    );
  return slot;
}

/** Rows that are independent of each other, by Gram-Schmidt on rows of length 1. */
class Basis {
  readonly #rows: Float64Array[] = [];
  /** Orthonormal, and what each is made of: rows of the basis by their share. */
  readonly #directions: { readonly unit: Float64Array; readonly made: Float64Array }[] = [];

  get size(): number {
    return this.#rows.length;
  }

  /** Adds a row; false, and it is not added, where the others explain it. */
  add(row: Float64Array): boolean {
    const length = norm(row);
    if (!(length > 0)) return false;
    const rest = row.slice();
    const shares = this.#project(rest);
    if (!(norm(rest) > independent * length)) return false;
    const made = new Float64Array(this.#rows.length + 1);
    shares.forEach((share, j) => {
      made[j] = -share;
    });
    made[this.#rows.length] = 1;
    const scale = 1 / norm(rest);
    this.#directions.push({ unit: rest.map((value) => value * scale), made: made.map((value) => value * scale) });
    this.#rows.push(row);
    return true;
  }

  /** The shares of the basis that make up a row that it explains. */
  solve(row: Float64Array): Float64Array {
    return this.#project(row.slice());
  }

  /** Takes off `rest` what the basis explains, twice for the sake of rounding; returns the shares of the rows. */
  #project(rest: Float64Array): Float64Array {
    const shares = new Float64Array(this.#rows.length);
    for (let pass = 0; pass < 2; pass++)
      for (const { unit, made } of this.#directions) {
        const along = unit.reduce((sum, value, r) => sum + value * rest[r]!, 0);
        for (let r = 0; r < rest.length; r++) rest[r]! -= along * unit[r]!;
        made.forEach((share, j) => {
          shares[j]! += along * share;
        });
      }
    return shares;
  }
}

function norm(row: Float64Array): number {
  return Math.hypot(...row);
}
