import { largestShare } from './estimate.ts';
import type { EstimatorSignal } from './estimator-settings.ts';
import type { HorizonStage } from './horizon-stage.ts';

/** A value that is off by more deviations than this counts with Huber's weight: as far off as this, whatever it says (Huber 1964, Ann. Math. Stat. 35, 73). */
export const allowedMisfit = 2.5;
/** Deviation with which a share is held to its bound. */
const boundDeviation = 1e-3;
/** A weight that changes by less is left as it was. */
const reweighed = 0.05;

/** How far what was measured in a stage is from what is expected, as a quadratic of the unknowns at its node: squares of deviations, with robust weights and the bounds that hold. */
export class StageMisfit {
  readonly signals: number;
  /** Noise of each signal: a share of its value, and an amount. */
  readonly relative: Float64Array;
  readonly absolute: Float64Array;
  /** Index of the first share among the unknowns. */
  readonly #shares: number;

  constructor(signals: readonly EstimatorSignal[], shares: number) {
    this.signals = signals.length;
    this.relative = Float64Array.from(signals, ({ relative }) => relative);
    this.absolute = Float64Array.from(signals, ({ absolute }) => absolute);
    this.#shares = shares;
  }

  /** Information and pull of a stage from all values that it has. */
  accumulate(stage: HorizonStage): void {
    const { information, pull, rows, expected, measured, weights, held, point } = stage;
    const n = point.length;
    const { relative, absolute, signals } = this;
    information.fill(0);
    pull.fill(0);
    for (let at = 0; at < (stage.steps + 1) * signals; at++) {
      const value = measured[at]!;
      if (Number.isNaN(value)) continue;
      const k = at % signals;
      const weight = weights[at]! / ((relative[k]! * expected[at]!) ** 2 + absolute[k]! ** 2);
      const misfit = weight * (value - expected[at]!);
      for (let i = 0; i < n; i++) {
        const row = rows[at * n + i]!;
        if (row === 0) continue;
        pull[i]! += row * misfit;
        for (let j = 0; j < n; j++) information[i * n + j]! += weight * row * rows[at * n + j]!;
      }
    }
    for (let i = this.#shares; i < n; i++) {
      if (held[i] === 0) continue;
      information[i * n + i]! += 1 / boundDeviation ** 2;
      pull[i]! += (held[i]! * largestShare - point[i]!) / boundDeviation ** 2;
    }
  }

  /** Huber's weights, and the bounds that hold, at the smoothed unknowns. */
  reweigh(stage: HorizonStage): 'kept' | 'changed' {
    const { rows, expected, measured, weights, point, smoothed, held } = stage;
    const n = point.length;
    const { relative, absolute, signals } = this;
    let changed: 'kept' | 'changed' = 'kept';
    for (let at = 0; at < (stage.steps + 1) * signals; at++) {
      if (Number.isNaN(measured[at]!)) continue;
      let fits = expected[at]!;
      for (let i = 0; i < n; i++) fits += rows[at * n + i]! * (smoothed[i]! - point[i]!);
      const k = at % signals;
      const noise = (relative[k]! * expected[at]!) ** 2 + absolute[k]! ** 2;
      const weight = Math.min(1, (allowedMisfit * Math.sqrt(noise)) / Math.abs(measured[at]! - fits));
      if (Math.abs(weight - weights[at]!) < reweighed) continue;
      weights[at] = weight;
      changed = 'changed';
    }
    for (let i = this.#shares; i < n; i++) {
      const side = smoothed[i]! > largestShare ? 1 : smoothed[i]! < -largestShare ? -1 : 0;
      if (side === held[i]) continue;
      held[i] = side;
      changed = 'changed';
    }
    return changed;
  }
}
