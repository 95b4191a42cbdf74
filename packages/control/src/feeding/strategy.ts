/**
 * A feeding strategy sees samples and gives a demand; it does not know whether the plant is simulated.
 * Times in h, flows in L/h, concentrations in g/L.
 */
export interface FeedStrategy {
  readonly name: string;
  /** Starts the strategy at `timeH` with what is measured now. Throws a RangeError in words when it cannot start. */
  begin(timeH: number, measured: FeedSamples): void;
  /**
   * Shows it the time in h, and behind it the signals that it reads in the order that it was made with, at every scan from the start of the run; NaN: no
   * value, or a bad one. Left out by a strategy that reads none. A value that is missing never drives the feed up.
   */
  see?(signals: Float64Array): void;
  /** Mean feed rate over the scan from `timeH` to `timeH + scanH`, never negative. Allocates nothing. */
  demand(timeH: number, scanH: number): number;
}

/** What a strategy may measure when it starts. NaN: there is no such instrument. */
export interface FeedSamples {
  readonly biomassGPerL: number;
  readonly volumeL: number;
  readonly feedRateLPerH: number;
}
