/** What the controller of this example writes and sees, in order: the tags of `Choose`. */
export const setpoints = ['feed.rate.setpoint'] as const;
export const outputs = [
  'clock.sim.time',
  'DO.probe.measured',
  'biomass.capacitance.measured',
  'recipe.run.state',
] as const;

/** Time between two calls, s: a whole number of scans of the scenario. */
export const stepS = 60;
const stepH = stepS / 3600;

const startH = 9;
export const endH = 14;
const muPerH = 0.18;
const firstLPerH = 0.02;
const mostLPerH = 0.5;
const leastOxygenPercent = 25;

/**
 * An exponential feed that slows down while dissolved oxygen is short: a tenth off at each turn below 25 %, a fortieth back above it. A plain function of
 * what was measured and of its own memory, so that it does the same here, in another process, and in another language.
 */
export function feedLaw(): (measured: readonly number[]) => number {
  let share = 1;
  return ([timeH, oxygenPercent]) => {
    if (timeH! < startH - 0.5 * stepH) return 0;
    share = oxygenPercent! < leastOxygenPercent ? share * 0.9 : Math.min(1, share * 1.025);
    return Math.min(mostLPerH, share * firstLPerH * Math.exp(muPerH * (timeH! - startH)));
  };
}
