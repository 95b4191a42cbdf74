import type { Unit } from '@fedbatch/vocabulary';
import type { FeedStrategy, Told } from './strategy.ts';

/** A strategy inside another one, and how many signals it reads. */
export interface StrategyPart {
  readonly strategy: FeedStrategy;
  readonly signals: number;
}

/** What composed strategies have in common: each part sees its own signals, is told what was given, and tells under a prefix of its own. */
export class Parts {
  readonly told: Float64Array;
  readonly contract: Required<Pick<FeedStrategy, 'see' | 'given' | 'tells' | 'told' | 'changed'>>;
  readonly #parts: readonly StrategyPart[];
  readonly #tells: Told[];
  readonly #signals: readonly Float64Array[];
  readonly #own: number;

  /** `own`: signals of the composition itself, which come before those of its parts; `onSee` is shown all of them first. */
  constructor(parts: readonly StrategyPart[], prefixes: readonly string[], own = 0, onSee?: (s: Float64Array) => void) {
    this.#parts = parts;
    this.#own = own;
    this.#signals = parts.map(({ signals }) => new Float64Array(1 + signals));
    this.#tells = parts.flatMap(({ strategy }, i) =>
      (strategy.tells ?? []).map((one) => ({ ...one, id: `${prefixes[i]}${one.id}` })),
    );
    this.told = new Float64Array(this.#tells.length + 1).fill(Number.NaN);
    this.contract = {
      tells: this.#tells,
      told: this.told,
      see: (signals) => {
        onSee?.(signals);
        this.#see(signals);
      },
      given: (scan) => {
        for (let i = 0; i < parts.length; i++) parts[i]!.strategy.given?.(scan);
      },
      changed: () => {
        for (const { strategy } of parts) {
          const says = strategy.changed?.();
          if (says !== undefined) return says;
        }
        return undefined;
      },
    };
  }

  /** One more number that the composition tells itself; the place of its value. */
  tell(id: string, says: string, unit: Unit): number {
    this.#tells.push({ id, says, unit });
    return this.#tells.length - 1;
  }

  #see(signals: Float64Array): void {
    let from = 1 + this.#own;
    let at = 0;
    for (let i = 0; i < this.#parts.length; i++) {
      const { strategy, signals: count } = this.#parts[i]!;
      const shown = this.#signals[i]!;
      shown[0] = signals[0]!;
      for (let k = 1; k <= count; k++) shown[k] = signals[from++]!;
      strategy.see?.(shown);
      const { told } = strategy;
      if (told) for (let k = 0; k < told.length; k++) this.told[at++] = told[k]!;
    }
  }
}
