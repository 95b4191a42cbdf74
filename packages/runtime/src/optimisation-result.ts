/** A setting of a scenario that is searched for, between two limits. */
export interface SoughtSetting {
  /** As `--set` has it: `recipe.fed-batch.feed.mu`. */
  readonly path: string;
  readonly low: number;
  readonly high: number;
  /** Unit of both limits, '' where there is none. */
  readonly unit: string;
}

/** One try. */
export interface Candidate {
  readonly index: number;
  readonly generation: number;
  /** In the order of what is sought. */
  readonly values: readonly number[];
  /** The figure that is to be high or low; null where the run did not come to it. */
  readonly figure: number | null;
  /** By how much expectations are missed, each in parts of its limit, summed up; 0: all are met. */
  readonly missed: number;
  readonly outcome: 'complete' | 'stopped' | 'failed';
}

/** What a search for the best settings has found, as plain data. */
export interface OptimisationResult {
  readonly scenario: string;
  readonly sense: 'maximise' | 'minimise';
  readonly figure: { readonly id: string; readonly says: string; readonly unit: string };
  readonly sought: readonly SoughtSetting[];
  readonly seed: number;
  /** 'settled': candidates lie closer together than matters. 'spent': as many were tried as were allowed. */
  readonly ended: 'settled' | 'spent' | 'stopped';
  readonly candidates: readonly Candidate[];
  /** The best candidate that meets every expectation, else the one that misses least; absent where every run failed. */
  readonly best?: Candidate;
  /** What the scenario itself comes to. */
  readonly nominal: { readonly figure: number | null; readonly missed: number };
}
