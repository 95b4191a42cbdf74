import {
  compileModel,
  type EventInfo,
  Instance,
  type Model,
  moveOfEvent,
  type SensitivityModel,
  sensitivityModel,
} from '@fedbatch/model';
import { createIntegrator, EVENT, type Integrator, type Method, type Outcome, REACHED } from '@fedbatch/numerics';

export interface SensitivityOptions {
  readonly method: Method;
  /** For states and sensitivities alike. */
  readonly relativeTolerance: number;
}

/** Absolute tolerance of a state: relative tolerance times its usual size times this. */
const absoluteShare = 1e-3;

/**
 * A model carried through time with the derivatives of its states and outputs with respect to some of its parameters (charges, inputs and stream
 * compositions are parameters too). Events move with the parameters: where one changes the rates, the sensitivities jump by the change of the
 * rates times the move of its time (Rozenvasser 1967, Autom. Remote Control 28, 625). A jump of the rates that is no event of the model is not
 * followed. Values are in base units.
 */
export class SensitivityRun {
  readonly instance: Instance;
  readonly #sensitivity: SensitivityModel;
  readonly #integrator: Integrator;
  readonly #seen = new Set<EventInfo>();
  readonly #parameters: Float64Array;
  #timeEvents: { readonly event: EventInfo; readonly time: number }[] = [];

  /** Throws RangeError for a parameter that the model does not have. */
  constructor(model: Model, parameters: readonly string[], { method, relativeTolerance }: SensitivityOptions) {
    this.#sensitivity = sensitivityModel(model, parameters);
    this.instance = new Instance(compileModel(this.#sensitivity.model));
    this.#parameters = this.instance.parameters.slice();
    const absoluteTolerance = Float64Array.from(
      this.instance.model.states,
      ({ scale }) => relativeTolerance * scale * absoluteShare,
    );
    this.#integrator = createIntegrator(this.instance, { method, relativeTolerance, absoluteTolerance });
  }

  /** Starts at time 0. What events have set since is undone; other parameters stay as they were set. */
  begin(): void {
    const { instance } = this;
    for (const { set } of instance.model.events)
      for (const { slot } of set) instance.parameters[slot] = this.#parameters[slot]!;
    this.#seen.clear();
    this.#timeEvents = instance.eventTimes().sort((a, b) => a.time - b.time);
    this.#integrator.begin(0, instance.startState());
  }

  get timeH(): number {
    return this.#integrator.time;
  }

  /** Goes to `tEndH` through all events of the model. */
  integrate(tEndH: number): Outcome {
    for (;;) {
      const next = this.#timeEvents[0];
      const outcome = this.#integrator.advance(Math.min(tEndH, next?.time ?? tEndH));
      if (outcome === EVENT) {
        this.instance.crossings.forEach((event, i) => {
          if (this.#integrator.firedEvents[i] === 1 && !this.#seen.has(event)) this.#happen(event);
        });
        continue;
      }
      if (outcome !== REACHED) return outcome;
      if (next && next.time <= this.timeH) this.#happen(this.#timeEvents.shift()!.event);
      else if (this.timeH >= tEndH) return REACHED;
    }
  }

  /** Outputs of the model at the present time by id, and their derivatives: one a parameter. */
  outputs(): Map<string, { readonly value: number; readonly by: Float64Array }> {
    const { instance } = this;
    const { outputs, slots } = this.#sensitivity;
    const values = new Float64Array(instance.model.outputs.length);
    instance.at(this.timeH).outputs(this.#integrator.state, values);
    return new Map(
      instance.model.outputs
        .slice(0, outputs)
        .map(({ id }, k) => [
          id,
          { value: values[k]!, by: Float64Array.from(slots, (_, i) => values[outputs * (1 + i) + k]!) },
        ]),
    );
  }

  #happen(event: EventInfo): void {
    const { instance } = this;
    const { size } = this.#sensitivity;
    if (event.repeats === 'once') this.#seen.add(event);
    if (event.set.length === 0) return;
    const { state, time } = this.#integrator;
    const before = new Float64Array(state.length);
    const after = new Float64Array(state.length);
    const moves = moveOfEvent(this.#sensitivity, event, { time, state, parameters: instance.parameters });
    instance.at(time).rhs(state, before);
    instance.applyEvent(event, time, state);
    instance.at(time).rhs(state, after);
    moves.forEach((move, i) => {
      for (let j = 0; j < size; j++) state[size * (1 + i) + j]! += (before[j]! - after[j]!) * move;
    });
    this.#integrator.jump();
  }
}
