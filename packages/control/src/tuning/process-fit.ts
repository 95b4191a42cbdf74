/** What a process is like about its point of work: a first-order lag behind a dead time, or, with an infinite lag, an integrator behind one. Times in h. */
export interface ProcessFit {
  /** Measured value for one unit of output at rest; Infinity: it integrates. */
  readonly gain: number;
  readonly lagH: number;
  readonly deadTimeH: number;
  /** Gain over lag: how fast the measured value rises for one unit of output, for each h. */
  readonly slopePerH: number;
}

/** A symmetric limit cycle under a relay: half heights of output and measured value, the deviation at which the relay switched. */
export interface LimitCycle {
  readonly periodH: number;
  readonly relay: number;
  readonly swing: number;
  readonly switchedAt: number;
}

/** Lags beyond so many periods are not seen in one: the process integrates as far as the cycle tells. */
const longestLag = 20;

/**
 * The process behind a limit cycle, exact where it is a first-order lag with dead time: its answer to a relay is made of two exponentials between
 * -A and A, whose length is half a period, and of which the dead time is the part behind the switch (Wang, Hang and Zou 1997, Ind. Eng. Chem. Res. 36, 1530,
 * eqs 6 to 12, for a symmetric relay). `gain` comes from elsewhere; where it is too small for the swing, is not finite, or belongs to a lag that no period shows,
 * the limit of an integrator is given.
 */
export function fitProcess({ periodH, relay, swing, switchedAt }: LimitCycle, gain: number): ProcessFit {
  const most = gain * relay;
  const lagH = most > swing ? periodH / 2 / Math.log((most + swing) / (most - swing)) : Number.POSITIVE_INFINITY;
  if (lagH < longestLag * periodH) {
    const deadTimeH = lagH * Math.log((most - Math.min(switchedAt, swing)) / (most - swing));
    return { gain, lagH, deadTimeH, slopePerH: gain / lagH };
  }
  const slopePerH = (4 * swing) / (periodH * relay);
  const deadTimeH = Math.max(0, swing - switchedAt) / (slopePerH * relay);
  return { gain: Number.POSITIVE_INFINITY, lagH: Number.POSITIVE_INFINITY, deadTimeH, slopePerH };
}

/** Output for one unit of measured value at a frequency, for each h. */
function stiffness({ gain, lagH, slopePerH }: ProcessFit, perH: number): number {
  return lagH === Number.POSITIVE_INFINITY ? perH / slopePerH : Math.hypot(1, perH * lagH) / gain;
}

/**
 * From a measured point of the frequency response, `gain` (output for one unit of measured value) at `periodH`, to where a loop would oscillate by itself: a relay
 * with a hysteresis stops short of it, and the fitted process tells by how much. Exact where the process is what was fitted.
 */
export function ultimatePoint(process: ProcessFit, gain: number, periodH: number): { gain: number; periodH: number } {
  const { lagH, deadTimeH } = process;
  if (!(deadTimeH > 0)) return { gain, periodH };
  // The wave is turned by half a turn between a quarter turn in the dead time and half a turn in it.
  let [low, high] = [Math.PI / 2 / deadTimeH, Math.PI / deadTimeH];
  for (let i = 0; i < 60 && lagH < Number.POSITIVE_INFINITY; i++) {
    const middle = (low + high) / 2;
    if (middle * deadTimeH + Math.atan(middle * lagH) < Math.PI) low = middle;
    else high = middle;
  }
  return {
    gain: (gain * stiffness(process, low)) / stiffness(process, (2 * Math.PI) / periodH),
    periodH: (2 * Math.PI) / low,
  };
}
