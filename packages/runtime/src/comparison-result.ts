import type { EnsembleResult } from './ensemble-result.ts';

/** Strategies on the same plants, as plain data: member by member they meet the same quantities and the same noise. */
export interface ComparisonResult {
  readonly title: string;
  /** 'stopped': not every strategy met every plant. */
  readonly ended: 'complete' | 'stopped';
  /** The first one is what the others are compared with. */
  readonly strategies: readonly ComparedStrategy[];
  /** Figures that every strategy has. */
  readonly figures: readonly { readonly id: string; readonly says: string; readonly unit: string }[];
}

export interface ComparedStrategy {
  readonly name: string;
  readonly says?: string;
  readonly ensemble: EnsembleResult;
  /** By figure; percentiles over the members that have it. */
  readonly spread: readonly Spread[];
  /** By figure: this strategy less the first, over the plants that both met; null for the first, and where no pair has it. */
  readonly differences: readonly (Difference | null)[];
  /** Share of the members that ran to their end and met every expectation. */
  readonly clean: number;
}

export interface Spread {
  readonly p5: number;
  readonly p25: number;
  readonly p50: number;
  readonly p75: number;
  readonly p95: number;
}

/** Mean of paired differences with its 95 % interval. */
export interface Difference {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly pairs: number;
}
