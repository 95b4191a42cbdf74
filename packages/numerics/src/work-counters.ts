import type { WorkCounters } from './integrator.ts';

/** Counters of an integration that has not begun. */
export function emptyCounters(): WorkCounters {
  return {
    rhsCalls: 0,
    jacobians: 0,
    factorisations: 0,
    acceptedSteps: 0,
    rejectedSteps: 0,
    kinksLocated: 0,
    kinksRested: 0,
    eventsLocated: 0,
    lifts: 0,
    methodSwitches: 0,
  };
}
