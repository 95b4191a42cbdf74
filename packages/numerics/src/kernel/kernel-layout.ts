import type { StepPlaces } from '../lanes/lane-stages.ts';
import { laneBytes } from '../lanes/lane-system.ts';
import type { ControlPlaces } from '../lanes/step-length.ts';
import type { RosenbrockTableau } from '../rosenbrock.ts';
import { runCounts, runPlaces } from '../step-method.ts';
import type { KernelPlaces, KernelSystem } from './kernel-system.ts';

/** Offsets into the workspace of a kernel: values in 16 bytes, and behind them what the host reads and writes, in 8. */
export interface KernelLayout extends KernelPlaces, StepPlaces, ControlPlaces {
  /** Time at the end of the attempt. */
  readonly end: number;
  /** Rates of the quadratures at each stage, and a sum over the stages of each. */
  readonly quadratureRates: number;
  readonly quadratureSums: number;
  readonly host: HostPlaces;
}

/** Offsets of doubles that the host shares. */
export interface HostPlaces {
  /** Start and length of the attempt. */
  readonly span: number;
  /** The share of it at which dense output is wanted. */
  readonly theta: number;
  readonly parameters: number;
  readonly state: number;
  readonly next: number;
  readonly error: number;
  readonly between: number;
  /** A time and a state at which switching functions are wanted, and what they are. */
  readonly time: number;
  readonly seen: number;
  readonly kinks: number;
  /** What a run of steps is given and gives back: `runPlaces`, and as i32 `runCounts`. */
  readonly run: number;
  readonly counts: number;
  /** The sides of zero on which switching functions and then events are. */
  readonly signs: number;
}

export function kernelLayout(
  {
    size,
    coreSize,
    quadratureCount,
    coefficientCount,
    pattern,
    parameterCount,
    unknownCount,
    keptCount,
    kinkCount,
    eventCount,
  }: KernelSystem,
  tableau: RosenbrockTableau,
  factorCount: number,
  start: number,
): KernelLayout {
  let bytes = start;
  const take = (count: number, each = laneBytes): number => {
    const at = bytes;
    bytes += count * each;
    return at;
  };
  const doubles = (count: number): number => take(count + (count % 2), 8);
  const host: HostPlaces = {
    span: doubles(2),
    theta: doubles(1),
    parameters: doubles(parameterCount),
    state: doubles(size),
    next: doubles(size),
    error: doubles(size),
    between: doubles(size),
    time: doubles(1),
    seen: doubles(size),
    kinks: doubles(kinkCount),
    run: doubles(Object.keys(runPlaces).length),
    counts: doubles(Object.keys(runCounts).length / 2),
    signs: doubles(kinkCount + eventCount),
  };
  const layout = {
    host,
    clock: take(1),
    time: take(1),
    step: take(1),
    inverse: take(1),
    scaled: take(1),
    stop: take(1),
    end: take(1),
    wish: take(1),
    allowed: take(1),
    rejectedBefore: take(1),
    wrecked: take(1),
    theta: take(1),
    state: take(size),
    next: take(size),
    between: take(size),
    rates: take(coreSize + quadratureCount),
    slopes: take(coreSize + quadratureCount),
    byTime: take(coreSize + quadratureCount),
    stages: take(coreSize * tableau.stages.length),
    quadratureRates: take(quadratureCount * tableau.stages.length),
    quadratureSums: take(quadratureCount),
    coefficients: take(coefficientCount),
    jacobian: take(pattern.rows.length),
    factors: take(factorCount),
    polynomials: take(size * tableau.dense.length),
    parameters: take(parameterCount),
    kept: take(keptCount),
    unknowns: take(unknownCount),
    kinks: take(kinkCount),
    events: take(eventCount),
    spare: take(size),
  };
  return { ...layout, hoisted: bytes };
}
