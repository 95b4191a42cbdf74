import { EVENT, REACHED } from '@fedbatch/numerics';
import type { Plant } from '@fedbatch/plant';
import { describe, expect, it } from 'vitest';
import { plantOf, read, referenceTable } from './plant-of.ts';

const methods = ['tsit5', 'rodas5p', 'auto', 'odex'] as const;

function relative(found: number, wanted: number): number {
  return Math.abs(found / wanted - 1);
}

/** Advances to the next watched condition and gives its time. */
function nextEvent(plant: Plant): number {
  expect(plant.integrate(100)).toBe(EVENT);
  return plant.timeH;
}

function settle(plant: Plant, hours: number): void {
  expect(plant.integrate(hours)).toBe(REACHED);
}

/** Times at which S passes 5, 1, 0.1, 0.01 and 0.001 g/L: closed form of the Monod batch, t(S) with X = X0 + Y (S0 - S). */
const batches: { name: string; organism: string; parameters: Record<string, string>; times: number[] }[] = [
  {
    name: 'TEST2',
    organism: 'TestStrain-product',
    parameters: { 'organism.qSmax': '1 g/g/h' },
    times: [1.6433472524, 2.407041994, 2.5747713104, 2.6206654795, 2.6548549592],
  },
  {
    name: 'br13',
    organism: 'TestStrain-product',
    parameters: {},
    times: [3.2866945048, 4.8140839879, 5.1495426208, 5.241330959, 5.3097099183],
  },
];
const levels = ['5', '1', '0.1', '0.01', '0.001'];

describe.each(methods)('with %s', (method) => {
  it.each(batches)(
    'the $name batch passes each level at the time of the closed form',
    ({ organism, parameters, times }) => {
      const watches = Object.fromEntries(levels.map((level) => [`at${level.replace('.', '_')}`, `S < ${level} g/L`]));
      const plant = plantOf({
        organism,
        method,
        parameters,
        watches,
        charge: { volume: '1 L', X: '2 g/L', S: '10 g/L' },
        tolerance: 1e-12,
      });
      for (const time of times) expect(relative(nextEvent(plant), time)).toBeLessThan(1e-8);
    },
  );

  it('an exponentially fed Monod culture stays on its exact trajectory to 1e-8', () => {
    const table = referenceTable('expfed_monod_exact.csv');
    const start = 0.2 / 3;
    const plant = plantOf({
      organism: 'Monod1949-kernel',
      components: { feed: 'exponential-feed' },
      method,
      charge: { volume: '1 L', X: '10 g/L', S: `${start * (1 + 1e-12)} g/L` },
      streams: { program: { S: '300 g/L' } },
      // The law starts at once: its limit is the steady substrate, and the yield makes F0 = mu X V / (Y (Sf - S)).
      parameters: {
        'feed.mu': '0.2 1/h',
        'feed.Y': '0.5 g/g',
        'feed.Sf': `${300 - start} g/L`,
        'feed.limit': `${start * (1 + 5e-13)} g/L`,
      },
      // odex comes to a stand where its tolerance is near rounding.
      tolerance: method === 'odex' ? 1e-11 : 1e-12,
    });
    table.get('t_h')!.forEach((time, i) => {
      while (plant.timeH < time) {
        const outcome = plant.integrate(time);
        expect([REACHED, EVENT]).toContain(outcome);
        if (outcome === EVENT) for (const event of plant.firedEvents()) plant.happen(event);
      }
      for (const name of ['X', 'S', 'V']) expect(relative(read(plant, name), table.get(name)![i]!)).toBeLessThan(1e-8);
    });
    expect(relative(read(plant, 'V'), 1.426031747)).toBeLessThan(1e-8);
    expect(relative(read(plant, 'X'), 51.81550912)).toBeLessThan(1e-8);
  });

  it('a feed that is held over each scan doses the exact volume and keeps biomass to 1e-8', () => {
    const growth = 0.2 / 600;
    const plant = plantOf({
      organism: 'Monod1949-kernel',
      method,
      charge: { volume: '1 L', X: '10 g/L', S: `${0.2 / 3} g/L` },
      feed: { S: '300 g/L' },
      tolerance: 1e-11,
    });
    const start = (0.2 * 10) / (0.5 * (300 - 0.2 / 3));
    const slot = plant.instance.slotOf('vessel.feedRate');
    for (let k = 0; k < 6000; k++) {
      plant.demand(slot, (start * Math.exp(k * growth) * Math.expm1(growth)) / growth);
      settle(plant, (k + 1) / 600);
    }
    expect(relative(read(plant, 'V'), 1.426031747)).toBeLessThan(1e-8);
    expect(relative(read(plant, 'X'), 51.81550912)).toBeLessThan(1e-8);
  });
});

describe('the batch of br13', () => {
  it('has made the biomass and product of the reference when S passes 1 g/L', () => {
    const plant = plantOf({
      organism: 'TestStrain-product',
      watches: { one: 'S < 1 g/L' },
      charge: { volume: '1 L', X: '2 g/L', S: '10 g/L' },
      tolerance: 1e-12,
    });
    nextEvent(plant);
    expect(read(plant, 'X')).toBeCloseTo(6.5, 8);
    expect(read(plant, 'P')).toBeCloseTo(0.91381551, 8);
  });

  it.each([
    ['monod_batch_test2.csv', { 'organism.qSmax': '1 g/g/h' }],
    ['monod_batch_br13.csv', {}],
  ])('follows %s', (file, parameters) => {
    const table = referenceTable(file);
    const plant = plantOf({
      organism: 'TestStrain-product',
      parameters,
      charge: { volume: '1 L', X: '2 g/L', S: '10 g/L' },
      tolerance: 1e-11,
    });
    table.get('t_h')!.forEach((time, i) => {
      settle(plant, time);
      expect(Math.abs(read(plant, 'X') - table.get('X_gL')![i]!)).toBeLessThan(1e-8);
      expect(Math.abs(read(plant, 'S') - table.get('S_gL')![i]!)).toBeLessThan(1e-8);
    });
  });
});

/** A chemostat that has run long enough to be at rest. */
function chemostat(request: {
  organism: string;
  dilution: number;
  feed: string;
  charge: Record<string, string>;
  parameters?: Record<string, string>;
}): Plant {
  const flow = `${request.dilution} L/h`;
  const plant = plantOf({
    organism: request.organism,
    charge: { volume: '1 L', ...request.charge },
    feed: { S: request.feed },
    parameters: { ...request.parameters, 'vessel.feedRate': flow, 'vessel.harvestRate': flow },
    tolerance: 1e-12,
  });
  settle(plant, 20_000);
  return plant;
}

describe('the Monod chemostat', () => {
  it.each([
    [0.1, 0, 0.025, 4.9875],
    [0.3, 0, 0.15, 4.925],
    [0.45, 0, 0.9, 4.55],
    [0.49, 0, 4.9, 2.55],
    [0.3, 0.01, 0.163157894737, 4.759762308998],
  ])('settles at D = %d 1/h and kd = %d 1/h where the closed form says', (dilution, kd, S, X) => {
    const plant = chemostat({
      organism: 'Monod1949-kernel',
      dilution,
      feed: '10 g/L',
      charge: { X: '1 g/L', S: '5 g/L' },
      parameters: { 'organism.kd': `${kd} 1/h` },
    });
    expect(relative(read(plant, 'S'), S)).toBeLessThan(1e-8);
    expect(relative(read(plant, 'X'), X)).toBeLessThan(1e-8);
  });

  it('washes out above D = mumax Sf / (Ks + Sf) = 0.49504950 1/h and holds just below it', () => {
    const at = (dilution: number): number =>
      read(
        chemostat({ organism: 'Monod1949-kernel', dilution, feed: '10 g/L', charge: { X: '1 g/L', S: '5 g/L' } }),
        'X',
      );
    expect(at(0.4945)).toBeGreaterThan(0.1);
    expect(at(0.4956)).toBeLessThan(1e-3);
  });

  it('washes out at D = 0.49 1/h when cells die at 0.01 1/h', () => {
    const plant = chemostat({
      organism: 'Monod1949-kernel',
      dilution: 0.49,
      feed: '10 g/L',
      charge: { X: '1 g/L', S: '5 g/L' },
      parameters: { 'organism.kd': '0.01 1/h' },
    });
    expect(read(plant, 'X')).toBeLessThan(1e-6);
  });
});

describe('the Haldane chemostat', () => {
  it.each([
    [0.25, 1.12701665],
    [0.3, 2.27924078],
    [0.15, 0.43674631],
  ])('settles at D = %d 1/h on its stable root', (dilution, S) => {
    const plant = chemostat({
      organism: 'Andrews1968-haldane',
      dilution,
      feed: '20 g/L',
      charge: { X: '8 g/L', S: '0.5 g/L' },
    });
    // The reference prints eight digits.
    expect(relative(read(plant, 'S'), S)).toBeLessThan(2e-8);
  });

  it('is bistable: at D = 0.25 1/h it washes out from beyond its unstable root at S = 8.87 g/L', () => {
    const plant = chemostat({
      organism: 'Andrews1968-haldane',
      dilution: 0.25,
      feed: '20 g/L',
      charge: { X: '0.5 g/L', S: '19 g/L' },
    });
    expect(relative(read(plant, 'S'), 20)).toBeLessThan(1e-6);
  });

  it('is not bistable at D = 0.15 1/h: the same start finds the one steady state', () => {
    const plant = chemostat({
      organism: 'Andrews1968-haldane',
      dilution: 0.15,
      feed: '20 g/L',
      charge: { X: '0.5 g/L', S: '19 g/L' },
    });
    expect(relative(read(plant, 'S'), 0.43674631)).toBeLessThan(1e-7);
  });
});
