import { REACHED } from '@fedbatch/numerics';
import type { Plant } from '@fedbatch/plant';
import { describe, expect, it } from 'vitest';
import { plantOf, read } from './plant-of.ts';

const mumax = 0.5;
const Ks = 0.1;
const Y = 0.5;

/** A chemostat at D = 0.3 1/h and 10 g/L that has come to rest. */
function atRest(organism: string, D: number): Plant {
  const plant = plantOf({
    organism,
    charge: { volume: '1 L', X: '1 g/L', S: '5 g/L' },
    feed: { S: '10 g/L' },
    parameters: { 'vessel.feedRate': `${D} L/h`, 'vessel.harvestRate': `${D} L/h` },
    tolerance: 1e-12,
  });
  expect(plant.integrate(3000)).toBe(REACHED);
  return plant;
}

function near(found: number, wanted: number): void {
  expect(Math.abs(found / wanted - 1)).toBeLessThan(1e-8);
}

describe.each([0.1, 0.3, 0.4])('a chemostat at D = %d 1/h rests where the closed form says, with', (D) => {
  it.each([
    ['Contois1959-kernel', (D * 0.05 * Y * 10) / (mumax - D + D * 0.05 * Y)],
    ['Moser1958-kernel', Ks * Math.sqrt(D / (mumax - D))],
    ['Tessier1942-kernel', -Ks * Math.log(1 - D / mumax)],
    ['Blackman1905-kernel', (2 * Ks * D) / mumax],
  ])('%s', (organism, S) => {
    const plant = atRest(organism, D);
    near(read(plant, 'S'), S);
    near(read(plant, 'X'), Y * (10 - S));
  });

  it('Pirt1965-maintenance', () => {
    const plant = atRest('Pirt1965-maintenance', D);
    const S = (Ks * D) / (mumax - D);
    near(read(plant, 'S'), S);
    near(read(plant, 'X'), (10 - S) / (1 / Y + (0.03 * S) / (Ks + S) / D));
  });

  it('Herbert1956-decay', () => {
    const plant = atRest('Herbert1956-decay', D);
    const S = (Ks * (D + 0.02)) / (mumax - D - 0.02);
    near(read(plant, 'S'), S);
    near(read(plant, 'X'), (Y * D * (10 - S)) / (D + 0.02));
  });

  it('LuedekingPiret1959-product', () => {
    const plant = atRest('LuedekingPiret1959-product', D);
    const S = (Ks * D) / (mumax - D);
    const qP = 2.2 * D + (0.55 * S) / (Ks + S);
    near(read(plant, 'S'), S);
    near(read(plant, 'X'), (D * (10 - S)) / (D / Y + qP));
    near(read(plant, 'P'), (qP / D) * read(plant, 'X'));
  });
});

describe('a batch of Blackman1905-kernel', () => {
  it('grows at its highest rate to twice the affinity constant, and runs out exponentially after it', () => {
    const plant = plantOf({
      organism: 'Blackman1905-kernel',
      charge: { volume: '1 L', X: '1 g/L', S: '5 g/L' },
      watches: { kink: 'S < 0.2 g/L' },
      tolerance: 1e-11,
    });
    plant.integrate(100);
    near(plant.timeH, Math.log(1 + Y * (5 - 2 * Ks)) / mumax);
    // Then dS/dt = -mumax S X / (2 Ks Y) with X = Xm - Y S: logistic.
    const start = plant.timeH;
    const full = 1 + Y * 5;
    const rate = (mumax * full) / (2 * Ks * Y);
    const S0 = 2 * Ks;
    plant.integrate(start + 0.2);
    const decayed = S0 * Math.exp(-rate * 0.2);
    near(read(plant, 'S'), (decayed * full) / (full - Y * S0 + Y * decayed));
  });
});
