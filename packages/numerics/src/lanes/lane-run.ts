import { type LaneProgram, memoryPages } from './lane-integrator.ts';
import { header, laneOutcome } from './lane-memory.ts';

/** Batches to run: what differs between them, and what is saved of each. */
export interface LaneWork {
  readonly count: number;
  /** Values of all parameters, by slot. */
  readonly parameters: ArrayLike<number>;
  /** Slots that differ between batches, and their values: all of the first slot, then all of the next. */
  readonly variedSlots: readonly number[];
  readonly varied: Float64Array;
  /** Times at which outputs are saved, h: rising, above 0; the last one ends a batch. */
  readonly rowTimes: ArrayLike<number>;
  readonly relativeTolerance: number;
  /** One a carried state. */
  readonly absoluteTolerance: ArrayLike<number>;
  readonly attemptLimit?: number;
  /** Workers that take batches side by side; default 1. */
  readonly workers?: number;
}

/** One worker's share of a run. */
export interface LaneShare {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly workspace: number;
}

/** A function that takes batches until there are none left; after a `restart` it can be called again. */
export function batchTaker({ module, memory, workspace }: LaneShare): () => void {
  const { exports } = new WebAssembly.Instance(module, { host: { memory } });
  return () => exports.run!(workspace);
}

const page = 65536;
const line = 64;

/** The memory of one run: what is asked, workspaces, and what comes of it. Threads share it by sharing `memory`. */
export class LaneRun {
  readonly memory: WebAssembly.Memory;
  readonly #work: LaneWork;
  readonly #program: LaneProgram;
  readonly #places: {
    readonly workspaces: number;
    readonly results: number;
    readonly outcomes: number;
    readonly attempts: number;
  };

  /** Throws RangeError for work that does not fit into 4 GiB. */
  constructor(program: LaneProgram, work: LaneWork) {
    const { count, parameters, variedSlots, varied, rowTimes, workers = 1 } = work;
    this.#program = program;
    this.#work = work;
    let end = program.constantsAt + program.constants.byteLength;
    const take = (bytes: number): number => {
      const at = Math.ceil(end / line) * line;
      end = at + bytes;
      return at;
    };
    const workspaces = take(workers * program.workspaceBytes);
    const template = take(8 * parameters.length);
    const slots = take(4 * variedSlots.length);
    const values = take(varied.byteLength);
    const times = take(8 * (rowTimes.length + 1));
    const outcomes = take(4 * count);
    const attempts = take(8 * count);
    const results = take(8 * count * rowTimes.length * program.outputCount);
    const pages = Math.ceil(end / page);
    if (pages > memoryPages)
      throw new RangeError(
        `The run wants ${Math.ceil(end / 2 ** 20)} MiB, and WebAssembly has 4096. Run fewer batches at a time, or save fewer rows.`,
      );
    this.#places = { workspaces, results, outcomes, attempts };
    this.memory = new WebAssembly.Memory({ initial: pages, maximum: memoryPages, shared: true });
    const { buffer } = this.memory;
    const numbers = new Int32Array(buffer);
    const doubles = new Float64Array(buffer);
    const say = (at: number, value: number): void => void (numbers[at / 4] = value);
    say(header.count, count);
    say(header.attemptLimit, work.attemptLimit ?? 100_000);
    say(header.template, template);
    say(header.variedCount, variedSlots.length);
    say(header.variedSlots, slots);
    say(header.varied, values);
    say(header.rows, rowTimes.length);
    say(header.rowTimes, times);
    say(header.results, results);
    say(header.outcomes, outcomes);
    say(header.attempts, attempts);
    new Uint8Array(buffer).set(program.constants, program.constantsAt);
    doubles.fill(work.relativeTolerance, program.relative / 8, program.relative / 8 + 2);
    program.absolute.forEach((at, i) => doubles.fill(work.absoluteTolerance[i]!, at / 8, at / 8 + 2));
    doubles.set(Float64Array.from(parameters), template / 8);
    numbers.set(variedSlots, slots / 4);
    doubles.set(varied, values / 8);
    doubles.set([...Array.from(rowTimes), Number.POSITIVE_INFINITY], times / 8);
  }

  /** What the worker of an index wants: plain data that goes to any thread. */
  shareOf(worker: number): LaneShare {
    const workspace = this.#places.workspaces + worker * this.#program.workspaceBytes;
    return { module: this.#program.module, memory: this.memory, workspace };
  }

  /** Makes all batches wait again. */
  restart(): void {
    Atomics.store(this.#taken, 0, 0);
    this.outcomes.fill(laneOutcome.waiting);
  }

  /** Batches that lanes have come to. */
  get taken(): number {
    return Math.min(Atomics.load(this.#taken, 0), this.#work.count);
  }

  /** Lets lanes come to an end with the batches that they have; the others wait. */
  stop(): void {
    Atomics.store(this.#taken, 0, this.#work.count);
  }

  get #taken(): Int32Array {
    return new Int32Array(this.memory.buffer, header.next, 1);
  }

  /** Outputs of all batches: row by row, in a row output by output. */
  get results(): Float64Array {
    const { count, rowTimes } = this.#work;
    return new Float64Array(
      this.memory.buffer,
      this.#places.results,
      count * rowTimes.length * this.#program.outputCount,
    );
  }

  get outcomes(): Int32Array {
    return new Int32Array(this.memory.buffer, this.#places.outcomes, this.#work.count);
  }

  /** Steps that each batch tried. */
  get attempts(): Float64Array {
    return new Float64Array(this.memory.buffer, this.#places.attempts, this.#work.count);
  }
}
