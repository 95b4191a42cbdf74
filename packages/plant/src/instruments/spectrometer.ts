import { RandomStream } from '@fedbatch/numerics';
import { noEffects } from './sensor.ts';
import { idealSensor, type SensorSpec } from './sensor-spec.ts';
import { type Calibration, calibrate, type SpectrometerSpec, spectrumOf } from './spectrometer-spec.ts';

/** A point this many times its noise above the fit, alone among its neighbours, is a cosmic ray. */
const cosmicLimit = 6;
/** Fits of one spectrum: the second and third without the cosmic rays that the one before found. */
const fits = 3;
/** With less light than this share of what water should give there is no spectrum to speak of. */
const leastLight = 0.05;

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
  readonly effects = noEffects();
  readonly memorySize: number;
  readonly #random: RandomStream;
  readonly #calibration: Calibration;
  readonly #pure: readonly Float64Array[];
  readonly #water: Float64Array;
  readonly #glow: Float64Array;
  readonly #reads: Int32Array;
  readonly #glowRead: number;
  readonly #known: number;
  readonly #fitted: Float64Array;
  readonly #clean: Float64Array;
  readonly #coefficients: Float64Array;
  /** next spectrum, wander of the laser, spectra taken, time integrated, sum of what glows; then the sum of each component. */
  readonly #held: Float64Array;
  /** Estimates and residual of the last spectrum. */
  readonly #shown: Float64Array;

  /** `outputSlot` finds the slot of an output. Throws RangeError where the calibration cannot tell a component from the rest. */
  constructor(spec: SpectrometerSpec, seed: number, outputSlot: (id: string) => number) {
    const calibration = calibrate(spec);
    if ('indistinct' in calibration)
      throw new RangeError(
        `The spectrum of \`${calibration.indistinct}\` is made of the others. Give it a band of its own.`,
      );
    this.spec = spec;
    this.#calibration = calibration;
    this.#random = new RandomStream(seed, `spectrum ${spec.tag}`);
    this.#pure = spec.components.map(({ bands }) => spectrumOf(bands, spec));
    this.#water = spectrumOf(spec.water, spec);
    this.#glow = spectrumOf([{ ...spec.fluorescence, height: 1 }], spec);
    this.#reads = Int32Array.from(spec.components, ({ reads }) => outputSlot(reads));
    this.#glowRead = spec.glows ? outputSlot(spec.glows.reads) : -1;
    this.#known = spec.components.filter((one) => one.calibration === 'known').length;
    this.counts = new Float64Array(spec.points);
    this.#fitted = new Float64Array(spec.points);
    this.#clean = new Float64Array(spec.points);
    this.#coefficients = new Float64Array(calibration.rows.length);
    this.#held = new Float64Array(5 + spec.components.length);
    this.#shown = new Float64Array(this.#known + 1);
    this.memorySize =
      this.#held.length + this.#shown.length + this.#coefficients.length + spec.points + RandomStream.memorySize;
  }

  /** How many channels it has. */
  get channels(): number {
    return this.#shown.length;
  }

  /** Spectra that it has taken. */
  get taken(): number {
    return this.#held[2]!;
  }

  /** Whether the last spectrum had too little light to tell anything. */
  get isBlind(): boolean {
    return !(this.#coefficients[this.#known]! >= leastLight);
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
      this.#estimate();
      held.fill(0, 3);
      held[2] = held[2]! + 1;
    }
    for (let k = 0; k < this.#shown.length; k++) truth[at + k] = this.#shown[k]!;
  }

  save(out: Float64Array, from: number): void {
    let at = from;
    for (const part of [this.#held, this.#shown, this.#coefficients, this.counts]) {
      out.set(part, at);
      at += part.length;
    }
    this.#random.save(out, at);
  }

  restore(memory: Float64Array, from: number): void {
    let at = from;
    for (const part of [this.#held, this.#shown, this.#coefficients, this.counts]) {
      for (let i = 0; i < part.length; i++) part[i] = memory[at + i]!;
      at += part.length;
    }
    this.#random.restore(memory, at);
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

  /** Fits the known spectra, again without cosmic rays, and takes the fit of water for the light that there was. */
  #estimate(): void {
    const { counts } = this;
    const { rows, columns } = this.#calibration;
    const found = this.#coefficients;
    const clean = this.#clean;
    clean.set(counts);
    for (let fit = 0; fit < fits; fit++) {
      for (let k = 0; k < rows.length; k++) {
        let sum = 0;
        for (let i = 0; i < clean.length; i++) sum += rows[k]![i]! * clean[i]!;
        found[k] = sum;
      }
      this.#fitted.fill(0);
      for (let k = 0; k < columns.length; k++)
        for (let i = 0; i < clean.length; i++) this.#fitted[i] = this.#fitted[i]! + found[k]! * columns[k]![i]!;
      if (fit + 1 < fits) this.#removeCosmics();
    }
    const water = found[this.#known]!;
    if (this.isBlind) return;
    for (let k = 0; k < this.#known; k++) this.#shown[k] = found[k]! / water;
    this.#shown[this.#known] = this.#residual();
  }

  #removeCosmics(): void {
    const last = this.#clean.length - 1;
    for (let i = 0; i <= last; i++) {
      const before = i > 0 ? this.#excess(i - 1) : 0;
      const after = i < last ? this.#excess(i + 1) : 0;
      if (this.#excess(i) > cosmicLimit && before < cosmicLimit && after < cosmicLimit)
        this.#clean[i] = this.#fitted[i]!;
    }
  }

  /** How far a point lies above the fit, in noises. */
  #excess(i: number): number {
    const { shotNoise, readNoise } = this.spec;
    const variance = shotNoise * shotNoise * Math.max(0, this.#fitted[i]!) + readNoise * readNoise;
    return (this.#clean[i]! - this.#fitted[i]!) / Math.sqrt(variance > 0 ? variance : 1);
  }

  /** Root mean square of what the fit leaves, in noises: 1 where the calibration knows all that is there. */
  #residual(): number {
    let sum = 0;
    for (let i = 0; i < this.#clean.length; i++) {
      const excess = this.#excess(i);
      sum += excess * excess;
    }
    return Math.sqrt(sum / (this.#clean.length - this.#coefficients.length));
  }
}
