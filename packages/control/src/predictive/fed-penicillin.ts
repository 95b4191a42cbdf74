import { compose, type Model, readComponent } from '@fedbatch/model';
import { Problems } from '@fedbatch/vocabulary';
import type { PredictiveSettings } from './predictive.ts';

const reactor = `
vessel: Fed-batch penicillin after Srinivasan, a benchmark of dynamic optimisation
source: 'Srinivasan et al. 2003, Comput. Chem. Eng. 27, 1; values of the batch reactor example of do-mpc'
inputs: { u: { unit: L/h, default: 0 L/h, range: 0..1 L/h, says: feed } }
parameters:
  mumax: { value: 0.02 1/h, source: as titled, says: highest growth rate }
  Km: { value: 0.05 g/L, source: as titled, says: substrate at half of it }
  Ki: { value: 5 g/L, source: as titled, says: substrate that inhibits }
  v: { value: 0.004 1/h, source: as titled, says: specific rate of product }
  Yx: { value: 0.5 g/g, source: as titled, says: biomass per substrate }
  Yp: { value: 1.2 g/g, source: as titled, says: product per substrate }
  Sf: { value: 200 g/L, source: as titled, says: substrate in the feed }
  X0: { value: 1 g/L, source: as titled, says: biomass at the start }
  S0: { value: 0.5 g/L, source: as titled, says: substrate at the start }
  P0: { value: 0 g/L, source: as titled, says: product at the start }
  V0: { value: 120 L, source: as titled, says: volume at the start }
quantities:
  mu: { unit: 1/h, is: mumax * S / (Km + S + S^2 / Ki), says: growth rate }
states:
  X: { unit: g/L, initial: X0, rate: (mu - u / L) * X, says: biomass }
  S: { unit: g/L, initial: S0, rate: -mu * X / Yx - v * X / Yp + u / L * (Sf - S), says: substrate }
  P: { unit: g/L, initial: P0, rate: v * X - u / L * P, says: product }
  L: { unit: L, initial: V0, rate: u, says: volume }
phases: { broth: { volume state: V, initial volume: 1 L } }
`;

/** The batch reactor of the do-mpc example, whose first moves are known to eight digits. */
export function fedPenicillin(): Model {
  return compose([{ role: 'vessel', file: readComponent(reactor, 'reactor.yaml', new Problems()) }], {});
}

/** The control problem of that example, with soft limits in the place of its hard ones. */
export function batchReactor(precise: Pick<PredictiveSettings, 'relativeTolerance' | 'tolerance' | 'evaluations'>) {
  return {
    model: fedPenicillin(),
    input: 'vessel.u',
    moves: 20,
    stepH: 1,
    method: 'tsit5',
    wishes: [{ output: 'vessel.P', weight: -1 }],
    limits: [
      { output: 'vessel.X', side: 'above', limit: 3.7, weight: 1e4 },
      { output: 'vessel.P', side: 'above', limit: 3, weight: 1e4 },
    ],
    moveWeight: 1,
    low: 0,
    high: 0.2,
    ...precise,
  } satisfies PredictiveSettings;
}
