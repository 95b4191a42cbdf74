import { REACHED } from '@fedbatch/numerics';
import type { Plant } from '@fedbatch/plant';
import { auditRun } from '@fedbatch/runtime';
import { describe, expect, it } from 'vitest';
import { plantOf, read } from './plant-of.ts';

const molar = { PO4: 96.986, Cl: 35.45, Na: 22.99 };

/** A sterile vessel with so much phosphate and chloride in mol/L. */
function buffer(
  pH: number,
  phosphate: number,
  chloride = 0,
  temperature = '25 degC',
  vessel = 'glass-15L-davies',
): Plant {
  return plantOf({
    organism: 'Anane2017-ecoli-closed',
    vessel,
    components: { loops: 'base-loops' },
    charge: { volume: '6 L', X: '0 g/L', S: '0 g/L', A: '0 g/L', temperature, pH: `${pH}` },
    parameters: {
      'vessel.mediumNH4': '0 g/L',
      'vessel.mediumPO4': `${phosphate * molar.PO4} g/L`,
      'vessel.mediumCl': `${chloride * molar.Cl} g/L`,
    },
    method: 'auto',
    tolerance: 1e-9,
  });
}

/** The pH at which a buffer holds so many strong cations in mol/L, by halving, to 3e-3. */
function pHAt(cations: number, make: (pH: number) => Plant): number {
  let [low, high] = [6.5, 8];
  for (let i = 0; i < 9; i++) {
    const middle = 0.5 * (low + high);
    if (read(make(middle), 'Na') / molar.Na < cations) low = middle;
    else high = middle;
  }
  return low;
}

describe('activities after Davies', () => {
  it.each([
    [0.01, 0.902],
    [0.05, 0.821],
    [0.1, 0.782],
    [0.5, 0.733],
  ])('are those of the textbook for one charge: at %f mol/L %f', (strength, gamma) => {
    // Chloride alone at a pH where nothing else has a charge worth counting.
    const plant = buffer(7, 0, strength);
    expect(read(plant, 'vessel.ionicStrength')).toBeCloseTo(strength, 3);
    expect(Math.abs(read(plant, 'vessel.gamma') - gamma)).toBeLessThan(0.002);
  });

  it.each([
    ['25 degC', 0.05, 0.075, 6.865],
    ['37 degC', 0.05, 0.075, 6.841],
    ['25 degC', 0.039125, 0.069555, 7.413],
  ])('give the phosphate standards of NIST at %s their pH, to 0.03', (temperature, phosphate, cations, standard) => {
    // Equimolal buffer and that of 1:3.5; Covington, Bates and Durst 1985, Pure Appl. Chem. 57, 531. Without activities it is 0.3 more.
    const found = pHAt(cations, (pH) => buffer(pH, phosphate, 0, temperature));
    expect(Math.abs(found - standard)).toBeLessThan(0.03);
    const ideal = pHAt(cations, (pH) => buffer(pH, phosphate, 0, temperature, 'glass-15L'));
    expect(ideal - standard).toBeGreaterThan(0.28);
  });

  it('move the second step of carbonic acid from 10.33 to 10.01 at 0.1 mol/L, as the carbonate standard has it', () => {
    const plant = buffer(7, 0, 0.1);
    expect(-Math.log10(read(plant, 'vessel.KC2'))).toBeCloseTo(10.012, 2);
    expect(-Math.log10(read(plant, 'vessel.KN'))).toBeCloseTo(9.245 + 0.107, 2);
  });

  it('are settled after two rounds: a third changes the pH of a strong buffer by less than 0.003', () => {
    const plant = buffer(6.9, 0.15);
    const A = read(plant, 'vessel.A');
    const K = read(plant, 'vessel.TP2');
    const total = 0.15;
    let gamma = 1;
    for (let round = 0; round < 50; round++) {
      const share = K / gamma ** 3 / (10 ** -6.9 + K / gamma ** 3);
      const I = total * (1 + 2 * share);
      gamma = 10 ** (-A * (Math.sqrt(I) / (1 + Math.sqrt(I)) - 0.3 * I));
    }
    expect(3 * Math.abs(Math.log10(gamma / read(plant, 'vessel.gamma')))).toBeLessThan(0.003);
  });

  it('start at the pH of the charge, and keep the balances of a culture whose pH is held', () => {
    // Carbonate at the start is that of the gas, later that of the broth: a difference of the second order.
    for (const pH of [4.5, 7, 8.4]) expect(read(buffer(pH, 0.1, 0.1), 'vessel.pH')).toBeCloseTo(pH, 6);
    const plant = plantOf({
      organism: 'Anane2017-ecoli-closed',
      vessel: 'glass-15L-davies',
      components: { loops: 'base-loops' },
      charge: { volume: '6 L', X: '2 g/L', S: '15 g/L', A: '0 g/L', temperature: '37 degC', pH: '7' },
      method: 'auto',
      tolerance: 1e-9,
    });
    const first = plant.state.slice();
    expect(plant.integrate(5)).toBe(REACHED);
    expect(Math.abs(read(plant, 'vessel.pH') - 7)).toBeLessThan(0.1);
    for (const { balance, relative } of auditRun(plant.instance.model, first, plant.state).balances)
      expect([balance, relative < 1e-9]).toEqual([balance, true]);
  });
});
