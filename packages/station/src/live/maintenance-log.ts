import type { MaintenanceAction } from '@fedbatch/vocabulary';

/** Something that was done to the maintenance task of an actuator. */
export interface MaintenanceNote {
  readonly actuator: string;
  readonly action: MaintenanceAction;
  /** Plant time, h. */
  readonly timeH: number;
}

/** Where a maintenance task stands. */
export interface MaintenanceState {
  readonly phase: 'planned' | 'executing' | 'finished';
  /** Plant time of the last service with success, h; 0: none since the plant was new. */
  readonly servedH: number;
}

const leadsTo = { start: 'executing', finish: 'finished', fail: 'finished', reset: 'planned' } as const;

/** What was done to the actuators of a plant that wear; it follows from the journal. */
export class MaintenanceLog {
  #notes: MaintenanceNote[] = [];

  add(note: MaintenanceNote): void {
    this.#notes.push(note);
  }

  /** The plant goes on from this time of its own, h: what was done later has not been done. */
  goOn(timeH: number): void {
    this.#notes = this.#notes.filter((note) => note.timeH <= timeH && timeH > 0);
  }

  of(actuator: string): MaintenanceState {
    const notes = this.#notes.filter((note) => note.actuator === actuator);
    const moved = notes.findLast(({ action }) => action !== 'acknowledge');
    const served = notes.findLast(({ action }) => action === 'finish');
    return {
      phase: moved ? leadsTo[moved.action as keyof typeof leadsTo] : 'planned',
      servedH: served?.timeH ?? 0,
    };
  }
}
