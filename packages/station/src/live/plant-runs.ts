import { LiveRun, type MoreTag, type RunEvent, type RunPlan } from '@fedbatch/runtime';
import type { Recovered } from './plant-record.ts';
import { readSnapshot } from './snapshot-file.ts';

/** The runs of a plant, one after the other: a reset, a restore or a job begins the next. */
export class PlantRuns {
  readonly #plan: RunPlan;
  readonly #more: readonly MoreTag[];
  #live: LiveRun;
  #number = 0;
  /** Scans of all runs before the present one. */
  #earlier = 0;
  /** Events of the present run that were taken. */
  #taken = 0;

  /** `more` gives the tags that the run itself does not have. */
  constructor(plan: RunPlan, more: (runs: PlantRuns) => readonly MoreTag[]) {
    this.#plan = plan;
    this.#more = more(this);
    this.#live = this.fresh();
  }

  /** The present one. */
  get live(): LiveRun {
    return this.#live;
  }

  /** Its number, from 0. */
  get number(): number {
    return this.#number;
  }

  /** Scans of all runs. */
  get scans(): number {
    return this.#earlier + this.#live.scans;
  }

  /** A run that has not begun. */
  fresh(): LiveRun {
    return new LiveRun(this.#plan, this.#more);
  }

  /** The run of a snapshot; undefined where that does not lead to the state that it was taken at. */
  restored(folder: string, snapshot: string): LiveRun | undefined {
    try {
      return LiveRun.restored(this.#plan, readSnapshot(folder, snapshot), this.#more);
    } catch {
      return undefined;
    }
  }

  /** Goes on with another run; what that brings along happened before, and counts as told. */
  begin(live: LiveRun): void {
    this.#earlier += this.#live.scans;
    this.#live = live;
    this.#earlier -= live.scans;
    this.#taken = live.events.length;
    this.#number++;
  }

  /** Hands over what happened since the last time, up to what cannot be taken. */
  handOver(take: (event: RunEvent) => 'taken' | 'not taken'): void {
    const { events } = this.#live;
    while (this.#taken < events.length && take(events[this.#taken]!) === 'taken') this.#taken++;
  }

  /** Makes the scans again of a run that an earlier session had come so far with. */
  recover({ run, changes, events }: Recovered, scans: number, afterScan: () => void): void {
    this.#number = run;
    this.#live.replay(changes, scans, afterScan);
    this.#taken = Math.min(events, this.#live.events.length);
  }

  /** Counts earlier runs so that there were so many scans in all. */
  countTo(scans: number): void {
    this.#earlier = Math.max(0, scans - this.#live.scans);
  }
}
