/** What a process is like about its point of work: a first-order lag behind a dead time, or, with an infinite lag, an integrator behind one. Times in h. */
export interface ProcessFit {
  /** Measured value for one unit of output at rest; Infinity: it integrates. */
  readonly gain: number;
  readonly lagH: number;
  readonly deadTimeH: number;
  /** Gain over lag: how fast the measured value rises for one unit of output, for each h. */
  readonly slopePerH: number;
}

/** A point of the frequency response: period of a wave, measured value for one unit of output, and by what angle it comes later, 0 to 2 pi. */
export interface ResponsePoint {
  readonly periodH: number;
  readonly gain: number;
  readonly late: number;
}

/** Lags beyond so many periods are not seen in one: the process integrates as far as the wave tells. */
const longestLag = 20;

/**
 * The process with a given gain at rest whose frequency response goes through a point, exact where the process is a first-order lag with dead time (Luyben 1987,
 * Ind. Eng. Chem. Res. 26, 2490): the lag follows from how much smaller the gain is there, the dead time from what is left of the angle. Where the gain at
 * rest is not known, is smaller, or makes a lag that no wave shows, the integrator through the point is given.
 */
export function fitProcess({ periodH, gain, late }: ResponsePoint, atRest: number): ProcessFit {
  const perH = (2 * Math.PI) / periodH;
  const lagH = atRest > gain ? Math.sqrt((atRest / gain) ** 2 - 1) / perH : Number.POSITIVE_INFINITY;
  if (lagH < longestLag * periodH)
    return {
      gain: atRest,
      lagH,
      deadTimeH: Math.max(0, late - Math.atan(perH * lagH)) / perH,
      slopePerH: atRest / lagH,
    };
  return {
    gain: Number.POSITIVE_INFINITY,
    lagH: Number.POSITIVE_INFINITY,
    deadTimeH: Math.max(0, late - Math.PI / 2) / perH,
    slopePerH: gain * perH,
  };
}

/** Output for one unit of measured value at a frequency, for each h. */
function stiffness({ gain, lagH, slopePerH }: ProcessFit, perH: number): number {
  return lagH === Number.POSITIVE_INFINITY ? perH / slopePerH : Math.hypot(1, perH * lagH) / gain;
}

/**
 * Gain (output for one unit of measured value) and period (h) with which a loop round the process would oscillate by itself: where a wave comes half a turn late. A relay
 * with a hysteresis stops short of it. Without a dead time there is no such point, and the one that was measured is given.
 */
export function ultimatePoint(
  process: ProcessFit,
  { gain, periodH }: ResponsePoint,
): { gain: number; periodH: number } {
  const { lagH, deadTimeH } = process;
  if (!(deadTimeH > 0)) return { gain: 1 / gain, periodH };
  // Between a quarter turn and half a turn in the dead time alone.
  let [low, high] = [Math.PI / 2 / deadTimeH, Math.PI / deadTimeH];
  for (let i = 0; i < 60 && lagH < Number.POSITIVE_INFINITY; i++) {
    const middle = (low + high) / 2;
    if (middle * deadTimeH + Math.atan(middle * lagH) < Math.PI) low = middle;
    else high = middle;
  }
  return { gain: stiffness(process, low), periodH: (2 * Math.PI) / low };
}
