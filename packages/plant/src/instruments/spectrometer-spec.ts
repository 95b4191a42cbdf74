import { leastSquares } from '@fedbatch/numerics';

/** One peak of a spectrum. Places and widths in one unit of Raman shift; widths are full widths at half height. */
export interface Band {
  readonly at: number;
  readonly width: number;
  /** Counts in one spectrum; of a component, for one base unit of what it reads. */
  readonly height: number;
  readonly shape: 'lorentz' | 'gauss';
}

/** What one component of the broth adds to the spectrum. */
export interface PureSpectrum {
  readonly name: string;
  /** Output of the equations with its concentration. */
  readonly reads: string;
  readonly bands: readonly Band[];
  /** What the calibration does not know is in the spectrum all the same: an interferent. */
  readonly calibration: 'known' | 'unknown';
}

/** A Raman-like instrument with its soft sensor. Times in h, light in counts. */
export interface SpectrometerSpec {
  readonly tag: string;
  readonly low: number;
  readonly high: number;
  readonly points: number;
  readonly components: readonly PureSpectrum[];
  /** Bands of water: the internal standard that laser power and window cancel against. */
  readonly water: readonly Band[];
  /** Light of the medium under the bands, and what each unit of `glows` adds to its height. */
  readonly fluorescence: Band;
  readonly glows?: { readonly reads: string; readonly height: number };
  /** Order of the polynomial that the calibration takes for the light under the bands. */
  readonly baselineOrder: number;
  readonly integrationH: number;
  readonly intervalH: number;
  /** From the end of the spectrum to its values. */
  readonly resultH: number;
  /** Factor on the square root of the counts, and what the detector adds to it. */
  readonly shotNoise: number;
  readonly readNoise: number;
  /** Laser power: standard deviation and correlation time of its wander, and its loss, as shares. */
  readonly laserWander: number;
  readonly laserTauH: number;
  readonly laserLossPerH: number;
  /** Light that the window loses with what grows on it. */
  readonly foulingPerH: number;
  /** Cosmic rays: chance in one spectrum and counts that one leaves at a point. */
  readonly cosmicChance: number;
  readonly cosmicHeight: number;
}

/** The places of its points, in the unit of its axis. */
export function axisOf({ low, high, points }: SpectrometerSpec): Float64Array {
  return Float64Array.from({ length: points }, (_, i) => low + ((high - low) * i) / (points - 1));
}

/** The bands summed at every point of the axis. */
export function spectrumOf(bands: readonly Band[], spec: SpectrometerSpec): Float64Array {
  return axisOf(spec).map((place) => bands.reduce((sum, band) => sum + heightAt(band, place), 0));
}

function heightAt({ at, width, height, shape }: Band, place: number): number {
  const distance = (2 * (place - at)) / width;
  return height * (shape === 'gauss' ? 2 ** -(distance * distance) : 1 / (1 + distance * distance));
}

export interface Calibration {
  /** Spectra that the calibration fits: known components, water, then the polynomial. */
  readonly columns: readonly Float64Array[];
  /** What turns a spectrum into their coefficients. */
  readonly rows: readonly Float64Array[];
}

/**
 * Classical least squares on the pure spectra (Haaland and Easterling 1980, Appl. Spectrosc. 34, 539), made once and the same every time.
 * `indistinct` names the component that the others, water and baseline make already.
 */
export function calibrate(spec: SpectrometerSpec): Calibration | { readonly indistinct: string } {
  const known = spec.components.filter(({ calibration }) => calibration === 'known');
  const chebyshev = Array.from({ length: spec.baselineOrder + 1 }, (_, order) =>
    Float64Array.from({ length: spec.points }, (__, i) =>
      Math.cos(order * Math.acos(Math.max(-1, Math.min(1, (2 * i) / (spec.points - 1) - 1)))),
    ),
  );
  const own = [...known.map(({ bands }) => spectrumOf(bands, spec)), spectrumOf(spec.water, spec)];
  // The baseline comes first, so that what is named as dependent is a component.
  const found = leastSquares([...chebyshev, ...own]);
  if ('dependent' in found) return { indistinct: known[found.dependent - chebyshev.length]?.name ?? 'water' };
  const turned = <T>(items: readonly T[]): T[] => [
    ...items.slice(chebyshev.length),
    ...items.slice(0, chebyshev.length),
  ];
  return { columns: turned([...chebyshev, ...own]), rows: turned(found.rows) };
}
