import { REACHED } from '@fedbatch/numerics';
import type { Plant } from '@fedbatch/plant';
import { parseQuantity } from '@fedbatch/vocabulary';
import { describe, expect, it } from 'vitest';
import { plantOf, read, referenceTable } from './plant-of.ts';

/** Case A: Fig. 5 of the paper, experiment 4. */
function caseA(): Plant {
  return plantOf({
    organism: 'Amribt2013-cho',
    charge: {
      volume: '0.3 L',
      Xv: '0.172e9 cells/L',
      Xd: '0.02e9 cells/L',
      G: '17.83 mmol/L',
      Gn: '3.74 mmol/L',
      L: '0.12 mmol/L',
      N: '0.24 mmol/L',
    },
    feed: { G: '15 mmol/L', Gn: '9.3 mmol/L' },
    tolerance: 1e-10,
  });
}

const feedAt = 63.5;

function go(plant: Plant, timeH: number): void {
  if (plant.timeH < feedAt) expect(plant.integrate(Math.min(timeH, feedAt))).toBe(REACHED);
  if (plant.timeH >= feedAt)
    plant.demand(plant.instance.slotOf('vessel.feedRate'), parseQuantity(`${0.1 / 24} L/h`).base);
  expect(plant.integrate(timeH)).toBe(REACHED);
}

describe('Amribt 2013, case A', () => {
  it('follows the reference in every column and row to 1e-6', () => {
    const table = referenceTable('bpl_cho_fedbatch_fig5_amribt_exp4.csv');
    const plant = caseA();
    const worst = new Map<string, number>();
    table.get('time_h')!.forEach((time, i) => {
      go(plant, time);
      for (const [column, name, scale] of [
        ['V_L', 'V', 1],
        ['Xv_1e6_per_mL', 'Xv', 1e-9],
        ['Xd_1e6_per_mL', 'Xd', 1e-9],
        ['glucose_mM', 'G', 1],
        ['glutamine_mM', 'Gn', 1],
        ['lactate_mM', 'L', 1],
        ['ammonia_mM', 'N', 1],
        ['product', 'P', 1000],
      ] as const) {
        const wanted = table.get(column)![i]!;
        const off = Math.abs(read(plant, name) * scale - wanted) / (1e-3 + Math.abs(wanted));
        worst.set(column, Math.max(worst.get(column) ?? 0, off));
      }
    });
    for (const [column, off] of worst) expect([column, off < 1e-6]).toEqual([column, true]);
  });

  it('grows at most at 0.0333684 1/h', () => {
    expect(read(caseA(), 'organism.mu')).toBeCloseTo(0.6722 * 0.0384 + 0.3466 * 0.0218, 10);
  });

  it('keeps its cells in a perfusion that bleeds', () => {
    const plant = plantOf({
      organism: 'Amribt2013-cho',
      vessel: 'cell-culture-5L',
      charge: { volume: '4 L', Xv: '0.5e9 cells/L', G: '20 mmol/L', Gn: '4 mmol/L', temperature: '37 degC', pH: '7.1' },
      feed: { G: '25 mmol/L', Gn: '5 mmol/L', temperature: '37 degC' },
      parameters: { 'vessel.dipVolume': '4 L', 'vessel.feedRate': '0.2 L/h', 'vessel.permeateRate': '1 L/h' },
      method: 'auto',
      tolerance: 1e-8,
    });
    expect(plant.integrate(300)).toBe(REACHED);
    expect(Math.abs(read(plant, 'V') - 4)).toBeLessThan(0.1);
    expect(read(plant, 'Xv') * 1e-9).toBeGreaterThan(5);
  });
});
