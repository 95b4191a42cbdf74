import type { RosenbrockTableau } from './rosenbrock.ts';

/** How a sum over the stages of a Rosenbrock method follows for a state that nothing depends on. */
export interface QuadratureWeights {
  /** One a stage: weights of the rates at the stages, and of the stages themselves under the row of the Jacobian. */
  readonly stages: readonly number[];
  /** Weight of the partial derivative of the rate with respect to time, over the step. */
  readonly slope: number;
}

/**
 * For a pure quadrature x' = g(t, y) the stages K of x are a linear system of their own: with M = I/gamma - couplings they solve
 * M K = h r, r_i = g_i + h slopes_i dg/dt + dg/dy K_i(y). So sum_i m_i K_i is h sum_i w_i r_i with w = M^-T m: the rates of a quadrature are summed
 * once a step, where stage by stage they would be coupled, scaled and summed anew. In exact arithmetic both are the same, so that what is conserved
 * stays conserved.
 */
export function quadratureWeights(
  { gamma, couplings, slopes }: RosenbrockTableau,
  sum: readonly number[],
): QuadratureWeights {
  const weights = Array.from(slopes, () => 0);
  for (let i = slopes.length - 1; i >= 0; i--) {
    let value = sum[i] ?? 0;
    for (let later = i + 1; later < slopes.length; later++) value += (couplings[later]![i] ?? 0) * weights[later]!;
    weights[i] = gamma * value;
  }
  return { stages: weights, slope: weights.reduce((total, weight, i) => total + weight * slopes[i]!, 0) };
}

/** What the stages are summed with to give the new state: the argument of the last one and itself. */
export function stateSum({ stages }: RosenbrockTableau): readonly number[] {
  return [...stages.at(-1)!, 1];
}

/** The last stage is the error estimate. */
export function errorSum({ stages }: RosenbrockTableau): readonly number[] {
  return stages.map((_, i) => (i === stages.length - 1 ? 1 : 0));
}
