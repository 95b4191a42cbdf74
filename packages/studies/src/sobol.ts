/**
 * Direction numbers of Joe and Kuo 2008, SIAM J. Sci. Comput. 30, 2635 (new-joe-kuo-6), from dimension 2 on: degree and coefficients of the
 * primitive polynomial, first odd numbers. Dimension 1 is the radical inverse.
 */
const directions: readonly (readonly [degree: number, coefficients: number, first: readonly number[]])[] = [
  [1, 0, [1]],
  [2, 1, [1, 3]],
  [3, 1, [1, 3, 1]],
  [3, 2, [1, 1, 1]],
  [4, 1, [1, 1, 3, 3]],
  [4, 4, [1, 3, 5, 13]],
  [5, 2, [1, 1, 5, 5, 17]],
  [5, 4, [1, 1, 5, 5, 5]],
  [5, 7, [1, 1, 7, 11, 19]],
  [5, 11, [1, 1, 5, 1, 1]],
  [5, 13, [1, 1, 1, 3, 11]],
  [5, 14, [1, 3, 5, 5, 31]],
  [6, 1, [1, 3, 3, 9, 7, 49]],
  [6, 13, [1, 1, 1, 15, 21, 21]],
  [6, 16, [1, 3, 1, 13, 27, 49]],
  [6, 19, [1, 1, 1, 15, 7, 5]],
  [6, 22, [1, 3, 1, 15, 13, 25]],
  [6, 25, [1, 1, 5, 5, 19, 61]],
  [7, 1, [1, 3, 7, 11, 23, 15, 103]],
  [7, 4, [1, 3, 7, 13, 13, 15, 69]],
];

/** Most dimensions that there are direction numbers for. */
export const sobolDimensions = directions.length + 1;

const bits = 32;

/** Point `index` of the Sobol sequence, each coordinate as a whole number of 32 bits. Gray code order (Antonov and Saleev 1979). */
export function sobolPoint(index: number, dimensions: number): Uint32Array {
  const point = new Uint32Array(dimensions);
  const gray = (index ^ (index >>> 1)) >>> 0;
  for (let d = 0; d < dimensions; d++) {
    const numbers = directionNumbers(d);
    let value = 0;
    for (let bit = 0; bit < bits; bit++) if ((gray >>> bit) & 1) value ^= numbers[bit]!;
    point[d] = value;
  }
  return point;
}

const known = new Map<number, Uint32Array>();

function directionNumbers(dimension: number): Uint32Array {
  const before = known.get(dimension);
  if (before) return before;
  const v = new Uint32Array(bits);
  if (dimension === 0) {
    for (let i = 0; i < bits; i++) v[i] = 1 << (bits - 1 - i);
  } else {
    const [degree, coefficients, first] = directions[dimension - 1]!;
    for (let i = 0; i < bits; i++) {
      if (i < degree) {
        v[i] = first[i]! << (bits - 1 - i);
        continue;
      }
      let value = v[i - degree]! ^ (v[i - degree]! >>> degree);
      for (let k = 1; k < degree; k++) if ((coefficients >>> (degree - 1 - k)) & 1) value ^= v[i - k]!;
      v[i] = value;
    }
  }
  known.set(dimension, v);
  return v;
}
