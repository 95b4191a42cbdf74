import type { Channel, RunOutcome, ScenarioTitle } from './run-result.ts';

/** What an ensemble leaves behind, as plain data. All values are in the units that stand beside them. */
export interface EnsembleResult {
  readonly scenario: ScenarioTitle;
  readonly design: { readonly kind: string; readonly members: number; readonly seed: number };
  /** 'stopped': fewer members ran than the design has. */
  readonly ended: 'complete' | 'stopped';
  readonly integration: Integration;
  readonly varied: readonly VariedQuantity[];
  readonly figures: readonly { readonly id: string; readonly says: string; readonly unit: string }[];
  readonly expectations: readonly string[];
  /** In the order of their index. */
  readonly members: readonly EnsembleMember[];
  /** Times of the envelopes, h. */
  readonly timeH: Float64Array;
  readonly envelopes: readonly Envelope[];
  /** By figure, then by varied quantity. */
  readonly sensitivities: readonly (readonly Sensitivity[])[];
}

/** How members were integrated. */
export interface Integration {
  /** 'lanes': many at once in WebAssembly. 'single': one after the other, in JavaScript. */
  readonly by: 'lanes' | 'single';
  /** Why not in lanes, as the end of a sentence; empty for lanes. */
  readonly why: string;
}

export interface VariedQuantity {
  readonly id: string;
  readonly says: string;
  readonly unit: string;
  /** How it is drawn, in words and numbers. */
  readonly drawn: string;
}

/** One run of an ensemble; values, figures and expectations in the order of the result. */
export interface EnsembleMember {
  readonly index: number;
  readonly outcome: RunOutcome;
  readonly values: readonly number[];
  /** null: no number, because the run did not come that far. */
  readonly figures: readonly (number | null)[];
  readonly met: readonly boolean[];
}

/** Percentiles of a channel over the members that are still running at each time. */
export interface Envelope {
  readonly channel: Channel;
  readonly members: Int32Array;
  readonly p5: Float64Array;
  readonly p25: Float64Array;
  readonly p50: Float64Array;
  readonly p75: Float64Array;
  readonly p95: Float64Array;
}

export interface Sensitivity {
  /** Spearman's rank correlation: sign and strength of a monotonic effect, -1 to 1. */
  readonly rank: number;
  /** First-order Sobol index: the share of the variance that goes away when this quantity is known. */
  readonly firstOrder: number;
}
