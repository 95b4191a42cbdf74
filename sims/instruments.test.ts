import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BAD_NO_VALUE, Equipment, faultKinds, Plant } from '@fedbatch/plant';
import { Run, type RunPlan, type RunResult } from '@fedbatch/runtime';
import { loadScenario } from '@fedbatch/station';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const scenario = (name: string): RunPlan => loadScenario(join(import.meta.dirname, 'scenarios', name)).plan;

function runOf(plan: RunPlan): RunResult {
  const run = new Run(plan);
  while (run.scan() === 'goes on');
  return run.result();
}

function column(result: RunResult, id: string): Float64Array {
  return result.samples.columns[result.samples.channels.findIndex((channel) => channel.id === id)]!;
}

const mean = (values: Float64Array): number => values.reduce((sum, x) => sum + x, 0) / values.length;

describe('a pH probe that drifts in a closed loop', () => {
  const plan = scenario('ecoli-probe-drift');
  const drifting = runOf(plan);
  const sound = runOf({ ...plan, equipment: { ...plan.equipment!, faults: [] } });
  const end = (result: RunResult, id: string): number => column(result, id).at(-1)!;
  const late = (values: Float64Array): Float64Array => values.slice(Math.floor(values.length * 0.8));

  it('shows no drift in its own reading', () => {
    expect(drifting.samples.timeH.length).toBeGreaterThan(500);
    expect(Math.abs(mean(late(column(drifting, 'pH.probe'))) - mean(late(column(sound, 'pH.probe'))))).toBeLessThan(
      0.02,
    );
  });

  it('shows it in the true pH, in the base that is used, and in the carbon dioxide of the broth', () => {
    expect(end(drifting, 'vessel.pH')).toBeLessThan(end(sound, 'vessel.pH') - 0.25);
    const base = (result: RunResult): number => column(result, 'vessel.baseFlow').reduce((sum, x) => sum + x, 0);
    expect(base(drifting) / base(sound)).toBeLessThan(0.95);
    expect(end(drifting, 'vessel.bicarbonate') / end(sound, 'vessel.bicarbonate')).toBeLessThan(0.7);
  });

  it('is told in the labels alone', () => {
    expect(drifting.faults).toEqual([{ id: 'fault.1', kind: 'drift', on: 'pH.probe', size: 0.03, fromH: 4 }]);
    expect(sound.faults).toEqual([]);
    expect(JSON.stringify(drifting.events.filter(({ kind }) => kind !== 'run'))).not.toMatch(/drift/);
  });

  it('is put right by a calibration, which stands in the record of events', () => {
    const calibrated = runOf({
      ...plan,
      equipment: { ...plan.equipment!, faults: [], calibrations: [{ on: 'pH.probe', atH: 5, error: 0 }] },
    });
    expect(calibrated.events).toContainEqual({ timeH: 5, kind: 'event', subject: 'pH.probe', says: 'calibrated' });
    const off = column(calibrated, 'pH.probe').map((shown, i) => shown - column(calibrated, 'vessel.pH')[i]!);
    const at = (hour: number): number => mean(off.slice(60 * hour, 60 * hour + 40));
    expect(Math.abs(at(4))).toBeGreaterThan(0.015);
    expect(Math.abs(at(5.1))).toBeLessThan(0.01);
  });

  it('is the same to the bit when it is run again, and another seed is another run', () => {
    expect(runOf(plan).samples.columns).toEqual(drifting.samples.columns);
    const other = runOf({ ...plan, title: { ...plan.title, seed: 8 } });
    expect(column(other, 'DO.probe')).not.toEqual(column(drifting, 'DO.probe'));
  });
});

describe('the whole vessel under any faults', () => {
  const plan = scenario('ecoli-probe-drift');
  const { sensors, actuators } = plan.equipment!;
  const kinds = Object.keys(faultKinds) as (keyof typeof faultKinds)[];
  const anyFault = fc.record({
    kind: fc.constantFrom(...kinds),
    sensor: fc.constantFrom(...sensors.map(({ tag }) => tag)),
    actuator: fc.constantFrom(...actuators.map(({ tag }) => tag)),
    process: fc.constantFrom(
      'organism.qSmax',
      'vessel.saltFactor',
      'streams.feed.S',
      'vessel.proteinLife',
      'vessel.jacketTransfer',
    ),
    size: fc.double({ min: 0.1, max: 3, noNaN: true }),
    fromH: fc.double({ min: 0, max: 1.5, noNaN: true }),
    forH: fc.option(fc.double({ min: 0.01, max: 1, noNaN: true }), { nil: undefined }),
    periodH: fc.constantFrom(0, 0.1),
  });

  it('ends complete or in a sentence, with finite samples, nothing negative and closed balances', () => {
    fc.assert(
      fc.property(fc.array(anyFault, { minLength: 1, maxLength: 5 }), (some) => {
        const faults = some.map(({ sensor, actuator, process, forH, ...fault }, i) => {
          const place = faultKinds[fault.kind];
          const on = { sensor, actuator, process, plant: 'plant' }[place];
          const other = sensors.find(({ tag }) => tag !== sensor)!.tag;
          return {
            ...fault,
            id: `f${i}`,
            on,
            riseH: 0,
            ...(forH !== undefined && { forH }),
            ...(fault.kind === 'swap' && { with: other }),
          };
        });
        const short = plan.phases.map((phase) => ({
          ...phase,
          ...(phase.atMostH !== undefined && { atMostH: 1 }),
          ...(phase.forH !== undefined && { forH: 1 }),
        }));
        const result = runOf({
          ...plan,
          scanH: 20 / 3600,
          phases: short,
          expectations: [],
          equipment: { sensors, actuators, faults },
        });
        expect(result.outcome.says.length).toBeGreaterThan(10);
        for (const [c, { id, kind, unit }] of result.samples.channels.entries()) {
          const values = result.samples.columns[c]!;
          // A late analyser has nothing to show yet, and its quality says so.
          const none = kind === 'measured' ? column(result, `${id}.quality`) : undefined;
          if (kind === 'measured' || kind === 'delivered')
            values.forEach((value, row) => {
              expect([id, Number.isFinite(value) || none?.[row] === BAD_NO_VALUE]).toEqual([id, true]);
            });
          if (kind === 'concentration' && unit === 'g/L')
            for (const value of values) expect([id, value >= 0]).toEqual([id, true]);
        }
        for (const { balance, relative } of result.audit.balances)
          expect([balance, relative < 1e-8]).toEqual([balance, true]);
      }),
      { numRuns: 25 },
    );
  });
});

describe('a scan', () => {
  it.each([
    ['a whole vessel with twenty sensors and twelve actuators', 'ecoli-probe-drift', 20, 12],
    ['a culture with a spectrometer that takes a spectrum every quarter of an hour', 'hybridoma-raman', 2, 0],
  ])('of %s leaves nothing to the garbage collector', (_, name, sensors, actuators) => {
    const plan = scenario(name);
    expect([plan.equipment!.sensors.length, plan.equipment!.actuators.length]).toEqual([sensors, actuators]);
    const plant = new Plant(plan.compiled, { method: 'auto', relativeTolerance: 1e-6 });
    plant.begin();
    const equipment = new Equipment(plant, { ...plan.equipment!, faults: [] }, 1, 1 / 3600);
    const scans = (count: number): void => {
      for (let i = 0; i < count; i++) {
        plant.goalH[0] = plant.timeH + 1 / 3600;
        equipment.act();
        plant.integrateToGoal();
        equipment.sense();
      }
    };
    scans(60_000);
    // Objects would be tens of kilobytes a scan. Less than what one box of a number each would be, once all is compiled: later where others have the cores.
    let least = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 600 && !(least < 16); round++) {
      const before = process.memoryUsage().heapUsed;
      scans(900);
      const bytes = (process.memoryUsage().heapUsed - before) / 900;
      if (bytes >= 0) least = Math.min(least, bytes);
    }
    expect(least).toBeLessThan(16);
  });
});

describe('the instruments that are shipped', () => {
  it('name only what their vessels have', () => {
    for (const name of ['ecoli-instruments', 'ecoli-probe-drift']) {
      const text = readFileSync(join(import.meta.dirname, 'scenarios', name, 'scenario.yaml'), 'utf8');
      expect(text).toMatch(/^instruments: /m);
      expect(scenario(name).equipment!.sensors.length).toBeGreaterThan(7);
    }
  });
});

describe('a hybridoma culture before a Raman probe', () => {
  const load = (...settings: string[]): RunPlan =>
    loadScenario(join(import.meta.dirname, 'scenarios', 'hybridoma-raman'), [
      'recipe.growth.for=10 h',
      'recipe.fed-batch.for=2 h',
      ...settings,
    ]).plan;
  const plain = runOf(load());
  const kept = runOf(load('record.spectra=keep'));

  it('keeps every spectrum where the scenario asks for it, and is the same run', () => {
    expect(plain.spectra).toBeUndefined();
    expect(kept.samples.columns).toEqual(plain.samples.columns);
    const [raman] = kept.spectra!;
    expect(raman!.timeH).toHaveLength(49);
    expect([...raman!.timeH.slice(0, 3)].map((hour) => Number(hour.toFixed(9)))).toEqual([0, 0.25, 0.5]);
    expect([raman!.shifts.length, raman!.shifts[0], Math.round(raman!.shifts.at(-1)!)]).toEqual([281, 400, 1800]);
    const top = raman!.counts[0]!.indexOf(Math.max(...raman!.counts[0]!));
    expect(Math.abs(raman!.shifts[top]! - 1640)).toBeLessThan(30);
  });

  it('reads glucose, lactate and cells within their noise, a minute after each spectrum', () => {
    for (const [id, of, limit] of [
      ['raman.glucose', 'G', 1],
      ['raman.lactate', 'L', 1.2],
      ['raman.cells', 'Xv', 7e7],
    ] as const) {
      const [shown, truth] = [column(plain, id), column(plain, of)];
      const off = shown.slice(1).map((value, i) => value - truth[i + 1]!);
      expect(shown[0]).toBeNaN();
      const spread = Math.sqrt(mean(off.map((value) => value * value)));
      expect([id, spread < limit && spread > 0.3 * limit]).toEqual([id, true]);
      expect([id, Math.abs(mean(off)) < 0.5 * limit]).toEqual([id, true]);
    }
    expect(mean(column(plain, 'raman.residual').slice(1))).toBeCloseTo(1, 1);
  });
});
