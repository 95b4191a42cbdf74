import { resolve } from 'node:path';
import { Run } from '@fedbatch/runtime';
import { loadScenario } from '@fedbatch/station';
import { median } from '@fedbatch/studies';
import { batchScans, type Scanned } from './scan.ts';

const scenarioFile = resolve(import.meta.dirname, '../models/closed-loop.yaml');
const vesselFile = resolve(import.meta.dirname, '../../sims/scenarios/ecoli-exponential');

export type Plan = ConstructorParameters<typeof Run>[0];

/** Full vessel, twenty sensors, twelve actuators, base loops and a feed; kept once an hour. */
export const closedLoopPlan = (): Plan => loadScenario(scenarioFile, ['record.every=1 h']).plan;

/** A vessel with its gas space and a feed, without instruments. */
export const benchVesselPlan = (): Plan =>
  loadScenario(vesselFile, ['record.every=1 h', 'recipe.fed-batch.for=12 h']).plan;

/** A whole run as it is run in a session: sense, control, act, integrate, statistics, records. */
export class ClosedLoop implements Scanned {
  readonly #plan: Plan;
  #run: Run;
  #scans = 0;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#run = new Run(plan);
  }

  begin(): void {
    this.#run = new Run(this.#plan);
    this.#scans = 0;
  }

  get isOver(): boolean {
    return this.#scans >= batchScans;
  }

  get rhsCalls(): number {
    return this.#run.result().work.rhsCalls;
  }

  /** The controllers have the inputs: nothing is demanded from outside. */
  scan(): void {
    this.#scans++;
    if (this.#run.scan() === 'ended') throw new Error(`The run ended at ${this.#run.timeH} h, before its 20 h.`);
  }
}

/** Processor time of a whole batch of 20 h with everything round its scans, from the plan to the result: median of so many, ms. */
export function measureWholeBatch(plan: Plan, batches: number): number {
  const times: number[] = [];
  for (let batch = 0; batch <= batches; batch++) {
    const before = process.cpuUsage();
    const run = new Run(plan);
    for (let scan = 0; scan < batchScans; scan++) run.scan();
    run.result();
    const { user, system } = process.cpuUsage(before);
    // The first one compiles.
    if (batch > 0) times.push((user + system) / 1000);
  }
  return median(times);
}
