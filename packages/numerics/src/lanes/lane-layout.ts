import type { RosenbrockTableau } from '../rosenbrock.ts';
import { type LanePlaces, type LaneSystem, laneBytes } from './lane-system.ts';

/** Offsets into the workspace of a pair of lanes: what a system reads and writes, and what the integrator keeps. */
export interface LaneLayout extends LanePlaces {
  /** What a lane that is idle has of its own: i32 a lane, the batch and the row that is saved next; a mask, there is no batch. */
  readonly batch: number;
  readonly row: number;
  readonly idle: number;
  /** State, argument of a stage and in the end the new state, and a state on dense output. */
  readonly state: number;
  readonly next: number;
  readonly between: number;
  readonly stages: number;
  readonly factors: number;
  readonly polynomials: number;
  /** Event functions at the state, as signs; masks of events that may still happen. */
  readonly signs: number;
  readonly armed: number;
  /** Masks of the crossings in the attempt, and the share of it at which each lies. */
  readonly crossed: number;
  readonly shares: number;
  /** Event functions at the end of the attempt, and masks of the events that a landing meets. */
  readonly ends: number;
  readonly meets: number;
  /** Masks of the events at times that lie ahead. */
  readonly pending: number;
  readonly time: number;
  readonly step: number;
  readonly inverse: number;
  readonly scaled: number;
  readonly wish: number;
  readonly stop: number;
  /** The step that the error of the last accepted attempt allowed; 0: there was none. */
  readonly allowed: number;
  readonly rejectedBefore: number;
  /** Masks: the attempt is wrecked, the attempt ends at a crossing. */
  readonly wrecked: number;
  readonly landing: number;
  readonly landingStep: number;
  /** Time at the end of the attempt, and of the row that is saved next. */
  readonly end: number;
  readonly due: number;
  readonly theta: number;
  readonly norm: number;
  readonly attempts: number;
}

export function layoutOf(system: LaneSystem, tableau: RosenbrockTableau, factorCount: number): LaneLayout {
  let bytes = 0;
  const take = (count: number): number => {
    const at = bytes;
    bytes += count * laneBytes;
    return at;
  };
  const events = system.crossings.length;
  const { size, unknownCount, keptCount } = system;
  const entries = system.pattern.rows.length;
  const layout = {
    batch: take(1),
    row: take(1),
    idle: take(1),
    clock: take(1),
    time: take(1),
    step: take(1),
    inverse: take(1),
    scaled: take(1),
    wish: take(1),
    stop: take(1),
    allowed: take(1),
    rejectedBefore: take(1),
    wrecked: take(1),
    landing: take(1),
    landingStep: take(1),
    end: take(1),
    due: take(1),
    theta: take(1),
    norm: take(1),
    attempts: take(1),
    lifted: take(1),
    state: take(size),
    next: take(size),
    between: take(size),
    stages: take(size * tableau.stages.length),
    factors: take(factorCount),
    polynomials: take(size * tableau.dense.length),
    parameters: take(system.parameterCount),
    start: take(system.startCount),
    events: take(events),
    signs: take(events),
    armed: take(events),
    crossed: take(events),
    eventTimes: take(system.timeEvents),
    shares: take(events),
    ends: take(events),
    meets: take(events),
    pending: take(system.timeEvents),
    fired: take(events + system.timeEvents),
    outputs: take(system.outputCount),
    rates: take(size),
    byTime: take(size),
    jacobian: take(entries),
    unknowns: take(unknownCount),
    kept: take(keptCount),
    spare: take(2 * size + entries + unknownCount + keptCount),
  };
  return { ...layout, hoisted: bytes };
}
