import { afterCommand, afterPassing, type PassingState, type RecipeCommand, type RecipeState } from './recipe-state.ts';

/** What a passing state does: inputs that it sets, base units, and how long it takes, h. */
export interface PassingPlan {
  readonly forH: number;
  readonly set: readonly { readonly input: string; readonly value: number }[];
}

/** What a procedure needs of a run. */
export interface ProcedureSeam {
  /** Carries out what a state does as it begins. */
  enter(state: RecipeState, plan: PassingPlan | undefined): void;
  /** Puts a transition on record. */
  note(before: RecipeState, state: RecipeState, why: string): void;
}

/** Where a recipe stands: its state after ISA-88, moved by commands, conditions and time. Every transition is on record. */
export class Procedure {
  readonly #plans: Readonly<Partial<Record<PassingState, PassingPlan>>>;
  readonly #seam: ProcedureSeam;
  /** How much longer a passing state lasts, h. */
  readonly #left = new Float64Array(1);
  #state: RecipeState = 'idle';

  constructor(plans: Readonly<Partial<Record<PassingState, PassingPlan>>>, seam: ProcedureSeam) {
    this.#plans = plans;
    this.#seam = seam;
  }

  get state(): RecipeState {
    return this.#state;
  }

  /** Phases run: feeds feed, and their time counts. */
  get isRunning(): boolean {
    return this.#state === 'running';
  }

  /** On the way out: no phase ends or begins any more. */
  get isLeaving(): boolean {
    return this.#state === 'completing' || this.#state === 'stopping' || this.#state === 'aborting';
  }

  /** How long the present state lasts at most, h; Infinity: until something happens. */
  get leftH(): number {
    return afterPassing(this.#state) ? this.#left[0]! : Number.POSITIVE_INFINITY;
  }

  /** False where the command does nothing in this state. */
  command(command: RecipeCommand, why: string): boolean {
    const next = afterCommand(this.#state, command);
    if (next === undefined) return false;
    this.#go(next, why);
    return true;
  }

  /** So much time has passed. */
  pass(hours: number): void {
    const next = afterPassing(this.#state);
    if (next === undefined) return;
    this.#left[0]! -= hours;
    if (this.#left[0]! <= 1e-12) this.#go(next, 'done');
  }

  /** Ends it at once wherever it stands: numbers gave up, or the run itself is ended by hand. */
  finish(state: 'failed' | 'stopped', why: string): void {
    if (this.#state !== state) this.#go(state, why);
  }

  #go(state: RecipeState, why: string): void {
    const before = this.#state;
    const plan = this.#plans[state as PassingState];
    this.#state = state;
    this.#left[0] = plan?.forH ?? 0;
    this.#seam.note(before, state, why);
    this.#seam.enter(state, plan);
    const next = afterPassing(state);
    // What takes no time is done at once, unless what it did has moved the recipe already.
    if (next !== undefined && this.#state === state && this.#left[0]! <= 0) this.#go(next, 'done');
  }
}
