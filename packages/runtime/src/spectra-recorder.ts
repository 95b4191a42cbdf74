import { axisOf, type Spectrometer } from '@fedbatch/plant';
import { fromBase, parseUnit } from '@fedbatch/vocabulary';
import type { Spectra } from './run-result.ts';

const perCentimetre = parseUnit('1/cm');

/** Keeps every spectrum of one spectrometer. For runs that ask for it: it allocates. */
export class SpectraRecorder {
  readonly #spectrometer: Spectrometer;
  readonly #timeH: number[] = [];
  readonly #counts: Float64Array[] = [];

  constructor(spectrometer: Spectrometer) {
    this.#spectrometer = spectrometer;
  }

  /** Keeps the last spectrum where it is new. */
  take(timeH: number): void {
    if (this.#spectrometer.taken <= this.#counts.length) return;
    this.#timeH.push(timeH);
    this.#counts.push(this.#spectrometer.counts.slice());
  }

  spectra(): Spectra {
    const { spec } = this.#spectrometer;
    return {
      tag: spec.tag,
      shifts: axisOf(spec).map((place) => fromBase(place, perCentimetre)),
      timeH: Float64Array.from(this.#timeH),
      counts: this.#counts,
    };
  }
}
