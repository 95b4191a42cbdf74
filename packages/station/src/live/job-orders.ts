import type { Change, LiveRun } from '@fedbatch/runtime';
import type { Command, JobAction, JobOrder, Person, RecipeAction } from '@fedbatch/vocabulary';
import { isRefused, judge, type Refused } from './gate.ts';

/** The states of a job order (OPC 10031-4, 6.2.1), in the order of their numbers there. */
export const jobStates = [
  'not allowed to start',
  'allowed to start',
  'running',
  'interrupted',
  'ended',
  'aborted',
] as const;
export type JobState = (typeof jobStates)[number];

/** What a run has come to, said when its job is over. */
export interface JobOutcome {
  readonly says: string;
  /** Plant time of the run, h. */
  readonly timeH: number;
  /** What its counters show, by tag. */
  readonly totals: readonly { readonly tag: string; readonly value: number; readonly unit: string }[];
}

export interface Job {
  readonly order: JobOrder;
  readonly state: JobState;
  /** What its order sets, as the mailbox takes it. */
  readonly changes: readonly Change[];
  /** Who ordered it last. */
  readonly person: Person;
  /** ms since 1970, in lockstep of the plant's own clock. */
  readonly startedMs?: number;
  readonly endedMs?: number;
  readonly outcome?: JobOutcome;
}

type Ordering = 'store' | 'store and start' | 'update';

/** A step in the life of a job, as the journal has it: what people do, when the plant begins it, and when its run is over. */
export type JobNote =
  | { readonly action: Ordering; readonly order: JobOrder; readonly changes: readonly Change[] }
  | { readonly action: Exclude<JobAction, Ordering>; readonly id: string }
  | { readonly action: 'begin'; readonly id: string; readonly atMs: number }
  | {
      readonly action: 'end';
      readonly id: string;
      readonly atMs: number;
      readonly state: JobState;
      readonly outcome: JobOutcome;
    };

/** Where each thing may be done, and what it leads to; undefined: the state stays, 'gone': off the list. */
const rules: Readonly<
  Record<
    Exclude<JobNote['action'], 'store' | 'store and start' | 'end'>,
    { readonly from: readonly JobState[]; readonly to?: JobState | 'gone' }
  >
> = {
  start: { from: ['not allowed to start'], to: 'allowed to start' },
  'revoke start': { from: ['allowed to start'], to: 'not allowed to start' },
  update: { from: ['not allowed to start', 'allowed to start'] },
  begin: { from: ['allowed to start'], to: 'running' },
  pause: { from: ['running'], to: 'interrupted' },
  resume: { from: ['interrupted'], to: 'running' },
  stop: { from: ['running', 'interrupted'], to: 'ended' },
  abort: { from: ['not allowed to start', 'allowed to start', 'running', 'interrupted'], to: 'aborted' },
  cancel: { from: ['not allowed to start', 'allowed to start'], to: 'gone' },
  clear: { from: ['ended', 'aborted'], to: 'gone' },
};

/** Job orders that a plant keeps at most; ended ones stay until somebody clears them. */
export const mostJobs = 100;
const longestId = 100;
/** Tags that one order sets at most. */
const mostSets = 100;

/** The job orders of a plant. What happened to them is replayed from the journal, so they are there after a restart. */
export class JobOrders {
  readonly #jobs = new Map<string, Job>();
  readonly #recipe: string;
  readonly #listeners = new Set<(id: string) => void>();

  /** `recipe`: the name of the one that the plant can run. */
  constructor(recipe: string) {
    this.#recipe = recipe;
  }

  get list(): readonly Job[] {
    return [...this.#jobs.values()];
  }

  /** Calls back with the id of a job that has changed, or is gone; returns what ends it. */
  onChange(listener: (id: string) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  of(id: string): Job | undefined {
    return this.#jobs.get(id);
  }

  /** The job that has the plant: begun, and its run not over. */
  get open(): Job | undefined {
    return this.list.find(({ startedMs, outcome }) => startedMs !== undefined && outcome === undefined);
  }

  /** The job that would begin next: the most urgent one that may, and of those the one that was stored first. */
  next(nowMs: number | undefined): Job | undefined {
    return this.list
      .filter(
        ({ state, order: { startMs = 0 } }) =>
          state === 'allowed to start' && (nowMs === undefined || startMs <= nowMs),
      )
      .sort(({ order: a }, { order: b }) => (b.priority ?? 0) - (a.priority ?? 0))[0];
  }

  /** Why a command cannot be, by the list alone. */
  refusal(command: Command & { kind: 'job' }): Refused | undefined {
    const id = 'order' in command ? command.order.id : command.job;
    const job = this.#jobs.get(id);
    if (command.action === 'store' || command.action === 'store and start') {
      if (id === '' || id.length > longestId)
        return { refusal: 'type', says: `A job order has an id of 1 to ${longestId} characters, not of ${id.length}.` };
      if (job) return { refusal: 'state', says: `There is a job \`${id}\` already. Update it, or choose another id.` };
      if (this.#jobs.size >= mostJobs)
        return { refusal: 'limits', says: `There are ${mostJobs} jobs already. Clear those that have ended.` };
      return this.#orderRefusal(command.order);
    }
    if (!job) {
      const known = this.list.map(({ order }) => order.id).join(', ');
      return {
        refusal: 'unknown',
        says: `There is no job \`${id.slice(0, longestId)}\`. There are ${known || 'none'}.`,
      };
    }
    const { from } = rules[command.action];
    if (!from.includes(job.state))
      return {
        refusal: 'state',
        says: `The job \`${id}\` is ${job.state}, and \`${command.action}\` is for one that is ${from.join(' or ')}.`,
      };
    return command.action === 'update' ? this.#orderRefusal(command.order) : undefined;
  }

  #orderRefusal({ recipe, sets }: JobOrder): Refused | undefined {
    if (sets.length > mostSets)
      return { refusal: 'limits', says: `An order sets ${mostSets} tags at most, not ${sets.length}.` };
    if (recipe === undefined || recipe === '' || recipe === this.#recipe) return undefined;
    return {
      refusal: 'unknown',
      says: `This plant has no recipe \`${recipe.slice(0, 80)}\`. It has \`${this.#recipe}\`.`,
    };
  }

  /** Takes a step that was judged and written down. */
  apply(note: JobNote, person: Person): void {
    this.#take(note, person);
    for (const listener of this.#listeners) listener('order' in note ? note.order.id : note.id);
  }

  #take(note: JobNote, person: Person): void {
    if (note.action === 'store' || note.action === 'store and start') {
      const state = note.action === 'store' ? 'not allowed to start' : 'allowed to start';
      this.#jobs.set(note.order.id, { order: note.order, changes: note.changes, state, person });
      return;
    }
    const id = 'order' in note ? note.order.id : note.id;
    const job = this.#jobs.get(id);
    if (!job) return;
    if (note.action === 'end') {
      // A job that somebody stopped or aborted stays that, and learns only what it has come to.
      const state = job.state === 'ended' || job.state === 'aborted' ? job.state : note.state;
      this.#jobs.set(id, { ...job, state, endedMs: note.atMs, outcome: note.outcome });
      return;
    }
    const { to } = rules[note.action];
    if (to === 'gone') return void this.#jobs.delete(id);
    this.#jobs.set(id, {
      ...job,
      ...('order' in note && { order: note.order, changes: note.changes, person }),
      ...(to && { state: to }),
      ...(note.action === 'start' && { person }),
      ...(note.action === 'begin' && { startedMs: note.atMs }),
    });
  }
}

/** What an order sets, judged on a run that has not begun; a mode that it sets counts for what it sets after. */
export function changesOf(fresh: LiveRun, person: Person, { sets }: JobOrder): readonly Change[] | Refused {
  const changes: Change[] = [];
  for (const { tag, value } of sets) {
    const verdict = judge(fresh, person, { kind: 'write', tag, value });
    if (isRefused(verdict)) return verdict;
    for (const change of verdict.changes) fresh.mailbox.post(change);
    changes.push(...verdict.changes);
  }
  return changes;
}

/** The end of the run of a job, with what it has come to. */
export function endOf({ order: { id } }: Job, says: string, { table, timeH }: LiveRun, atMs: number): JobNote {
  const totals = table.tags.flatMap(({ id: tag, unit }, slot) =>
    tag.endsWith('.total') ? [{ tag, value: table.values[slot]!, unit }] : [],
  );
  const state = says.startsWith('complete') ? 'ended' : 'aborted';
  return { action: 'end', id, atMs, state, outcome: { says, timeH, totals } };
}

/** What a job asks of the recipe that runs for it. */
const recipeActions: Readonly<Partial<Record<JobAction, RecipeAction>>> = {
  pause: 'hold',
  resume: 'resume',
  stop: 'abort',
  abort: 'abort',
};

export const recipeChanges = (action: JobAction, job: Job | undefined): readonly Change[] => {
  const steered = recipeActions[action];
  return steered && job?.startedMs !== undefined ? [{ kind: 'recipe', action: steered }] : [];
};
