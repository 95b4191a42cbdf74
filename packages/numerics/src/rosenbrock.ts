import { copy } from './copy.ts';
import { type StageCode, stageCode } from './rosenbrock-stages.ts';
import type { Method, Span, StepMethod } from './step-method.ts';
import type { System } from './system.ts';

/**
 * A Rosenbrock method in the form that needs no product of the Jacobian with a vector (Hairer and Wanner 1996, IV.7): stage i solves
 * (I/(h gamma) - J) K_i = f(t + nodes_i h, y + sum_j stages_ij K_j) + h slopes_i df/dt + sum_j couplings_ij K_j / h. The last stage is the error
 * estimate, and its argument plus itself the new state.
 */
export interface RosenbrockTableau {
  readonly name: Method;
  /** The error estimate falls with this power of the step. */
  readonly errorOrder: number;
  readonly gamma: number;
  readonly nodes: readonly number[];
  readonly slopes: readonly number[];
  readonly stages: readonly (readonly number[])[];
  readonly couplings: readonly (readonly number[])[];
  /** The polynomials of dense output, over the stages. */
  readonly dense: readonly (readonly number[])[];
}

/** Steps by a Rosenbrock method with exact Jacobian and time derivative. */
export class Rosenbrock implements StepMethod {
  readonly name: Method;
  readonly errorOrder: number;
  readonly memorySize = 0;
  rhsCalls = 0;
  jacobians = 0;
  factorisations = 0;
  readonly #tableau: RosenbrockTableau;
  readonly #system: System;
  readonly #code: StageCode;
  readonly #jacobian: Float64Array;
  readonly #factors: Float64Array;
  /** Length of the step, its inverse, and the step times gamma. */
  readonly #scale = new Float64Array(3);
  readonly #byTime: Float64Array;
  readonly #f0: Float64Array;
  /** All stages, one after the other, and each alone. */
  readonly #all: Float64Array;
  readonly #stages: readonly Float64Array[];
  readonly #u: Float64Array;
  readonly #y0: Float64Array;
  readonly #y1: Float64Array;
  readonly #polynomials: readonly Float64Array[];
  #fresh = false;
  #denseReady = false;

  constructor(tableau: RosenbrockTableau, system: System) {
    const { size } = system;
    const make = (): Float64Array => new Float64Array(size);
    this.name = tableau.name;
    this.errorOrder = tableau.errorOrder;
    this.#tableau = tableau;
    this.#system = system;
    this.#code = stageCode(tableau, system);
    this.#jacobian = new Float64Array(system.pattern.rows.length);
    this.#factors = new Float64Array(this.#code.factorCount);
    this.#byTime = make();
    this.#f0 = make();
    this.#all = new Float64Array(tableau.stages.length * size);
    this.#stages = tableau.stages.map((_, i) => this.#all.subarray(i * size, (i + 1) * size));
    this.#u = make();
    this.#y0 = make();
    this.#y1 = make();
    this.#polynomials = tableau.dense.map(make);
  }

  reset(): void {
    this.#fresh = false;
  }

  save(): void {}

  restore(): void {
    this.#fresh = false;
  }

  accept(): void {
    this.#fresh = false;
  }

  attempt(span: Span, y: Float64Array, out: Float64Array, error: Float64Array): boolean {
    const system = this.#system;
    const { clock } = system;
    const code = this.#code.stages;
    const { nodes } = this.#tableau;
    const stages = this.#stages;
    const all = this.#all;
    const jacobian = this.#jacobian;
    const byTime = this.#byTime;
    const factors = this.#factors;
    const scale = this.#scale;
    const u = this.#u;
    const t = span[0]!;
    const h = span[1]!;
    this.#denseReady = false;
    copy(y, this.#y0);
    // f, its Jacobian and its time derivative at the start are kept while the step is only shortened.
    if (!this.#fresh) {
      clock[0] = t;
      system.linearise(y, this.#f0, jacobian, byTime);
      this.rhsCalls++;
      this.jacobians++;
      this.#fresh = true;
    }
    scale[0] = h;
    scale[1] = 1 / h;
    scale[2] = h * this.#tableau.gamma;
    this.factorisations++;
    if (!this.#code.factorise(jacobian, scale, factors)) return false;
    copy(this.#f0, all);
    code[0]!(y, all, u, jacobian, byTime, scale, factors);
    for (let i = 1; i < code.length; i++) {
      clock[0] = t + nodes[i]! * h;
      system.rhs(u, stages[i]!);
      code[i]!(y, all, u, jacobian, byTime, scale, factors);
    }
    this.rhsCalls += code.length - 1;
    copy(stages[code.length - 1]!, error);
    copy(u, out);
    copy(u, this.#y1);
    return true;
  }

  /**
   * h times the spectral radius: the larger of the diagonal and of a few power iterations, whose last two growths are averaged because a
   * complex pair or unlike units make them alternate. The start is fixed, and uneven because exchange between states maps even ones to 0.
   */
  measureStiffness(out: Float64Array): void {
    const { coreSize, pattern } = this.#system;
    const { rows, columns } = pattern;
    const jacobian = this.#jacobian;
    const v = this.#f0;
    const w = this.#u;
    this.#fresh = false;
    let diagonal = 0;
    let growth = 0;
    let growthBefore = 0;
    for (let i = 0; i < coreSize; i++) v[i] = i % 2 === 0 ? 1 : -0.6180339887498949 / i;
    for (let k = 0; k < jacobian.length; k++)
      if (rows[k] === columns[k]) diagonal = Math.max(diagonal, Math.abs(jacobian[k]!));
    for (let iteration = 0; iteration < 6; iteration++) {
      let norm = 0;
      let before = 0;
      w.fill(0);
      for (let k = 0; k < jacobian.length; k++) w[rows[k]!]! += jacobian[k]! * v[columns[k]!]!;
      for (let i = 0; i < coreSize; i++) {
        norm += w[i]! * w[i]!;
        before += v[i]! * v[i]!;
      }
      growthBefore = growth;
      growth = Math.sqrt(norm / before);
      if (!(norm > 0)) break;
      const scale = 1 / Math.sqrt(norm);
      for (let i = 0; i < coreSize; i++) v[i] = w[i]! * scale;
    }
    out[0] = Math.abs(this.#scale[0]!) * Math.max(diagonal, Math.sqrt(growth * growthBefore));
  }

  dense(theta: number, out: Float64Array): void {
    if (!this.#denseReady) this.#prepareDense();
    const y0 = this.#y0;
    const y1 = this.#y1;
    const polynomials = this.#polynomials;
    const rest = 1 - theta;
    for (let i = 0; i < out.length; i++) {
      let inner = 0;
      for (let k = polynomials.length - 1; k >= 0; k--) inner = polynomials[k]![i]! + theta * inner;
      out[i] = rest * y0[i]! + theta * (y1[i]! + rest * inner);
    }
  }

  #prepareDense(): void {
    const { size } = this.#system;
    this.#tableau.dense.forEach((weights, k) => {
      const polynomial = this.#polynomials[k]!;
      for (let i = 0; i < size; i++) {
        let sum = 0;
        for (let j = 0; j < weights.length; j++) sum += weights[j]! * this.#all[j * size + i]!;
        polynomial[i] = sum;
      }
    });
    this.#denseReady = true;
  }
}
