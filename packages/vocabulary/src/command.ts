import type { Role } from './tag.ts';

/** Who asks: a person by name, in a role, over a face. */
export interface Person {
  readonly name: string;
  readonly role: Role;
  /** `opcua`, `cli`: where the command came in. */
  readonly face: string;
  readonly session: string | null;
}

/** A fault that somebody asks for, in words and units as a scenario has them. */
export interface FaultRequest {
  readonly kind: string;
  readonly on: string;
  readonly with?: string;
  /** `0.5 pH`, `20 %`. */
  readonly size?: string;
  readonly change?: 'factor' | 'offset' | 'value';
  /** From now, h; default at once. */
  readonly afterH?: number;
  readonly forH?: number;
  readonly riseH?: number;
  readonly periodH?: number;
}

/** Who decides on what an upper layer proposes. 'shadow': nobody, it is recorded; 'advise': a person; 'supervised': an envelope. */
export const guardModes = ['shadow', 'advise', 'supervised'] as const;
export type GuardMode = (typeof guardModes)[number];

/** What a person says to a proposal. */
export type Advice =
  | { readonly answer: 'accept' | 'reject' }
  | { readonly answer: 'override'; readonly rateLPerH: number };

export const recipeActions = ['hold', 'resume', 'next', 'stop', 'abort'] as const;
export type RecipeAction = (typeof recipeActions)[number];
export const maintenanceActions = ['acknowledge', 'start', 'finish', 'fail', 'reset'] as const;
export type MaintenanceAction = (typeof maintenanceActions)[number];
export const alarmActions = ['acknowledge', 'confirm', 'shelve', 'unshelve', 'reset', 'comment'] as const;
export type AlarmAction = (typeof alarmActions)[number];

/** What can be done to a job order (OPC 10031-4, 6.2.1). */
export const jobActions = [
  ...(['store', 'store and start', 'start', 'revoke start', 'update'] as const),
  ...(['pause', 'resume', 'stop', 'abort', 'cancel', 'clear'] as const),
];
export type JobAction = (typeof jobActions)[number];

/** A run that an upper system orders. `sets`: tags that are written when it begins. */
export interface JobOrder {
  readonly id: string;
  readonly says?: string;
  /** Name of the scenario that it wants, where it wants a certain one. */
  readonly recipe?: string;
  /** Not before then, ms since 1970; plants in lockstep know no such time. */
  readonly startMs?: number;
  /** The highest goes first. Default 0. */
  readonly priority?: number;
  readonly sets: readonly { readonly tag: string; readonly value: number | string }[];
}

/** What an upper system says of the run that it starts (OPC 30500-1, 7.4); texts, empty where there is nothing to say. */
export interface ProgramOrder {
  readonly job: string;
  readonly task: string;
  readonly samples: readonly {
    readonly container: string;
    readonly sample: string;
    readonly position: string;
    readonly custom: string;
  }[];
  readonly properties: readonly { readonly key: string; readonly value: string }[];
}

/** What somebody wants of a plant. */
export type Command =
  | { readonly kind: 'write'; readonly tag: string; readonly value: number | string; readonly unit?: string }
  | { readonly kind: 'recipe'; readonly action: RecipeAction }
  | { readonly kind: 'inject'; readonly fault: FaultRequest }
  | { readonly kind: 'clear'; readonly fault: string }
  | { readonly kind: 'simulate'; readonly sensor: string; readonly value: number | null }
  | { readonly kind: 'alarm'; readonly alarm: string; readonly action: AlarmAction; readonly forH?: number }
  | { readonly kind: 'maintain'; readonly actuator: string; readonly action: MaintenanceAction }
  | ({ readonly kind: 'advice' } & Advice)
  | { readonly kind: 'guard'; readonly mode: GuardMode }
  | { readonly kind: 'job'; readonly action: 'store' | 'store and start' | 'update'; readonly order: JobOrder }
  | {
      readonly kind: 'job';
      readonly action: Exclude<JobAction, 'store' | 'store and start' | 'update'>;
      readonly job: string;
    }
  | { readonly kind: 'clock'; readonly action: 'run' | 'pause' }
  | { readonly kind: 'clock'; readonly action: 'reset'; readonly program?: ProgramOrder }
  | { readonly kind: 'clock'; readonly action: 'speed'; readonly speed: number }
  | { readonly kind: 'clock'; readonly action: 'snapshot' | 'restore'; readonly name: string }
  | {
      readonly kind: 'step';
      readonly dtS: number;
      readonly writes: readonly { readonly tag: string; readonly value: number }[];
    };

/** Why a command was refused, for machines. */
export type Refusal = 'role' | 'unknown' | 'type' | 'unit' | 'limits' | 'mode' | 'state' | 'reason' | 'journal';

/** The answer to a command: what became of it, and the record that says so. */
export type Receipt =
  | { readonly accepted: true; readonly record: number; readonly says: string }
  | { readonly accepted: false; readonly record: number; readonly refusal: Refusal; readonly says: string };
