import { type CompiledModel, compileModel, Instance, type Model, sensitivityModel } from '@fedbatch/model';
import { createIntegrator, type Integrator, type Method, REACHED } from '@fedbatch/numerics';

export interface PredictionSettings {
  readonly model: Model;
  /** The input that is moved, by id. */
  readonly input: string;
  /** Outputs that cost or limits look at. */
  readonly outputs: readonly string[];
  /** Moves ahead, each held for `stepH`. */
  readonly moves: number;
  readonly stepH: number;
  readonly method: Method;
  readonly relativeTolerance: number;
}

/** A prediction, compiled: share it between controllers. */
export interface CompiledPrediction {
  readonly settings: PredictionSettings;
  readonly compiled: CompiledModel;
  readonly size: number;
}

/** Throws RangeError for names that the model does not have. */
export function compilePrediction(settings: PredictionSettings): CompiledPrediction {
  const { model, input, outputs } = settings;
  const wanted = outputs.map((id) => {
    const output = model.outputs.find((one) => one.id === id);
    if (!output) throw new RangeError(`The model has no output \`${id}\`.`);
    return output;
  });
  // A parameter that nothing depends on is a direction in which a state may differ at the start of a move.
  const directions = model.states.slice(0, model.coreSize).map((state, j) => ({
    id: `start.${j}`,
    says: state.says,
    unit: state.unit,
    kind: 'parameter' as const,
    value: 1,
  }));
  const base: Model = { ...model, outputs: wanted, events: [], parameters: [...model.parameters, ...directions] };
  const sensitivity = sensitivityModel(base, [input, ...directions.map(({ id }) => id)]);
  return { settings, compiled: compileModel(sensitivity.model), size: sensitivity.size };
}

/**
 * What a model will do under a row of moves, with exact derivatives by every move: each move is one integration of the model with its variational
 * equations, by the start of the move and by its input; the chain rule joins them (direct single shooting). Nothing is allocated after construction.
 */
export class Prediction {
  readonly moves: number;
  /** Outputs of the settings at the end of every move: `values[k * outputs + i]`. */
  readonly values: Float64Array;
  /** Their derivatives by every move: `slopes[(k * outputs + i) * moves + m]`; 0 for moves still to come. */
  readonly slopes: Float64Array;
  readonly #instance: Instance;
  readonly #integrator: Integrator;
  readonly #inputSlot: number;
  readonly #size: number;
  readonly #count: number;
  readonly #stepH: number;
  readonly #outputs: Float64Array;
  readonly #start: Float64Array;
  /** Derivatives of the state by the moves so far: `#chain[j * moves + m]`, and those of the next. */
  #chain: Float64Array;
  #next: Float64Array;

  constructor({ settings, compiled, size }: CompiledPrediction) {
    const { moves, stepH, method, relativeTolerance, outputs, input } = settings;
    this.moves = moves;
    this.#size = size;
    this.#count = outputs.length;
    this.#stepH = stepH;
    this.#instance = new Instance(compiled);
    this.#integrator = createIntegrator(this.#instance, {
      method,
      relativeTolerance,
      // A search direction may be off by a little where the prediction itself may not.
      absoluteTolerance: Float64Array.from(
        compiled.model.states,
        ({ scale }, j) => relativeTolerance * scale * (j < size ? 1e-3 : 1),
      ),
      kinks: 'ignore',
      stepLimit: 5000,
    });
    this.#inputSlot = this.#instance.slotOf(input);
    this.values = new Float64Array(moves * this.#count);
    this.slopes = new Float64Array(moves * this.#count * moves);
    this.#outputs = new Float64Array(compiled.model.outputs.length);
    this.#start = new Float64Array(this.#instance.size);
    this.#chain = new Float64Array(size * moves);
    this.#next = new Float64Array(size * moves);
  }

  /** Parameters of the model, by slot of the model. */
  get parameters(): Float64Array {
    return this.#instance.parameters;
  }

  /** Start state of the model from its own start values. */
  startState(): Float64Array {
    return this.#instance.startState().slice(0, this.#size);
  }

  /** Runs from `state` (its length is that of the core states) at `timeH` through `inputs`. False where the model cannot be carried through. */
  run(timeH: number, state: Float64Array, inputs: Float64Array): boolean {
    const size = this.#size;
    const start = this.#start;
    const integrator = this.#integrator;
    const instance = this.#instance;
    this.#chain.fill(0);
    for (let j = 0; j < size; j++) start[j] = state[j]!;
    for (let k = 0; k < this.moves; k++) {
      start.fill(0, size);
      // Direction 0 is the input, direction 1 + j the state j at the start.
      for (let j = 0; j < size; j++) start[size * (2 + j) + j] = 1;
      instance.parameters[this.#inputSlot] = inputs[k]!;
      integrator.begin(timeH + k * this.#stepH, start);
      integrator.goal[0] = timeH + (k + 1) * this.#stepH;
      if (integrator.advanceToGoal() !== REACHED) return false;
      this.#link(k);
      this.#look(k);
      start.set(integrator.state);
    }
    return true;
  }

  /** Carries the derivatives by earlier moves through move `k`, and adds those by itself. */
  #link(k: number): void {
    const size = this.#size;
    const moves = this.moves;
    const { state } = this.#integrator;
    const chain = this.#chain;
    const next = this.#next;
    for (let i = 0; i < size; i++) {
      for (let m = 0; m < k; m++) {
        let sum = 0;
        for (let j = 0; j < size; j++) sum += state[size * (2 + j) + i]! * chain[j * moves + m]!;
        next[i * moves + m] = sum;
      }
      next[i * moves + k] = state[size + i]!;
    }
    this.#chain = next;
    this.#next = chain;
  }

  /** Outputs at the end of move `k`, and their derivatives by the moves. */
  #look(k: number): void {
    const size = this.#size;
    const count = this.#count;
    const moves = this.moves;
    const { state, now } = this.#integrator;
    const instance = this.#instance;
    // The derivative of an output along a direction is linear in that direction: unit directions give its gradient by the state.
    this.#start.set(state);
    this.#start.fill(0, size);
    for (let j = 0; j < size; j++) this.#start[size * (2 + j) + j] = 1;
    instance.clock[0] = now[0]!;
    instance.prepare();
    instance.outputs(this.#start, this.#outputs);
    for (let i = 0; i < count; i++) {
      this.values[k * count + i] = this.#outputs[i]!;
      const at = (k * count + i) * moves;
      for (let m = 0; m <= k; m++) {
        let sum = m === k ? this.#outputs[count + i]! : 0;
        for (let j = 0; j < size; j++) sum += this.#outputs[count * (2 + j) + i]! * this.#chain[j * moves + m]!;
        this.slopes[at + m] = sum;
      }
    }
  }
}
