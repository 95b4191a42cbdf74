import { RandomStreams } from '@fedbatch/numerics';
import { BAD_FAILURE, BAD_NO_VALUE, GOOD, UNCERTAIN_RANGE } from './quality.ts';
import { SensorEffects } from './sensor-effects.ts';
import type { SensorSpec } from './sensor-spec.ts';

/** Samples under way in an analyser or laboratory, and the numbers of each: when it comes, its value, its quality. */
const pendingLimit = 64;
const [due, sampled, sure] = [0, 1, 2];
const pendingRow = 3 * pendingLimit;

/** What a sensor has, as bits: what its data sheet leaves out costs nothing in a scan. */
const DELAYED = 1;
const LAGGED = 2;
const SLOWING = 4;
const SAMPLED = 8;
const NOISY = 16;
const WANDERING = 32;
const AGEING = 64;
const LATE = 128;

/** Places in a sensor's row of `law`: what its data sheet says. */
const row = 16;
const TAU = 0;
const SLOWS = 1;
const WHITE = 2;
const RELATIVE = 3;
const SLOW = 4;
const SLOW_TAU = 5;
const LOW = 6;
const HIGH = 7;
const RESOLUTION = 8;
const PIVOT = 9;
const SPAN_LOSS = 10;
const DRIFT = 11;
const INTERVAL = 12;
const RESULT = 13;

/** Places in a sensor's row of `held`: what it remembers from scan to scan. */
const READING = 0;
const STAMP = 1;
const QUALITY = 2;
const WANDER = 3;
const NEXT = 4;
const PENDING = 5;
const HEAD = 6;
const SPAN = 7;
const OFFSET = 8;
const SINCE = 9;
const VALUE = 10;

/**
 * All sensors of a plant. Each is a chain in one order: true value, delay, lag, ageing, drift, noise, faults, range, resolution, sampling. Their numbers
 * lie side by side and one loop goes over them: a call, and an array, for each sensor would cost more than what they do. `measure` allocates nothing.
 */
export class SensorBank {
  readonly size: number;
  readonly effects: readonly SensorEffects[];
  /** Length of a snapshot. */
  readonly memorySize: number;
  readonly #specs: readonly SensorSpec[];
  /** White and slow noise of those that have it, each from a stream of its own; and which stream, by sensor. */
  readonly #noise: RandomStreams;
  readonly #white: Int32Array;
  readonly #slow: Int32Array;
  readonly #kinds: Int32Array;
  readonly #law: Float64Array;
  readonly #held: Float64Array;
  /** Elements of lags and of delay lines of all sensors, and where those of each begin. */
  readonly #stages: Float64Array;
  readonly #firstStage: Int32Array;
  readonly #lines: Float64Array;
  readonly #firstInLine: Int32Array;
  readonly #pending: Float64Array;
  /** Whether anything was measured yet. */
  readonly #started = new Float64Array(1);
  /**
   * Of the two lengths of a scan that were seen last, h: the length; then for each sensor the share of a step that passes its lag, and what its slow noise
   * keeps. Rounded times of a grid leave two lengths that differ in their last bit.
   */
  readonly #spans: readonly [Float64Array, Float64Array];
  #span = 0;

  constructor(specs: readonly SensorSpec[], seed: number, scanH: number) {
    const count = specs.length;
    this.size = count;
    this.#specs = specs;
    this.effects = specs.map(() => new SensorEffects());
    const lengths = specs.map(({ delayH }) => Math.min(100_000, Math.round(delayH / scanH)));
    this.#firstStage = firsts(specs.map(({ order }) => order));
    this.#firstInLine = firsts(lengths);
    this.#stages = new Float64Array(this.#firstStage[count]!);
    this.#lines = new Float64Array(this.#firstInLine[count]!);
    this.#pending = new Float64Array(count * pendingRow);
    this.#held = new Float64Array(count * row);
    this.#law = new Float64Array(count * row);
    this.#kinds = Int32Array.from(specs, (spec, i) => kindOf(spec) | (lengths[i]! > 0 ? DELAYED : 0));
    this.#spans = [new Float64Array(1 + 2 * count).fill(Number.NaN), new Float64Array(1 + 2 * count).fill(Number.NaN)];
    specs.forEach((spec, i) => {
      this.#law.set(lawOf(spec), i * row);
      const cycles = spec.sterilisations;
      this.#held[i * row + QUALITY] = BAD_NO_VALUE;
      this.#held[i * row + SPAN] = (1 - spec.spanLossPerSterilisation) ** cycles;
      this.#held[i * row + OFFSET] = spec.bias + spec.offsetPerSterilisation * cycles;
    });
    const names: string[] = [];
    this.#white = Int32Array.from(specs, ({ tag }, i) => (this.#has(i, NOISY) ? names.push(`sensor ${tag}`) - 1 : -1));
    this.#slow = Int32Array.from(specs, ({ tag }, i) =>
      this.#has(i, WANDERING) ? names.push(`sensor ${tag} slow`) - 1 : -1,
    );
    this.#noise = new RandomStreams(seed, names);
    this.memorySize = this.#memory().reduce((sum, part) => sum + part.length, this.#noise.memorySize);
  }

  /** Measures `truth[wires[i]]` with sensor i at `clock[0]`, `clock[1]` h after the last time. */
  measure(clock: Float64Array, truth: Float64Array, wires: Int32Array): void {
    const law = this.#law;
    const held = this.#held;
    const kinds = this.#kinds;
    const stages = this.#stages;
    const firstStage = this.#firstStage;
    const white = this.#white;
    const slow = this.#slow;
    const time = clock[0]!;
    // Every scan takes its draws from the streams, whatever it shows, so that nothing else moves the noise.
    this.#noise.normals();
    const { drawn } = this.#noise;
    if (this.#started[0] === 0) this.#start(truth, wires);
    this.#findSpan(clock);
    const span = this.#spans[this.#span]!;
    for (let i = 0; i < kinds.length; i++) {
      const kind = kinds[i]!;
      const at = i * row;
      const effects = this.effects[i]!;
      let value = truth[wires[i]!]!;
      if ((kind & DELAYED) !== 0) {
        held[at + VALUE] = value;
        this.#delay(i);
        value = held[at + VALUE]!;
      }
      if ((kind & LAGGED) !== 0) {
        // Exact for an input that is held over the scan.
        const tauH = law[at + TAU]! * (1 + law[at + SLOWS]! * time);
        const share = (kind & SLOWING) === 0 ? span[1 + 2 * i]! : -Math.expm1(-clock[1]! / tauH);
        for (let k = firstStage[i]!; k < firstStage[i + 1]!; k++) {
          stages[k]! += share * (value - stages[k]!);
          value = stages[k]!;
        }
      }
      const isRead = !effects.frozen && ((kind & SAMPLED) === 0 || this.#isDue(i, clock));
      let noise = 0;
      if ((kind & NOISY) !== 0) noise = drawn[white[i]!]! * (law[at + WHITE]! + law[at + RELATIVE]! * Math.abs(value));
      if ((kind & WANDERING) !== 0) {
        const keep = span[2 + 2 * i]!;
        held[at + WANDER] = keep * held[at + WANDER]! + Math.sqrt(1 - keep * keep) * drawn[slow[i]!]!;
        noise += held[at + WANDER]! * law[at + SLOW]!;
      }
      if (effects.frozen) continue;
      if (isRead) {
        if ((kind & AGEING) !== 0) {
          // Span and offset as calibration left them and as age has changed them since.
          const age = time - held[at + SINCE]!;
          const loss = law[at + SPAN_LOSS]!;
          const left = loss === 0 ? held[at + SPAN]! : held[at + SPAN]! * Math.exp(-loss * age);
          const pivot = law[at + PIVOT]!;
          value = pivot + (value - pivot) * left + (held[at + OFFSET]! + law[at + DRIFT]! * age);
        }
        value += noise * effects.noise;
        if (effects.isAny) value = (value + effects.bias) * effects.factor + effects.spike;
        // Range, limits and resolution.
        const low = law[at + LOW]!;
        const high = law[at + HIGH]!;
        const resolution = law[at + RESOLUTION]!;
        if (!Number.isFinite(value)) value = low;
        const limited = Math.min(Math.max(value, low), high);
        const quality = limited === value ? GOOD : UNCERTAIN_RANGE;
        const shown =
          resolution > 0 ? Math.min(Math.max(Math.round(limited / resolution) * resolution, low), high) : limited;
        if ((kind & LATE) !== 0 || effects.isAny) {
          held[at + VALUE] = shown;
          this.#post(i, clock, quality);
        } else {
          held[at + READING] = shown;
          held[at + STAMP] = time;
          held[at + QUALITY] = quality;
        }
      }
      if (held[at + PENDING]! > 0) this.#deliver(i, clock);
      if (effects.failed) held[at + QUALITY] = BAD_FAILURE;
    }
  }

  reading(index: number): number {
    return this.#held[index * row + READING]!;
  }

  /** Time of the sample that stands behind the reading, h. */
  stampH(index: number): number {
    return this.#held[index * row + STAMP]!;
  }

  quality(index: number): number {
    return this.#held[index * row + QUALITY]!;
  }

  /** Writes reading and quality of every sensor, from `out[from]` on; before the first reading there is none, and none is not 0. */
  show(out: Float64Array, from: number): void {
    const held = this.#held;
    for (let i = 0; i < this.size; i++) {
      const quality = held[i * row + QUALITY]!;
      out[from + 2 * i] = quality === BAD_NO_VALUE ? Number.NaN : held[i * row + READING]!;
      out[from + 2 * i + 1] = quality;
    }
  }

  /** Sets offset and span right at a time, but for what is left of the error. */
  calibrate(index: number, timeH: number, leftOver: number): void {
    const at = index * row;
    this.#held[at + OFFSET] = leftOver;
    this.#held[at + SINCE] = timeH;
    this.#held[at + SPAN] = 1;
    this.#kinds[index]! |= AGEING;
  }

  save(out: Float64Array, from: number): void {
    let at = from;
    for (const part of this.#memory()) {
      out.set(part, at);
      at += part.length;
    }
    this.#noise.save(out, at);
  }

  restore(memory: Float64Array, from: number): void {
    let at = from;
    for (const part of this.#memory()) {
      for (let i = 0; i < part.length; i++) part[i] = memory[at + i]!;
      at += part.length;
    }
    this.#noise.restore(memory, at);
  }

  #has(index: number, kind: number): boolean {
    return (this.#kinds[index]! & kind) !== 0;
  }

  #memory(): readonly (Float64Array | Int32Array)[] {
    return [this.#held, this.#stages, this.#lines, this.#pending, this.#started, this.#kinds];
  }

  /** Lags and delays begin with what there is. */
  #start(truth: Float64Array, wires: Int32Array): void {
    this.#started[0] = 1;
    for (let i = 0; i < this.size; i++) {
      this.#stages.fill(truth[wires[i]!]!, this.#firstStage[i]!, this.#firstStage[i + 1]!);
      this.#lines.fill(truth[wires[i]!]!, this.#firstInLine[i]!, this.#firstInLine[i + 1]!);
    }
  }

  /** What lags and slow noise do over the length of this scan: worked out where it is neither of the last two. */
  #findSpan(clock: Float64Array): void {
    const dt = clock[1]!;
    if (this.#spans[this.#span]![0] === dt) return;
    this.#span = 1 - this.#span;
    const span = this.#spans[this.#span]!;
    if (span[0] === dt) return;
    span[0] = dt;
    for (let i = 0; i < this.size; i++) {
      const slowTauH = this.#law[i * row + SLOW_TAU]!;
      span[1 + 2 * i] = -Math.expm1(-dt / this.#law[i * row + TAU]!);
      span[2 + 2 * i] = Math.exp(-dt / (slowTauH > 0 ? slowTauH : 1e-9));
    }
  }

  /** Puts the value of a sensor into its line, and takes out what comes out of it. */
  #delay(index: number): void {
    const lines = this.#lines;
    const held = this.#held;
    const at = index * row;
    const first = this.#firstInLine[index]!;
    const head = first + held[at + HEAD]!;
    const input = held[at + VALUE]!;
    held[at + VALUE] = lines[head]!;
    lines[head] = input;
    held[at + HEAD] = head + 1 < this.#firstInLine[index + 1]! ? head + 1 - first : 0;
  }

  #isDue(index: number, clock: Float64Array): boolean {
    const { at } = this.#specs[index]!;
    const held = this.#held;
    const from = index * row;
    const next = held[from + NEXT]!;
    const time = clock[0]!;
    const half = 0.5 * clock[1]!;
    if (at.length > 0) {
      if (next >= at.length || time < at[next]! - half) return false;
      held[from + NEXT] = next + 1;
      return true;
    }
    if (time < next - half) return false;
    const intervalH = this.#law[from + INTERVAL]!;
    held[from + NEXT] = next + intervalH * (1 + Math.floor(Math.max(0, time - next) / intervalH));
    return true;
  }

  /** Puts a value into the queue of the analyser, or out at once. */
  #post(index: number, clock: Float64Array, quality: number): void {
    const held = this.#held;
    const at = index * row;
    const effects = this.effects[index]!;
    if (effects.lost) return;
    const wait = this.#law[at + RESULT]! + effects.delayH;
    if (wait <= 0) {
      held[at + READING] = held[at + VALUE]!;
      held[at + STAMP] = clock[0]!;
      held[at + QUALITY] = quality;
      return;
    }
    const count = held[at + PENDING]!;
    if (count >= pendingLimit) return;
    const from = index * pendingRow + 3 * count;
    this.#pending[from + due] = clock[0]! + wait;
    this.#pending[from + sampled] = held[at + VALUE]!;
    this.#pending[from + sure] = quality;
    held[at + PENDING] = count + 1;
  }

  /** Values whose time has come; the stamp is that of the sample. */
  #deliver(index: number, clock: Float64Array): void {
    const held = this.#held;
    const pending = this.#pending;
    const at = index * row;
    const from = index * pendingRow;
    while (held[at + PENDING]! > 0 && pending[from + due]! <= clock[0]! + 1e-12) {
      held[at + READING] = pending[from + sampled]!;
      held[at + STAMP] = pending[from + due]! - this.#law[at + RESULT]! - this.effects[index]!.delayH;
      held[at + QUALITY] = pending[from + sure]!;
      pending.copyWithin(from, from + 3, from + 3 * held[at + PENDING]!);
      held[at + PENDING]!--;
    }
  }
}

function kindOf(spec: SensorSpec): number {
  const { pivot, bias, driftPerH, spanLossPerH, sterilisations } = spec;
  const has = (bit: number, condition: boolean): number => (condition ? bit : 0);
  return (
    has(LAGGED, spec.tauH > 0) |
    has(SLOWING, spec.slowingPerH !== 0) |
    has(SAMPLED, spec.at.length > 0 || spec.intervalH > 0) |
    has(NOISY, spec.white !== 0 || spec.relative !== 0) |
    has(WANDERING, spec.slow !== 0) |
    has(AGEING, pivot !== 0 || bias !== 0 || driftPerH !== 0 || spanLossPerH !== 0 || sterilisations !== 0) |
    has(LATE, spec.resultH > 0)
  );
}

function lawOf(spec: SensorSpec): Float64Array {
  const law = new Float64Array(row);
  law[TAU] = spec.tauH;
  law[SLOWS] = spec.slowingPerH;
  law[WHITE] = spec.white;
  law[RELATIVE] = spec.relative;
  law[SLOW] = spec.slow;
  law[SLOW_TAU] = spec.slowTauH;
  law[LOW] = spec.low;
  law[HIGH] = spec.high;
  law[RESOLUTION] = spec.resolution;
  law[PIVOT] = spec.pivot;
  law[SPAN_LOSS] = spec.spanLossPerH;
  law[DRIFT] = spec.driftPerH;
  law[INTERVAL] = spec.intervalH;
  law[RESULT] = spec.resultH;
  return law;
}

/** Where each of some stretches begins that lie one behind another, and where the last one ends. */
function firsts(lengths: readonly number[]): Int32Array {
  const found = new Int32Array(lengths.length + 1);
  lengths.forEach((length, i) => {
    found[i + 1] = found[i]! + length;
  });
  return found;
}
