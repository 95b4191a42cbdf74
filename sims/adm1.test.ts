import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REACHED } from '@fedbatch/numerics';
import { describe, expect, it } from 'vitest';
import { plantOf, read } from './plant-of.ts';

const lines = readFileSync(join(import.meta.dirname, 'reference', 'adm1_rosen_jeppsson_steady_state.csv'), 'utf8')
  .trim()
  .split(/\r?\n/);
const wanted = new Map(lines.slice(1).map((line) => [line.split(',')[0]!, Number(line.split(',')[1])]));

describe('Anaerobic Digestion Model No. 1 at rest', () => {
  const grams = {
    S_su: 0.01,
    S_aa: 0.001,
    S_fa: 0.001,
    S_va: 0.001,
    S_bu: 0.001,
    S_pro: 0.001,
    S_ac: 0.001,
    S_h2: 1e-8,
    S_ch4: 1e-5,
    S_I: 0.02,
    X_xc: 2,
    X_ch: 5,
    X_pr: 20,
    X_li: 5,
    X_aa: 0.01,
    X_fa: 0.01,
    X_c4: 0.01,
    X_pro: 0.01,
    X_ac: 0.01,
    X_h2: 0.01,
    X_I: 25,
  };
  const mols = { S_IC: 0.04, S_IN: 0.01, S_cat: 0.04, S_an: 0.02 };
  const feed = Object.fromEntries([
    ...Object.entries(grams).map(([id, value]) => [id, `${value} g/L`]),
    ...Object.entries(mols).map(([id, value]) => [id, `${value} mol/L`]),
  ]);
  const plant = plantOf({
    organism: 'Batstone2002-adm1',
    vessel: 'digester-3400m3',
    charge: {},
    feed,
    method: 'rodas5p',
    tolerance: 1e-9,
  });
  const outcome = plant.integrate(24 * 1500);
  const off = (found: number, name: string): number => Math.abs(found / wanted.get(name)! - 1);

  it('comes to rest', () => {
    expect(outcome).toBe(REACHED);
  });

  it.each([...Object.keys(grams), ...Object.keys(mols), 'X_su'])('holds %s as the reference, to 1e-6', (id) => {
    const name = { S_cat: 'S_cation', S_an: 'S_anion' }[id] ?? id;
    expect(off(read(plant, id), name)).toBeLessThan(1e-6);
  });

  it.each([
    ['gas.S_h2', 'S_gas_h2'],
    ['gas.S_ch4', 'S_gas_ch4'],
    ['gas.S_IC', 'S_gas_co2'],
    ['organism.p_gas', 'p_gas_bar'],
    ['organism.outlet', 'q_gas_m3_d_Pgas'],
    ['organism.S_nh3', 'S_nh3'],
    ['organism.S_hco3', 'S_hco3_ion'],
  ])('has %s of the reference, to 1e-6', (output, name) => {
    expect(off(read(plant, output), name)).toBeLessThan(1e-6);
  });

  it('has a pH of 7.46553777 and 2955.7035 m3/d of gas at atmospheric pressure', () => {
    expect(read(plant, 'organism.pH')).toBeCloseTo(7.46553777, 6);
    expect(off(read(plant, 'organism.pH'), 'pH')).toBeLessThan(1e-8);
    expect(read(plant, 'organism.q_gas')).toBeCloseTo(2955.7035, 2);
  });
});
