import type { JournalRecord } from '@fedbatch/records';
import type { Person, ProgramOrder } from '@fedbatch/vocabulary';
import { JournalClock } from './journal-clock.ts';
import type { Noted } from './plant-record.ts';
import { personOf, station } from './who.ts';

/** One run of a plant's recipe, as its journal has it. */
export interface ProgramRun {
  /** Its number among the runs of the plant, as in `run-1.csv`. */
  readonly run: number;
  /** seq of the record that began it. */
  readonly record: number;
  readonly person: Person;
  readonly order: ProgramOrder;
  readonly startedMs: number;
  readonly ended?: ProgramEnd;
}

export interface ProgramEnd {
  readonly stampMs: number;
  readonly says: string;
  /** seq of the record that says so. */
  readonly record: number;
}

/** What of a record tells of a run. */
export type ProgramRecord = Pick<JournalRecord, 'seq' | 'type' | 'actor' | 't' | 'new' | 'reason'>;

const noOrder: ProgramOrder = { job: '', task: '', samples: [], properties: [] };

/** The runs of a plant, who asked for them and how they ended: what its journal says, record by record. */
export class ProgramRuns {
  readonly #clock = new JournalClock();
  readonly #runs: ProgramRun[] = [];

  /** The run that is under way, or was last. Undefined before the first record. */
  get last(): ProgramRun | undefined {
    return this.#runs.at(-1);
  }

  get ended(): ProgramRun[] {
    return this.#runs.filter(({ ended }) => ended);
  }

  /** Takes the next record of the journal. */
  take({ seq, type, actor, t, new: value, reason }: ProgramRecord): void {
    const stampMs = this.#clock.stampMs(t);
    const { clock, program, job } = (value ?? {}) as Partial<Noted>;
    const begins = type === 'plant' || (type === 'command' && (clock === 'reset' || clock === 'restore'));
    if (begins) {
      const order = job?.action === 'begin' ? { ...noOrder, job: job.id } : (program ?? noOrder);
      const run = { run: this.#runs.length, record: seq, person: personOf(actor), order, startedMs: stampMs };
      this.#runs.push(run);
    }
    const isEnd = type === 'run' && actor.human === station.name && !reason?.startsWith('started');
    const { last } = this;
    if (isEnd && last && !last.ended)
      this.#runs[this.#runs.length - 1] = { ...last, ended: { stampMs, says: reason ?? '', record: seq } };
  }
}
