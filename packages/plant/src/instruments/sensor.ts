import { RandomStream } from '@fedbatch/numerics';
import { Exponential } from './exponential.ts';
import { BAD_CALIBRATING, BAD_FAILURE, BAD_NO_VALUE, GOOD, UNCERTAIN_RANGE } from './quality.ts';
import type { SensorSpec } from './sensor-spec.ts';

/** Samples under way in an analyser or laboratory. */
const pendingLimit = 64;

/** What faults do to a sensor at this moment; the identity is `clearEffects`. */
export interface SensorEffects {
  bias: number;
  factor: number;
  noise: number;
  spike: number;
  frozen: boolean;
  failed: boolean;
  lost: boolean;
  delayH: number;
  calibrating: boolean;
}

export function noEffects(): SensorEffects {
  return {
    bias: 0,
    factor: 1,
    noise: 1,
    spike: 0,
    frozen: false,
    failed: false,
    lost: false,
    delayH: 0,
    calibrating: false,
  };
}

/**
 * One sensor: true value, delay, lag, ageing, drift, noise, faults, range, resolution, sampling, in this order. `measure` allocates
 * nothing; its state lies in one array, which a snapshot copies.
 */
export class Sensor {
  readonly spec: SensorSpec;
  readonly effects = noEffects();
  /** Bytes of a snapshot, as numbers. */
  readonly memorySize: number;
  readonly #random: RandomStream;
  readonly #stages: Float64Array;
  readonly #line: Float64Array;
  readonly #pending = new Float64Array(3 * pendingLimit);
  /** reading, stamp, quality, slow noise, next sample, pending count, line head, started, calibration offset, calibration time, span at calibration, value on its way. Numbers go from step to step in here: handed over in calls, they would cost a box each. */
  readonly #held = new Float64Array(12);
  readonly #lagging = new Exponential();
  readonly #fading = new Exponential();

  constructor(spec: SensorSpec, seed: number, scanH: number) {
    this.spec = spec;
    this.#random = new RandomStream(seed, `sensor ${spec.tag}`);
    this.#stages = new Float64Array(spec.order);
    this.#line = new Float64Array(Math.min(100_000, Math.round(spec.delayH / scanH)));
    this.memorySize =
      this.#stages.length + this.#line.length + this.#pending.length + this.#held.length + RandomStream.memorySize;
    this.#held[2] = BAD_NO_VALUE;
  }

  get reading(): number {
    return this.#held[0]!;
  }

  get stampH(): number {
    return this.#held[1]!;
  }

  get quality(): number {
    return this.#held[2]!;
  }

  /** Measures `truth[slot]` at `clock[0]`, `clock[1]` h after the last time. */
  measure(clock: Float64Array, truth: Float64Array, slot: number): void {
    const { spec, effects } = this;
    const held = this.#held;
    this.#lag(clock, truth, slot);
    const isRead = !effects.frozen && this.#isDue(clock);
    const white = this.#white(isRead);
    this.#wander(clock);
    if (effects.frozen) return;
    if (isRead) {
      const noise = effects.noise * (white * (spec.white + spec.relative * Math.abs(held[11]!)) + held[3]! * spec.slow);
      this.#age(clock);
      held[11] = (held[11]! + noise + effects.bias) * effects.factor + effects.spike;
      if (!effects.lost) this.#take(clock);
    }
    this.#deliver(clock);
    if (effects.failed || effects.calibrating) held[2] = effects.failed ? BAD_FAILURE : BAD_CALIBRATING;
  }

  /** Sets offset and span right at a time, but for what is left of the error. */
  calibrate(timeH: number, leftOver: number): void {
    this.#held[8] = leftOver;
    this.#held[9] = timeH;
    this.#held[10] = 1;
  }

  /** Writes the reading to `out[at]`; before the first there is none, and none is not 0. */
  show(out: Float64Array, at: number): void {
    out[at] = this.#held[2] === BAD_NO_VALUE ? Number.NaN : this.#held[0]!;
  }

  save(out: Float64Array, from: number): void {
    let at = from;
    for (const part of [this.#stages, this.#line, this.#pending, this.#held]) {
      out.set(part, at);
      at += part.length;
    }
    this.#random.save(out, at);
  }

  restore(memory: Float64Array, from: number): void {
    let at = from;
    for (const part of [this.#stages, this.#line, this.#pending, this.#held]) {
      for (let i = 0; i < part.length; i++) part[i] = memory[at + i]!;
      at += part.length;
    }
    this.#random.restore(memory, at);
  }

  #lag(clock: Float64Array, truth: Float64Array, slot: number): void {
    const { tauH, order, slowingPerH } = this.spec;
    const held = this.#held;
    const line = this.#line;
    const input = truth[slot]!;
    let value = input;
    if (held[7] === 0) {
      held[7] = 1;
      line.fill(input);
      this.#stages.fill(input);
    }
    if (line.length > 0) {
      const head = held[6]!;
      value = line[head]!;
      line[head] = input;
      held[6] = (head + 1) % line.length;
    }
    if (tauH > 0) {
      // Exact for an input that is held over the scan.
      const { terms } = this.#lagging;
      terms[0] = -clock[1]! / (tauH * (1 + slowingPerH * clock[0]!));
      this.#lagging.find();
      const share = -terms[2]!;
      for (let k = 0; k < order; k++) {
        this.#stages[k]! += share * (value - this.#stages[k]!);
        value = this.#stages[k]!;
      }
    }
    held[11] = value;
  }

  /** Every scan takes its draw from the stream, so that nothing else moves the noise; only what a reading shows is worked out. */
  #white(isRead: boolean): number {
    const random = this.#random;
    if (!isRead || (this.spec.white === 0 && this.spec.relative === 0)) {
      random.passNormal();
      return 0;
    }
    random.normal();
    return random.drawn[0]!;
  }

  /** Noise that remembers itself over its time constant; a sensor without it takes its draw and leaves it. */
  #wander(clock: Float64Array): void {
    const { slow, slowTauH } = this.spec;
    const random = this.#random;
    if (slow === 0) return random.passNormal();
    const { terms } = this.#fading;
    terms[0] = -clock[1]! / (slowTauH > 0 ? slowTauH : 1e-9);
    this.#fading.find();
    const keep = terms[1]!;
    random.normal();
    this.#held[3] = keep * this.#held[3]! + Math.sqrt(1 - keep * keep) * random.drawn[0]!;
  }

  /** Span and offset as calibration left them and as age has changed them since. */
  #age(clock: Float64Array): void {
    const { spec } = this;
    const held = this.#held;
    const isCalibrated = held[10] === 1;
    const age = isCalibrated ? clock[0]! - held[9]! : clock[0]!;
    const cycles = isCalibrated ? 0 : spec.sterilisations;
    const sterilised = cycles === 0 ? 1 : (1 - spec.spanLossPerSterilisation) ** cycles;
    const span = spec.spanLossPerH === 0 ? sterilised : sterilised * Math.exp(-spec.spanLossPerH * age);
    const offset = (isCalibrated ? held[8]! : spec.bias) + spec.driftPerH * age + spec.offsetPerSterilisation * cycles;
    held[11] = spec.pivot + (held[11]! - spec.pivot) * span + offset;
  }

  #isDue(clock: Float64Array): boolean {
    const { at, intervalH } = this.spec;
    const held = this.#held;
    const time = clock[0]!;
    const half = 0.5 * clock[1]!;
    if (at.length > 0) {
      const next = held[4]!;
      if (next >= at.length || time < at[next]! - half) return false;
      held[4] = next + 1;
      return true;
    }
    if (intervalH <= 0) return true;
    if (time < held[4]! - half) return false;
    held[4] = held[4]! + intervalH * (1 + Math.floor(Math.max(0, time - held[4]!) / intervalH));
    return true;
  }

  /** Range, limits and resolution; then into the queue of the analyser, or out at once. */
  #take(clock: Float64Array): void {
    const { low, high, resolution, resultH } = this.spec;
    const raw = this.#held[11]!;
    const time = clock[0]!;
    const value = Number.isFinite(raw) ? raw : low;
    const limited = Math.min(Math.max(value, low), high);
    const stepped =
      resolution > 0 ? Math.min(Math.max(Math.round(limited / resolution) * resolution, low), high) : limited;
    const quality = limited === value ? GOOD : UNCERTAIN_RANGE;
    const wait = resultH + this.effects.delayH;
    const held = this.#held;
    if (wait <= 0) {
      held[0] = stepped;
      held[1] = time;
      held[2] = quality;
      return;
    }
    const count = held[5]!;
    if (count >= pendingLimit) return;
    const pending = this.#pending;
    pending[3 * count] = time + wait;
    pending[3 * count + 1] = stepped;
    pending[3 * count + 2] = quality;
    held[5] = count + 1;
  }

  /** Values whose time has come; the stamp is that of the sample. */
  #deliver(clock: Float64Array): void {
    const time = clock[0]!;
    const held = this.#held;
    const pending = this.#pending;
    const { resultH } = this.spec;
    while (held[5]! > 0 && pending[0]! <= time + 1e-12) {
      held[0] = pending[1]!;
      held[1] = pending[0]! - resultH - this.effects.delayH;
      held[2] = pending[2]!;
      pending.copyWithin(0, 3, 3 * held[5]!);
      held[5] = held[5]! - 1;
    }
  }
}
