import { type StageSolver, stageSolver } from './sparse-lu.ts';
import type { Method, Span, StepMethod } from './step-method.ts';
import type { System } from './system.ts';

// Steinebach 2023, BIT Numer. Math. 63:27: Rosenbrock method of order 5(4), eight stages, A- and L-stable, stiffly accurate, dense
// output of order 4. Written for U = sum of stages, so that no product of the Jacobian with a vector is needed (Hairer and Wanner 1996, IV.7).
const gamma = 0.21193756319429014;
const c2 = 0.6358126895828704;
const c3 = 0.4095798393397535;
const c4 = 0.9769306725060716;
const c5 = 0.4288403609558664;
const d1 = 0.21193756319429014;
const d2 = -0.42387512638858027;
const d3 = -0.3384627126235924;
const d4 = 1.8046452872882734;
const d5 = 2.325825639765069;
const a21 = 3.0;
const a31 = 2.849394379747939;
const a32 = 0.45842242204463923;
const a41 = -6.954028509809101;
const a42 = 2.489845061869568;
const a43 = -10.358996098473584;
const a51 = 2.8029986275628964;
const a52 = 0.5072464736228206;
const a53 = -0.3988312541770524;
const a54 = -0.04721187230404641;
const a61 = -7.502846399306121;
const a62 = 2.561846144803919;
const a63 = -11.627539656261098;
const a64 = -0.18268767659942256;
const a65 = 0.030198172008377946;
const g21 = -14.155112264123755;
const g31 = -17.97296035885952;
const g32 = -2.859693295451294;
const g41 = 147.12150275711716;
const g42 = -1.41221402718213;
const g43 = 71.68940251302358;
const g51 = 165.43517024871676;
const g52 = -0.4592823456491126;
const g53 = 42.90938336958603;
const g54 = -5.961986721573306;
const g61 = 24.854864614690072;
const g62 = -3.0009227002832186;
const g63 = 47.4931110020768;
const g64 = 5.5814197821558125;
const g65 = -0.6610691825249471;
const g71 = 30.91273214028599;
const g72 = -3.1208243349937974;
const g73 = 77.79954646070892;
const g74 = 34.28646028294783;
const g75 = -19.097331116725623;
const g76 = -28.087943162872662;
const g81 = 37.80277123390563;
const g82 = -3.2571969029072276;
const g83 = 112.26918849496327;
const g84 = 66.9347231244047;
const g85 = -40.06618937091002;
const g86 = -54.66780262877968;
const g87 = -9.48861652309627;
const h21 = 25.948786856663858;
const h22 = -2.5579724845846235;
const h23 = 10.433815404888879;
const h24 = -2.3679251022685204;
const h25 = 0.524948541321073;
const h26 = 1.1241088310450404;
const h27 = 0.4272876194431874;
const h28 = -0.17202221070155493;
const h31 = -9.91568850695171;
const h32 = -0.9689944594115154;
const h33 = 3.0438037242978453;
const h34 = -24.495224566215796;
const h35 = 20.176138334709044;
const h36 = 15.98066361424651;
const h37 = -6.789040303419874;
const h38 = -6.710236069923372;
const h41 = 11.419903575922262;
const h42 = 2.8879645146136994;
const h43 = 72.92137995996029;
const h44 = 80.12511834622643;
const h45 = -52.072871366152654;
const h46 = -59.78993625266729;
const h47 = -0.15582684282751913;
const h48 = 4.883087185713722;

export class Rodas5P implements StepMethod {
  readonly name: Method = 'rodas5p';
  readonly errorOrder = 5;
  readonly memorySize = 0;
  rhsCalls = 0;
  jacobians = 0;
  factorisations = 0;
  readonly #system: System;
  readonly #jacobian: Float64Array;
  readonly #solver: StageSolver;
  readonly #factors: Float64Array;
  /** Step times gamma: what the diagonal of the step matrix is one over. */
  readonly #scale = new Float64Array(1);
  readonly #byTime: Float64Array;
  readonly #f0: Float64Array;
  readonly #k: readonly Float64Array[];
  readonly #u: Float64Array;
  readonly #y0: Float64Array;
  readonly #y1: Float64Array;
  readonly #q: readonly [Float64Array, Float64Array, Float64Array];
  #h = 0;
  #fresh = false;
  #denseReady = false;

  constructor(system: System) {
    const { size, coreSize } = system;
    const make = (): Float64Array => new Float64Array(size);
    this.#system = system;
    this.#jacobian = new Float64Array(system.pattern.rows.length);
    this.#solver = stageSolver(system.pattern, size, coreSize);
    this.#factors = new Float64Array(this.#solver.factorCount);
    this.#byTime = make();
    this.#f0 = make();
    this.#k = Array.from({ length: 8 }, make);
    this.#u = make();
    this.#y0 = make();
    this.#y1 = make();
    this.#q = [make(), make(), make()];
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
    const clock = system.clock;
    const t = span[0]!;
    const h = span[1]!;
    const solver = this.#solver;
    const jacobian = this.#jacobian;
    const factors = this.#factors;
    const scale = this.#scale;
    const n = system.size;
    const stages = this.#k;
    const k1 = stages[0]!;
    const k2 = stages[1]!;
    const k3 = stages[2]!;
    const k4 = stages[3]!;
    const k5 = stages[4]!;
    const k6 = stages[5]!;
    const k7 = stages[6]!;
    const k8 = stages[7]!;
    const u = this.#u;
    const dt = this.#byTime;
    const r = 1 / h;
    this.#h = h;
    this.#denseReady = false;
    this.#y0.set(y);
    if (!this.#fresh) {
      clock[0] = t;
      system.linearise(y, this.#f0, jacobian, dt);
      this.rhsCalls++;
      this.jacobians++;
      this.#fresh = true;
    }
    scale[0] = h * gamma;
    this.factorisations++;
    if (!solver.factorise(jacobian, scale, factors)) return false;
    const f0 = this.#f0;
    for (let i = 0; i < n; i++) k1[i] = f0[i]! + h * d1 * dt[i]!;
    solver.solve(jacobian, scale, factors, k1);
    for (let i = 0; i < n; i++) u[i] = y[i]! + a21 * k1[i]!;
    clock[0] = t + c2 * h;
    system.rhs(u, k2);
    for (let i = 0; i < n; i++) k2[i]! += h * d2 * dt[i]! + r * g21 * k1[i]!;
    solver.solve(jacobian, scale, factors, k2);
    for (let i = 0; i < n; i++) u[i] = y[i]! + a31 * k1[i]! + a32 * k2[i]!;
    clock[0] = t + c3 * h;
    system.rhs(u, k3);
    for (let i = 0; i < n; i++) k3[i]! += h * d3 * dt[i]! + r * (g31 * k1[i]! + g32 * k2[i]!);
    solver.solve(jacobian, scale, factors, k3);
    for (let i = 0; i < n; i++) u[i] = y[i]! + a41 * k1[i]! + a42 * k2[i]! + a43 * k3[i]!;
    clock[0] = t + c4 * h;
    system.rhs(u, k4);
    for (let i = 0; i < n; i++) k4[i]! += h * d4 * dt[i]! + r * (g41 * k1[i]! + g42 * k2[i]! + g43 * k3[i]!);
    solver.solve(jacobian, scale, factors, k4);
    for (let i = 0; i < n; i++) u[i] = y[i]! + a51 * k1[i]! + a52 * k2[i]! + a53 * k3[i]! + a54 * k4[i]!;
    clock[0] = t + c5 * h;
    system.rhs(u, k5);
    for (let i = 0; i < n; i++)
      k5[i]! += h * d5 * dt[i]! + r * (g51 * k1[i]! + g52 * k2[i]! + g53 * k3[i]! + g54 * k4[i]!);
    solver.solve(jacobian, scale, factors, k5);
    for (let i = 0; i < n; i++) u[i] = y[i]! + a61 * k1[i]! + a62 * k2[i]! + a63 * k3[i]! + a64 * k4[i]! + a65 * k5[i]!;
    clock[0] = t + h;
    system.rhs(u, k6);
    for (let i = 0; i < n; i++)
      k6[i]! += r * (g61 * k1[i]! + g62 * k2[i]! + g63 * k3[i]! + g64 * k4[i]! + g65 * k5[i]!);
    solver.solve(jacobian, scale, factors, k6);
    for (let i = 0; i < n; i++) u[i]! += k6[i]!;
    system.rhs(u, k7);
    for (let i = 0; i < n; i++)
      k7[i]! += r * (g71 * k1[i]! + g72 * k2[i]! + g73 * k3[i]! + g74 * k4[i]! + g75 * k5[i]! + g76 * k6[i]!);
    solver.solve(jacobian, scale, factors, k7);
    for (let i = 0; i < n; i++) u[i]! += k7[i]!;
    system.rhs(u, k8);
    for (let i = 0; i < n; i++)
      k8[i]! +=
        r * (g81 * k1[i]! + g82 * k2[i]! + g83 * k3[i]! + g84 * k4[i]! + g85 * k5[i]! + g86 * k6[i]! + g87 * k7[i]!);
    solver.solve(jacobian, scale, factors, k8);
    this.rhsCalls += 7;
    for (let i = 0; i < n; i++) {
      error[i] = k8[i]!;
      out[i] = u[i]! + k8[i]!;
      this.#y1[i] = out[i]!;
    }
    return true;
  }

  /**
   * h times the spectral radius: the larger of the diagonal and of a few power iterations, whose last two growths are averaged because a
   * complex pair or unlike units make them alternate. The start is fixed, and uneven because exchange between states maps even ones to 0.
   */
  get stiffness(): number {
    const { coreSize, pattern } = this.#system;
    const { rows, columns } = pattern;
    const jacobian = this.#jacobian;
    const v = this.#q[0];
    const w = this.#q[1];
    this.#denseReady = false;
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
    return Math.abs(this.#h) * Math.max(diagonal, Math.sqrt(growth * growthBefore));
  }

  dense(theta: number, out: Float64Array): void {
    if (!this.#denseReady) this.#prepareDense();
    const q1 = this.#q[0];
    const q2 = this.#q[1];
    const q3 = this.#q[2];
    const y0 = this.#y0;
    const y1 = this.#y1;
    const rest = 1 - theta;
    for (let i = 0; i < out.length; i++) {
      out[i] = rest * y0[i]! + theta * (y1[i]! + rest * (q1[i]! + theta * (q2[i]! + theta * q3[i]!)));
    }
  }

  #prepareDense(): void {
    const stages = this.#k;
    const k1 = stages[0]!;
    const k2 = stages[1]!;
    const k3 = stages[2]!;
    const k4 = stages[3]!;
    const k5 = stages[4]!;
    const k6 = stages[5]!;
    const k7 = stages[6]!;
    const k8 = stages[7]!;
    const q1 = this.#q[0];
    const q2 = this.#q[1];
    const q3 = this.#q[2];
    for (let i = 0; i < q1.length; i++) {
      q1[i] =
        h21 * k1[i]! +
        h22 * k2[i]! +
        h23 * k3[i]! +
        h24 * k4[i]! +
        h25 * k5[i]! +
        h26 * k6[i]! +
        h27 * k7[i]! +
        h28 * k8[i]!;
      q2[i] =
        h31 * k1[i]! +
        h32 * k2[i]! +
        h33 * k3[i]! +
        h34 * k4[i]! +
        h35 * k5[i]! +
        h36 * k6[i]! +
        h37 * k7[i]! +
        h38 * k8[i]!;
      q3[i] =
        h41 * k1[i]! +
        h42 * k2[i]! +
        h43 * k3[i]! +
        h44 * k4[i]! +
        h45 * k5[i]! +
        h46 * k6[i]! +
        h47 * k7[i]! +
        h48 * k8[i]!;
    }
    this.#denseReady = true;
  }
}
