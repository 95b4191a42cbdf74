import {
  type CompiledModel,
  compileModel,
  Instance,
  type Model,
  type ObserverModel,
  observerModel,
} from '@fedbatch/model';
import { createIntegrator, type Integrator, REACHED } from '@fedbatch/numerics';
import { Covariance } from './covariance.ts';
import { History, type StepRecord } from './history.ts';

/** A state that is not known at the start, or that the model does not carry exactly. */
export interface UncertainState {
  readonly id: string;
  /** 'log': positive, errors are shares of it; 'linear': errors are amounts, in base units. */
  readonly scale: 'log' | 'linear';
  /** Standard deviation at the start. */
  readonly deviation: number;
  /** What the model adds to it in an hour: deviation per square root of an hour. */
  readonly drift: number;
}

/** A parameter that is estimated beside the states as the logarithm of its share of the nominal value. Of an input: what reaches the plant of it. */
export interface UncertainParameter {
  readonly id: string;
  readonly deviation: number;
  readonly drift: number;
}

/** A measured signal: an output of the model with noise of deviation `relative` times it plus `absolute`, in base units. */
export interface EstimatorSignal {
  readonly output: string;
  readonly relative: number;
  readonly absolute: number;
  /** A value that differs by more deviations than this is left out, and the gate opens twofold for the next one: what is said again is no outlier. Default 5. */
  readonly gate?: number;
  /** A value arrives so long after its sample was taken; default 0 h. */
  readonly delayH?: number;
}

export interface EstimatorSettings {
  /** The controller's own model; it may differ from the plant in values and in structure. */
  readonly model: Model;
  readonly states: readonly UncertainState[];
  readonly parameters: readonly UncertainParameter[];
  readonly signals: readonly EstimatorSignal[];
  /** Further outputs that whoever uses the estimate wants to know, with their deviation. */
  readonly watched?: readonly string[];
  /** Inputs of the model that are known at every step, by id. */
  readonly inputs: readonly string[];
  /** Length of a step, h. */
  readonly stepH: number;
}

/** The model of an estimator, compiled: share it between estimators. */
export interface CompiledObserver {
  readonly observer: ObserverModel;
  readonly compiled: CompiledModel;
}

/** Throws RangeError for names that the model does not have. */
export function compileObserver({ model, parameters, signals, watched = [] }: EstimatorSettings): CompiledObserver {
  const observer = observerModel(
    model,
    parameters.map(({ id }) => id),
    [...signals.map(({ output }) => output), ...watched],
  );
  return { observer, compiled: compileModel(observer.model) };
}

const defaultGate = 5;
const relativeTolerance = 1e-5;

/**
 * An extended Kalman filter on a compiled model (Jazwinski 1970, Stochastic Processes and Filtering Theory, 8.3): states and chosen parameters, exact
 * Jacobians, positive quantities as logarithms, one scalar update a signal. The mean goes through the integrator of the model, the covariance through its
 * exact Jacobian. A late sample is taken in where it belongs: the filter goes back to its time and comes forward again. A step allocates nothing.
 */
export class ModelEstimator implements StepRecord {
  readonly observer: ObserverModel;
  readonly instance: Instance;
  readonly covariance: Covariance;
  /** Logarithms of the estimated parameters over their nominal values. */
  readonly shares: Float64Array;
  /** Inputs at present, in the order of the settings; write before `step`. */
  readonly inputs: Float64Array;
  /** Measured values of this step in base units, NaN: none. Write before `step`. */
  readonly measured: Float64Array;
  /** Outputs of the observed signals, then of what is watched, after `look`. */
  readonly seen: Float64Array;
  /** What each signal last differed by, in deviations; NaN: nothing was taken in. */
  readonly residuals: Float64Array;
  /** How often a value was left out by its gate. */
  readonly rejected: Uint32Array;
  readonly #settings: EstimatorSettings;
  readonly #integrator: Integrator;
  readonly #nominal: Float64Array;
  readonly #inputSlots: Int32Array;
  /** For each estimated parameter the index of the input that it scales, or -1. */
  readonly #scaledInput: Int32Array;
  readonly #isLog: Uint8Array;
  readonly #noise: Float64Array;
  readonly #outputs: Float64Array;
  readonly #rates: Float64Array;
  readonly #entries: Float64Array;
  readonly #byTime: Float64Array;
  readonly #row: Float64Array;
  readonly #move: Float64Array;
  readonly #scalar = new Float64Array(1);
  readonly #innovation = new Float64Array(1);
  readonly #last: Float64Array;
  readonly #history: History;
  readonly #late: Uint8Array;
  /** How many values in a row each gate has kept out. */
  readonly #inARow: Uint32Array;

  /** Throws RangeError for names that the model does not have. */
  constructor(settings: EstimatorSettings, { observer, compiled }: CompiledObserver = compileObserver(settings)) {
    this.#settings = settings;
    const { states, parameters, signals, inputs } = settings;
    this.observer = observer;
    const { size, slots } = this.observer;
    const n = size + slots.length;
    this.instance = new Instance(compiled);
    this.#integrator = createIntegrator(this.instance, {
      method: 'rodas4',
      relativeTolerance,
      absoluteTolerance: Float64Array.from(this.observer.model.states, ({ scale }) => relativeTolerance * scale * 1e-3),
      kinks: 'ignore',
      stepLimit: 2000,
    });
    this.covariance = new Covariance(n);
    this.shares = new Float64Array(slots.length);
    this.inputs = new Float64Array(inputs.length);
    this.measured = new Float64Array(signals.length).fill(Number.NaN);
    this.seen = new Float64Array(this.observer.observed);
    this.residuals = new Float64Array(signals.length).fill(Number.NaN);
    this.rejected = new Uint32Array(signals.length);
    this.#nominal = Float64Array.from(slots, (slot) => this.instance.parameters[slot]!);
    this.#inputSlots = Int32Array.from(inputs, (id) => this.instance.slotOf(id));
    this.#scaledInput = Int32Array.from(parameters, ({ id }) => inputs.indexOf(id));
    this.#isLog = new Uint8Array(n).fill(1, size);
    this.#noise = new Float64Array(n);
    states.forEach(({ id, scale, drift }) => {
      const j = this.#stateOf(id);
      this.#isLog[j] = scale === 'log' ? 1 : 0;
      this.#noise[j] = drift ** 2;
    });
    parameters.forEach(({ drift }, i) => {
      this.#noise[size + i] = drift ** 2;
    });
    this.#outputs = new Float64Array(this.observer.model.outputs.length);
    this.#rates = new Float64Array(size);
    this.#entries = new Float64Array(this.instance.pattern.rows.length);
    this.#byTime = new Float64Array(size);
    this.#row = new Float64Array(n);
    this.#move = new Float64Array(n);
    this.#last = new Float64Array(signals.length).fill(Number.NaN);
    this.#late = Uint8Array.from(signals, ({ delayH = 0 }) => (delayH > 0 ? 1 : 0));
    this.#inARow = new Uint32Array(signals.length);
    const longest = signals.reduce((most, { delayH = 0 }) => Math.max(most, delayH), 0);
    this.#history = new History(Math.ceil(longest / settings.stepH - 1e-9), this);
  }

  /** Estimated states, live, in base units. */
  get state(): Float64Array {
    return this.#integrator.state;
  }

  /** Variances and covariances of the unknowns, live: states, then shares. */
  get p(): Float64Array {
    return this.covariance.p;
  }

  /** Element 0: time of the estimate, h. */
  get now(): Float64Array {
    return this.#integrator.now;
  }

  /** Starts at `timeH` from the start values of the model, with the deviations of the settings. */
  begin(timeH: number): void {
    const { size } = this.observer;
    this.shares.fill(0);
    this.#setParameters();
    const start = this.instance.startState();
    this.#integrator.begin(timeH, start);
    const { p, n } = this.covariance;
    p.fill(0);
    for (const { id, deviation } of this.#settings.states) {
      const j = this.#stateOf(id);
      p[j * n + j] = deviation ** 2;
    }
    this.#settings.parameters.forEach(({ deviation }, i) => {
      p[(size + i) * n + size + i] = deviation ** 2;
    });
    this.residuals.fill(Number.NaN);
    this.rejected.fill(0);
    this.#last.fill(Number.NaN);
    this.#inARow.fill(0);
    this.#history.clear();
    this.look();
  }

  /** Carries the estimate one step on with `inputs`, then takes in what was `measured` at its end. */
  step(): 'goes on' | 'lost' {
    this.#dropRepeats();
    this.#history.keep(this);
    if (this.#takeLate() === 'lost' || this.#carry() === 'lost') return 'lost';
    this.#takeAll(this.measured);
    this.look();
    return 'goes on';
  }

  /** Takes in what was `measured` without a step before it, as at the start. */
  update(): void {
    this.#dropRepeats();
    this.look();
    this.#takeAll(this.measured);
    this.look();
  }

  /** Computes `seen` and the derivatives that `deviation` needs, at the present estimate. */
  look(): void {
    this.#setParameters();
    this.instance.clock[0] = this.#integrator.now[0]!;
    this.instance.prepare();
    this.instance.outputs(this.#integrator.state, this.#outputs);
    for (let k = 0; k < this.seen.length; k++) this.seen[k] = this.#outputs[k]!;
  }

  /** Standard deviation of observed output `k` at the present estimate, in base units. */
  deviation(k: number): number {
    this.writeDeviation(k, this.#scalar, 0);
    return this.#scalar[0]!;
  }

  /** The same into `out[at]`: a number in an array costs no box. */
  writeDeviation(k: number, out: Float64Array, at: number): void {
    this.#rowOf(k);
    this.covariance.variance(this.#row, this.#scalar);
    out[at] = Math.sqrt(Math.max(0, this.#scalar[0]!));
  }

  /** What an estimated parameter is thought to be, in base units; of an input: the share of it that arrives. */
  parameter(i: number): number {
    return (this.#scaledInput[i]! >= 0 ? 1 : this.#nominal[i]!) * Math.exp(this.shares[i]!);
  }

  /** The deviation of output `k`, `scratch.stepH[0]` from now, by the dynamics of the present estimate; `scratch` is written over. */
  writeDeviationAhead(k: number, scratch: Covariance, out: Float64Array, at: number): void {
    scratch.p.set(this.covariance.p);
    scratch.a.set(this.covariance.a);
    out[at] = Number.POSITIVE_INFINITY;
    if (!scratch.propagate(this.#noise)) return;
    this.#rowOf(k);
    scratch.variance(this.#row, this.#scalar);
    out[at] = Math.sqrt(Math.max(0, this.#scalar[0]!));
  }

  #stateOf(id: string): number {
    const j = this.observer.model.states.findIndex((state) => state.id === id);
    if (j < 0)
      throw new RangeError(
        `The model has no state \`${id}\`; its states are ${this.observer.model.states.map((state) => state.id).join(', ')}.`,
      );
    return j;
  }

  /** A value that repeats to the bit is not a new one: a sample that still stands, or a sensor that is stuck. */
  #dropRepeats(): void {
    const { measured } = this;
    const last = this.#last;
    for (let k = 0; k < measured.length; k++) {
      if (Number.isNaN(measured[k]!)) continue;
      if (measured[k] === last[k]) measured[k] = Number.NaN;
      else last[k] = measured[k]!;
    }
  }

  /** One step of mean and covariance. */
  #carry(): 'goes on' | 'lost' {
    this.#setParameters();
    const { stepH } = this.#settings;
    const { instance } = this;
    const integrator = this.#integrator;
    integrator.goal[0] = integrator.now[0]! + stepH;
    integrator.jump();
    if (integrator.advanceToGoal() !== REACHED) return 'lost';
    instance.clock[0] = integrator.now[0]!;
    instance.linearise(integrator.state, this.#rates, this.#entries, this.#byTime);
    instance.outputs(integrator.state, this.#outputs);
    this.#fillDynamics();
    this.covariance.stepH[0] = stepH;
    return this.covariance.propagate(this.#noise) ? 'goes on' : 'lost';
  }

  /** A in the coordinates of the filter: d(dz_i/dt)/dz_j with z = ln x where a state is kept as its logarithm. */
  #fillDynamics(): void {
    const { a, n } = this.covariance;
    const { size, slots, rateDerivatives } = this.observer;
    const { rows, columns } = this.instance.pattern;
    const x = this.#integrator.state;
    a.fill(0);
    for (let e = 0; e < rows.length; e++) {
      const i = rows[e]!;
      const j = columns[e]!;
      if (i >= size || j >= size) continue;
      const value = this.#entries[e]! * (this.#isLog[j] === 1 ? x[j]! : 1);
      a[i * n + j] = this.#isLog[i] === 1 ? value / x[i]! : value;
    }
    for (let i = 0; i < size; i++) {
      if (this.#isLog[i] === 1) a[i * n + i]! -= this.#rates[i]! / x[i]!;
      for (let k = 0; k < slots.length; k++) {
        const byShare = this.#outputs[rateDerivatives + i * slots.length + k]! * this.instance.parameters[slots[k]!]!;
        a[i * n + size + k] = this.#isLog[i] === 1 ? byShare / x[i]! : byShare;
      }
    }
  }

  /** The derivative of observed output `k` by the unknowns of the filter, into `#row`. */
  #rowOf(k: number): void {
    const { size, slots, observed } = this.observer;
    const from = observed + k * (size + slots.length);
    const x = this.#integrator.state;
    for (let j = 0; j < size; j++) this.#row[j] = this.#outputs[from + j]! * (this.#isLog[j] === 1 ? x[j]! : 1);
    for (let i = 0; i < slots.length; i++)
      this.#row[size + i] = this.#outputs[from + size + i]! * this.instance.parameters[slots[i]!]!;
  }

  /** One scalar update; the outputs are those of the carried estimate, moves of earlier signals are accounted for to first order. */
  #take(k: number, value: number): void {
    this.residuals[k] = Number.NaN;
    if (!Number.isFinite(value)) return;
    const { relative, absolute, gate = defaultGate } = this.#settings.signals[k]!;
    const row = this.#row;
    const move = this.#move;
    this.#rowOf(k);
    let expected = this.#outputs[k]!;
    for (let i = 0; i < row.length; i++) expected += row[i]! * move[i]!;
    const noise = (relative * expected) ** 2 + absolute ** 2;
    this.covariance.variance(row, this.#scalar);
    const residual = (value - expected) / Math.sqrt(this.#scalar[0]! + noise);
    this.residuals[k] = residual;
    if (!(Math.abs(residual) <= gate * 2 ** this.#inARow[k]!)) {
      this.rejected[k]!++;
      this.#inARow[k]!++;
      return;
    }
    this.#inARow[k] = 0;
    this.#scalar[0] = noise;
    this.#innovation[0] = value - expected;
    this.covariance.take(row, this.#scalar, this.#innovation, move);
  }

  #takeAll(measured: Float64Array): void {
    for (let k = 0; k < measured.length; k++) if (this.#late[k] === 0) this.#take(k, measured[k]!);
    this.#apply();
  }

  /** Moves the estimate by what the signals of this step said. */
  #apply(): void {
    const { size } = this.observer;
    const move = this.#move;
    const x = this.#integrator.state;
    const { states } = this.observer.model;
    for (let j = 0; j < size; j++) {
      if (move[j] === 0) continue;
      if (this.#isLog[j] === 1) x[j]! *= Math.exp(Math.min(1, Math.max(-1, move[j]!)));
      else x[j]! += move[j]!;
      if (states[j]!.nonNegative && x[j]! < 0) x[j] = 0;
    }
    for (let i = 0; i < this.shares.length; i++)
      this.shares[i] = Math.min(largestShare, Math.max(-largestShare, this.shares[i]! + move[size + i]!));
    move.fill(0);
    this.#integrator.jump();
  }

  /** Goes back to where a late sample was taken, takes it in, and comes forward again through what was measured since. */
  #takeLate(): 'goes on' | 'lost' {
    const { signals, stepH } = this.#settings;
    for (let k = 0; k < signals.length; k++) {
      const value = this.measured[k]!;
      if (this.#late[k] === 0 || Number.isNaN(value)) continue;
      const back = Math.min(this.#history.kept - 1, Math.max(0, Math.round(signals[k]!.delayH! / stepH) - 1));
      this.#restore(this.#history.at(back));
      this.look();
      this.#take(k, value);
      this.#apply();
      for (let again = back; again > 0; again--) if (this.#again(again) === 'lost') return 'lost';
      this.#history.correct(0, this);
      this.inputs.set(this.#history.at(0).inputs);
    }
    return 'goes on';
  }

  /** The step of `back` steps ago once more, from the present estimate. */
  #again(back: number): 'goes on' | 'lost' {
    this.#history.correct(back, this);
    const { inputs, measured } = this.#history.at(back);
    this.inputs.set(inputs);
    if (this.#carry() === 'lost') return 'lost';
    this.#takeAll(measured);
    return 'goes on';
  }

  #restore({ now, state, shares, p }: StepRecord): void {
    this.#integrator.begin(now[0]!, state);
    this.shares.set(shares);
    this.covariance.p.set(p);
  }

  #setParameters(): void {
    const { parameters } = this.instance;
    for (let k = 0; k < this.#inputSlots.length; k++) parameters[this.#inputSlots[k]!] = this.inputs[k]!;
    const { slots } = this.observer;
    for (let i = 0; i < slots.length; i++) {
      const input = this.#scaledInput[i]!;
      parameters[slots[i]!] = (input >= 0 ? this.inputs[input]! : this.#nominal[i]!) * Math.exp(this.shares[i]!);
    }
  }
}

/** An estimated parameter stays within a factor of e of its nominal value. */
const largestShare = 1;
