import type { Unit } from '@fedbatch/vocabulary';

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
  /** Reads the time at which a scan starts and its length in h, and writes behind them the mean feed rate over it, never negative. Allocates nothing. */
  demand(scan: Float64Array): void;
  /** Tells it the time in h at its end, the length in h and the rate in L/h of every scan, as the pump was asked: held at limits, forced, or nothing. */
  given?(scan: Float64Array): void;
  /** What stands behind its demand, named once. */
  readonly tells?: readonly Told[];
  /** Values of `tells` at present, live, base units. */
  readonly told?: Float64Array;
  /** Where somebody outside demands its rate: the demand in L/h, and 1 while that one lives. */
  readonly remote?: Float64Array;
  /** What has changed in who feeds, in words, since it was asked last; undefined: nothing. */
  changed?(): string | undefined;
}

/** One number that a strategy tells of itself. */
export interface Told {
  /** Behind `feed.`: `proposed`, `estimate.X`. */
  readonly id: string;
  readonly says: string;
  readonly unit: Unit;
}

/** What a strategy may measure when it starts. NaN: there is no such instrument. */
export interface FeedSamples {
  readonly biomassGPerL: number;
  readonly volumeL: number;
  readonly feedRateLPerH: number;
}

/** What a strategy demands for a scan from `timeH` on, L/h; for whoever asks outside a scan. */
export function rateOf(strategy: Pick<FeedStrategy, 'demand'>, timeH: number, scanH: number): number {
  const scan = Float64Array.of(timeH, scanH, Number.NaN);
  strategy.demand(scan);
  return scan[2]!;
}
