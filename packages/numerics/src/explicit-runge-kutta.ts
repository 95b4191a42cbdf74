import { copy } from './copy.ts';
import type { Method, Span, StepMethod } from './step-method.ts';
import type { System } from './system.ts';

/** An explicit pair with two error estimates, the right-hand side at the end as its last stage, and more stages for dense output. */
export interface ExplicitTableau {
  readonly name: Method;
  /** The error estimate falls with this power of the step. */
  readonly errorOrder: number;
  readonly nodes: readonly number[];
  /** Weights of the stages before, one row a stage; those of the new state. */
  readonly stages: readonly (readonly number[])[];
  readonly weights: readonly number[];
  /** The estimates of higher and of lower order, over all stages. */
  readonly fine: readonly number[];
  readonly coarse: readonly number[];
  readonly denseNodes: readonly number[];
  readonly denseStages: readonly (readonly number[])[];
  /** The upper polynomials of dense output, over all stages. */
  readonly dense: readonly (readonly number[])[];
}

/** Share of the lower estimate in the combined one (Hairer, Norsett and Wanner 1993, II.10). */
const coarseShare = 0.01;

/** Steps by a tableau. The stages of dense output are computed when it is asked for. */
export class ExplicitRungeKutta implements StepMethod {
  readonly name: Method;
  readonly errorOrder: number;
  readonly control = 'damped';
  readonly memorySize: number;
  rhsCalls = 0;
  jacobians = 0;
  factorisations = 0;
  readonly #tableau: ExplicitTableau;
  readonly #system: System;
  /** All stages, those of dense output last, and the first stage of the next step. */
  readonly #k: readonly Float64Array[];
  readonly #first: Float64Array;
  readonly #u: Float64Array;
  readonly #y0: Float64Array;
  readonly #y1: Float64Array;
  readonly #polynomials: readonly Float64Array[];
  readonly #sum: Float64Array;
  /** The step of the last attempt; in an array, because a number of its own costs a box each time that it changes. */
  readonly #span = new Float64Array(3);
  #fresh = false;
  #denseReady = false;

  constructor(tableau: ExplicitTableau, system: System) {
    const { size } = system;
    const make = (): Float64Array => new Float64Array(size);
    this.name = tableau.name;
    this.errorOrder = tableau.errorOrder;
    this.memorySize = 1 + size;
    this.#tableau = tableau;
    this.#system = system;
    this.#k = Array.from({ length: tableau.stages.length + 1 + tableau.denseStages.length }, make);
    this.#first = make();
    this.#u = make();
    this.#y0 = make();
    this.#y1 = make();
    this.#sum = make();
    this.#polynomials = Array.from({ length: 3 + tableau.dense.length }, make);
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

  save(out: Float64Array, from: number): void {
    out[from] = this.#fresh ? 1 : 0;
    out.set(this.#first, from + 1);
  }

  restore(memory: Float64Array, from: number): void {
    this.#fresh = memory[from] === 1;
    for (let i = 0; i < this.#first.length; i++) this.#first[i] = memory[from + 1 + i]!;
  }

  /** The last stage is the first of the next step. */
  accept(): void {
    copy(this.#k[this.#tableau.stages.length]!, this.#first);
    this.#fresh = true;
  }

  attempt(span: Span, y: Float64Array, out: Float64Array, error: Float64Array): boolean {
    const { nodes, stages, weights, fine, coarse } = this.#tableau;
    const { clock } = this.#system;
    const u = this.#u;
    const k = this.#k;
    const last = stages.length;
    copy(span, this.#span);
    this.#denseReady = false;
    copy(y, this.#y0);
    if (!this.#fresh) {
      clock[0] = span[0]!;
      this.#system.rhs(y, this.#first);
      this.rhsCalls++;
      this.#fresh = true;
    }
    copy(this.#first, k[0]!);
    for (let s = 1; s < last; s++) {
      this.#argument(stages[s]!, u);
      clock[0] = span[0]! + nodes[s]! * span[1]!;
      this.#system.rhs(u, k[s]!);
    }
    this.#argument(weights, out);
    copy(out, this.#y1);
    clock[0] = span[2]!;
    this.#system.rhs(out, k[last]!);
    this.rhsCalls += last;
    this.#combine(coarse, error);
    this.#combine(fine, this.#sum);
    for (let i = 0; i < error.length; i++) {
      const low = error[i]!;
      const square = this.#sum[i]! * this.#sum[i]!;
      error[i] = square === 0 ? 0 : (span[1]! * square) / Math.sqrt(square + coarseShare * low * low);
    }
    return true;
  }

  /** h times the dominant eigenvalue, estimated from the last two stages (Hairer and Wanner 1996, IV.2). */
  measureStiffness(out: Float64Array): void {
    const last = this.#tableau.stages.length;
    let rates = 0;
    let states = 0;
    for (let i = 0; i < this.#system.coreSize; i++) {
      rates += (this.#k[last]![i]! - this.#k[last - 1]![i]!) ** 2;
      states += (this.#y1[i]! - this.#u[i]!) ** 2;
    }
    out[0] = states > 0 ? Math.abs(this.#span[1]!) * Math.sqrt(rates / states) : 0;
  }

  /** Nested in theta and 1 - theta by turns (Hairer, Norsett and Wanner 1993, II.6). */
  dense(theta: number, out: Float64Array): void {
    if (!this.#denseReady) this.#prepareDense();
    const polynomials = this.#polynomials;
    const rest = 1 - theta;
    for (let i = 0; i < out.length; i++) {
      let inner = 0;
      for (let p = polynomials.length - 1; p >= 0; p--)
        inner = (p % 2 === 0 ? theta : rest) * (polynomials[p]![i]! + inner);
      out[i] = this.#y0[i]! + inner;
    }
  }

  #prepareDense(): void {
    const { stages, denseNodes, denseStages, dense } = this.#tableau;
    const { clock } = this.#system;
    const k = this.#k;
    const last = stages.length;
    const u = this.#sum;
    for (let s = 0; s < denseStages.length; s++) {
      this.#argument(denseStages[s]!, u);
      clock[0] = this.#span[0]! + denseNodes[s]! * this.#span[1]!;
      this.#system.rhs(u, k[last + 1 + s]!);
    }
    this.rhsCalls += denseStages.length;
    const polynomials = this.#polynomials;
    const h = this.#span[1]!;
    for (let i = 0; i < u.length; i++) {
      const move = this.#y1[i]! - this.#y0[i]!;
      polynomials[0]![i] = move;
      polynomials[1]![i] = h * k[0]![i]! - move;
      polynomials[2]![i] = 2 * move - h * (k[last]![i]! + k[0]![i]!);
    }
    for (let p = 0; p < dense.length; p++) {
      const upper = polynomials[3 + p]!;
      this.#combine(dense[p]!, upper);
      for (let i = 0; i < u.length; i++) upper[i]! *= h;
    }
    this.#denseReady = true;
  }

  /** y0 + h times a weighted sum of stages. */
  #argument(weights: readonly number[], out: Float64Array): void {
    this.#combine(weights, out);
    for (let i = 0; i < out.length; i++) out[i] = this.#y0[i]! + this.#span[1]! * out[i]!;
  }

  #combine(weights: readonly number[], out: Float64Array): void {
    out.fill(0);
    for (let s = 0; s < weights.length; s++) {
      const weight = weights[s]!;
      if (weight === 0) continue;
      const stage = this.#k[s]!;
      for (let i = 0; i < out.length; i++) out[i]! += weight * stage[i]!;
    }
  }
}
