import { RandomStream } from '@fedbatch/numerics';
import { sobolDimensions, sobolPoint } from './sobol.ts';

export const designKinds = ['sobol', 'latin', 'random'] as const;
export type DesignKind = (typeof designKinds)[number];

/** Where members lie in the unit cube, one row a member. */
export interface Design {
  readonly kind: DesignKind;
  readonly members: number;
  readonly seed: number;
}

/**
 * The point of one member, each coordinate above 0 and below 1. Sobol: Joe and Kuo 2008 with a digital shift by the seed; any number of
 * members may be added later. Latin: one member in each of as many strata (McKay, Beckman and Conover 1979, Technometrics 21, 239). Random: each
 * member on its own. A point depends on design, seed and index alone. Throws RangeError for more dimensions than Sobol has.
 */
export function pointOf({ kind, members, seed }: Design, index: number, dimensions: number): Float64Array {
  const point = new Float64Array(dimensions);
  if (kind === 'sobol') {
    if (dimensions > sobolDimensions)
      throw new RangeError(`A Sobol design takes at most ${sobolDimensions} quantities, and ${dimensions} vary.`);
    const shift = new RandomStream(seed, 'ensemble/shift');
    const numbers = sobolPoint(index, dimensions);
    for (let d = 0; d < dimensions; d++) point[d] = (((numbers[d]! ^ shift.next()) >>> 0) + 0.5) / 2 ** 32;
    return point;
  }
  const own = new RandomStream(seed, `ensemble/member ${index}`);
  for (let d = 0; d < dimensions; d++) {
    own.uniform();
    const within = Math.min(Math.max(own.drawn[0]!, 1e-12), 1 - 1e-12);
    point[d] = kind === 'random' ? within : (stratumOf(members, seed, d, index) + within) / members;
  }
  return point;
}

const permutations = new Map<string, Uint32Array>();

/** The stratum of a member in one dimension: a permutation that the seed and the dimension settle (Fisher and Yates). */
function stratumOf(members: number, seed: number, dimension: number, index: number): number {
  const key = `${members} ${seed} ${dimension}`;
  let order = permutations.get(key);
  if (!order) {
    order = Uint32Array.from({ length: members }, (_, i) => i);
    const stream = new RandomStream(seed, `ensemble/strata ${dimension}`);
    for (let i = members - 1; i > 0; i--) {
      stream.uniform();
      const j = Math.floor(stream.drawn[0]! * (i + 1));
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    permutations.set(key, order);
  }
  return order[index]!;
}
