import type { Change, LiveRun } from '@fedbatch/runtime';
import type { Command, Person } from '@fedbatch/vocabulary';
import { plain } from './command-record.ts';
import type { Passed, Refused } from './gate.ts';
import { changesOf, endOf, type JobNote, type JobOrders, recipeChanges } from './job-orders.ts';
import type { PlantEvents } from './plant-events.ts';
import type { PlantRuns } from './plant-runs.ts';
import { station } from './who.ts';

type JobCommand = Command & { kind: 'job' };

/** Lets the runs of a plant be those that job orders ask for. */
export class JobRuns {
  readonly #orders: JobOrders;
  readonly #runs: PlantRuns;
  readonly #events: PlantEvents;
  readonly #stampMs: () => number;

  constructor(orders: JobOrders, runs: PlantRuns, events: PlantEvents, stampMs: () => number) {
    this.#orders = orders;
    this.#runs = runs;
    this.#events = events;
    this.#stampMs = stampMs;
  }

  /** Decides on a command whose person may give it: by the list, and by what an order would set. */
  judge(person: Person, command: JobCommand, verdict: Passed): Passed | Refused {
    const refused = this.#orders.refusal(command);
    if (refused) return refused;
    if (!('order' in command))
      return { ...verdict, changes: recipeChanges(command.action, this.#orders.of(command.job)) };
    const changes = changesOf(this.#runs.fresh(), person, command.order);
    return 'refusal' in changes ? changes : verdict;
  }

  /** A command that was let pass, as the record has it. */
  noteOf(command: JobCommand, person: Person): JobNote {
    if (!('order' in command)) return { action: command.action, id: command.job };
    const { action, order } = command;
    return { action, order, changes: changesOf(this.#runs.fresh(), person, order) as Change[] };
  }

  /** Lets the next job have the plant when that is free: its run is over, or has not begun. `begin` makes a run the present one. */
  begin(nowMs: number | undefined, begin: (live: LiveRun) => void): 'begun' | 'none' {
    const { live } = this.#runs;
    if (this.#orders.open || !(live.ended || live.scans === 0)) return 'none';
    const job = this.#orders.next(nowMs);
    if (!job) return 'none';
    const { person, changes, order } = job;
    const note: JobNote = { action: 'begin', id: order.id, atMs: this.#stampMs() };
    const next = this.#runs.fresh();
    const noted = { scan: 0, clock: 'reset', changes, job: note };
    if (!this.#events.accept(person, { changes, subject: `job.${order.id}` }, noted).accepted) return 'none';
    begin(next);
    for (const change of changes) next.mailbox.post(change);
    this.#orders.apply(note, person);
    return 'begun';
  }

  /** The run of a job is over, one way or another. */
  end(says: string): void {
    const job = this.#orders.open;
    if (!job) return;
    const note = endOf(job, says, this.#runs.live, this.#stampMs());
    const subject = `job.${job.order.id}`;
    const record = this.#events.write('job', station, subject, { new: plain({ job: note }), reason: says });
    if (record === undefined) return;
    this.#orders.apply(note, station);
    this.#events.tell({ kind: 'job', subject, says, record });
  }
}
