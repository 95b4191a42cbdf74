import { copy } from './copy.ts';
import type { Method, Span, StepMethod } from './step-method.ts';
import type { System } from './system.ts';

// Bogacki and Shampine 1989, Appl. Math. Lett. 2, 321: explicit pair of order 3(2), four stages, first same as last.
const c2 = 1 / 2;
const c3 = 3 / 4;
const b1 = 2 / 9;
const b2 = 1 / 3;
const b3 = 4 / 9;
const e1 = -5 / 72;
const e2 = 1 / 12;
const e3 = 1 / 9;
const e4 = -1 / 8;

/** Steps that are far shorter than their error asks for, in about half of the work of order 5. */
export class Bs3 implements StepMethod {
  readonly name: Method = 'auto';
  readonly errorOrder = 3;
  readonly control = 'damped';
  readonly memorySize: number;
  readonly #system: System;
  /** The first stage; of the last attempt, because `accept` replaces it and dense output still needs it; the others. */
  readonly #k1: Float64Array;
  readonly #first: Float64Array;
  readonly #k2: Float64Array;
  readonly #k3: Float64Array;
  readonly #k4: Float64Array;
  readonly #u: Float64Array;
  readonly #y0: Float64Array;
  readonly #y1: Float64Array;
  /** The step of the last attempt; in an array, because a number of its own costs a box each time that it changes. */
  readonly #span = new Float64Array(3);
  #fresh = false;
  rhsCalls = 0;
  jacobians = 0;
  factorisations = 0;

  constructor(system: System) {
    const make = (): Float64Array => new Float64Array(system.size);
    this.#system = system;
    this.memorySize = 1 + system.size;
    this.#k1 = make();
    this.#first = make();
    this.#k2 = make();
    this.#k3 = make();
    this.#k4 = make();
    this.#u = make();
    this.#y0 = make();
    this.#y1 = make();
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
    out.set(this.#k1, from + 1);
  }

  restore(memory: Float64Array, from: number): void {
    this.#fresh = memory[from] === 1;
    for (let i = 0; i < this.#k1.length; i++) this.#k1[i] = memory[from + 1 + i]!;
  }

  /** The last stage is the first of the next step. */
  accept(): void {
    copy(this.#k4, this.#k1);
    this.#fresh = true;
  }

  attempt(span: Span, y: Float64Array, out: Float64Array, error: Float64Array): boolean {
    const system = this.#system;
    const { clock } = system;
    const t = span[0]!;
    const h = span[1]!;
    const n = y.length;
    const k1 = this.#k1;
    const k2 = this.#k2;
    const k3 = this.#k3;
    const k4 = this.#k4;
    const u = this.#u;
    copy(span, this.#span);
    copy(y, this.#y0);
    if (!this.#fresh) {
      clock[0] = t;
      system.rhs(y, k1);
      this.rhsCalls++;
      this.#fresh = true;
    }
    copy(k1, this.#first);
    for (let i = 0; i < n; i++) u[i] = y[i]! + h * c2 * k1[i]!;
    clock[0] = t + c2 * h;
    system.rhs(u, k2);
    for (let i = 0; i < n; i++) u[i] = y[i]! + h * c3 * k2[i]!;
    clock[0] = t + c3 * h;
    system.rhs(u, k3);
    for (let i = 0; i < n; i++) out[i] = y[i]! + h * (b1 * k1[i]! + b2 * k2[i]! + b3 * k3[i]!);
    clock[0] = span[2]!;
    system.rhs(out, k4);
    this.rhsCalls += 3;
    copy(out, this.#y1);
    for (let i = 0; i < n; i++) error[i] = h * (e1 * k1[i]! + e2 * k2[i]! + e3 * k3[i]! + e4 * k4[i]!);
    return true;
  }

  /** Order 5 is asked: these steps are short of any limit of stability. */
  measureStiffness(out: Float64Array): void {
    out[0] = 0;
  }

  /** Cubic Hermite interpolation. */
  dense(theta: number, out: Float64Array): void {
    const h = this.#span[1]!;
    const y0 = this.#y0;
    const y1 = this.#y1;
    const rest = 1 - theta;
    for (let i = 0; i < out.length; i++) {
      const move = y1[i]! - y0[i]!;
      const bend = rest * (h * this.#first[i]! - move) - theta * (h * this.#k4[i]! - move);
      out[i] = y0[i]! + theta * (move + rest * bend);
    }
  }
}
