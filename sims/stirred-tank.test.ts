import { EVENT, type Method, REACHED } from '@fedbatch/numerics';
import type { Plant } from '@fedbatch/plant';
import { auditRun } from '@fedbatch/runtime';
import { parseQuantity } from '@fedbatch/vocabulary';
import { describe, expect, it } from 'vitest';
import { type PlantRequest, plantOf, read } from './plant-of.ts';

const gasConstant = 8.31446261815324;
const sterile = { volume: '6 L', X: '0 g/L', S: '0 g/L', A: '0 g/L', temperature: '37 degC', pH: '7' };

function vessel(request: Partial<PlantRequest> = {}): Plant {
  return plantOf({
    organism: 'Anane2017-ecoli-closed',
    vessel: 'glass-15L',
    components: { loops: 'base-loops' },
    charge: sterile,
    method: 'auto',
    tolerance: 1e-9,
    ...request,
  });
}

function set(plant: Plant, input: string, quantity: string): void {
  plant.demand(plant.instance.slotOf(`vessel.${input}`), parseQuantity(quantity).base);
}

function go(plant: Plant, toH: number): void {
  expect(plant.integrate(toH)).toBe(REACHED);
}

/** Saturated vapour pressure of water in Pa, by a formula other than the model's (Buck 1981, J. Appl. Meteorol. 20, 1527, with his constants of 1996). */
function vapourPressure(celsius: number): number {
  return 611.21 * Math.exp((18.678 - celsius / 234.5) * (celsius / (257.14 + celsius)));
}

describe.each(['auto', 'tsit5', 'rodas5p', 'odex'] as const)(
  'a fed-batch of 20 h in a whole vessel, with %s',
  (method: Method) => {
    const plant = vessel({
      method,
      tolerance: 1e-6,
      charge: { ...sterile, X: '0.5 g/L', S: '10 g/L' },
      feed: { S: '500 g/L', temperature: '15 degC' },
      // Slower vapour lets the explicit methods step.
      parameters: { 'vessel.wetting': '200 1/h', 'vessel.airFlow': '10 L/min', 'vessel.stirrer': '600 rpm' },
    });
    const first = plant.state.slice();
    const extremes = { lowRQ: Number.POSITIVE_INFINITY, highRQ: 0, lowest: 0, shortOfOxygen: 0 };
    for (let hour = 1; hour <= 20; hour++) {
      set(plant, 'feedRate', hour > 8 ? '0.06 L/h' : '0 L/h');
      plant.integrate(hour);
      const quotient = read(plant, 'RQ');
      extremes.lowRQ = Math.min(extremes.lowRQ, quotient);
      extremes.highRQ = Math.max(extremes.highRQ, quotient);
      const amounts = plant.instance.model.states.map(({ nonNegative }, i) => (nonNegative ? plant.state[i]! : 0));
      extremes.lowest = Math.min(extremes.lowest, ...amounts);
    }
    const audit = auditRun(plant.instance.model, first, plant.state);

    it('comes to its end with a culture that has grown', () => {
      expect(plant.timeH).toBe(20);
      expect(read(plant, 'X')).toBeGreaterThan(20);
      expect(Math.abs(read(plant, 'vessel.temperature') - 37)).toBeLessThan(0.1);
      expect(Math.abs(read(plant, 'vessel.pH') - 7)).toBeLessThan(0.1);
    });

    it('closes every element, charge, electrons, mass and energy to 1e-8', () => {
      expect(audit.balances.map(({ balance }) => balance)).toEqual(
        expect.arrayContaining(['carbon', 'hydrogen', 'oxygen', 'nitrogen', 'charge', 'energy', 'mass']),
      );
      for (const { balance, relative } of audit.balances) expect([balance, relative < 1e-8]).toEqual([balance, true]);
    });

    it('holds RQ between those of its reactions, clips no state and takes no oxygen that the gas did not bring', () => {
      // Maintenance 1.000, reuptake of acetate 1.040.
      expect(extremes.lowRQ).toBeGreaterThan(0.999);
      expect(extremes.highRQ).toBeLessThan(1.041);
      expect(extremes.lowest).toBeGreaterThanOrEqual(0);
      expect(plant.work.lifts).toBe(0);
      const oxygen = audit.balances.find(({ balance }) => balance === 'oxygen')!;
      expect(oxygen.out).toBeLessThan(oxygen.in + oxygen.start);
    });
  },
);

describe('oxygen transfer', () => {
  /** kLa without the surface's share at a speed and an air flow, with power and velocity as the vessel has them. */
  function at(parameters: Record<string, string>): { kLa: number; power: number; velocity: number } {
    const plant = vessel({ parameters });
    go(plant, 0.5);
    return {
      kLa: read(plant, 'vessel.kLa') - 2,
      power: read(plant, 'vessel.shaftPower') / (read(plant, 'V') / 1000),
      velocity: read(plant, 'vessel.gasVelocity'),
    };
  }

  it.each([
    ['media with salts', '0', 0.002, 0.7, 0.2],
    ['pure water', '1', 0.026, 0.4, 0.5],
  ])("follows van't Riet in %s, over speed and air flow", (_, coalescing, factor, a, b) => {
    for (const [stirrer, air] of [
      ['300 rpm', '3 L/min'],
      ['600 rpm', '3 L/min'],
      ['600 rpm', '12 L/min'],
      ['1200 rpm', '12 L/min'],
    ]) {
      const { kLa, power, velocity } = at({
        'vessel.stirrer': stirrer!,
        'vessel.airFlow': air!,
        'vessel.coalescing': coalescing,
      });
      expect(kLa / (3600 * factor * power ** a * velocity ** b)).toBeCloseTo(1, 3);
    }
  });

  it('draws less power with gas, and the power of the power number without', () => {
    const still = at({ 'vessel.stirrer': '600 rpm', 'vessel.airFlow': '0 L/min' });
    const gassed = at({ 'vessel.stirrer': '600 rpm', 'vessel.airFlow': '12 L/min' });
    const bare = (2 * 5 * 1000 * 10 ** 3 * 0.08 ** 5) / 0.006;
    expect(still.power / bare).toBeCloseTo(1, 2);
    expect(gassed.power / bare).toBeGreaterThan(0.3);
    expect(gassed.power / bare).toBeLessThan(0.9);
  });

  it('is lowered by antifoam', () => {
    const plant = vessel({ charge: { ...sterile, antifoam: '0.1 g/L' } });
    expect((read(plant, 'vessel.kLa') - 2) / (read(vessel(), 'vessel.kLa') - 2)).toBeCloseTo(0.75, 6);
  });
});

describe('gas and liquid', () => {
  it('loses its oxygen when the air stops under a growing culture', () => {
    const plant = vessel({
      charge: { ...sterile, X: '10 g/L', S: '20 g/L' },
      parameters: { 'vessel.airFlow': '12 L/min', 'vessel.stirrer': '900 rpm' },
    });
    go(plant, 0.2);
    expect(read(plant, 'vessel.DO')).toBeGreaterThan(30);
    set(plant, 'airFlow', '0 L/min');
    go(plant, 1);
    expect(read(plant, 'vessel.DO')).toBeLessThan(1);
  });

  it('washes oxygen out of the gas space with its residence time when nitrogen replaces air', () => {
    const plant = vessel({
      parameters: { 'vessel.stirrer': '0 rpm', 'vessel.surface': '0 1/h', 'vessel.airFlow': '5 L/min' },
    });
    go(plant, 2);
    set(plant, 'airFlow', '0 L/min');
    set(plant, 'nitrogenFlow', '5 L/min');
    const start = read(plant, 'gas.O2');
    const residence = read(plant, 'vessel.gasVolume') / read(plant, 'vessel.exhaust');
    go(plant, 2 + 2 * residence);
    expect(read(plant, 'gas.O2') / start / Math.exp(-2)).toBeCloseTo(1, 2);
  });

  it('doubles the ceiling of dissolved oxygen with the pressure', () => {
    const plant = vessel({ parameters: { 'vessel.airFlow': '10 L/min' } });
    go(plant, 3);
    const [saturation, pressure] = [read(plant, 'vessel.O2sat'), read(plant, 'vessel.pressure') * 1e5];
    // The valve that doubles the pressure: flow times resistance, at the conditions of the vessel.
    set(plant, 'exhaustValve', `${(50 * (pressure - 101325)) / (2 * (2 * pressure - 101325))} %`);
    go(plant, 8);
    const doubled = read(plant, 'vessel.pressure') * 1e5;
    expect(doubled / pressure).toBeCloseTo(2, 1);
    const vapour = vapourPressure(37);
    expect(read(plant, 'vessel.O2sat') / saturation / ((doubled - vapour) / (pressure - vapour))).toBeCloseTo(1, 2);
    expect(read(plant, 'vessel.DO') / 100 / ((doubled - vapour) / (101325 - vapour))).toBeCloseTo(1, 2);
  });

  it('evaporates what saturates the exhaust', () => {
    const plant = vessel({ parameters: { 'vessel.airFlow': '10 L/min', 'vessel.hasCondenser': '0' } });
    go(plant, 2);
    const volume = read(plant, 'V');
    const pressure = read(plant, 'vessel.pressure') * 1e5;
    go(plant, 4);
    const dry = ((10 * 60) / 22.414) * 2;
    const vapour = vapourPressure(37);
    const litres = (dry * (vapour / (pressure - vapour)) * 18.015) / 993.3;
    expect((volume - read(plant, 'V')) / litres).toBeCloseTo(1, 1);
    expect(Math.abs((volume - read(plant, 'V')) / litres - 1)).toBeLessThan(0.03);
  });

  it('loses only what saturates the gas at the temperature of the condenser', () => {
    const plant = vessel({ parameters: { 'vessel.airFlow': '10 L/min', 'vessel.condenser': '8 degC' } });
    go(plant, 2);
    const volume = read(plant, 'V');
    const pressure = read(plant, 'vessel.pressure') * 1e5;
    go(plant, 12);
    const dry = ((10 * 60) / 22.414) * 10;
    const vapour = vapourPressure(8);
    const litres = (dry * (vapour / (pressure - vapour)) * 18.015) / 993.3;
    expect(Math.abs((volume - read(plant, 'V')) / litres - 1)).toBeLessThan(0.03);
  });

  it('gives the same oxygen uptake by the inert balance of the off-gas as by its reactions', () => {
    const plant = vessel({
      charge: { ...sterile, X: '10 g/L', S: '20 g/L' },
      parameters: { 'vessel.airFlow': '12 L/min', 'vessel.stirrer': '900 rpm' },
    });
    go(plant, 0.5);
    expect(read(plant, 'vessel.analyserOUR') / (1000 * read(plant, 'OUR'))).toBeCloseTo(1, 1);
    expect(read(plant, 'vessel.analyserCER') / (1000 * read(plant, 'CER'))).toBeCloseTo(1, 1);
  });
});

describe('pH', () => {
  const noBuffer = { 'vessel.mediumNH4': '0 g/L', 'vessel.mediumPO4': '0 g/L', 'vessel.mediumCl': '3.545 g/L' };

  it('falls by the textbook amount when 5 % CO2 meets 24 mmol/L of bicarbonate', () => {
    // Strong ions 24 mmol/L: sodium 124 against chloride 100 mmol/L.
    const plant = vessel({
      components: {},
      charge: { ...sterile, 'Na+': `${0.124 * 22.99} g/L`, CO2: '1.1 g/L' },
      parameters: {
        ...noBuffer,
        'vessel.airFlow': '0.95 L/min',
        'vessel.CO2Flow': '0.05 L/min',
        'vessel.stirrer': '400 rpm',
      },
    });
    go(plant, 6);
    const kelvin = read(plant, 'vessel.temperature') + 273.15;
    const partial = read(plant, 'gas.CO2') * 1000 * gasConstant * kelvin;
    expect(partial / (read(plant, 'vessel.pressure') * 1e5 - vapourPressure(kelvin - 273.15))).toBeCloseTo(0.0504, 3);
    // Henderson and Hasselbalch with the constants of Plummer and Busenberg 1982 (Geochim. Cosmochim. Acta 46, 1011) instead of the model's.
    const log10K1 =
      -356.3094 - 0.06091964 * kelvin + 21834.37 / kelvin + 126.8339 * Math.log10(kelvin) - 1684915 / kelvin ** 2;
    const log10H =
      108.3865 + 0.01985076 * kelvin - 6919.53 / kelvin - 40.45154 * Math.log10(kelvin) + 669365 / kelvin ** 2;
    const textbook = -log10K1 + Math.log10(0.024 / (10 ** log10H * (partial / 101325)));
    expect(Math.abs(read(plant, 'vessel.pH') - textbook)).toBeLessThan(0.03);
    expect(read(plant, 'vessel.bicarbonate')).toBeCloseTo(24, 0);
  });

  it('starts where the charge says, whatever the medium', () => {
    for (const pH of ['4.5', '6.2', '7', '8.4']) {
      const plant = vessel({ charge: { ...sterile, A: '2 g/L', pH } });
      expect(read(plant, 'vessel.pH')).toBeCloseTo(Number(pH), 8);
    }
  });

  it('moves with base and acid as the buffer says', () => {
    const plant = vessel({
      components: {},
      parameters: { 'vessel.airFlow': '0 L/min', 'vessel.stirrer': '0 rpm', 'vessel.surface': '0 1/h' },
    });
    const before = read(plant, 'vessel.pH');
    set(plant, 'baseRate', '0.006 L/h');
    go(plant, 1);
    set(plant, 'baseRate', '0 L/h');
    const up = read(plant, 'vessel.pH');
    // 30 mmol of ammonia to 6 L with 100 mmol/L of phosphate at its second pKa: about 5 mmol/L over a buffer of 2.3 * 0.1 * 0.25.
    expect(up - before).toBeGreaterThan(0.06);
    expect(up - before).toBeLessThan(0.13);
    set(plant, 'acidRate', '0.015 L/h');
    go(plant, 2);
    // The same 30 mmol as hydrochloric acid: back to the start, but for the dilution and the free ammonia.
    expect(Math.abs(read(plant, 'vessel.pH') - before)).toBeLessThan(0.01);
  });

  it('asks for a mol of base for each mol of ammonium that growth takes', () => {
    const plant = vessel({ charge: { ...sterile, X: '2 g/L', S: '10 g/L' }, parameters: { 'loops.pHband': '0' } });
    const amount = (species: string): number =>
      plant.state[plant.instance.model.states.findIndex(({ id }) => id === `amount.${species}`)]!;
    const ledger = (): number => plant.state[plant.instance.model.states.findIndex(({ id }) => id === 'ledger.in.N')]!;
    const protons = (): number => plant.state[plant.instance.model.states.findIndex(({ id }) => id === 'supplied.H+')]!;
    go(plant, 1);
    const before = { base: amount('NH4+'), protons: protons(), N: ledger() };
    go(plant, 3);
    const made = (protons() - before.protons) / 1.008;
    expect(made).toBeGreaterThan(0.05);
    expect(amount('X')).toBeGreaterThan(20);
  });
});

describe('a base bottle that is empty', () => {
  it('lets pH fall and growth end with the ammonium, and nothing turns negative', () => {
    const plant = vessel({
      components: {},
      charge: { ...sterile, X: '5 g/L', S: '60 g/L' },
      parameters: { 'vessel.airFlow': '14 L/min', 'vessel.stirrer': '1100 rpm' },
    });
    for (let hour = 1; hour <= 20; hour++) go(plant, hour);
    expect(read(plant, 'vessel.pH')).toBeLessThan(6);
    expect(read(plant, 'NH4')).toBeLessThan(0.01);
    expect(read(plant, 'NH4')).toBeGreaterThanOrEqual(0);
    expect(read(plant, 'X')).toBeLessThan(20);
  });
});

describe('heat', () => {
  it('takes about 460 kJ for each mol of oxygen out of a warm culture', () => {
    const plant = vessel({
      charge: { ...sterile, X: '15 g/L', S: '40 g/L' },
      parameters: { 'vessel.airFlow': '14 L/min', 'vessel.stirrer': '1000 rpm' },
    });
    go(plant, 0.5);
    const heat = (name: string): number => read(plant, `vessel.${name}`);
    const net =
      heat('jacketOut') -
      heat('jacketIn') +
      heat('evaporative') +
      heat('roomDuty') -
      heat('shaftPower') -
      heat('entering');
    const stored = (): number => read(plant, 'vessel.heat') + read(plant, 'vessel.jacketHeat');
    const before = stored();
    const uptake = read(plant, 'OUR') * read(plant, 'V');
    go(plant, 0.501);
    const kilojoules = net * 3.6 + (stored() - before) / 0.001;
    expect(Math.abs(kilojoules / uptake - 460)).toBeLessThan(5);
  });

  it('warms by what the stirrer draws when nothing cools', () => {
    const plant = vessel({
      components: {},
      parameters: {
        'vessel.airFlow': '0 L/min',
        'vessel.stirrer': '800 rpm',
        'vessel.jacketTransfer': '20 W/m2/K',
        'vessel.jacketFlow': '0 L/h',
        'vessel.roomLoss': '0 W/K',
      },
    });
    go(plant, 1);
    const power = read(plant, 'vessel.shaftPower') * 3.6;
    const gained = read(plant, 'vessel.heat') + read(plant, 'vessel.jacketHeat') - 4.18 * 37 * 8;
    expect(gained / power).toBeCloseTo(1, 1);
    expect(gained).toBeGreaterThan(0.9 * power);
  });
});

describe('foam', () => {
  it('stands at gas flow times lifetime, falls under antifoam, and leaves when there is no room', () => {
    const plant = vessel({ charge: { ...sterile, X: '20 g/L' }, parameters: { 'vessel.airFlow': '10 L/min' } });
    go(plant, 0.2);
    const foam = read(plant, 'vessel.foamVolume');
    // 5 s of fresh medium and half of 20 s for protein, at 37 degC.
    expect(foam / ((read(plant, 'vessel.spargeFlow') * 15) / 3600)).toBeCloseTo(1, 2);
    set(plant, 'antifoamRate', '0.2 L/h');
    go(plant, 0.3);
    expect(read(plant, 'vessel.foamVolume')).toBeLessThan(0.5 * foam);
    const wild = vessel({
      charge: { ...sterile, X: '20 g/L' },
      parameters: { 'vessel.airFlow': '30 L/min', 'vessel.proteinLife': '200 s' },
    });
    const volume = read(wild, 'V');
    for (let events = 0; wild.timeH < 1 && events < 5; events++) expect(wild.integrate(1)).toBeLessThanOrEqual(EVENT);
    expect(wild.timeH).toBe(1);
    expect(read(wild, 'V')).toBeLessThan(volume - 0.5);
  });
});

describe('every size', () => {
  const sizes: [string, string, string][] = [
    ['mini-250mL', '0.15 L', '0 1/h/K'],
    ['glass-2L', '1.2 L', '0 1/h/K'],
    ['glass-15L', '8 L', '0 1/h/K'],
    ['pilot-300L', '180 L', '0 1/h/K'],
    ['production-10m3', '5000 L', '2 1/h/K'],
    ['production-100m3', '50000 L', '2 1/h/K'],
    ['single-use-200L', '150 L', '0 1/h/K'],
  ];

  it.each(sizes)(
    '%s holds temperature and pH of a growing culture and closes its balances',
    (name, volume, coilGain) => {
      const plant = vessel({
        vessel: name,
        charge: { ...sterile, volume, X: '0.5 g/L', S: '20 g/L' },
        parameters: { 'loops.coilGain': coilGain },
      });
      const first = plant.state.slice();
      go(plant, 6);
      expect(read(plant, 'X')).toBeGreaterThan(1);
      expect(Math.abs(read(plant, 'vessel.temperature') - 37)).toBeLessThan(0.1);
      expect(Math.abs(read(plant, 'vessel.pH') - 7)).toBeLessThan(0.1);
      expect(read(plant, 'vessel.pressure')).toBeGreaterThan(1.01325);
      for (const { balance, relative } of auditRun(plant.instance.model, first, plant.state).balances)
        expect([balance, relative < 1e-9]).toEqual([balance, true]);
    },
  );

  it('mixes more slowly the larger it is', () => {
    const times = ['mini-250mL', 'glass-2L', 'pilot-300L', 'production-10m3', 'production-100m3'].map((name) =>
      read(
        vessel({ vessel: name, charge: { ...sterile, volume: sizes.find(([size]) => size === name)![1] } }),
        'vessel.mixingTime',
      ),
    );
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });
});

describe('every mode of operation', () => {
  const growing = { ...sterile, X: '2 g/L', S: '5 g/L' };

  it('holds a chemostat at its dip tube, at the biomass of the yield', () => {
    const plant = vessel({
      charge: growing,
      feed: { S: '20 g/L', 'NH4+': '2 g/L', temperature: '20 degC' },
      parameters: { 'vessel.dipVolume': '6 L', 'vessel.airFlow': '12 L/min', 'vessel.stirrer': '700 rpm' },
    });
    set(plant, 'feedRate', '0.9 L/h');
    set(plant, 'harvestRate', '5 L/h');
    go(plant, 60);
    expect(Math.abs(read(plant, 'V') - 6)).toBeLessThan(0.1);
    expect(read(plant, 'organism.mu') / (0.9 / read(plant, 'V'))).toBeCloseTo(1, 1);
    expect(read(plant, 'X')).toBeGreaterThan(8);
    expect(read(plant, 'X')).toBeLessThan(11);
  });

  it('keeps cells in a perfusion and bleeds them', () => {
    const plant = vessel({
      charge: growing,
      feed: { S: '20 g/L', 'NH4+': '2 g/L', temperature: '20 degC' },
      parameters: { 'vessel.dipVolume': '6 L', 'vessel.airFlow': '20 L/min', 'vessel.stirrer': '1200 rpm' },
    });
    set(plant, 'feedRate', '1.8 L/h');
    set(plant, 'harvestRate', '0.3 L/h');
    set(plant, 'permeateRate', '3 L/h');
    const first = plant.state.slice();
    go(plant, 60);
    // At steady state the bleed takes what grows: five times the biomass of a chemostat at the same feed.
    expect(read(plant, 'X')).toBeGreaterThan(30);
    for (const { balance, relative } of auditRun(plant.instance.model, first, plant.state).balances)
      expect([balance, relative < 1e-9]).toEqual([balance, true]);
  });

  it('repeats a fed-batch: harvest down to the dip tube and fill again', () => {
    const plant = vessel({
      charge: growing,
      feed: { S: '300 g/L', 'NH4+': '5 g/L', temperature: '20 degC' },
      parameters: { 'vessel.dipVolume': '2 L', 'vessel.airFlow': '12 L/min', 'vessel.stirrer': '900 rpm' },
    });
    const ends: number[] = [];
    for (let cycle = 0; cycle < 3; cycle++) {
      set(plant, 'harvestRate', '0 L/h');
      set(plant, 'feedRate', '0.15 L/h');
      go(plant, 12 * cycle + 11);
      ends.push(read(plant, 'X'));
      set(plant, 'feedRate', '0 L/h');
      set(plant, 'harvestRate', '5 L/h');
      go(plant, 12 * cycle + 12);
      expect(read(plant, 'V')).toBeLessThan(6.2);
    }
    expect(ends.every((X) => X > 5)).toBe(true);
  });
});
