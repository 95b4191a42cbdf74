import { compileModel, compose, readComponent } from '@fedbatch/model';
import { REACHED } from '@fedbatch/numerics';
import { type Place, Problems, parseQuantity } from '@fedbatch/vocabulary';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { Plant } from '../plant.ts';
import { type ActuatorSpec, idealActuator } from './actuator.ts';
import { Equipment, type EquipmentSpec } from './equipment.ts';
import { type FaultKind, type FaultSpec, faultKinds } from './fault.ts';
import { BAD_FAILURE, BAD_NO_VALUE, GOOD, UNCERTAIN_RANGE } from './quality.ts';
import { idealSensor, type SensorSpec } from './sensor-spec.ts';
import type { SpectrometerSpec } from './spectrometer-spec.ts';

const second = 1 / 3600;
const place: Place = { file: 'test', line: 1, column: 1 };

/** A level that relaxes to an input, and one that stands. */
const tank = `component: Tank
source: test
balance: as-published
biomass: X
species: { X: { name: cells, initial: 2 g/L }, S: { name: sugar, initial: 8 g/L } }
inputs:
  rate: { unit: L/h, default: 1 L/h, range: 0..10 L/h }
  copy: { unit: g/L, default: 0 g/L, range: 0..1000 g/L }
parameters: { speed: { value: 2 1/h }, half: { value: 1 g/L }, small: { value: 0.01 } }
quantities: { level: { unit: g/L, is: S }, standing: { unit: g/L, is: X } }
phases: { broth: { volume state: V, initial volume: 10 L } }
streams: { feed: { into: broth, flow: rate, carries: { S: 100 g/L } } }
reactions: { eat: { rate: speed * S / (S + half) * small, uses: S, per: X } }
`;

function plant(): Plant {
  const file = readComponent(tank, 'tank.yaml', new Problems());
  const volume = { value: parseQuantity('10 L'), place };
  const made = new Plant(compileModel(compose([{ role: 'tank', file }], { charge: new Map([['volume', volume]]) })), {
    method: 'auto',
    relativeTolerance: 1e-8,
  });
  made.begin();
  return made;
}

const sensor = (change: Partial<SensorSpec> = {}): SensorSpec => ({
  ...idealSensor,
  tag: 'probe',
  reads: 'tank.standing',
  ...change,
});
const actuator = (change: Partial<ActuatorSpec> = {}): ActuatorSpec => ({
  ...idealActuator,
  tag: 'pump',
  drives: 'tank.rate',
  low: 0,
  high: 10,
  ...change,
});
const fault = (kind: FaultKind, change: Partial<FaultSpec> = {}): FaultSpec => ({
  id: kind,
  kind,
  on: faultKinds[kind] === 'sensor' ? 'probe' : faultKinds[kind] === 'process' ? 'tank.speed' : 'pump',
  size: 1,
  fromH: 0.1,
  forH: 0.1,
  riseH: 0,
  periodH: 0,
  ...change,
});

/** Sees the standing level by one band; a spectrum every 36 s over 18 s, its value 7.2 s later. */
const spectrometer: SpectrometerSpec = {
  tag: 'raman',
  low: 400,
  high: 1800,
  points: 100,
  components: [
    {
      name: 'cells',
      reads: 'tank.standing',
      bands: [{ at: 1000, width: 60, height: 1000, shape: 'lorentz' }],
      calibration: 'known',
    },
  ],
  water: [{ at: 1640, width: 110, height: 10_000, shape: 'gauss' }],
  fluorescence: { at: 300, width: 3000, height: 10_000, shape: 'gauss' },
  baselineOrder: 4,
  integrationH: 0.005,
  intervalH: 0.01,
  resultH: 0.002,
  shotNoise: 1,
  readNoise: 5,
  laserWander: 0.01,
  laserTauH: 0.1,
  laserLossPerH: 0,
  foulingPerH: 0,
  cosmicChance: 0.1,
  cosmicHeight: 3000,
};

interface Row {
  readonly t: number;
  readonly reading: number;
  readonly quality: number;
  readonly delivered: number;
}

/** Runs equipment for so many scans and gives what it showed. */
function run(spec: Partial<EquipmentSpec>, { scans = 1080, scanH = second, seed = 1, demand = 1 } = {}) {
  const made = plant();
  const equipment = new Equipment(made, { sensors: [], actuators: [], faults: [], ...spec }, seed, scanH);
  equipment.demands.fill(demand);
  equipment.sense();
  const rows: Row[] = [];
  for (let scan = 1; scan <= scans; scan++) {
    while (made.timeH < scan * scanH) {
      const end = Math.min(scan * scanH, equipment.nextChangeH(made.timeH));
      made.goalH[0] = end;
      equipment.act();
      expect(made.integrate(end)).toBe(REACHED);
    }
    equipment.sense();
    rows.push({
      t: made.timeH,
      reading: equipment.sensors[0]?.reading ?? Number.NaN,
      quality: equipment.sensors[0]?.quality ?? Number.NaN,
      delivered: equipment.actuators[0]?.delivered ?? Number.NaN,
    });
  }
  return { rows, equipment, plant: made, at: (t: number) => rows.find((row) => row.t >= t - 1e-9)! };
}

/** The standing value at a time: 2 g/L diluted by 1 L/h into 10 L. */
const truth = (t: number): number => 20 / (10 + t);

describe('a sensor', () => {
  it('that is ideal reads the true value, and says that it is good', () => {
    const { rows } = run({ sensors: [sensor()] });
    for (const { t, reading, quality } of rows) {
      expect(reading).toBeCloseTo(truth(t), 7);
      expect(quality).toBe(GOOD);
    }
  });

  it('answers a step as lags in a row do, exactly at any scan', () => {
    for (const scanH of [second, 20 * second]) {
      const { at } = run(
        {
          sensors: [sensor({ reads: 'tank.copy', order: 2, tauH: 60 * second })],
          actuators: [actuator({ drives: 'tank.copy', high: 100 })],
        },
        { scanH, scans: 0.1 / scanH, demand: 10 },
      );
      // The input stands from the first scan on: two equal lags give 1 - (1 + x) exp(-x).
      expect(at(180 * second).reading / 10).toBeCloseTo(1 - (1 + 3) * Math.exp(-3), scanH === second ? 1 : 0);
    }
  });

  it('has noise of the deviation and correlation time that its data sheet states', () => {
    const { rows } = run({ sensors: [sensor({ white: 0.3 })] }, { scans: 5000 });
    const errors = rows.map(({ t, reading }) => reading - truth(t));
    const mean = errors.reduce((sum, e) => sum + e, 0) / errors.length;
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0) / errors.length)).toBeCloseTo(0.3, 1);
    const slow = run({ sensors: [sensor({ slow: 0.3, slowTauH: 20 * second })] }, { scans: 20_000 });
    const e = slow.rows.map(({ t, reading }) => reading - truth(t));
    const variance = e.reduce((sum, x) => sum + x * x, 0) / e.length;
    const lagged = e.reduce((sum, x, i) => sum + x * (e[i + 20] ?? 0), 0) / e.length;
    expect(Math.sqrt(variance)).toBeCloseTo(0.3, 1);
    expect(Math.abs(lagged / variance - Math.exp(-1))).toBeLessThan(0.1);
  });

  it('ends at its range and says so, and steps by its resolution', () => {
    const { rows } = run({ sensors: [sensor({ high: 1.9, resolution: 0.25 })] }, { scans: 10 });
    expect(rows[0]!.reading).toBe(1.9);
    expect(rows[0]!.quality).toBe(UNCERTAIN_RANGE);
    const stepped = run({ sensors: [sensor({ resolution: 0.25 })] }).rows;
    for (const { reading } of stepped) expect(reading % 0.25).toBe(0);
  });

  it('ages, and is put right by a calibration', () => {
    const spec = sensor({ spanLossPerSterilisation: 0.1, sterilisations: 2, driftPerH: 0.5, bias: 0.2, pivot: 1 });
    const { rows, equipment, plant: made } = run({ sensors: [spec] }, { scans: 3600 });
    const { t, reading } = rows.at(-1)!;
    expect(reading).toBeCloseTo(1 + (truth(t) - 1) * 0.81 + 0.2 + 0.5 * t, 6);
    equipment.sensors[0]!.calibrate(made.timeH, 0.01);
    made.goalH[0] = made.timeH + second;
    equipment.act();
    made.integrate(made.timeH + second);
    equipment.sense();
    expect(equipment.sensors[0]!.reading).toBeCloseTo(truth(made.timeH) + 0.01, 3);
  });

  it('of an analyser gives the value of its sample later, with the time of the sample', () => {
    const spec = sensor({ reads: 'tank.standing', intervalH: 0.05, resultH: 0.02 });
    const { rows, equipment } = run({ sensors: [spec] }, { scans: 900 });
    expect(rows[0]!.quality).toBe(BAD_NO_VALUE);
    expect(rows.find(({ quality }) => quality === GOOD)!.t).toBeCloseTo(0.02, 3);
    const { stampH } = equipment.sensors[0]!;
    expect(stampH / 0.05).toBeCloseTo(Math.round(stampH / 0.05), 2);
    expect(equipment.sensors[0]!.reading).toBeCloseTo(truth(stampH), 6);
  });

  it('of a laboratory takes its samples at the times that it is told', () => {
    const { rows } = run({ sensors: [sensor({ at: [0.05, 0.2], resultH: 0.04 })] });
    const changes = rows.filter(({ reading }, i) => i > 0 && reading !== rows[i - 1]!.reading).map(({ t }) => t);
    expect(changes.map((t) => Number(t.toFixed(3)))).toEqual([0.09, 0.24]);
  });

  it('writes its reading into an input of the equations', () => {
    const { plant: made } = run({ sensors: [sensor({ writes: 'tank.copy', bias: 3 })] }, { scans: 100 });
    expect(made.instance.parameters[made.instance.slotOf('tank.copy')]).toBeCloseTo(truth(made.timeH) + 3, 6);
  });
});

describe('an actuator', () => {
  it('keeps limits, rate and steps', () => {
    const at = (change: Partial<ActuatorSpec>, demand: number) =>
      run({ actuators: [actuator(change)] }, { demand, scans: 360 }).rows;
    expect(at({}, 99).at(-1)!.delivered).toBe(10);
    expect(at({ step: 0.3 }, 1).at(-1)!.delivered).toBeCloseTo(0.9, 12);
    const slow = at({ ratePerH: 20 }, 5);
    expect(slow[179]!.delivered).toBeCloseTo(1 + 20 * 0.05, 9);
    expect(slow.at(-1)!.delivered).toBeCloseTo(1 + 20 * 0.1, 9);
  });

  it('delivers what its totaliser shows, but for calibration and wear', () => {
    const { equipment } = run({ actuators: [actuator({ error: 0.05 })] }, { demand: 2, scans: 1800 });
    const [pump] = equipment.actuators;
    expect(pump!.totaliser).toBeCloseTo(1, 9);
    expect(pump!.total).toBeCloseTo(1.05, 9);
    const worn = run({ actuators: [actuator({ wear: 1 })] }, { demand: 2, scans: 1800 }).equipment.actuators[0]!;
    // d(total)/dt = 2 / (1 + total): total + total^2 / 2 = 1.
    expect(worn.total).toBeCloseTo(Math.sqrt(3) - 1, 3);
  });

  it('gives the exact mean of its lag over a scan', () => {
    const { equipment } = run({ actuators: [actuator({ tauH: 0.05 })] }, { demand: 3, scans: 1, scanH: 0.1 });
    expect(equipment.actuators[0]!.delivered).toBeCloseTo(3 - 2 * 0.5 * (1 - Math.exp(-2)), 12);
  });

  it('sticks: a valve that is asked for less than its stick band does not move', () => {
    const made = plant();
    const valve = actuator({ stickband: 1, slipJump: 0.5 });
    const equipment = new Equipment(made, { sensors: [], actuators: [valve], faults: [] }, 1, second);
    const follow = (demand: number): number => {
      equipment.demands[0] = demand;
      made.goalH[0] = made.timeH + second;
      equipment.act();
      made.integrate(made.timeH + second);
      return equipment.actuators[0]!.delivered;
    };
    expect(follow(1.4)).toBe(1);
    expect(follow(1.6)).toBeCloseTo(1.35, 12);
    expect(follow(1.9)).toBeCloseTo(1.65, 12);
    // Turning back takes half of the band again.
    expect(follow(1.3)).toBeCloseTo(1.65, 12);
    expect(follow(1.0)).toBeCloseTo(1.25, 12);
  });

  it('runs dry with its bottle, to the drop', () => {
    const { equipment, plant: made } = run({ actuators: [actuator({ reservoir: 0.2 })] }, { demand: 2, scans: 1800 });
    expect(equipment.actuators[0]!.total).toBeCloseTo(0.2, 12);
    expect(equipment.actuators[0]!.delivered).toBe(0);
    const volume = made.state[made.instance.model.states.findIndex(({ kind }) => kind === 'volume')]!;
    expect(volume).toBeCloseTo(10.2, 9);
  });
});

describe('every fault has its label, its effect and its recovery', () => {
  const parts = { sensors: [sensor()], actuators: [actuator()] };
  const clean = run(parts);
  /** Whether readings differ from those of the same run without the fault: before, during and after. */
  function effect(kind: FaultKind, change: Partial<FaultSpec> = {}) {
    const faulty = run({ ...parts, faults: [fault(kind, change)] }, { demand: kind === 'stuck' ? 1 : 1 });
    const differs = (from: number, to: number, of: 'reading' | 'delivered'): boolean =>
      faulty.rows.some(
        (row, i) => row.t > from + 1e-9 && row.t <= to + 1e-9 && Math.abs(row[of] - clean.rows[i]![of]) > 1e-9,
      );
    expect(faulty.equipment.labels).toEqual([
      { id: kind, kind, on: fault(kind, change).on, size: fault(kind, change).size, fromH: 0.1, toH: 0.2 },
    ]);
    return { faulty, differs };
  }

  it.each(['bias', 'drift', 'spikes', 'unit mix-up', 'freeze'] as const)('%s: in the reading alone', (kind) => {
    const { faulty, differs } = effect(kind, { size: 2 });
    expect(differs(0, 0.1 - second, 'reading')).toBe(false);
    expect(differs(0.1, 0.2 - second, 'reading')).toBe(true);
    expect(differs(0.2, 0.3, 'reading')).toBe(false);
    expect(faulty.plant.state).toEqual(clean.plant.state);
  });

  it('noise: grows by its factor', () => {
    const noisy = { ...parts, sensors: [sensor({ white: 0.01 })] };
    const { rows } = run({ ...noisy, faults: [fault('noise', { size: 20 })] });
    const spread = (from: number, to: number): number =>
      Math.sqrt(
        rows
          .filter(({ t }) => t > from && t < to)
          .reduce((sum, { t, reading }, _, all) => sum + (reading - truth(t)) ** 2 / all.length, 0),
      );
    expect(spread(0.1, 0.2) / spread(0, 0.1)).toBeGreaterThan(10);
    expect(spread(0.2, 0.3) / spread(0, 0.1)).toBeLessThan(2);
  });

  it('drop-out: the value stands and its quality is bad', () => {
    const { faulty } = effect('drop-out');
    expect(faulty.at(0.15).quality).toBe(BAD_FAILURE);
    expect(faulty.at(0.15).reading).toBe(faulty.at(0.12).reading);
    expect(faulty.at(0.25).quality).toBe(GOOD);
  });

  it('swap: two sensors read each other', () => {
    const two = [sensor(), sensor({ tag: 'other', reads: 'tank.level' })];
    const {
      equipment,
      at,
      plant: made,
    } = run({ sensors: two, actuators: [actuator()], faults: [fault('swap', { with: 'other', forH: 0.5 })] });
    expect(at(0.05).reading).toBeCloseTo(truth(0.05), 6);
    expect(at(0.15).reading).toBeGreaterThan(5);
    expect(equipment.sensors[1]!.reading).toBeCloseTo(truth(made.timeH), 6);
  });

  it('delayed and lost results: late, and never', () => {
    const assay = sensor({ at: [0.12], resultH: 0.02 });
    const arrival = (faults: FaultSpec[]): number =>
      run({ sensors: [assay], faults }).rows.find(({ quality }) => quality === GOOD)?.t ?? Number.POSITIVE_INFINITY;
    expect(arrival([])).toBeCloseTo(0.14, 3);
    expect(arrival([fault('delayed result', { size: 0.05, forH: 0.15 })])).toBeCloseTo(0.19, 3);
    expect(arrival([fault('lost result')])).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([
    ['slip', { size: 0.3 }, 0.7],
    ['occlusion', { size: 1 }, 0],
    ['runaway', {}, 10],
    ['trip', {}, 0],
    ['empty', {}, 0],
    ['power dip', { on: 'plant' }, 0],
  ] as [FaultKind, Partial<FaultSpec>, number][])('%s: at the actuator and in the plant', (kind, change, delivered) => {
    const { faulty, differs } = effect(kind, change);
    expect(faulty.at(0.15).delivered).toBeCloseTo(delivered, 12);
    expect(differs(0, 0.1, 'delivered')).toBe(false);
    expect(faulty.at(0.25).delivered).toBe(1);
    expect(faulty.plant.state).not.toEqual(clean.plant.state);
  });

  it.each(['stuck', 'sticking'] as const)('%s: does not follow a small change of the demand', (kind) => {
    const made = plant();
    const equipment = new Equipment(made, { ...parts, faults: [fault(kind, { fromH: 0, size: 2 })] }, 1, second);
    made.goalH[0] = second;
    equipment.act();
    made.integrate(second);
    equipment.demands[0] = 1.5;
    made.goalH[0] = 2 * second;
    equipment.act();
    expect(equipment.actuators[0]!.delivered).toBe(1);
  });

  it('a change of the process: by factor, offset or value, growing, and taken back', () => {
    for (const [change, size, wanted] of [
      ['factor', 0.25, 0.5],
      ['offset', 3, 5],
      ['value', 7, 7],
    ] as const) {
      const {
        plant: made,
        equipment,
        at,
      } = run({ ...parts, faults: [fault('change', { change, size, forH: 9 })] }, { scans: 720 });
      expect(made.instance.parameters[made.instance.slotOf('tank.speed')]).toBeCloseTo(wanted, 12);
      equipment.clear('change');
      expect(made.instance.parameters[made.instance.slotOf('tank.speed')]).toBe(2);
      expect(equipment.labels[0]!.toH).toBe(made.timeH);
      expect(at(0.05).delivered).toBe(1);
    }
  });

  it('comes and goes with its period, and rises to its size', () => {
    const { at } = run({ ...parts, faults: [fault('bias', { periodH: 0.04, forH: 0.12, size: 1 })] });
    expect(at(0.11).reading - truth(0.11)).toBeCloseTo(1, 6);
    expect(at(0.13).reading - truth(0.13)).toBeCloseTo(0, 6);
    expect(at(0.15).reading - truth(0.15)).toBeCloseTo(1, 6);
    const rising = run({ ...parts, faults: [fault('bias', { riseH: 0.1, forH: 0.15, size: 1 })] });
    expect(rising.at(0.15).reading - truth(0.15)).toBeCloseTo(0.5, 6);
  });

  it('strikes by its hazard: the mean time to it is one over it', () => {
    const onsets = Array.from({ length: 60 }, (_, seed) => {
      const { fromH: _at, ...random } = fault('bias');
      const { equipment } = run(
        { sensors: [sensor()], actuators: [actuator()], faults: [{ ...random, hazardPerH: 10 }] },
        { seed, scans: 600, scanH: 0.001 },
      );
      return equipment.labels[0]?.fromH ?? 0.6;
    });
    const mean = onsets.reduce((sum, t) => sum + t, 0) / onsets.length;
    expect(mean).toBeGreaterThan(0.07);
    expect(mean).toBeLessThan(0.13);
    expect(new Set(onsets).size).toBeGreaterThan(20);
  });

  it('waits for an event where it is told to', () => {
    const made = plant();
    const { fromH: _at, ...waiting } = fault('bias');
    const equipment = new Equipment(made, { ...parts, faults: [{ ...waiting, when: 'tank.full' }] }, 1, second);
    equipment.trigger('tank.other');
    expect(equipment.labels).toEqual([]);
    equipment.trigger('tank.full');
    expect(equipment.labels[0]!.fromH).toBe(0);
  });
});

describe('a calibration', () => {
  it('happens at its time, and leaves its error', () => {
    const { at } = run({
      sensors: [sensor({ bias: 0.5, driftPerH: 1 })],
      calibrations: [{ on: 'probe', atH: 0.1, error: 0.02 }],
    });
    expect(at(0.09).reading - truth(at(0.09).t)).toBeGreaterThan(0.58);
    expect(at(0.1).reading - truth(0.1)).toBeCloseTo(0.02, 6);
    expect(at(0.3).reading - truth(0.3)).toBeCloseTo(0.02 + 0.2, 3);
  });
});

describe('a spectrometer among the equipment', () => {
  const seen = (faults: readonly FaultSpec[], scans = 1080) => {
    const { rows, equipment, at } = run({ spectrometers: [spectrometer], faults }, { scans });
    return { rows, at, channels: equipment.sensors.map(({ spec }) => spec.tag) };
  };
  const onIt = (kind: FaultKind, change: Partial<FaultSpec> = {}): FaultSpec => fault(kind, { on: 'raman', ...change });
  const spread = (rows: readonly Row[]): number =>
    Math.sqrt(rows.reduce((sum, { t, reading }) => sum + (reading - truth(t)) ** 2, 0) / rows.length);
  const between = (rows: readonly Row[], from: number, to: number) => rows.filter(({ t }) => t > from && t < to);

  it('shows each component and the residual as sensors, later by integration and result, and nothing before the first', () => {
    const { rows, channels } = seen([]);
    expect(channels).toEqual(['raman.cells', 'raman.residual']);
    expect(rows[0]!.quality).toBe(BAD_NO_VALUE);
    expect(rows.find(({ quality }) => quality === GOOD)!.t).toBeCloseTo(0.002, 3);
    expect(new Set(between(rows, 0.05, 0.25).map(({ reading }) => reading)).size).toBe(21);
    expect(spread(between(rows, 0.05, 0.3))).toBeLessThan(0.25);
  });

  it('gets noisier behind a window that fouls, and is blind behind one that is covered', () => {
    const { rows, at } = seen([onIt('window fouling', { size: 0.9 })]);
    expect(spread(between(rows, 0.12, 0.2)) / spread(between(rows, 0.01, 0.1))).toBeGreaterThan(2);
    expect(at(0.15).quality).toBe(GOOD);
    const covered = seen([onIt('window fouling', { size: 1 })]);
    expect(covered.at(0.15).quality).toBe(BAD_FAILURE);
    expect(covered.at(0.25).quality).toBe(GOOD);
  });

  it('gets noisier as fluorescence grows, stands still where it freezes, and is bad where it drops out', () => {
    const glowing = seen([onIt('drift', { size: 1e7 })]);
    expect(spread(between(glowing.rows, 0.15, 0.2))).toBeGreaterThan(2 * spread(between(glowing.rows, 0.01, 0.1)));
    const frozen = seen([onIt('freeze')]);
    expect(new Set(between(frozen.rows, 0.11, 0.2).map(({ reading }) => reading)).size).toBe(1);
    const lost = seen([onIt('drop-out')]);
    expect(lost.at(0.15).quality).toBe(BAD_FAILURE);
    expect(lost.at(0.25).quality).toBe(GOOD);
  });

  it('has readings that can fail on their own', () => {
    const { rows } = seen([fault('bias', { on: 'raman.cells', size: 3 })]);
    const off = between(rows, 0.13, 0.2);
    expect(off.reduce((sum, { t, reading }) => sum + reading - truth(t), 0) / off.length).toBeCloseTo(3, 0);
  });

  it('refuses a fault that no spectrum can have', () => {
    expect(() => seen([onIt('swap', { with: 'raman.cells' })])).toThrow(/has no `swap`. Name one of its readings/);
  });
});

describe('equipment', () => {
  it('draws the noise of a sensor from a stream of its own: another sensor changes nothing', () => {
    const noisy = sensor({ white: 0.1, slow: 0.1 });
    const alone = run({ sensors: [noisy] }, { scans: 50 }).rows;
    const other = sensor({ tag: 'other', white: 1 });
    expect(run({ sensors: [noisy, other] }, { scans: 50 }).rows).toEqual(alone);
    expect(run({ sensors: [noisy], spectrometers: [spectrometer] }, { scans: 50 }).rows).toEqual(alone);
    expect(run({ sensors: [noisy] }, { scans: 50, seed: 2 }).rows).not.toEqual(alone);
  });

  it('goes on from a snapshot to the bit', () => {
    const spec: EquipmentSpec = {
      sensors: [sensor({ white: 0.1, slow: 0.2, tauH: 0.01, delayH: 0.01, intervalH: 0.02, resultH: 0.01 })],
      spectrometers: [spectrometer],
      actuators: [actuator({ tauH: 0.01, stickband: 0.2, wear: 0.1 })],
      faults: [
        fault('bias', { hazardPerH: 20, fromH: undefined } as Partial<FaultSpec>),
        fault('spikes', { fromH: 0.02 }),
      ],
    };
    const { equipment, plant: made } = run(spec, { scans: 100 });
    const memory = new Float64Array(equipment.memorySize);
    equipment.save(memory, 0);
    const go = (): number[] => {
      const out: number[] = [];
      for (let i = 0; i < 200; i++) {
        made.goalH[0] = made.timeH + second;
        equipment.act();
        equipment.sense();
        out.push(...equipment.sensors.map(({ reading }) => reading), equipment.actuators[0]!.delivered);
      }
      return out;
    };
    const first = go();
    equipment.restore(memory, 0);
    expect(go()).toEqual(first);
  });

  it('reads from the outputs that it is given what it would sense itself, and senses anew where a fault changes the plant', () => {
    const readings = (source: 'given' | 'its own', faults: FaultSpec[]): number[] => {
      const made = plant();
      const spec = { sensors: [sensor({ reads: 'tank.rate', white: 0.1 })], actuators: [], faults };
      const equipment = new Equipment(made, spec, 1, second);
      const outputs = new Float64Array(made.instance.model.outputs.length);
      return Array.from({ length: 10 }, (_, scan) => {
        made.integrate((scan + 1) * second);
        made.sense(outputs);
        if (source === 'given') equipment.sense(outputs);
        else equipment.sense();
        return equipment.sensors[0]!.reading;
      });
    };
    const wrongRate = fault('change', { on: 'tank.rate', fromH: 5 * second, forH: 1, size: 3 });
    for (const faults of [[], [wrongRate]]) expect(readings('given', faults)).toEqual(readings('its own', faults));
    expect(readings('given', [wrongRate])[9]! / readings('given', [])[9]!).toBeGreaterThan(2);
  });

  it('sets all inputs in one jump', () => {
    const made = plant();
    const prepare = vi.spyOn(made.instance, 'prepare');
    const inputs = made.instance.model.parameters.flatMap(({ kind }, slot) => (kind === 'input' ? slot : []));
    const slots = Int32Array.from(inputs);
    made.demandAll(
      slots,
      Float64Array.from(slots, (_, i) => i + 0.25),
    );
    expect(inputs.map((slot) => made.instance.parameters[slot])).toEqual(inputs.map((_, i) => i + 0.25));
    made.demandAll(
      slots,
      Float64Array.from(slots, (_, i) => i + 0.25),
    );
    expect(slots.length).toBeGreaterThan(1);
    expect(prepare).toHaveBeenCalledTimes(1);
  });

  it('refuses what is not there, by name', () => {
    const make = (spec: Partial<EquipmentSpec>) => () =>
      new Equipment(plant(), { sensors: [sensor()], actuators: [actuator()], faults: [], ...spec }, 1, second);
    expect(make({ sensors: [sensor({ reads: 'tank.nothing' })] })).toThrow(/no output `tank.nothing`/);
    expect(make({ faults: [fault('bias', { on: 'nobody' })] })).toThrow(/no sensor `nobody`. Sensors are probe/);
    expect(make({ faults: [fault('slip', { on: 'probe' })] })).toThrow(/no actuator `probe`/);
  });

  it('survives any combination of faults: finite, within range, repeatable, with true labels', () => {
    const kinds = Object.keys(faultKinds) as FaultKind[];
    const anyFault = fc.record({
      kind: fc.constantFrom(...kinds),
      size: fc.double({ min: -5, max: 5, noNaN: true }),
      fromH: fc.double({ min: 0, max: 0.2, noNaN: true }),
      forH: fc.option(fc.double({ min: 1e-6, max: 0.2, noNaN: true }), { nil: undefined }),
      riseH: fc.constantFrom(0, 0.03),
      periodH: fc.constantFrom(0, 0.017),
      change: fc.constantFrom('factor' as const, 'offset' as const, 'value' as const),
    });
    fc.assert(
      fc.property(fc.array(anyFault, { maxLength: 6 }), fc.integer({ min: 0, max: 1e6 }), (some, seed) => {
        const faults = some.map(({ forH, ...rest }, i) => ({
          ...fault(rest.kind),
          ...rest,
          id: `f${i}`,
          // The plant can take what its inputs and streams can: a negative speed would make sugar from nothing.
          on: faultKinds[rest.kind] === 'process' ? 'streams.feed.S' : fault(rest.kind).on,
          ...(rest.kind === 'swap' && { with: 'other' }),
          forH,
        })) as FaultSpec[];
        const sensors = [
          sensor({ white: 0.1, low: 0, high: 50, tauH: 0.01 }),
          sensor({ tag: 'other', reads: 'tank.level', low: 0, high: 500 }),
        ];
        const once = () =>
          run({ sensors, actuators: [actuator({ tauH: 0.003 })], faults }, { scans: 60, scanH: 0.005, seed });
        const { rows, equipment, plant: made } = once();
        for (const { reading, delivered } of rows) {
          expect(reading >= 0 && reading <= 50).toBe(true);
          expect(delivered >= 0 && delivered <= 10).toBe(true);
        }
        for (const value of made.state) expect(value >= 0).toBe(true);
        for (const { id, fromH } of equipment.labels) expect(fromH).toBe(faults.find((one) => one.id === id)!.fromH);
        expect(once().rows).toEqual(rows);
      }),
      { numRuns: 60 },
    );
  });
});
