import { describe, expect, it } from 'vitest';
import { Spectrometer } from './spectrometer.ts';
import { type Band, calibrate, type PureSpectrum, type SpectrometerSpec, spectrumOf } from './spectrometer-spec.ts';

const minute = 1 / 60;
const band = (at: number, height: number, width = 40): Band => ({ at, width, height, shape: 'lorentz' });
const sugar: PureSpectrum = {
  name: 'sugar',
  reads: 'S',
  bands: [band(520, 300), band(1125, 400)],
  calibration: 'known',
};
const acid: PureSpectrum = {
  name: 'acid',
  reads: 'A',
  bands: [band(855, 450, 25), band(1420, 220)],
  calibration: 'known',
};
/** It has a band on one of sugar's, and one of its own. */
const stranger: PureSpectrum = {
  name: 'stranger',
  reads: 'P',
  bands: [band(1115, 300), band(700, 200)],
  calibration: 'unknown',
};
const outputs = ['S', 'A', 'P', 'X'];

const spec = (change: Partial<SpectrometerSpec> = {}): SpectrometerSpec => ({
  tag: 'raman',
  low: 400,
  high: 1800,
  points: 281,
  components: [sugar, acid],
  water: [{ at: 1640, width: 110, height: 100_000, shape: 'gauss' }],
  fluorescence: { at: 300, width: 3000, height: 100_000, shape: 'gauss' },
  baselineOrder: 6,
  integrationH: 5 * minute,
  intervalH: 10 * minute,
  resultH: 0,
  shotNoise: 1,
  readNoise: 10,
  laserWander: 0,
  laserTauH: 1,
  laserLossPerH: 0,
  foulingPerH: 0,
  cosmicChance: 0,
  cosmicHeight: 0,
  ...change,
});
const silent = { shotNoise: 0, readNoise: 0 };

const make = (change: Partial<SpectrometerSpec>, seed = 1): Spectrometer =>
  new Spectrometer(spec(change), seed, (id) => outputs.indexOf(id));

/** What the soft sensor shows after each spectrum: sugar, acid (and others that are known), residual. */
function spectra(
  spectrometer: Spectrometer,
  count: number,
  truth: (timeH: number) => readonly number[] = () => [20, 10, 0, 0],
): Float64Array[] {
  const clock = new Float64Array(3);
  const values = new Float64Array(outputs.length + spectrometer.channels);
  const shown: Float64Array[] = [];
  for (let scan = 0; shown.length < count; scan++) {
    clock[1] = scan * minute - clock[0]!;
    clock[0] = scan * minute;
    values.set(truth(clock[0]!));
    spectrometer.measure(clock, values, outputs.length);
    if (scan % 10 === 0) shown.push(values.slice(outputs.length));
  }
  return shown;
}

const mean = (rows: readonly Float64Array[], k: number): number =>
  rows.reduce((sum, row) => sum + row[k]!, 0) / rows.length;
const deviation = (rows: readonly Float64Array[], k: number): number =>
  Math.sqrt(rows.reduce((sum, row) => sum + (row[k]! - mean(rows, k)) ** 2, 0) / (rows.length - 1));

describe('a sound spectrum', () => {
  it('gives what is there within its noise, and its noise is what shot noise makes of the calibration', () => {
    const one = spec();
    const rows = spectra(make({}), 600);
    const calibration = calibrate(one);
    if ('indistinct' in calibration) throw new Error('this calibration is sound');
    const light = [
      ...sugar.bands.map((each) => ({ ...each, height: 20 * each.height })),
      ...acid.bands.map((each) => ({ ...each, height: 10 * each.height })),
      ...one.water,
      one.fluorescence,
    ];
    const bright = spectrumOf(light, one);
    for (const [k, wanted] of [20, 10].entries()) {
      const row = calibration.rows[k]!;
      const expected = Math.sqrt(row.reduce((sum, share, i) => sum + share * share * (bright[i]! + 100), 0));
      expect(deviation(rows, k) / expected).toBeGreaterThan(0.9);
      expect(deviation(rows, k) / expected).toBeLessThan(1.1);
      expect(Math.abs(mean(rows, k) - wanted)).toBeLessThan((4 * expected) / Math.sqrt(rows.length));
    }
    expect(mean(rows, 2)).toBeCloseTo(1, 1);
  });

  it('is exact without noise, however the laser wanders, ages, and the window fouls', () => {
    const fading = { laserWander: 0.1, laserLossPerH: 0.01, foulingPerH: 0.02 };
    const flat = { ...silent, ...fading, fluorescence: { ...spec().fluorescence, height: 0 } };
    for (const row of spectra(make(flat), 200)) {
      expect(row[0]).toBeCloseTo(20, 8);
      expect(row[1]).toBeCloseTo(10, 8);
    }
  });

  it('shows the mean over the time that it integrated', () => {
    const flat = { ...silent, fluorescence: { ...spec().fluorescence, height: 0 } };
    const rows = spectra(make(flat), 5, (timeH) => [60 * timeH, 0, 0, 0]);
    // Five readings of a minute each end at 40: 36, 37, 38, 39 and 40.
    expect(rows[4]![0]).toBeCloseTo(38, 8);
  });

  it('takes cosmic rays out that would make it wrong otherwise', () => {
    const struck = { cosmicChance: 1, cosmicHeight: 50_000 };
    const [clean, rayed] = [spectra(make({}), 200), spectra(make(struck), 200)];
    // A ray of 50,000 counts on a band of sugar is some 10 of it.
    for (const [i, row] of rayed.entries()) expect(Math.abs(row[0]! - clean[i]![0]!)).toBeLessThan(1.5);
    expect(mean(rayed, 2)).toBeLessThan(1.1);
  });
});

describe('what the calibration does not know', () => {
  const there = (): number[] => [20, 10, 5, 0];

  it('makes a bias, and the residual shows it', () => {
    const rows = spectra(make({ components: [sugar, acid, stranger] }), 50, there);
    expect(mean(rows, 0) - 20).toBeGreaterThan(1.5);
    expect(mean(rows, 2)).toBeGreaterThan(1.15);
  });

  it('does neither once the calibration knows it', () => {
    const known = { ...stranger, calibration: 'known' as const };
    const rows = spectra(make({ components: [sugar, acid, known] }), 50, there);
    const noise = (4 * deviation(rows, 0)) / Math.sqrt(50);
    expect(Math.abs(mean(rows, 0) - 20)).toBeLessThan(noise);
    expect(Math.abs(mean(rows, 2) - 5)).toBeLessThan(4 * deviation(rows, 2));
    expect(mean(rows, 3)).toBeCloseTo(1, 1);
  });

  it('is fluorescence too, where the baseline of the calibration is too simple for it', () => {
    const glowing = { glows: { reads: 'X', height: 100_000 }, baselineOrder: 1 };
    const dim = spectra(make(glowing), 20);
    const bright = spectra(make(glowing), 20, () => [20, 10, 0, 10]);
    expect(mean(bright, 2)).toBeGreaterThan(3 * mean(dim, 2));
    expect(Math.abs(mean(bright, 0) - 20)).toBeGreaterThan(Math.abs(mean(dim, 0) - 20));
  });

  it('is refused where a component is made of the others', () => {
    const twin = { ...acid, name: 'twin', bands: acid.bands.map((each) => ({ ...each, height: 2 * each.height })) };
    expect(calibrate(spec({ components: [sugar, acid, twin] }))).toEqual({ indistinct: 'twin' });
    expect(() => make({ components: [sugar, acid, twin] })).toThrow(/spectrum of `twin`/);
  });
});

describe('a spectrometer', () => {
  it('draws from a stream of its own: the same again with its seed, another with another, and cosmic rays shift nothing', () => {
    const last = (change: Partial<SpectrometerSpec>, seed: number) => {
      const one = make(change, seed);
      spectra(one, 4);
      return one.counts;
    };
    expect(last({}, 1)).toEqual(last({}, 1));
    expect(last({}, 2)).not.toEqual(last({}, 1));
    expect(last({ tag: 'other' }, 1)).not.toEqual(last({}, 1));
    const [struck, clean] = [last({ cosmicChance: 1, cosmicHeight: 1000 }, 1), last({}, 1)];
    expect(struck.filter((value, i) => value !== clean[i])).toHaveLength(1);
  });

  it('goes on from a snapshot to the bit', () => {
    const wandering = { laserWander: 0.05, cosmicChance: 0.3, cosmicHeight: 5000 };
    const one = make(wandering);
    spectra(one, 7);
    const memory = new Float64Array(one.memorySize + 3);
    one.save(memory, 3);
    const other = make(wandering, 99);
    other.restore(memory, 3);
    expect(spectra(other, 5)).toEqual(spectra(one, 5));
    expect(other.counts).toEqual(one.counts);
  });

  it('allocates nothing for a spectrum', () => {
    const one = make({ cosmicChance: 0.5, cosmicHeight: 5000, laserWander: 0.05, intervalH: minute });
    const clock = new Float64Array(3);
    const values = new Float64Array(outputs.length + one.channels);
    const scans = (count: number): void => {
      for (let i = 0; i < count; i++) {
        clock[0]! += minute;
        clock[1] = minute;
        one.measure(clock, values, outputs.length);
      }
    };
    // Rounds until the code is optimised, which takes its time on a busy machine; a collection in between makes a round negative.
    let least = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 60 && least >= 100; round++) {
      const before = process.memoryUsage().heapUsed;
      scans(2000);
      const grown = (process.memoryUsage().heapUsed - before) / 2000;
      if (grown >= 0) least = Math.min(least, grown);
    }
    // A spectrum of 281 points as an object would be two kilobytes, and a box for each point twice that; one box a scan is what the test runner adds.
    expect(least).toBeLessThan(100);
  });
});
