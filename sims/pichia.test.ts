import { REACHED } from '@fedbatch/numerics';
import type { Plant } from '@fedbatch/plant';
import { auditRun } from '@fedbatch/runtime';
import { parseQuantity } from '@fedbatch/vocabulary';
import { describe, expect, it } from 'vitest';
import { plantOf, read } from './plant-of.ts';

const organism = 'Zhang2000-pichia';
const at = (M: number, G = 0): Plant =>
  plantOf({ organism, charge: { volume: '1 L', X: '1 g/L', M: `${M} g/L`, G: `${G} g/L` }, parameters: saturated });
const saturated = { 'organism.O2': '1000 g/L' };
const dryPerWet = 0.25;

describe('Pichia pastoris of Zhang et al. 2000 on methanol', () => {
  it('grows fastest at 3.65 g/L, at 0.08 1/h', () => {
    const growth = (M: number) => read(at(M), 'organism.mu');
    expect(growth(3.65)).toBeCloseTo(0.08, 3);
    expect(growth(3.65)).toBeGreaterThan(growth(3.4));
    expect(growth(3.65)).toBeGreaterThan(growth(3.9));
  });

  it('consumes as measured: 0.84 mu + 0.0071 for wet cells, within 3 % of the published 0.0682 at 0.0709 1/h', () => {
    const plant = at(1.738);
    const mu = read(plant, 'organism.mu');
    expect(mu).toBeCloseTo(0.0709, 3);
    const wet = read(plant, 'organism.qM') * dryPerWet;
    expect(Math.abs(wet / (0.84 * mu + 0.0071) - 1)).toBeLessThan(0.006);
    expect(Math.abs(wet / 0.0682 - 1)).toBeLessThan(0.03);
  });

  it('leaves methanol alone while there is glycerol', () => {
    const plant = at(4, 20);
    expect(read(plant, 'organism.qM')).toBeLessThan(0.01 * read(at(4), 'organism.qM'));
    expect(read(plant, 'organism.mu')).toBeCloseTo(0.23, 2);
  });
});

describe('a fed-batch of it in a whole vessel', () => {
  it('closes everything over a batch on glycerol and a methanol feed, and takes more oxygen for its carbon on methanol', () => {
    const plant = plantOf({
      organism,
      vessel: 'glass-15L',
      components: { loops: 'base-loops', vapour: 'methanol-vapour' },
      charge: { volume: '6 L', X: '1 g/L', G: '20 g/L', temperature: '30 degC', pH: '5' },
      feed: { M: '780 g/L' },
      parameters: {
        'loops.temperatureSet': '30 degC',
        'loops.pHset': '5',
        'vessel.mediumNH4': '4 g/L',
        'vessel.mediumCl': '12 g/L',
        'vessel.airFlow': '12 L/min',
        'vessel.stirrer': '900 rpm',
      },
      method: 'auto',
      tolerance: 1e-9,
    });
    const first = plant.state.slice();
    expect(plant.integrate(10)).toBe(REACHED);
    const onGlycerol = read(plant, 'RQ');
    expect(plant.integrate(14)).toBe(REACHED);
    expect(read(plant, 'G')).toBeLessThan(0.01);
    plant.demand(plant.instance.slotOf('vessel.feedRate'), parseQuantity('0.03 L/h').base);
    expect(plant.integrate(30)).toBe(REACHED);
    expect(read(plant, 'M')).toBeGreaterThan(0.1);
    expect(read(plant, 'RQ')).toBeLessThan(onGlycerol - 0.05);
    for (const { balance, relative } of auditRun(plant.instance.model, first, plant.state).balances)
      expect([balance, relative < 1e-9]).toEqual([balance, true]);
  });
});
