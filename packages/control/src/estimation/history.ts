/** What a step of an estimator started from and was told, as plain arrays. */
export interface StepRecord {
  readonly state: Float64Array;
  readonly shares: Float64Array;
  readonly p: Float64Array;
  /** What the rule of the filter remembers beside. */
  readonly memory: Float64Array;
  readonly inputs: Float64Array;
  readonly measured: Float64Array;
  /** Element 0: time in h. */
  readonly now: Float64Array;
}

/** The last steps of an estimator, in a ring that allocates nothing after construction: record 0 is the present step, record 1 the one before. */
export class History {
  #kept = 0;
  #newest = -1;
  readonly #ring: StepRecord[];

  /** Remembers `depth` steps of records that are shaped like `like`; none: a ring that keeps nothing. */
  constructor(depth: number, like: StepRecord) {
    this.#ring = Array.from({ length: depth }, () => ({
      state: new Float64Array(like.state.length),
      shares: new Float64Array(like.shares.length),
      p: new Float64Array(like.p.length),
      memory: new Float64Array(like.memory.length),
      inputs: new Float64Array(like.inputs.length),
      measured: new Float64Array(like.measured.length),
      now: new Float64Array(1),
    }));
  }

  /** Number of steps that can be gone back to. */
  get kept(): number {
    return this.#kept;
  }

  clear(): void {
    this.#kept = 0;
    this.#newest = -1;
  }

  keep(step: StepRecord): void {
    if (this.#ring.length === 0) return;
    this.#newest = (this.#newest + 1) % this.#ring.length;
    this.#kept = Math.min(this.#kept + 1, this.#ring.length);
    const into = this.at(0);
    copy(step, into);
    into.inputs.set(step.inputs);
    into.measured.set(step.measured);
  }

  /** Record of `back` steps ago; at most `kept - 1`. */
  at(back: number): StepRecord {
    return this.#ring[(this.#newest - back + this.#ring.length) % this.#ring.length]!;
  }

  /** Corrects where the step of `back` steps ago started from. */
  correct(back: number, step: StepRecord): void {
    copy(step, this.at(back));
  }
}

function copy(from: StepRecord, to: StepRecord): void {
  to.state.set(from.state);
  to.shares.set(from.shares);
  to.p.set(from.p);
  to.memory.set(from.memory);
  to.now[0] = from.now[0]!;
}
