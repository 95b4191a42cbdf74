import { describe, expect, it } from 'vitest';
import { fitProcess, ultimatePoint } from './process-fit.ts';
import { RelayExperiment, type RelaySettings } from './relay-experiment.ts';
import { fittedLaws, ultimateLaws } from './tuning-rules.ts';

const settings: RelaySettings = { amplitude: 0.1, hysteresis: 0.002, giveUpAt: 10, atMostH: 1000, agreement: 0.02 };

interface Plant {
  readonly gain: number;
  readonly lagsH: readonly number[];
  readonly deadTimeH?: number;
  /** Output at which the measured value rests at its set point of 1. */
  readonly load?: number;
  readonly noise?: number;
}

/** Runs an experiment on lags in a row behind a dead time, exact for the held output, from rest at the set point. */
function experiment(
  { gain, lagsH, deadTimeH = 0, load = 0.5, noise = 0 }: Plant,
  { dtH = 0.001, start = load, more = {} as Partial<RelaySettings>, onStep = (_: RelayExperiment): void => {} } = {},
): RelayExperiment {
  const relay = new RelayExperiment({ ...settings, ...more }, start, [0, 1]);
  const delay = new Float64Array(Math.round(deadTimeH / dtH) + 1).fill(load);
  const x = new Float64Array(lagsH.length);
  let seed = 1;
  for (let i = 0; relay.end === undefined; i++) {
    seed = (seed * 48271) % 2147483647;
    relay.seen.set([1, 1 + x.at(-1)! + noise * ((2 * seed) / 2147483647 - 1), dtH]);
    relay.step();
    delay[i % delay.length] = relay.output[0]!;
    let input = gain * (delay[(i + 1) % delay.length]! - load);
    lagsH.forEach((lag, k) => {
      x[k]! += (1 - Math.exp(-dtH / lag)) * (input - x[k]!);
      input = x[k]!;
    });
    onStep(relay);
  }
  return relay;
}

/** Frequency (1/h) at which a plant turns a wave by half a turn, and its gain there, by bisection. */
function ultimate({ gain, lagsH, deadTimeH = 0 }: Plant): { gain: number; periodH: number } {
  const turn = (w: number): number => lagsH.reduce((sum, lag) => sum + Math.atan(w * lag), w * deadTimeH);
  let [low, high] = [1e-6, 1e6];
  for (let i = 0; i < 200; i++) {
    const middle = Math.sqrt(low * high);
    if (turn(middle) < Math.PI) low = middle;
    else high = middle;
  }
  return { gain: lagsH.reduce((g, lag) => g * Math.hypot(1, low * lag), 1) / gain, periodH: (2 * Math.PI) / low };
}

describe('a relay experiment', () => {
  it.each([
    [1, 1, 0.2],
    [2, 1, 1],
    [0.5, 0.3, 1],
  ])('finds gain %d, lag %d h and dead time %d h of a first-order process', (gain, lag, deadTimeH) => {
    const { end, result } = experiment({ gain, lagsH: [lag], deadTimeH });
    expect(end).toBe('tuned');
    const { process } = result!;
    expect(Math.abs(process.gain / gain - 1)).toBeLessThan(0.02);
    expect(Math.abs(process.lagH / lag - 1)).toBeLessThan(0.02);
    expect(Math.abs(process.deadTimeH / deadTimeH - 1)).toBeLessThan(0.02);
    // The period of the relay oscillation in closed form, with its hysteresis.
    const [d, e] = [gain * settings.amplitude, settings.hysteresis];
    const swing = d - (d - e) * Math.exp(-deadTimeH / lag);
    expect(result!.swing / swing).toBeCloseTo(1, 2);
    expect(result!.periodH / (2 * (deadTimeH + lag * Math.log((swing + d) / (d - e))))).toBeCloseTo(1, 2);
    const exact = ultimate({ gain, lagsH: [lag], deadTimeH });
    expect(Math.abs(result!.ultimateGain / exact.gain - 1)).toBeLessThan(0.02);
    expect(Math.abs(result!.ultimatePeriodH / exact.periodH - 1)).toBeLessThan(0.02);
  });

  it.each([
    { gain: 1, lagsH: [1, 1, 1] },
    { gain: 3, lagsH: [2, 0.5, 0.2] },
    { gain: 1, lagsH: [1, 0.4], deadTimeH: 0.3 },
  ])('finds ultimate gain and period of %j as its describing function does', (plant) => {
    // The narrower the hysteresis, the nearer the oscillation comes to the ultimate one.
    const { result } = experiment(plant, { more: { hysteresis: 0.0004 } });
    const exact = ultimate(plant);
    expect(Math.abs(result!.ultimateGain / exact.gain - 1)).toBeLessThan(0.08);
    expect(Math.abs(result!.ultimatePeriodH / exact.periodH - 1)).toBeLessThan(0.08);
  });

  it('is not bent by a load: from a wrong point of work it finds the right one, and the same process', () => {
    const plant = { gain: 1, lagsH: [1], deadTimeH: 0.5 };
    const right = experiment(plant).result!;
    const moved = experiment(plant, { start: 0.44 });
    expect(moved.restsAt).toBeCloseTo(0.5, 1);
    expect(Math.abs(moved.restsAt - 0.5)).toBeLessThan(0.01);
    expect(moved.result!.process.gain / right.process.gain).toBeCloseTo(1, 1);
    expect(moved.result!.ultimatePeriodH / right.ultimatePeriodH).toBeCloseTo(1, 2);
  });

  it('takes a lag that no period shows for an integrator, with its slope', () => {
    const { process } = experiment({ gain: 400, lagsH: [400], deadTimeH: 0.5 }, { more: { giveUpAt: 5 } }).result!;
    expect(process.lagH).toBe(Number.POSITIVE_INFINITY);
    expect(process.slopePerH).toBeCloseTo(1, 1);
    expect(process.deadTimeH).toBeCloseTo(0.5, 1);
  });

  it('comes back where the nearer side of its relay alone would not cross its hysteresis', () => {
    const plant = { gain: 0.1, lagsH: [1], deadTimeH: 0.3 };
    const { process } = experiment(plant, { more: { hysteresis: 0.006 } }).result!;
    expect(Math.abs(process.gain / 0.1 - 1)).toBeLessThan(0.05);
  });

  it('finds the same with noise inside its hysteresis', () => {
    const plant = { gain: 1, lagsH: [1], deadTimeH: 0.5, noise: 0.003 };
    const { process } = experiment(plant, { more: { hysteresis: 0.008, agreement: 0.1 } }).result!;
    expect(Math.abs(process.gain - 1)).toBeLessThan(0.1);
    expect(Math.abs(process.deadTimeH - 0.5)).toBeLessThan(0.05);
  });

  it('gives up at its limit, after its time, without a value and by hand, and finds nothing then', () => {
    const plant = { gain: 1, lagsH: [1], deadTimeH: 0.5 };
    const ends = [
      experiment(plant, { more: { giveUpAt: 0.01 } }),
      experiment(plant, { more: { atMostH: 1 } }),
      experiment({ ...plant, noise: Number.NaN }),
      experiment(plant, { onStep: (relay) => void (relay.periods === 2 && relay.abort()) }),
    ];
    expect(ends.map(({ end }) => end)).toEqual(['limit', 'time', 'no value', 'by hand']);
    for (const { result } of ends) expect(result).toBeUndefined();
  });

  it('keeps inside its range, wherever it starts', () => {
    for (const start of [0, 0.03, 0.97, 1]) {
      let [low, high] = [1, 0];
      experiment(
        { gain: 1, lagsH: [1], deadTimeH: 0.5, load: start },
        {
          more: { atMostH: 20 },
          onStep: ({ output }) => {
            low = Math.min(low, output[0]!);
            high = Math.max(high, output[0]!);
          },
        },
      );
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(1);
    }
  });

  it.each([
    [{ amplitude: 0 }, /moves nothing/],
    [{ amplitude: 0.6 }, /has no room/],
    [{ giveUpAt: 0.001 }, /cannot oscillate/],
    [{ atMostH: 0 }, /cannot begin/],
    [{ agreement: 1 }, /say nothing/],
  ])('refuses %j', (wrong, says) => {
    expect(() => new RelayExperiment({ ...settings, ...wrong }, 0.5, [0, 1])).toThrow(says);
  });
});

describe('a fit of a process', () => {
  it.each([0.2, 1, 3])('goes through a point of a known process to every digit, at %d turns an hour', (perH) => {
    const [gain, lagH, deadTimeH] = [2.5, 0.7, 0.1];
    const w = 2 * Math.PI * perH;
    const point = {
      periodH: 1 / perH,
      gain: gain / Math.hypot(1, w * lagH),
      late: w * deadTimeH + Math.atan(w * lagH),
    };
    const fit = fitProcess(point, gain);
    expect(fit.lagH).toBeCloseTo(lagH, 12);
    expect(fit.deadTimeH).toBeCloseTo(deadTimeH, 12);
    const exact = ultimate({ gain, lagsH: [lagH], deadTimeH });
    expect(ultimatePoint(fit, point).gain).toBeCloseTo(exact.gain, 9);
    expect(ultimatePoint(fit, point).periodH).toBeCloseTo(exact.periodH, 9);
  });
});

describe('tuning rules', () => {
  it('give what their papers tabulate', () => {
    const laws = new Map(
      [...ultimateLaws(10, 2), ...fittedLaws({ gain: 2, lagH: 8, deadTimeH: 1, slopePerH: 0.25 })].map(
        ({ rule, ...law }) => [rule, law],
      ),
    );
    expect(laws.get('Ziegler-Nichols PI')).toEqual({ gain: 4.5, resetH: 2 / 1.2, derivativeH: 0 });
    expect(laws.get('Tyreus-Luyben PI')).toEqual({ gain: 3.125, resetH: 4.4, derivativeH: 0 });
    expect(laws.get('SIMC PI')).toEqual({ gain: 2, resetH: 8, derivativeH: 0 });
    expect(laws.get('AMIGO PID')!.gain).toBeCloseTo((0.2 + 0.45 * 8) / 2, 12);
    expect(laws.get('AMIGO PI')!.resetH).toBeCloseTo(0.35 + (13 * 64) / (64 + 96 + 7), 12);
  });

  it('agree at the border between a lag and an integrator', () => {
    const lag = fittedLaws({ gain: 1e7, lagH: 1e7, deadTimeH: 1, slopePerH: 1 });
    const integrator = fittedLaws({
      gain: Number.POSITIVE_INFINITY,
      lagH: Number.POSITIVE_INFINITY,
      deadTimeH: 1,
      slopePerH: 1,
    });
    lag.forEach((law, i) => {
      expect(law.gain / integrator[i]!.gain).toBeCloseTo(1, 4);
      expect(law.resetH / integrator[i]!.resetH).toBeCloseTo(1, 2);
    });
  });
});
