import { EVENT, REACHED } from '@fedbatch/numerics';
import type { Plant } from '@fedbatch/plant';
import { auditRun } from '@fedbatch/runtime';
import { parseQuantity } from '@fedbatch/vocabulary';
import { describe, expect, it } from 'vitest';
import { type PlantRequest, plantOf, read } from './plant-of.ts';

const charge = { volume: '6 L', X: '2 g/L', S: '15 g/L', A: '0 g/L', temperature: '37 degC', pH: '7' };

function vessel(request: Partial<PlantRequest>): { plant: Plant; first: Float64Array } {
  const plant = plantOf({
    organism: 'Anane2017-ecoli-closed',
    vessel: 'glass-15L',
    components: { loops: 'base-loops' },
    charge,
    parameters: { 'vessel.airFlow': '12 L/min', 'vessel.stirrer': '900 rpm' },
    method: 'auto',
    tolerance: 1e-9,
    ...request,
  });
  return { plant, first: plant.state.slice() };
}

function closes({ plant, first }: { plant: Plant; first: Float64Array }): void {
  for (const { balance, relative } of auditRun(plant.instance.model, first, plant.state).balances)
    expect([balance, relative < 1e-9]).toEqual([balance, true]);
}

describe('E. coli that is induced', () => {
  const run = (inducer: string) => {
    const culture = vessel({ organism: 'Anane2017-ecoli-product' });
    culture.plant.integrate(1);
    culture.plant.demand(culture.plant.instance.slotOf('organism.inducer'), parseQuantity(inducer).base);
    expect(culture.plant.integrate(4)).toBe(REACHED);
    return culture;
  };

  it('makes protein, and takes up and grows less for it', () => {
    const [induced, not] = [run('1'), run('0')];
    expect(read(not.plant, 'P')).toBeCloseTo(0, 12);
    expect(read(induced.plant, 'P')).toBeGreaterThan(0.05);
    expect(read(induced.plant, 'X')).toBeLessThan(0.9 * read(not.plant, 'X'));
    expect(read(induced.plant, 'organism.expression')).toBeCloseTo(1 - Math.exp(-3 / 0.5), 6);
    closes(induced);
  });
});

describe('E. coli that is contaminated', () => {
  it('loses its sugar to what got in, and the balances still close', () => {
    const culture = vessel({ organism: 'Anane2017-ecoli-contaminated' });
    const ingress = culture.plant.instance.slotOf('organism.ingress');
    culture.plant.integrate(1);
    expect(read(culture.plant, 'Z')).toBe(0);
    culture.plant.demand(ingress, 0.06);
    culture.plant.integrate(1.1);
    culture.plant.demand(ingress, 0);
    expect(read(culture.plant, 'Z') * 6).toBeCloseTo(0.006, 3);
    culture.plant.integrate(6);
    const clean = vessel({}).plant;
    clean.integrate(6);
    expect(read(culture.plant, 'X')).toBeLessThan(read(clean, 'X'));
    expect(read(culture.plant, 'LA')).toBeGreaterThan(0.05);
    closes(culture);
  });
});

describe('a large tank with a zone round its feed', () => {
  const request = (name: string): Partial<PlantRequest> => ({
    vessel: name,
    charge: { ...charge, volume: '50000 L', X: '10 g/L', S: '0.05 g/L' },
    feed: { S: '500 g/L', temperature: '20 degC' },
    parameters: { 'loops.coilGain': '2 1/h/K', 'vessel.feedRate': '400 L/h' },
  });
  const run = (name: string) => {
    const culture = vessel(request(name));
    for (let events = 0; culture.plant.timeH < 3 && events < 5; events++)
      expect(culture.plant.integrate(3)).toBeLessThanOrEqual(EVENT);
    expect(culture.plant.timeH).toBe(3);
    return culture;
  };

  it('has more sugar and less oxygen in the zone than the mixed tank', () => {
    const [zoned, mixed] = [run('production-100m3-zones'), run('production-100m3')];
    expect(read(zoned.plant, 'zone.S')).toBeGreaterThan(3 * read(zoned.plant, 'S'));
    expect(read(zoned.plant, 'vessel.zoneDO')).toBeLessThan(0.5 * read(zoned.plant, 'vessel.DO'));
    expect(read(zoned.plant, 'zone.S')).toBeGreaterThan(3 * read(mixed.plant, 'S'));
    closes(zoned);
  });
});
