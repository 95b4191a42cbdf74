import { EVENT, REACHED } from '@fedbatch/numerics';
import { auditRun } from '@fedbatch/runtime';
import { describe, expect, it } from 'vitest';
import { plantOf, read, referenceTable } from './plant-of.ts';

describe('Bajpai and Reuss 1980', () => {
  const batch = (organism: string, u: number, tolerance = 1e-11) =>
    plantOf({
      organism,
      charge: { volume: '7 L', X: '1.5 g/L', S: '0 g/L' },
      feed: { S: '500 g/L' },
      parameters: { 'vessel.feedRate': `${u / 500} L/h` },
      tolerance,
    });

  it.each([
    ['bajpai_reuss_u10.csv', 10],
    ['bajpai_reuss_const11.9.csv', 11.9],
  ])('follows %s', (file, u) => {
    const table = referenceTable(file);
    const plant = batch('BajpaiReuss1980-penicillin', u);
    table.get('t_h')!.forEach((time, i) => {
      expect(plant.integrate(time)).toBe(REACHED);
      for (const name of ['X', 'P', 'S', 'V']) {
        const wanted = table.get(name)![i]!;
        expect(Math.abs(read(plant, name) - wanted)).toBeLessThan(2e-9 + 2e-7 * Math.abs(wanted));
      }
    });
  });

  it('ends with the amounts of the literature at u = 11.9 g/h for 132 h and at 10 g/h for 126 h', () => {
    for (const [u, hours, X, P, V] of [
      [11.9, 132, 31.433504, 8.594844, 10.1416],
      [10, 126, 27.744344, 7.370418, 9.52],
    ] as const) {
      const plant = batch('BajpaiReuss1980-penicillin', u);
      plant.integrate(hours);
      expect(read(plant, 'X')).toBeCloseTo(X, 5);
      expect(read(plant, 'P')).toBeCloseTo(P, 5);
      expect(read(plant, 'V')).toBeCloseTo(V, 8);
    }
  });

  it('keeps biomass and sugar in the closed variant, and closes it', () => {
    const published = batch('BajpaiReuss1980-penicillin', 10);
    const closed = batch('BajpaiReuss1980-penicillin-closed', 10);
    const first = closed.state.slice();
    published.integrate(126);
    expect(closed.integrate(126)).toBe(REACHED);
    expect(read(closed, 'X') / read(published, 'X')).toBeCloseTo(1, 2);
    expect(read(closed, 'P') / read(published, 'P')).toBeCloseTo(1, 1);
    for (const { balance, relative } of auditRun(closed.instance.model, first, closed.state).balances)
      expect([balance, relative < 1e-9]).toEqual([balance, true]);
  });
});

describe('PenSim, Birol 2002', () => {
  const plant = (limited: boolean, F = 0.042) =>
    plantOf({
      organism: 'Birol2002-penicillin',
      vessel: 'pensim-100L',
      charge: { X: '0.1 g/L', S: '15 g/L' },
      feed: { S: '600 g/L' },
      parameters: {
        'vessel.F': `${F} L/h`,
        ...(limited ? {} : { 'organism.Kox': '0 g/g', 'organism.Kop': '0 g2/L2' }),
      },
      tolerance: 1e-9,
    });

  it.each([
    ['pensim_birol_noO2lim_F0.042.csv', false],
    ['pensim_birol_O2lim_F0.042.csv', true],
  ])('follows %s to three digits, in every column', (file, limited) => {
    const table = referenceTable(file);
    const run = plant(limited);
    let worst = 0;
    table.get('t_h')!.forEach((time, i) => {
      while (run.timeH < time) {
        const outcome = run.integrate(time);
        expect(outcome).toBeLessThanOrEqual(EVENT);
        if (outcome === EVENT) for (const event of run.firedEvents()) run.happen(event);
      }
      for (const [column, name] of [
        ['S_gL', 'S'],
        ['CL_gL', 'CL'],
        ['X_gL', 'X'],
        ['P_gL', 'P'],
        ['V_L', 'vessel.V'],
        ['CO2_mmolL', 'vessel.CO2'],
      ] as const) {
        const wanted = table.get(column)![i]!;
        worst = Math.max(worst, Math.abs(read(run, name) - wanted) / (1e-3 + Math.abs(wanted)));
      }
    });
    expect(worst).toBeLessThan(1e-3);
  });

  it.each([
    [0.042, false, 42.7493, 14.19524, 1.6147],
    [0.042, true, 44.0086, 14.25018, 1.61516],
    [0.05, true, 44.0086, 16.5251, 1.87234],
  ])('at F = %d L/h starts its feed and ends where the reference says', (F, limited, start, X, P) => {
    const run = plant(limited, F);
    expect(run.integrate(400)).toBe(EVENT);
    expect(run.timeH).toBeCloseTo(start, 3);
    for (const event of run.firedEvents()) run.happen(event);
    expect(run.integrate(400)).toBe(REACHED);
    expect(read(run, 'X') / X).toBeCloseTo(1, 4);
    expect(read(run, 'P') / P).toBeCloseTo(1, 4);
  });
});

describe('PenSim with pH and temperature', () => {
  const plant = (charge: Readonly<Record<string, string>> = {}, parameters: Readonly<Record<string, string>> = {}) =>
    plantOf({
      organism: 'Birol2002-penicillin',
      vessel: 'pensim-100L-loops',
      charge: { X: '0.1 g/L', S: '15 g/L', ...charge },
      feed: { S: '600 g/L' },
      parameters,
      tolerance: 1e-9,
    });

  it('ends where the plant at constant pH and temperature ends, within 1 %, when its loops hold them', () => {
    const run = plant();
    let [heat, cooled, doses] = [0, 0, 0];
    for (let hour = 0.25; hour <= 400; hour += 0.25) {
      while (run.timeH < hour) {
        const outcome = run.integrate(hour);
        expect(outcome).toBeLessThanOrEqual(EVENT);
        if (outcome === EVENT) for (const event of run.firedEvents()) run.happen(event);
      }
      expect(Math.abs(read(run, 'vessel.pH') - 5)).toBeLessThan(0.03);
      expect(Math.abs(read(run, 'vessel.T') - 298)).toBeLessThan(0.25);
      heat += read(run, 'vessel.metabolic');
      cooled += read(run, 'vessel.cooling');
      doses += Math.abs(read(run, 'vessel.acid')) + Math.abs(read(run, 'vessel.base'));
    }
    expect(Math.abs(read(run, 'X') / 14.25018 - 1)).toBeLessThan(0.01);
    expect(Math.abs(read(run, 'P') / 1.61516 - 1)).toBeLessThan(0.01);
    expect(Math.abs(cooled / heat - 1)).toBeLessThan(0.02);
    expect(doses).toBeGreaterThan(0);
  });

  it('drifts without its loops: growth acidifies and warms, as its sums say', () => {
    const off = { 'vessel.pHgain': '0 L/h', 'vessel.coolingGain': '0 L/h/K' };
    const run = plant({}, off);
    expect(run.integrate(30)).toBe(REACHED);
    const made = read(run, 'X') * read(run, 'vessel.V') - 0.1 * 100;
    expect(read(run, 'vessel.H') - 1e-5).toBeGreaterThan(0.9 * 1e-5 * (made / read(run, 'vessel.V')));
    const warmer = (60 * made) / (1500 * read(run, 'vessel.V'));
    expect(Math.abs((read(run, 'vessel.T') - 298) / warmer - 1)).toBeLessThan(0.1);
  });

  it('grows as its Arrhenius factor says when it starts warmer', () => {
    const factor = (T: number): number => 7000 * Math.exp(-5100 / (1.987 * T)) - 1e33 * Math.exp(-50000 / (1.987 * T));
    const growth = (T: number) => read(plant({ temperature0: `${T} K` }), 'organism.mu');
    expect(growth(301) / growth(298)).toBeCloseTo(factor(301) / factor(298), 9);
    expect(factor(298)).toBeCloseTo(1.27184, 4);
  });
});
