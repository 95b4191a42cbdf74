import { copy } from './copy.ts';
import type { Method, Span, StepMethod } from './step-method.ts';
import type { System } from './system.ts';

// Bogacki and Shampine 1989, Appl. Math. Lett. 2, 321: the explicit method of order 3 in three stages. Their error estimate wants a fourth, which is the first of
// the next step where nothing jumps between steps; between scans something does. This one is a quarter of the difference to the midpoint rule.
const c2 = 1 / 2;
const c3 = 3 / 4;
const b1 = 2 / 9;
const b2 = 1 / 3;
const b3 = 4 / 9;
const e1 = 1 / 18;
const e2 = -1 / 6;
const e3 = 1 / 9;

/** Steps that are far shorter than their error asks for, in less than half of the work of order 5. */
export class Bs3 implements StepMethod {
  readonly name: Method = 'auto';
  readonly errorOrder = 3;
  readonly control = 'damped';
  readonly memorySize = 0;
  readonly #system: System;
  readonly #k1: Float64Array;
  readonly #k2: Float64Array;
  readonly #k3: Float64Array;
  readonly #u: Float64Array;
  readonly #y0: Float64Array;
  /** Length of the last attempt; in an array, because a number of its own costs a box each time that it changes. */
  readonly #length = new Float64Array(1);
  /** Whether the first stage is that of the present state: an attempt was only shortened. */
  #fresh = false;
  rhsCalls = 0;
  jacobians = 0;
  factorisations = 0;

  constructor(system: System) {
    const make = (): Float64Array => new Float64Array(system.size);
    this.#system = system;
    this.#k1 = make();
    this.#k2 = make();
    this.#k3 = make();
    this.#u = make();
    this.#y0 = make();
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
    const t = span[0]!;
    const h = span[1]!;
    const n = y.length;
    const k1 = this.#k1;
    const k2 = this.#k2;
    const k3 = this.#k3;
    const u = this.#u;
    this.#length[0] = h;
    copy(y, this.#y0);
    if (!this.#fresh) {
      clock[0] = t;
      system.rhs(y, k1);
      this.rhsCalls++;
      this.#fresh = true;
    }
    for (let i = 0; i < n; i++) u[i] = y[i]! + h * c2 * k1[i]!;
    clock[0] = t + c2 * h;
    system.rhs(u, k2);
    for (let i = 0; i < n; i++) u[i] = y[i]! + h * c3 * k2[i]!;
    clock[0] = t + c3 * h;
    system.rhs(u, k3);
    this.rhsCalls += 2;
    for (let i = 0; i < n; i++) {
      const first = k1[i]!;
      const second = k2[i]!;
      const third = k3[i]!;
      out[i] = y[i]! + h * (b1 * first + b2 * second + b3 * third);
      error[i] = h * (e1 * first + e2 * second + e3 * third);
    }
    return true;
  }

  /** Order 5 is asked: these steps are short of any limit of stability. */
  measureStiffness(out: Float64Array): void {
    out[0] = 0;
  }

  /** The cubic through both ends that starts with the first stage and keeps order 2 between. */
  dense(theta: number, out: Float64Array): void {
    const h = this.#length[0]!;
    const square = theta * theta;
    const w3 = b3 * theta * square;
    const w2 = square - 1.5 * w3;
    const w1 = theta - w2 - w3;
    for (let i = 0; i < out.length; i++)
      out[i] = this.#y0[i]! + h * (w1 * this.#k1[i]! + w2 * this.#k2[i]! + w3 * this.#k3[i]!);
  }
}
