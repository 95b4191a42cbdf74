import { RandomStream } from '@fedbatch/numerics';
import { SensorEffects } from './sensor-effects.ts';
import { idealSensor, type SensorSpec } from './sensor-spec.ts';
import { SoftSensor } from './soft-sensor.ts';
import { type SpectrometerSpec, spectrumOf } from './spectrometer-spec.ts';

/** What the soft sensor shows: a reading for each known component, then the residual. */
export function channelsOf({ tag, components, intervalH, resultH }: SpectrometerSpec): SensorSpec[] {
  const channel = (name: string, reads: string): SensorSpec => ({
    ...idealSensor,
    tag: `${tag}.${name}`,
    reads,
    intervalH,
    resultH,
  });
  return [
    ...components.filter(({ calibration }) => calibration === 'known').map(({ name, reads }) => channel(name, reads)),
    channel('residual', tag),
  ];
}

/**
 * Makes a spectrum of what was in the broth while it integrated, and from it what the soft sensor thinks was there. Its channels are
 * sensors of their own, so that delay, quality and faults are theirs. Nothing is allocated after building.
 */
export class Spectrometer {
  readonly spec: SpectrometerSpec;
  /** Counts of the last spectrum. */
  readonly counts: Float64Array;
  /** What faults do: `bias` is fluorescence in counts, `factor` the share of light that passes, `spike` a cosmic ray. */
  readonly effects = new SensorEffects();
  readonly memorySize: number;
  readonly #random: RandomStream;
  readonly #soft: SoftSensor;
  readonly #pure: readonly Float64Array[];
  readonly #water: Float64Array;
  readonly #glow: Float64Array;
  readonly #reads: Int32Array;
  readonly #glowRead: number;
  /** next spectrum, wander of the laser, spectra taken, time integrated, sum of what glows; then the sum of each component. */
  readonly #held: Float64Array;

  /** `outputSlot` finds the slot of an output. Throws RangeError where the calibration cannot tell a component from the rest. */
  constructor(spec: SpectrometerSpec, seed: number, outputSlot: (id: string) => number) {
    this.spec = spec;
    this.#soft = new SoftSensor(spec);
    this.#random = new RandomStream(seed, `spectrum ${spec.tag}`);
    this.#pure = spec.components.map(({ bands }) => spectrumOf(bands, spec));
    this.#water = spectrumOf(spec.water, spec);
    this.#glow = spectrumOf([{ ...spec.fluorescence, height: 1 }], spec);
    this.#reads = Int32Array.from(spec.components, ({ reads }) => outputSlot(reads));
    this.#glowRead = spec.glows ? outputSlot(spec.glows.reads) : -1;
    this.counts = new Float64Array(spec.points);
    this.#held = new Float64Array(5 + spec.components.length);
    this.memorySize = this.#memory().reduce((sum, part) => sum + part.length, RandomStream.memorySize);
  }

  /** How many channels it has. */
  get channels(): number {
    return this.#soft.shown.length;
  }

  /** Spectra that it has taken. */
  get taken(): number {
    return this.#held[2]!;
  }

  /** Whether the last spectrum had too little light to tell anything. */
  get isBlind(): boolean {
    return this.#soft.isBlind;
  }

  /** Looks at `truth` at `clock[0]`, `clock[1]` h after the last time, and writes what its channels read from `truth[at]` on. */
  measure(clock: Float64Array, truth: Float64Array, at: number): void {
    this.#wander(clock);
    this.#integrate(clock, truth);
    const held = this.#held;
    if (clock[0]! >= held[0]! - 0.5 * clock[1]!) {
      const { intervalH } = this.spec;
      held[0] = held[0]! + intervalH * (1 + Math.floor(Math.max(0, clock[0]! - held[0]!) / intervalH));
      this.#expose(clock);
      this.#soft.estimate(this.counts);
      held.fill(0, 3);
      held[2] = held[2]! + 1;
    }
    const { shown } = this.#soft;
    for (let k = 0; k < shown.length; k++) truth[at + k] = shown[k]!;
  }

  save(out: Float64Array, from: number): void {
    let at = from;
    for (const part of this.#memory()) {
      out.set(part, at);
      at += part.length;
    }
    this.#random.save(out, at);
  }

  restore(memory: Float64Array, from: number): void {
    let at = from;
    for (const part of this.#memory()) {
      for (let i = 0; i < part.length; i++) part[i] = memory[at + i]!;
      at += part.length;
    }
    this.#random.restore(memory, at);
  }

  #memory(): readonly Float64Array[] {
    return [this.#held, this.counts, ...this.#soft.memory];
  }

  #wander(clock: Float64Array): void {
    const { laserTauH } = this.spec;
    const keep = Math.exp(-clock[1]! / (laserTauH > 0 ? laserTauH : 1e-9));
    this.#random.normal();
    this.#held[1] = keep * this.#held[1]! + Math.sqrt(1 - keep * keep) * this.#random.drawn[0]!;
  }

  /** Sums concentrations over the time of integration; a spectrum without one, the first, sees the moment. */
  #integrate(clock: Float64Array, truth: Float64Array): void {
    const held = this.#held;
    const share = Math.min(clock[1]!, clock[0]! - (held[0]! - this.spec.integrationH));
    const isFirst = held[3] === 0 && clock[0]! >= held[0]! - 0.5 * clock[1]!;
    if (!(share > 0) && !isFirst) return;
    const weight = share > 0 ? share : 1;
    held[3] = held[3]! + weight;
    held[4] = held[4]! + (this.#glowRead < 0 ? 0 : weight * truth[this.#glowRead]!);
    for (let j = 0; j < this.#reads.length; j++) held[5 + j] = held[5 + j]! + weight * truth[this.#reads[j]!]!;
  }

  /** Light at every point: bands, water and fluorescence, through laser and window, with noise and cosmic rays. */
  #expose(clock: Float64Array): void {
    const { spec, counts, effects } = this;
    const held = this.#held;
    const time = held[3]!;
    const passes = Math.max(0, effects.factor) * Math.exp(-(spec.foulingPerH + spec.laserLossPerH) * clock[0]!);
    const light = passes * Math.max(0, 1 + spec.laserWander * held[1]!);
    const glow = spec.fluorescence.height + effects.bias + ((spec.glows?.height ?? 0) * held[4]!) / time;
    for (let i = 0; i < counts.length; i++) {
      let sum = this.#water[i]! + Math.max(0, glow) * this.#glow[i]!;
      for (let j = 0; j < this.#pure.length; j++) sum += (this.#pure[j]![i]! * held[5 + j]!) / time;
      const bright = Math.max(0, light * sum);
      this.#random.normal();
      const deviation =
        effects.noise * Math.sqrt(spec.shotNoise * spec.shotNoise * bright + spec.readNoise * spec.readNoise);
      counts[i] = bright + deviation * this.#random.drawn[0]!;
    }
    // Three draws every time, so that a cosmic ray changes no later noise.
    this.#random.uniform();
    const strikes = this.#random.drawn[0]! < spec.cosmicChance;
    this.#random.uniform();
    const struck = Math.floor(this.#random.drawn[0]! * counts.length);
    this.#random.uniform();
    counts[struck] = counts[struck]! + (strikes ? 2 * this.#random.drawn[0]! * spec.cosmicHeight : 0) + effects.spike;
  }
}
