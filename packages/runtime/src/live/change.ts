import type { FaultSpec } from '@fedbatch/plant';
import type { Advice, AlarmAction, GuardMode, RecipeAction } from '@fedbatch/vocabulary';

/** A change of a running plant, resolved and checked: plain data, so that a journal can hold it and a replay apply it again. */
export type Change =
  | { readonly kind: 'write'; readonly tag: string; readonly value: number }
  | { readonly kind: 'recipe'; readonly action: RecipeAction }
  | { readonly kind: 'inject'; readonly fault: FaultSpec }
  | { readonly kind: 'clear'; readonly fault: string }
  | { readonly kind: 'maintain'; readonly actuator: string }
  | { readonly kind: 'simulate'; readonly sensor: string; readonly value: number | null }
  | ({ readonly kind: 'advice' } & Advice)
  | { readonly kind: 'guard'; readonly mode: GuardMode }
  | {
      readonly kind: 'alarm';
      readonly alarm: string;
      readonly action: Exclude<AlarmAction, 'confirm' | 'comment'>;
      readonly forH?: number;
    };

/** A change, and before which scan it was applied: what a run is a function of, beside its plan. */
export interface AppliedChange {
  readonly scan: number;
  readonly change: Change;
}
