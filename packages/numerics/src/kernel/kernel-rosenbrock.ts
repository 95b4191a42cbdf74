import { copy } from '../copy.ts';
import type { Method, Span, StepMethod } from '../step-method.ts';
import { measureStiffness } from '../stiffness.ts';
import type { System } from '../system.ts';
import type { Kernel } from './kernel.ts';

type Entry = (workspace: number) => number;

/** Steps by a Rosenbrock method whose attempts run in WebAssembly; who takes them, and where they end, is decided outside. */
export class KernelRosenbrock implements StepMethod {
  readonly name: Method;
  readonly errorOrder: number;
  readonly control = 'predictive';
  /** Unknowns are sought from where they were: what they were belongs to the state. */
  readonly memorySize: number;
  rhsCalls = 0;
  jacobians = 0;
  factorisations = 0;
  readonly #system: System;
  readonly #stageCount: number;
  readonly #judged: 'all' | 'core';
  readonly #parameters: Float64Array;
  /** What stands in the memory of the kernel: doubles, and below them values in both lanes. */
  readonly #span: Float64Array;
  readonly #step: Float64Array;
  readonly #theta: Float64Array;
  readonly #taken: Float64Array;
  readonly #state: Float64Array;
  readonly #next: Float64Array;
  readonly #error: Float64Array;
  readonly #between: Float64Array;
  readonly #time: Float64Array;
  readonly #seen: Float64Array;
  readonly #kinks: Float64Array;
  readonly #unknowns: Float64Array;
  readonly #jacobian: Float64Array;
  /** The Jacobian by itself, for who looks at stiffness. */
  readonly #entries: Float64Array;
  readonly #prepare: Entry;
  readonly #linearise: Entry;
  readonly #attempt: Entry;
  readonly #errors: Entry;
  readonly #polynomials: Entry;
  readonly #denseOutput: Entry;
  readonly #switches: Entry;
  #prepared = false;
  #fresh = false;
  #denseReady = false;

  /** `judged`: whether the error of the states behind the core is wanted too; 'core' leaves it at zero. */
  constructor({ program, parameters }: Kernel, system: System, judged: 'all' | 'core') {
    const { tableau, places, pages } = program;
    this.name = tableau.name;
    this.errorOrder = tableau.errorOrder;
    this.memorySize = program.unknownCount;
    this.#stageCount = tableau.stages.length;
    this.#system = system;
    this.#judged = judged;
    this.#parameters = parameters;
    const memory = new WebAssembly.Memory<ArrayBuffer>({ initial: pages, maximum: pages });
    new Uint8Array(memory.buffer).set(program.constants);
    const view = (at: number, count: number): Float64Array => new Float64Array(memory.buffer, at, count);
    this.#span = view(places.span, 2);
    this.#step = this.#span.subarray(1);
    this.#theta = view(places.theta, 1);
    this.#taken = view(places.parameters, parameters.length);
    this.#state = view(places.state, system.size);
    this.#next = view(places.next, system.size);
    this.#error = view(places.error, system.size);
    this.#between = view(places.between, system.size);
    this.#time = view(places.time, 1);
    this.#seen = view(places.seen, system.size);
    this.#kinks = view(places.kinks, system.kinkCount);
    this.#unknowns = view(program.unknowns, 2 * program.unknownCount);
    this.#jacobian = view(program.jacobian, 2 * system.pattern.rows.length);
    this.#entries = new Float64Array(system.pattern.rows.length);
    const { exports } = new WebAssembly.Instance(program.module, { host: { memory } });
    this.#prepare = exports.prepare!;
    this.#linearise = exports.linearise!;
    this.#attempt = exports.attempt!;
    this.#errors = exports.errors!;
    this.#polynomials = exports.polynomials!;
    this.#denseOutput = exports.between!;
    this.#switches = exports.kinks!;
  }

  begin(): void {
    this.rhsCalls = 0;
    this.jacobians = 0;
    this.factorisations = 0;
    this.#unknowns.fill(0);
    this.reset();
  }

  /** Parameters may have changed too. */
  reset(): void {
    this.#prepared = false;
    this.#fresh = false;
  }

  save(out: Float64Array, from: number): void {
    for (let i = 0; i < this.memorySize; i++) out[from + i] = this.#unknowns[2 * i]!;
  }

  restore(memory: Float64Array, from: number): void {
    for (let i = 0; i < 2 * this.memorySize; i++) this.#unknowns[i] = memory[from + (i >> 1)]!;
    this.reset();
  }

  accept(): void {
    this.#fresh = false;
  }

  attempt(span: Span, y: Float64Array, out: Float64Array, error: Float64Array): boolean {
    this.#denseReady = false;
    this.#span[0] = span[0]!;
    this.#span[1] = span[1]!;
    this.#takeParameters();
    // f, its Jacobian and its time derivative at the start are kept while the step is only shortened.
    if (!this.#fresh) {
      copy(y, this.#state);
      this.#linearise(0);
      this.rhsCalls++;
      this.jacobians++;
      this.#fresh = true;
    }
    this.factorisations++;
    if (this.#attempt(0) === 0) return false;
    this.rhsCalls += this.#stageCount - 1;
    if (this.#judged === 'all') this.#errors(0);
    copy(this.#error, error);
    copy(this.#next, out);
    return true;
  }

  kinks(y: Float64Array, out: Float64Array): void {
    this.#takeParameters();
    this.#time[0] = this.#system.clock[0]!;
    copy(y, this.#seen);
    this.#switches(0);
    copy(this.#kinks, out);
  }

  #takeParameters(): void {
    if (this.#prepared) return;
    copy(this.#parameters, this.#taken);
    this.#prepare(0);
    this.#prepared = true;
  }

  measureStiffness(out: Float64Array): void {
    const entries = this.#entries;
    for (let k = 0; k < entries.length; k++) entries[k] = this.#jacobian[2 * k]!;
    measureStiffness(this.#step, entries, this.#system, this.#error, this.#between, out);
  }

  dense(theta: number, out: Float64Array): void {
    if (!this.#denseReady) this.#polynomials(0);
    this.#denseReady = true;
    this.#theta[0] = theta;
    this.#denseOutput(0);
    copy(this.#between, out);
  }
}
