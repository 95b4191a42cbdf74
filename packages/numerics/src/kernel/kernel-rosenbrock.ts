import { copy } from '../copy.ts';
import type { IntegratorOptions } from '../integrator.ts';
import { type Method, runCounts, runPlaces, type Span, type StepMethod, type StepRun } from '../step-method.ts';
import { measureStiffness } from '../stiffness.ts';
import type { System } from '../system.ts';
import type { Kernel } from './kernel.ts';
import { verdict } from './kernel-run.ts';

type Entry = (workspace: number) => number;

/** Steps by a Rosenbrock method in WebAssembly, one at a time or many; what is rare is decided outside. */
export class KernelRosenbrock implements StepMethod {
  readonly name: Method;
  readonly errorOrder: number;
  readonly control = 'predictive';
  /** Functions and unknowns are followed from where they were: what was kept of that belongs to the state. */
  readonly memorySize: number;
  rhsCalls = 0;
  jacobians = 0;
  factorisations = 0;
  readonly run: StepRun;
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
  readonly #kept: Float64Array;
  readonly #keptCount: number;
  readonly #jacobian: Float64Array;
  /** The Jacobian of the core by itself, for who looks at stiffness: its entries come first in the pattern of the system, too. */
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
  constructor({ program, parameters }: Kernel, system: System, options: IntegratorOptions, judged: 'all' | 'core') {
    const { tableau, places, pages } = program;
    this.name = tableau.name;
    this.errorOrder = tableau.errorOrder;
    this.memorySize = program.keptCount + program.unknownCount;
    this.#keptCount = program.keptCount;
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
    this.#kept = view(program.kept, 2 * this.memorySize);
    this.#jacobian = view(program.jacobian, 2 * program.entryCount);
    this.#entries = new Float64Array(program.entryCount);
    view(program.relative, 2).fill(options.relativeTolerance);
    program.absolute.forEach((at, i) => view(at, 2).fill(options.absoluteTolerance[i]!));
    const { exports } = new WebAssembly.Instance(program.module, { host: { memory } });
    this.#prepare = exports.prepare!;
    this.#linearise = exports.linearise!;
    this.#attempt = exports.attempt!;
    this.#errors = exports.errors!;
    this.#polynomials = exports.polynomials!;
    this.#denseOutput = exports.between!;
    this.#switches = exports.kinks!;
    const { run } = exports;
    const counts = new Int32Array(memory.buffer, places.counts, Object.keys(runCounts).length);
    counts[runCounts.judgesLedgers] = judged === 'all' ? 1 : 0;
    this.run = {
      numbers: view(places.run, Object.keys(runPlaces).length),
      counts,
      signs: view(places.signs, system.kinkCount + system.eventCount),
      take: (y) => this.#takeSteps(run!, y),
    };
  }

  begin(): void {
    this.rhsCalls = 0;
    this.jacobians = 0;
    this.factorisations = 0;
    this.#kept.fill(Number.NaN, 0, 2 * this.#keptCount);
    this.#kept.fill(0, 2 * this.#keptCount);
    this.reset();
  }

  /** Parameters may have changed too. */
  reset(): void {
    this.#prepared = false;
    this.#fresh = false;
  }

  save(out: Float64Array, from: number): void {
    for (let i = 0; i < this.memorySize; i++) out[from + i] = this.#kept[2 * i]!;
  }

  restore(memory: Float64Array, from: number): void {
    for (let i = 0; i < 2 * this.memorySize; i++) this.#kept[i] = memory[from + (i >> 1)]!;
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

  #takeSteps(run: Entry, y: Float64Array): boolean {
    const { counts } = this.run;
    const granted = counts[runCounts.steps]!;
    const attempts = counts[runCounts.attempts]!;
    this.#denseReady = false;
    this.#takeParameters();
    copy(y, this.#state);
    const found = run(0);
    copy(this.#next, y);
    const accepted = granted - counts[runCounts.steps]!;
    const tried = attempts - counts[runCounts.attempts]!;
    const linearised = found === verdict.accepted ? accepted : accepted + 1;
    this.jacobians += linearised;
    this.factorisations += tried;
    this.rhsCalls += linearised + tried * (this.#stageCount - 1);
    // The integrator goes on from where the last attempt failed.
    this.#fresh = found === verdict.other;
    return found === verdict.accepted;
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
