import type { RecordTime } from '@fedbatch/records';

const msOfH = 3.6e6;

/**
 * Stamps of records, read in order: by their wall clock, or where they have none, as in lockstep, by the plant's own, which a reset or a restore sets
 * back while its history goes on.
 */
export class JournalClock {
  /** Time of the runs before the present one, and the latest of the present one, ms. */
  #beforeMs: number;
  #lastMs: number;

  constructor(beforeMs = 0, lastMs = 0) {
    this.#beforeMs = beforeMs;
    this.#lastMs = lastMs;
  }

  get beforeMs(): number {
    return this.#beforeMs;
  }

  get lastMs(): number {
    return this.#lastMs;
  }

  /** The stamp of the next record, ms since 1970; in lockstep ms of the plant's own clock. */
  stampMs({ wall, sim }: RecordTime): number {
    const simMs = (sim ?? 0) * msOfH;
    if (simMs < this.#lastMs) this.#beforeMs += this.#lastMs - simMs;
    this.#lastMs = simMs;
    return wall === null ? Math.round(this.#beforeMs + simMs) : Date.parse(wall);
  }
}
