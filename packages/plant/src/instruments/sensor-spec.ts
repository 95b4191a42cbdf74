/** What a sensor is, in base units and h. Every number is what a data sheet would state. */
export interface SensorSpec {
  /** `pH.probe` */
  readonly tag: string;
  /** Output of the equations that it senses. */
  readonly reads: string;
  /** Input of the equations that gets its reading at every scan, for control that is written as equations. */
  readonly writes?: string;
  /** Lag: first-order elements in a row and the time constant of each. */
  readonly order: number;
  readonly tauH: number;
  /** Pure delay before the lag. */
  readonly delayH: number;
  readonly low: number;
  readonly high: number;
  /** Smallest step of the reading; 0: none. */
  readonly resolution: number;
  /** Time between two readings; 0: every scan. */
  readonly intervalH: number;
  /** Times of readings, where they are taken by hand; `intervalH` does not count then. */
  readonly at: readonly number[];
  /** Time from the sample to its value: an analyser or a laboratory. */
  readonly resultH: number;
  /** Standard deviation of white noise, absolute and relative to the value, and of noise with a correlation time. */
  readonly white: number;
  readonly relative: number;
  readonly slow: number;
  readonly slowTauH: number;
  /** Error of its calibration. */
  readonly bias: number;
  readonly driftPerH: number;
  /** Loss of span with time and with each sterilisation, about the value that ageing leaves alone (7 for pH). */
  readonly spanLossPerH: number;
  readonly spanLossPerSterilisation: number;
  readonly offsetPerSterilisation: number;
  readonly pivot: number;
  readonly sterilisations: number;
  /** Growth of the time constant with time: fouling. */
  readonly slowingPerH: number;
}

/** An ideal sensor of a quantity; a spec says only what is not ideal. */
export const idealSensor: Omit<SensorSpec, 'tag' | 'reads'> = {
  order: 1,
  tauH: 0,
  delayH: 0,
  low: Number.NEGATIVE_INFINITY,
  high: Number.POSITIVE_INFINITY,
  resolution: 0,
  intervalH: 0,
  at: [],
  resultH: 0,
  white: 0,
  relative: 0,
  slow: 0,
  slowTauH: 0.1,
  bias: 0,
  driftPerH: 0,
  spanLossPerH: 0,
  spanLossPerSterilisation: 0,
  offsetPerSterilisation: 0,
  pivot: 0,
  sterilisations: 0,
  slowingPerH: 0,
};
