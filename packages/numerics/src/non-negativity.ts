import type { NonNegativeState, System } from './system.ts';

/** A state below zero by more than this share of its absolute tolerance is a reason to take a smaller step. */
export const rejectBeyond = 10;

/**
 * Keeps states at or above zero without clipping what is conserved: what rounding or truncation took below zero is lifted back along a
 * conserved direction, so that the lifted amount comes from where it went.
 */
export class NonNegativity {
  readonly #states: readonly NonNegativeState[];
  readonly #limits: Float64Array;
  lifts = 0;

  constructor(system: System, absoluteTolerance: Float64Array) {
    this.#states = system.nonNegative;
    this.#limits = Float64Array.from(this.#states, ({ state }) => {
      const tolerance = absoluteTolerance[state]!;
      return Number.isFinite(tolerance) ? -rejectBeyond * tolerance : Number.NEGATIVE_INFINITY;
    });
  }

  /** 'kept': nothing to do. 'lifted': y was changed. 'reject': the step went too far. */
  restore(y: Float64Array, lastResort: boolean): 'kept' | 'lifted' | 'reject' {
    let below = 0;
    for (let i = 0; i < this.#states.length; i++) {
      const value = y[this.#states[i]!.state]!;
      if (value >= 0) continue;
      if (value < this.#limits[i]! && !lastResort) return 'reject';
      below++;
    }
    if (below === 0) return 'kept';
    for (let pass = 0; pass < 8; pass++) if (this.#lift(y)) return 'lifted';
    return 'reject';
  }

  /** One pass over all states; true when none is below zero afterwards. */
  #lift(y: Float64Array): boolean {
    for (const { state, along } of this.#states) {
      const value = y[state]!;
      if (value >= 0) continue;
      this.lifts++;
      if (along !== null) {
        const times = -value / along[state]!;
        for (let j = 0; j < y.length; j++) y[j]! += times * along[j]!;
      }
      // Rounding may leave a last bit; without a direction nothing is conserved along the state.
      y[state] = Math.max(y[state]!, 0);
    }
    for (const { state } of this.#states) if (y[state]! < 0) return false;
    return true;
  }
}
