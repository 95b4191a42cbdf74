import { type Calibration, calibrate, type SpectrometerSpec } from './spectrometer-spec.ts';

/** A point this many times its noise above the fit, alone among its neighbours, is a cosmic ray. */
const cosmicLimit = 6;
/** Fits of one spectrum: the second and third without the cosmic rays that the one before found. */
const fits = 3;
/** With less light than this share of what water should give there is no spectrum to speak of. */
const leastLight = 0.05;

/** Turns spectra into concentrations, by a calibration made at building. Nothing is allocated after that. */
export class SoftSensor {
  /** Concentrations of the known components in their order, then the residual. They stand where a spectrum tells nothing. */
  readonly shown: Float64Array;
  readonly #spec: SpectrometerSpec;
  readonly #calibration: Calibration;
  readonly #coefficients: Float64Array;
  readonly #fitted: Float64Array;
  readonly #clean: Float64Array;
  /** Slot of the residual in what is shown, and of water among the coefficients. */
  readonly #last: number;

  /** Throws RangeError where the calibration cannot tell a component from the rest. */
  constructor(spec: SpectrometerSpec) {
    const calibration = calibrate(spec);
    if ('indistinct' in calibration)
      throw new RangeError(
        `The spectrum of \`${calibration.indistinct}\` is made of the others. Give it a band of its own.`,
      );
    this.#spec = spec;
    this.#calibration = calibration;
    this.#last = spec.components.filter((one) => one.calibration === 'known').length;
    this.shown = new Float64Array(this.#last + 1);
    this.#coefficients = new Float64Array(calibration.rows.length);
    this.#fitted = new Float64Array(spec.points);
    this.#clean = new Float64Array(spec.points);
  }

  get memory(): readonly Float64Array[] {
    return [this.shown, this.#coefficients];
  }

  /** Whether the last spectrum had too little light to tell anything. */
  get isBlind(): boolean {
    return !(this.#coefficients[this.#last]! >= leastLight);
  }

  /** Fits the known spectra, again without cosmic rays, and takes the fit of water for the light that there was. */
  estimate(counts: Float64Array): void {
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
    const water = found[this.#last]!;
    if (this.isBlind) return;
    for (let k = 0; k < this.#last; k++) this.shown[k] = found[k]! / water;
    this.shown[this.#last] = this.#residual();
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
    const { shotNoise, readNoise } = this.#spec;
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
