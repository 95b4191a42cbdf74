import { REACHED } from '@fedbatch/numerics';
import type { Plant } from '@fedbatch/plant';
import { auditRun } from '@fedbatch/runtime';
import { describe, expect, it } from 'vitest';
import { plantOf, read, referenceTable } from './plant-of.ts';

const organism = 'SonnleitnerKaeppeli1986-yeast';

describe('the yeast of Sonnleitner and Kaeppeli, liquid phase with the dissolved oxygen of the reference', () => {
  const table = referenceTable('bpl_yeast_air_fedbatch_nominal.csv');
  const column = (name: string): number[] => table.get(name)!;
  const plant = plantOf({
    organism,
    charge: { volume: '4.5 L', X: '2 g/L', G: '30 g/L' },
    parameters: { 'organism.O2': '0.0015 g/L' },
    tolerance: 1e-10,
  });
  const oxygen = column('bioreactor.c[4]');
  const slot = plant.instance.slotOf('organism.O2');
  const worst = { X: 0, G: 0 };
  column('time_h').forEach((time, i) => {
    if (i === 0 || time > 5) return;
    plant.demand(slot, 0.5 * (oxygen[i - 1]! + oxygen[i]!));
    plant.integrate(time);
    const off = (name: string, of: string): number => Math.abs(read(plant, name) / column(of)[i]! - 1);
    worst.X = Math.max(worst.X, off('X', 'bioreactor.c[1]'));
    if (column('bioreactor.c[2]')[i]! > 0.05) worst.G = Math.max(worst.G, off('G', 'bioreactor.c[2]'));
  });

  it('keeps biomass within 0.006 % and glucose within 0.03 % for 5 h', () => {
    expect(plant.timeH).toBeCloseTo(5, 9);
    expect(worst.X).toBeLessThan(6e-5);
    expect(worst.G).toBeLessThan(3e-4);
  });
});

describe('its respiratory capacity', () => {
  it('is full at D = 86.1 qO2max / 2.3 = 0.2583 1/h and 0.317647 g/L of glucose', () => {
    const at = (G: string) =>
      plantOf({ organism, charge: { volume: '1 L', X: '1 g/L', G }, parameters: { 'organism.O2': '1000 g/L' } });
    const critical = at('0.317647 g/L');
    expect(read(critical, 'organism.mu')).toBeCloseTo(0.2583, 5);
    expect(read(at('0.3 g/L'), 'organism.qGf')).toBe(0);
    expect(read(at('0.34 g/L'), 'organism.qGf')).toBeGreaterThan(0);
  });
});

const culture = (components: Readonly<Record<string, string>>): Plant =>
  plantOf({
    organism: `${organism}-closed`,
    vessel: 'glass-15L',
    components,
    charge: { volume: '6 L', X: '2 g/L', G: '30 g/L', temperature: '30 degC', pH: '5' },
    parameters: {
      'loops.temperatureSet': '30 degC',
      'loops.pHset': '5',
      'vessel.mediumNH4': '4 g/L',
      'vessel.mediumCl': '12 g/L',
      'vessel.airFlow': '10 L/min',
      'vessel.stirrer': '900 rpm',
    },
    method: 'auto',
    tolerance: 1e-9,
  });

function closes(plant: Plant, first: Float64Array): void {
  for (const { balance, relative } of auditRun(plant.instance.model, first, plant.state).balances)
    expect([balance, relative < 1e-9]).toEqual([balance, true]);
}

describe('the closed variant', () => {
  const batch = (name: string) => {
    const plant = plantOf({ organism: name, charge: { volume: '4.5 L', X: '2 g/L', G: '30 g/L' }, tolerance: 1e-10 });
    const first = plant.state.slice();
    expect(plant.integrate(9)).toBe(REACHED);
    return { plant, first };
  };

  it('grows as the published one within 2 %', () => {
    const published = read(batch(organism).plant, 'X');
    expect(Math.abs(read(batch(`${organism}-closed`).plant, 'X') / published - 1)).toBeLessThan(0.02);
  });

  it('closes everything in a whole vessel, with ethanol and a respiratory quotient above 1', () => {
    const plant = culture({ loops: 'base-loops' });
    const first = plant.state.slice();
    expect(plant.integrate(2)).toBe(REACHED);
    expect(read(plant, 'RQ')).toBeGreaterThan(2);
    expect(read(plant, 'E')).toBeGreaterThan(5);
    expect(plant.integrate(12)).toBe(REACHED);
    expect(read(plant, 'E')).toBeLessThan(0.1);
    closes(plant, first);
  });

  it('loses ethanol to the gas as its vapour pressure says, and the balances close with it', () => {
    const plant = culture({ loops: 'base-loops', vapour: 'ethanol-vapour' });
    const first = plant.state.slice();
    let carried = 0;
    for (let step = 1; step <= 200; step++) {
      const before = read(plant, 'vapour.loss');
      expect(plant.integrate(0.01 * step)).toBe(REACHED);
      carried += 0.005 * (before + read(plant, 'vapour.loss'));
    }
    // Dry gas of 10 L/min at standard conditions that leaves in equilibrium: Henry 1.9 mol/m3/Pa at 25 degC, 6400 K (Sander 2015).
    const henry = 1.9 * Math.exp(6400 * (1 / 303.15 - 1 / 298.15));
    const pressure = ((read(plant, 'E') / 46.068) * 1000) / henry;
    expect(read(plant, 'vapour.offgas')).toBeCloseTo(
      (pressure / (read(plant, 'vessel.pressure') * 1e5 - 4240)) * 100,
      2,
    );
    expect(read(plant, 'vapour.returned')).toBeGreaterThan(0.2);
    expect(read(plant, 'vapour.returned')).toBeLessThan(0.4);
    expect(carried).toBeGreaterThan(0.3);
    expect(carried).toBeLessThan(3);
    expect(plant.integrate(12)).toBe(REACHED);
    closes(plant, first);
  });
});
