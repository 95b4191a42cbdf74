import { copy } from './copy.ts';
import type { Method, Span, StepMethod } from './step-method.ts';
import type { System } from './system.ts';

// Tsitouras 2011, Comput. Math. Appl. 62, 770: explicit pair of order 5(4), seven stages, first same as last, free interpolant of order 4.
const c2 = 0.161;
const c3 = 0.327;
const c4 = 0.9;
const c5 = 0.9800255409045097;
const a21 = 0.161;
const a31 = -0.008480655492356989;
const a32 = 0.335480655492357;
const a41 = 2.8971530571054935;
const a42 = -6.359448489975075;
const a43 = 4.3622954328695815;
const a51 = 5.325864828439257;
const a52 = -11.748883564062828;
const a53 = 7.4955393428898365;
const a54 = -0.09249506636175525;
const a61 = 5.86145544294642;
const a62 = -12.92096931784711;
const a63 = 8.159367898576159;
const a64 = -0.071584973281401;
const a65 = -0.028269050394068383;
const a71 = 0.09646076681806523;
const a72 = 0.01;
const a73 = 0.4798896504144996;
const a74 = 1.379008574103742;
const a75 = -3.290069515436081;
const a76 = 2.324710524099774;
const e1 = -0.00178001105222577714;
const e2 = -0.0008164344596567469;
const e3 = 0.007880878010261995;
const e4 = -0.1447110071732629;
const e5 = 0.5823571654525552;
const e6 = -0.45808210592918697;
const e7 = 1 / 66;

export class Tsit5 implements StepMethod {
  readonly name: Method = 'tsit5';
  readonly errorOrder = 5;
  readonly control = 'damped';
  readonly memorySize: number;
  readonly #system: System;
  readonly #k1: Float64Array;
  /** The first stage of the last attempt: `accept` replaces k1, and dense output still needs it. */
  readonly #first: Float64Array;
  readonly #k2: Float64Array;
  readonly #k3: Float64Array;
  readonly #k4: Float64Array;
  readonly #k5: Float64Array;
  readonly #k6: Float64Array;
  readonly #k7: Float64Array;
  readonly #u: Float64Array;
  readonly #y0: Float64Array;
  readonly #y1: Float64Array;
  readonly #scale: Float64Array;
  #h = 0;
  #fresh = false;
  rhsCalls = 0;
  jacobians = 0;
  factorisations = 0;

  /** `scale`: the size of each state below which its changes do not count as stiff, absolute over relative tolerance. */
  constructor(system: System, scale?: Float64Array) {
    this.#system = system;
    this.#scale = scale ?? new Float64Array(system.size).fill(1e-30);
    this.memorySize = 1 + system.size;
    const make = (): Float64Array => new Float64Array(system.size);
    this.#k1 = make();
    this.#first = make();
    this.#k2 = make();
    this.#k3 = make();
    this.#k4 = make();
    this.#k5 = make();
    this.#k6 = make();
    this.#k7 = make();
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
    copy(this.#k7, this.#k1);
    this.#fresh = true;
  }

  attempt(span: Span, y: Float64Array, out: Float64Array, error: Float64Array): boolean {
    const system = this.#system;
    const clock = system.clock;
    const t = span[0]!;
    const h = span[1]!;
    const n = system.size;
    const k1 = this.#k1;
    const k2 = this.#k2;
    const k3 = this.#k3;
    const k4 = this.#k4;
    const k5 = this.#k5;
    const k6 = this.#k6;
    const k7 = this.#k7;
    const u = this.#u;
    this.#h = h;
    copy(y, this.#y0);
    if (!this.#fresh) {
      clock[0] = t;
      system.rhs(y, k1);
      this.rhsCalls++;
      this.#fresh = true;
    }
    copy(k1, this.#first);
    for (let i = 0; i < n; i++) u[i] = y[i]! + h * a21 * k1[i]!;
    clock[0] = t + c2 * h;
    system.rhs(u, k2);
    for (let i = 0; i < n; i++) u[i] = y[i]! + h * (a31 * k1[i]! + a32 * k2[i]!);
    clock[0] = t + c3 * h;
    system.rhs(u, k3);
    for (let i = 0; i < n; i++) u[i] = y[i]! + h * (a41 * k1[i]! + a42 * k2[i]! + a43 * k3[i]!);
    clock[0] = t + c4 * h;
    system.rhs(u, k4);
    for (let i = 0; i < n; i++) u[i] = y[i]! + h * (a51 * k1[i]! + a52 * k2[i]! + a53 * k3[i]! + a54 * k4[i]!);
    clock[0] = t + c5 * h;
    system.rhs(u, k5);
    for (let i = 0; i < n; i++)
      u[i] = y[i]! + h * (a61 * k1[i]! + a62 * k2[i]! + a63 * k3[i]! + a64 * k4[i]! + a65 * k5[i]!);
    clock[0] = t + h;
    system.rhs(u, k6);
    for (let i = 0; i < n; i++)
      out[i] = y[i]! + h * (a71 * k1[i]! + a72 * k2[i]! + a73 * k3[i]! + a74 * k4[i]! + a75 * k5[i]! + a76 * k6[i]!);
    system.rhs(out, k7);
    copy(out, this.#y1);
    this.rhsCalls += 6;
    for (let i = 0; i < n; i++)
      error[i] = h * (e1 * k1[i]! + e2 * k2[i]! + e3 * k3[i]! + e4 * k4[i]! + e5 * k5[i]! + e6 * k6[i]! + e7 * k7[i]!);
    return true;
  }

  /**
   * h times the dominant eigenvalue, estimated from the last two stages (Hairer and Wanner 1996, IV.2). Each state counts relative to its own
   * size: a fast state may be a thousandth of the others.
   */
  measureStiffness(out: Float64Array): void {
    const core = this.#system.coreSize;
    let rates = 0;
    let states = 0;
    for (let i = 0; i < core; i++) {
      const size = Math.abs(this.#y1[i]!) + this.#scale[i]!;
      const rate = (this.#k7[i]! - this.#k6[i]!) / size;
      const state = (this.#y1[i]! - this.#u[i]!) / size;
      rates += rate * rate;
      states += state * state;
    }
    out[0] = states > 0 ? Math.abs(this.#h) * Math.sqrt(rates / states) : 0;
  }

  dense(theta: number, out: Float64Array): void {
    const h = this.#h;
    const y0 = this.#y0;
    const first = this.#first;
    const square = theta * theta;
    const b1 =
      -1.0530884977290216 *
      theta *
      (theta - 1.3299890189751412) *
      (square - 1.4364028541716351 * theta + 0.7139816917074209);
    const b2 = 0.1017 * square * (square - 2.1966568338249754 * theta + 1.2949852507374631);
    const b3 = 2.490627285651252793 * square * (square - 2.38535645472061657 * theta + 1.57803468208092486);
    const b4 = -16.54810288924490272 * (theta - 1.21712927295533244) * (theta - 0.61620406037800089) * square;
    const b5 = 47.37952196281928122 * (theta - 1.203071208372362603) * (theta - 0.658047292653547382) * square;
    const b6 = -34.87065786149660974 * (theta - 1.2) * (theta - 0.666666666666666667) * square;
    const b7 = 2.5 * (theta - 1) * (theta - 0.6) * square;
    for (let i = 0; i < out.length; i++) {
      out[i] =
        y0[i]! +
        h *
          (b1 * first[i]! +
            b2 * this.#k2[i]! +
            b3 * this.#k3[i]! +
            b4 * this.#k4[i]! +
            b5 * this.#k5[i]! +
            b6 * this.#k6[i]! +
            b7 * this.#k7[i]!);
    }
  }
}
