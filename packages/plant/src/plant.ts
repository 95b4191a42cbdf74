import { type CompiledModel, type EventInfo, Instance, type Model } from '@fedbatch/model';
import {
  createIntegrator,
  EVENT,
  type Integrator,
  type IntegratorOptions,
  type Method,
  type Outcome,
  REACHED,
  type RosenbrockTableau,
  rodas4,
  rodas5p,
} from '@fedbatch/numerics';

export interface PlantSettings {
  readonly method: Method;
  readonly relativeTolerance: number;
  /** What stiff steps run in; absent: JavaScript. WebAssembly is quicker step by step, takes a moment to make, and throws where the machine lacks it. */
  readonly code?: Code;
  /** 'locate' (default) ends a step where a rate law changes its form, 'ignore' leaves that to error control. */
  readonly kinks?: Kinks;
}

export type Code = 'javascript' | 'webassembly';
export type Kinks = NonNullable<IntegratorOptions['kinks']>;

/** By what a method takes its stiff steps; the others have none. */
const stiffMethods: Readonly<Partial<Record<Method, RosenbrockTableau>>> = { auto: rodas5p, rodas5p, rodas4 };

/** Absolute tolerance of a state: relative tolerance times its usual size times this. */
const absoluteShare = 1e-3;

/** Absolute tolerance of each state; ledgers are left out of error control. */
export function absoluteTolerances({ states }: Model, relativeTolerance: number): Float64Array {
  return Float64Array.from(states, ({ kind, scale }) =>
    kind === 'ledger' || kind === 'exchange' ? Number.POSITIVE_INFINITY : relativeTolerance * scale * absoluteShare,
  );
}

/**
 * The compiled equations of one plant and their state: takes demands on its inputs, carries itself through time, gives samples of
 * every output. It does not know who controls it. Values are in base units (g, L, h, K, mol); times in h.
 */
export class Plant {
  readonly instance: Instance;
  readonly #integrator: Integrator;
  readonly #seen: Set<EventInfo> = new Set();

  constructor(compiled: CompiledModel, { method, relativeTolerance, code, kinks = 'locate' }: PlantSettings) {
    this.instance = new Instance(compiled);
    const absoluteTolerance = absoluteTolerances(compiled.model, relativeTolerance);
    const tableau = code === 'webassembly' ? stiffMethods[method] : undefined;
    this.#integrator = createIntegrator(this.instance, {
      method,
      relativeTolerance,
      absoluteTolerance,
      kinks,
      ...(tableau && { kernel: this.instance.kernel(tableau) }),
    });
  }

  /** Starts at time 0 from the start values of the model. */
  begin(): void {
    this.#seen.clear();
    this.#integrator.begin(0, this.instance.startState());
  }

  get timeH(): number {
    return this.#integrator.time;
  }

  /** Element 0: the present time, h. A number in an array costs no box. */
  get now(): Float64Array {
    return this.#integrator.now;
  }

  /** Amounts, volumes and ledgers, live. */
  get state(): Float64Array {
    return this.#integrator.state;
  }

  get work(): Readonly<Integrator['counters']> {
    return this.#integrator.counters;
  }

  /** Sets an input from now on. Setting the value that it has costs nothing. */
  demand(slot: number, value: number): void {
    const { parameters } = this.instance;
    if (parameters[slot] === value) return;
    parameters[slot] = value;
    this.#integrator.jump();
  }

  /** The same with `values[at]`: a number in an array costs no box. */
  demandFrom(slot: number, values: Float64Array, at: number): void {
    const { parameters } = this.instance;
    if (parameters[slot] === values[at]) return;
    parameters[slot] = values[at]!;
    this.#integrator.jump();
  }

  /** Sets input `slots[i]` to `values[i]`, all in one jump: a mixture of old and new inputs is never there. */
  demandAll(slots: Int32Array, values: Float64Array): void {
    const { parameters } = this.instance;
    let isNew = false;
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i]!;
      if (parameters[slot] === values[i]) continue;
      parameters[slot] = values[i]!;
      isNew = true;
    }
    if (isNew) this.#integrator.jump();
  }

  /** Goes to `tEndH`, or stops at an event before it. */
  integrate(tEndH: number): Outcome {
    this.goalH[0] = tEndH;
    return this.integrateToGoal();
  }

  /** Element 0: where `integrateToGoal` goes, h. A number in an array costs no box. */
  get goalH(): Float64Array {
    return this.#integrator.goal;
  }

  integrateToGoal(): Outcome {
    for (;;) {
      const outcome = this.#integrator.advanceToGoal();
      if (outcome !== EVENT || this.firedEvents().length > 0) return outcome;
      if (this.timeH >= this.goalH[0]!) return REACHED;
    }
  }

  /** The events that happened at the present time, less those that happen only once and have. */
  firedEvents(): EventInfo[] {
    const { crossings } = this.instance;
    return crossings.filter((event, i) => this.#integrator.firedEvents[i] === 1 && !this.#seen.has(event));
  }

  /** Carries out what an event of the model sets. */
  happen(event: EventInfo): void {
    if (event.repeats === 'once') {
      this.#seen.add(event);
      const crossing = this.instance.crossings.indexOf(event);
      if (crossing >= 0) this.#integrator.disarm(crossing);
    }
    if (event.set.length === 0) return;
    this.instance.applyEvent(event, this.timeH, this.state);
    this.#integrator.jump();
  }

  /** Writes every output of the model at the present time, base units. */
  sense(out: Float64Array): void {
    this.instance.clock[0] = this.#integrator.now[0]!;
    this.instance.outputs(this.state, out);
  }

  /** Writes the event functions at the present time: below zero means that `a < b` holds. */
  conditions(out: Float64Array): void {
    this.instance.clock[0] = this.#integrator.now[0]!;
    this.instance.events(this.state, out);
  }
}
