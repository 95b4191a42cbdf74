import type { FeedStrategy } from '@fedbatch/control';
import { badQuality } from './quality.ts';
import type { FeedPlan } from './run-plan.ts';

/** What feeds need of a run. */
export interface FeedSeam {
  slotOfInput(id: string): number;
  slotOfOutput(id: string): number;
  /** Present values of the outputs: read, and written with what strategies tell. */
  readonly outputs: Float64Array;
  /** What the pump of an input slot is asked for now. */
  asked(slot: number): number;
  note(subject: string, says: string): void;
}

interface FeedLine {
  readonly strategy: FeedStrategy;
  readonly input: number;
  /** Time, then the values of what it reads; slots of those values, and of their qualities or -1. */
  readonly signals: Float64Array;
  readonly reads: Int32Array;
  readonly qualities: Int32Array;
  readonly tells: Int32Array;
}

/** The feeding strategies of one run, with what each sees, is told and tells. Nothing is allocated in a scan. */
export class Feeds {
  readonly #lines: readonly FeedLine[];
  readonly #strategies: ReadonlyMap<FeedPlan, FeedStrategy>;
  readonly #seam: FeedSeam;
  /** A stretch of time and its rate; write its start and length before a strategy is asked, its end and length before `given`: a number in an array costs no box. */
  readonly stretch = new Float64Array(3);

  constructor(plans: readonly FeedPlan[], seam: FeedSeam) {
    this.#seam = seam;
    this.#strategies = new Map(plans.map((plan) => [plan, plan.strategy()]));
    const slot = (id: string | undefined): number => (id === undefined ? -1 : seam.slotOfOutput(id));
    this.#lines = [...this.#strategies].map(([{ input, reads = [], tells = [] }, strategy]) => ({
      strategy,
      input: seam.slotOfInput(input),
      signals: new Float64Array(1 + reads.length),
      reads: Int32Array.from(reads, ({ output }) => slot(output)),
      qualities: Int32Array.from(reads, ({ quality }) => slot(quality)),
      tells: Int32Array.from(tells, slot),
    }));
  }

  /** What somebody outside demands of them, where anything is: see `FeedStrategy.remote`. */
  remotes(): Float64Array[] {
    return this.#lines.flatMap(({ strategy }) => strategy.remote ?? []);
  }

  of(plan: FeedPlan): FeedStrategy {
    return this.#strategies.get(plan)!;
  }

  /** Strategies see the plant from the start of the run, not only while they feed. `now[0]`: the time, h. */
  show(now: Float64Array): void {
    const { outputs } = this.#seam;
    for (let i = 0; i < this.#lines.length; i++) {
      const { strategy, signals, reads, qualities } = this.#lines[i]!;
      if (!strategy.see) continue;
      signals[0] = now[0]!;
      for (let k = 0; k < reads.length; k++) {
        const isBad = qualities[k]! >= 0 && outputs[qualities[k]!]! >= badQuality;
        signals[1 + k] = isBad ? Number.NaN : outputs[reads[k]!]!;
      }
      strategy.see(signals);
    }
  }

  /** Tells them what their pumps were asked for over the stretch. */
  given(): void {
    for (let i = 0; i < this.#lines.length; i++) {
      const { strategy, input } = this.#lines[i]!;
      if (!strategy.given) continue;
      this.stretch[2] = this.#seam.asked(input);
      strategy.given(this.stretch);
    }
  }

  /** Writes what they tell among the outputs, and notes who feeds now where that has changed. */
  tell(): void {
    const { outputs } = this.#seam;
    for (let i = 0; i < this.#lines.length; i++) {
      const { strategy, tells } = this.#lines[i]!;
      if (strategy.told) for (let k = 0; k < tells.length; k++) outputs[tells[k]!] = strategy.told[k]!;
      const says = strategy.changed?.();
      if (says !== undefined) this.#seam.note('feed', says);
    }
  }
}
