import { Instance, type ObserverModel } from '@fedbatch/model';
import { createIntegrator, type Integrator } from '@fedbatch/numerics';
import { Covariance } from './covariance.ts';
import type { CompiledObserver, EstimatorSettings } from './estimator-settings.ts';

/** Relative tolerance of an integrator that settings say nothing of. */
export const usualTolerance = 1e-5;
/** An estimated parameter stays within a factor of e of its nominal value, and a logarithm moves by 1 at most at a time. */
export const largestShare = 1;
const largestLogMove = 1;

/**
 * What is thought of the plant: states and shares of parameters with their covariance, on a compiled model. The unknowns are counted states first, then
 * shares; a state that is kept as its logarithm is ln x there, and x in `state`. What is done to an estimate is a filter's own business.
 */
export class Estimate {
  readonly observer: ObserverModel;
  readonly instance: Instance;
  readonly integrator: Integrator;
  readonly covariance: Covariance;
  /** Logarithms of the estimated parameters over their nominal values. */
  readonly shares: Float64Array;
  /** Inputs at present, in the order of the settings. */
  readonly inputs: Float64Array;
  /** Outputs of the observer model at the last `look` or `linearise`. */
  readonly outputs: Float64Array;
  /** 1 where an unknown is a logarithm, for all unknowns. */
  readonly isLog: Uint8Array;
  /** What the model adds to the variance of each unknown, per h. */
  readonly noise: Float64Array;
  /** The derivative of an output by the unknowns, after `writeRow`. */
  readonly row: Float64Array;
  /** By how much the unknowns shall move; `apply` moves them. */
  readonly move: Float64Array;
  readonly #settings: EstimatorSettings;
  readonly #nominal: Float64Array;
  readonly #inputSlots: Int32Array;
  /** For each estimated parameter the index of the input that it scales, or -1. */
  readonly #scaledInput: Int32Array;
  readonly #rates: Float64Array;
  readonly #entries: Float64Array;
  readonly #byTime: Float64Array;
  readonly #scalar = new Float64Array(1);

  /** Throws RangeError for names that the model does not have. */
  constructor(settings: EstimatorSettings, { observer, compiled }: CompiledObserver) {
    this.#settings = settings;
    const { states, parameters, inputs } = settings;
    this.observer = observer;
    const { size, slots } = observer;
    const n = size + slots.length;
    this.instance = new Instance(compiled);
    this.integrator = this.integratorOf(this.instance);
    this.covariance = new Covariance(n);
    this.shares = new Float64Array(slots.length);
    this.inputs = new Float64Array(inputs.length);
    this.#nominal = Float64Array.from(slots, (slot) => this.instance.parameters[slot]!);
    this.#inputSlots = Int32Array.from(inputs, (id) => this.instance.slotOf(id));
    this.#scaledInput = Int32Array.from(parameters, ({ id }) => inputs.indexOf(id));
    this.isLog = new Uint8Array(n).fill(1, size);
    this.noise = new Float64Array(n);
    states.forEach(({ id, scale, drift }) => {
      const j = this.stateOf(id);
      this.isLog[j] = scale === 'log' ? 1 : 0;
      this.noise[j] = drift ** 2;
    });
    parameters.forEach(({ drift }, i) => {
      this.noise[size + i] = drift ** 2;
    });
    this.outputs = new Float64Array(observer.model.outputs.length);
    this.#rates = new Float64Array(size);
    this.#entries = new Float64Array(this.instance.pattern.rows.length);
    this.#byTime = new Float64Array(size);
    this.row = new Float64Array(n);
    this.move = new Float64Array(n);
  }

  /** An integrator as that of the estimate, for another instance with the same states. */
  integratorOf(instance: Instance): Integrator {
    const { relativeTolerance = usualTolerance } = this.#settings;
    return createIntegrator(instance, {
      method: 'rodas4',
      relativeTolerance,
      absoluteTolerance: Float64Array.from(instance.model.states, ({ scale }) => relativeTolerance * scale * 1e-3),
      kinks: 'ignore',
      stepLimit: 2000,
    });
  }

  /** Index of a state; throws RangeError where the model has none of this name. */
  stateOf(id: string): number {
    const { states } = this.observer.model;
    const j = states.findIndex((state) => state.id === id);
    if (j < 0)
      throw new RangeError(
        `The model has no state \`${id}\`; its states are ${states.map((state) => state.id).join(', ')}.`,
      );
    return j;
  }

  /** Starts at `timeH` from the start values of the model, with the deviations of the settings. */
  begin(timeH: number): void {
    const { size } = this.observer;
    this.shares.fill(0);
    this.setParameters();
    this.integrator.begin(timeH, this.instance.startState());
    const { p, n } = this.covariance;
    p.fill(0);
    for (const { id, deviation } of this.#settings.states) {
      const j = this.stateOf(id);
      p[j * n + j] = deviation ** 2;
    }
    this.#settings.parameters.forEach(({ deviation }, i) => {
      p[(size + i) * n + size + i] = deviation ** 2;
    });
  }

  /** Gives the model the inputs of present and the estimated parameters. */
  setParameters(): void {
    this.writeParameters(this.instance.parameters, this.shares);
  }

  /** The same with other `shares`, into the parameters of any model that has the same ones. */
  writeParameters(parameters: Float64Array, shares: Float64Array): void {
    for (let k = 0; k < this.#inputSlots.length; k++) parameters[this.#inputSlots[k]!] = this.inputs[k]!;
    const { slots } = this.observer;
    for (let i = 0; i < slots.length; i++) {
      const input = this.#scaledInput[i]!;
      parameters[slots[i]!] = (input >= 0 ? this.inputs[input]! : this.#nominal[i]!) * Math.exp(shares[i]!);
    }
  }

  /** What an estimated parameter is thought to be, in base units; of an input: the share of it that arrives. */
  parameter(i: number): number {
    return (this.#scaledInput[i]! >= 0 ? 1 : this.#nominal[i]!) * Math.exp(this.shares[i]!);
  }

  /** Computes `outputs`, and the derivatives that `writeRow` needs. */
  look(): void {
    this.setParameters();
    this.instance.clock[0] = this.integrator.now[0]!;
    this.instance.prepare();
    this.instance.outputs(this.integrator.state, this.outputs);
  }

  /** Computes `outputs`, and the matrix A of the covariance: d(dz_i/dt)/dz_j with z = ln x where a state is kept as its logarithm. */
  linearise(): void {
    const { instance, integrator } = this;
    instance.clock[0] = integrator.now[0]!;
    instance.linearise(integrator.state, this.#rates, this.#entries, this.#byTime);
    instance.outputs(integrator.state, this.outputs);
    const { a, n } = this.covariance;
    const { size, slots, rateDerivatives } = this.observer;
    const { rows, columns } = instance.pattern;
    const x = integrator.state;
    a.fill(0);
    for (let e = 0; e < rows.length; e++) {
      const i = rows[e]!;
      const j = columns[e]!;
      if (i >= size || j >= size) continue;
      const value = this.#entries[e]! * (this.isLog[j] === 1 ? x[j]! : 1);
      a[i * n + j] = this.isLog[i] === 1 ? value / x[i]! : value;
    }
    for (let i = 0; i < size; i++) {
      if (this.isLog[i] === 1) a[i * n + i]! -= this.#rates[i]! / x[i]!;
      for (let k = 0; k < slots.length; k++) {
        const byShare = this.outputs[rateDerivatives + i * slots.length + k]! * instance.parameters[slots[k]!]!;
        a[i * n + size + k] = this.isLog[i] === 1 ? byShare / x[i]! : byShare;
      }
    }
  }

  /** The derivative of observed output `k` by the unknowns, into `row`. */
  writeRow(k: number): void {
    const { size, slots, observed } = this.observer;
    const from = observed + k * (size + slots.length);
    const x = this.integrator.state;
    for (let j = 0; j < size; j++) this.row[j] = this.outputs[from + j]! * (this.isLog[j] === 1 ? x[j]! : 1);
    for (let i = 0; i < slots.length; i++)
      this.row[size + i] = this.outputs[from + size + i]! * this.instance.parameters[slots[i]!]!;
  }

  /** Standard deviation of observed output `k` into `out[at]`, in base units: a number in an array costs no box. */
  writeDeviation(k: number, out: Float64Array, at: number): void {
    this.writeRow(k);
    this.covariance.variance(this.row, this.#scalar);
    out[at] = Math.sqrt(Math.max(0, this.#scalar[0]!));
  }

  /** The same `scratch.stepH[0]` from now, by the dynamics of the present estimate; `scratch` is written over. */
  writeDeviationAhead(k: number, scratch: Covariance, out: Float64Array, at: number): void {
    scratch.p.set(this.covariance.p);
    scratch.a.set(this.covariance.a);
    out[at] = Number.POSITIVE_INFINITY;
    if (!scratch.propagate(this.noise)) return;
    this.writeRow(k);
    scratch.variance(this.row, this.#scalar);
    out[at] = Math.sqrt(Math.max(0, this.#scalar[0]!));
  }

  /** Moves the unknowns by `move`, inside what they may be, and clears it. */
  apply(): void {
    const { size } = this.observer;
    const { move, shares, isLog } = this;
    const x = this.integrator.state;
    const { states } = this.observer.model;
    for (let j = 0; j < size; j++) {
      if (move[j] === 0) continue;
      if (isLog[j] === 1) x[j]! *= Math.exp(Math.min(largestLogMove, Math.max(-largestLogMove, move[j]!)));
      else x[j]! += move[j]!;
      if (states[j]!.nonNegative && x[j]! < 0) x[j] = 0;
    }
    for (let i = 0; i < shares.length; i++)
      shares[i] = Math.min(largestShare, Math.max(-largestShare, shares[i]! + move[size + i]!));
    move.fill(0);
    this.integrator.jump();
  }
}
