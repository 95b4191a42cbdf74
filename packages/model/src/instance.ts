import type { NonNegativeState, Pattern, RosenbrockTableau, System } from '@fedbatch/numerics';
import { type Kernel, type KernelProgram, kernelProgram } from '@fedbatch/numerics/kernel';
import type { Functions, Program } from './emit/javascript.ts';
import { emitJavaScript } from './emit/javascript.ts';
import { emitKernel } from './emit/kernel.ts';
import { evaluate, evaluateConstant } from './graph/evaluate.ts';
import type { EventInfo, Model } from './model.ts';

/** A model compiled for one process: share it between instances. */
export interface CompiledModel {
  readonly model: Model;
  readonly program: Program;
}

export function compileModel(model: Model): CompiledModel {
  return { model, program: emitJavaScript(model) };
}

const kernels = new WeakMap<CompiledModel, Map<RosenbrockTableau, KernelProgram>>();

/** The attempts of a method in WebAssembly, made when it is asked for first: an eighth of a second for a whole vessel. */
function kernelOf(compiled: CompiledModel, tableau: RosenbrockTableau): KernelProgram {
  const made = kernels.get(compiled) ?? new Map<RosenbrockTableau, KernelProgram>();
  kernels.set(compiled, made);
  const program = made.get(tableau) ?? kernelProgram(emitKernel(compiled.model), tableau);
  made.set(tableau, program);
  return program;
}

/** One plant's worth of a model: its own parameter array, and the functions bound to it. */
export class Instance implements System {
  readonly model: Model;
  /** Parameters, inputs, held values in base units, by slot. Change one, then tell the integrator by `jump()`, or ask by `at(time)`. */
  readonly parameters: Float64Array;
  readonly size: number;
  readonly coreSize: number;
  readonly kinkCount: number;
  readonly eventCount: number;
  readonly eventDirections: Int8Array;
  readonly clock = new Float64Array(1);
  readonly pattern: Pattern;
  readonly prepare: Functions['prepare'];
  readonly rhs: Functions['rhs'];
  readonly linearise: Functions['linearise'];
  readonly kinks: Functions['kinks'];
  readonly events: Functions['events'];
  readonly outputs: Functions['outputs'];
  /** The events that the integrator locates, in the order of `eventDirections`. */
  readonly crossings: readonly EventInfo[];
  readonly #start: Functions['start'];
  readonly #slots: ReadonlyMap<string, number>;
  readonly #compiled: CompiledModel;

  constructor(compiled: CompiledModel) {
    const { model, program } = compiled;
    this.#compiled = compiled;
    this.model = model;
    this.parameters = Float64Array.from(model.parameters, (parameter) => parameter.value);
    const functions = program.bind(this.parameters, this.clock);
    this.pattern = program.pattern;
    this.size = model.states.length;
    this.coreSize = model.coreSize;
    this.kinkCount = model.kinks.length;
    this.crossings = model.events.filter((event) => event.kind === 'crossing');
    this.eventCount = this.crossings.length;
    this.eventDirections = Int8Array.from(this.crossings, (event) => event.direction);
    this.prepare = functions.prepare;
    this.rhs = functions.rhs;
    this.linearise = functions.linearise;
    this.kinks = functions.kinks;
    this.events = functions.events;
    this.outputs = functions.outputs;
    this.#start = functions.start;
    this.#slots = new Map(model.parameters.map((parameter, slot) => [parameter.id, slot]));
  }

  /** Slot of a parameter or input; throws RangeError for an id that the model does not have. */
  slotOf(id: string): number {
    const slot = this.#slots.get(id);
    if (slot === undefined) throw new RangeError(`The model has no parameter \`${id}\`.`);
    return slot;
  }

  /** What an integrator needs to take the attempts of a stiff method in WebAssembly. Throws where the machine does not compile it: ask `kernelsRun`. */
  kernel(tableau: RosenbrockTableau): Kernel {
    return { program: kernelOf(this.#compiled, tableau), parameters: this.parameters };
  }

  /** Sets the clock to a time in h and takes the parameters as they are now: `instance.at(2).rhs(y, out)`. */
  at(time: number): this {
    this.clock[0] = time;
    this.prepare();
    return this;
  }

  /** df/dy at the time of the clock: row-major, `size` rows of `coreSize` columns. */
  denseJacobian(y: Float64Array): Float64Array {
    const { rows, columns } = this.pattern;
    const entries = new Float64Array(rows.length);
    const dense = new Float64Array(this.size * this.coreSize);
    this.linearise(y, new Float64Array(this.size), entries, new Float64Array(this.size));
    entries.forEach((value, k) => {
      dense[rows[k]! * this.coreSize + columns[k]!] = value;
    });
    return dense;
  }

  /** State at the start, for the parameters as they are now. */
  startState(): Float64Array {
    const y = new Float64Array(this.size);
    this.clock[0] = 0;
    this.#start(y);
    return y;
  }

  /** Directions in which a state is lifted back to zero, for the parameters as they are now. */
  get nonNegative(): readonly NonNegativeState[] {
    const { model, parameters } = this;
    return model.states.flatMap((info, state) => {
      if (!info.nonNegative) return [];
      const lift = model.lifts[state];
      if (!lift) return [{ state, along: null }];
      const along = new Float64Array(this.size);
      for (const entry of lift) along[entry.state]! += evaluateConstant(model.graph, entry.node, parameters);
      return [{ state, along: along[state]! > 0 ? along : null }];
    });
  }

  /** The times in h at which time events happen. */
  eventTimes(): { readonly event: EventInfo; readonly time: number }[] {
    return this.model.events
      .filter((event) => event.kind === 'time')
      .map((event) => ({ event, time: evaluateConstant(this.model.graph, event.node, this.parameters) }));
  }

  /** Carries out what an event sets: all new values from the state before, then all set. */
  applyEvent(event: EventInfo, time: number, state: Float64Array): void {
    const nodes = event.set.map((item) => item.node);
    const values = evaluate(this.model.graph, nodes, { time, state, parameters: this.parameters });
    event.set.forEach((item, i) => {
      this.parameters[item.slot] = values[i]!;
    });
  }
}
