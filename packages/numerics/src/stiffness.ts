import type { System } from './system.ts';

/**
 * Writes to element 0 of `out` step times spectral radius: the larger of the diagonal and of a few power iterations, whose last two growths are
 * averaged because a complex pair or unlike units make them alternate. The start is fixed, and uneven because exchange between states maps even ones
 * to 0. The step stands first in `scale`; v and w, as long as the state, are overwritten.
 */
export function measureStiffness(
  scale: Float64Array,
  jacobian: Float64Array,
  { coreSize, pattern }: Pick<System, 'coreSize' | 'pattern'>,
  v: Float64Array,
  w: Float64Array,
  out: Float64Array,
): void {
  const { rows, columns } = pattern;
  let diagonal = 0;
  let growth = 0;
  let growthBefore = 0;
  for (let i = 0; i < coreSize; i++) v[i] = i % 2 === 0 ? 1 : -0.6180339887498949 / i;
  for (let k = 0; k < jacobian.length; k++)
    if (rows[k] === columns[k]) diagonal = Math.max(diagonal, Math.abs(jacobian[k]!));
  for (let iteration = 0; iteration < 6; iteration++) {
    let norm = 0;
    let before = 0;
    w.fill(0);
    for (let k = 0; k < jacobian.length; k++) w[rows[k]!]! += jacobian[k]! * v[columns[k]!]!;
    for (let i = 0; i < coreSize; i++) {
      norm += w[i]! * w[i]!;
      before += v[i]! * v[i]!;
    }
    growthBefore = growth;
    growth = Math.sqrt(norm / before);
    if (!(norm > 0)) break;
    const share = 1 / Math.sqrt(norm);
    for (let i = 0; i < coreSize; i++) v[i] = w[i]! * share;
  }
  out[0] = Math.abs(scale[0]!) * Math.max(diagonal, Math.sqrt(growth * growthBefore));
}
