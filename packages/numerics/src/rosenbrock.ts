import { copy } from './copy.ts';
import { errorSum, stateSum } from './quadrature-weights.ts';
import { Quadratures } from './quadratures.ts';
import { type StageCode, stageCode } from './rosenbrock-stages.ts';
import type { Method, Span, StepMethod } from './step-method.ts';
import { measureStiffness } from './stiffness.ts';
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
  readonly control = 'predictive';
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
  /** Sums over the stages of the states behind the core: the new state, its error where anybody judges it, dense output. */
  readonly #newState: Quadratures;
  readonly #newError: Quadratures | undefined;
  readonly #dense: readonly Quadratures[];
  #fresh = false;
  #denseReady = false;

  /** `judged`: whether the error of the states behind the core is wanted too; 'core' leaves it at zero. */
  constructor(tableau: RosenbrockTableau, system: System, judged: 'all' | 'core' = 'all') {
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
    this.#newState = new Quadratures(tableau, stateSum(tableau), system);
    this.#newError = judged === 'all' ? new Quadratures(tableau, errorSum(tableau), system) : undefined;
    this.#dense = tableau.dense.map((sum) => new Quadratures(tableau, sum, system));
  }

  begin(): void {
    this.rhsCalls = 0;
    this.jacobians = 0;
    this.factorisations = 0;
    this.reset();
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
    code[0]!(y, all, u, byTime, scale, factors);
    for (let i = 1; i < code.length; i++) {
      clock[0] = t + nodes[i]! * h;
      system.rhs(u, stages[i]!);
      code[i]!(y, all, u, byTime, scale, factors);
    }
    this.rhsCalls += code.length - 1;
    const last = stages[code.length - 1]!;
    for (let i = 0; i < system.coreSize; i++) error[i] = last[i]!;
    for (let i = system.coreSize; i < system.size; i++) {
      u[i] = y[i]!;
      error[i] = 0;
    }
    this.#newState.addTo(u, all, jacobian, byTime, scale);
    this.#newError?.addTo(error, all, jacobian, byTime, scale);
    copy(u, out);
    copy(u, this.#y1);
    return true;
  }

  measureStiffness(out: Float64Array): void {
    this.#fresh = false;
    measureStiffness(this.#scale, this.#jacobian, this.#system, this.#f0, this.#u, out);
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
    const { size, coreSize } = this.#system;
    this.#tableau.dense.forEach((weights, k) => {
      const polynomial = this.#polynomials[k]!;
      polynomial.fill(0);
      for (let i = 0; i < coreSize; i++)
        for (let j = 0; j < weights.length; j++) polynomial[i]! += weights[j]! * this.#all[j * size + i]!;
      this.#dense[k]!.addTo(polynomial, this.#all, this.#jacobian, this.#byTime, this.#scale);
    });
    this.#denseReady = true;
  }
}
