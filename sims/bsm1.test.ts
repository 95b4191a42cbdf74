import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REACHED } from '@fedbatch/numerics';
import { describe, expect, it } from 'vitest';
import { plantOf, read } from './plant-of.ts';

const reference = (name: string): string => readFileSync(join(import.meta.dirname, 'reference', name), 'utf8');

/** Rows of the open-loop steady state by stream. */
function steadyState(): Map<string, Map<string, number>> {
  const [titles, ...rows] = reference('bsm1_openloop_steady_state.csv')
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','));
  return new Map(
    rows.map((row) => [row[0]!, new Map(titles!.slice(1).map((title, i) => [title, Number(row[i + 1])]))]),
  );
}

describe('Benchmark Simulation Model no. 1, open loop', () => {
  const plant = plantOf({
    organism: 'Henze1987-asm1',
    vessel: 'bsm1-plant',
    charge: {},
    streams: {
      influent: {
        SI: '30 g/m3',
        SS: '69.5 g/m3',
        XI: '51.2 g/m3',
        XS: '202.32 g/m3',
        XBH: '28.17 g/m3',
        SNH: '31.56 g/m3',
        SND: '6.95 g/m3',
        XND: '10.59 g/m3',
        SALK: '7 mol/m3',
      },
    },
    method: 'rodas5p',
    tolerance: 1e-6,
  });
  // Day by day: at rest the two sides of the settler's limits are equal but for rounding, and long steps would only find that out.
  let outcome: number = REACHED;
  for (let day = 2; day <= 230 && outcome === REACHED; day += 2) outcome = plant.integrate(24 * day);
  const wanted = steadyState();
  const phaseOf: Record<string, string> = {
    tank1: '',
    tank2: 'tank2.',
    tank3: 'tank3.',
    tank4: 'tank4.',
    tank5: 'tank5.',
    effluent: 'layer10.',
  };

  it('comes to rest within 230 days', () => {
    expect(outcome).toBe(REACHED);
  });

  it.each(Object.keys(phaseOf))('rests in %s where the reference does, to 1e-6', (stream) => {
    for (const [species, value] of wanted.get(stream)!) {
      if (species === 'TSS') continue;
      // Concentrations are read in g/L and mol/L.
      const found = read(plant, `${phaseOf[stream]}${species}`) * 1000;
      expect([species, Math.abs(found - value) < 1e-6 * Math.abs(value) + 2e-8]).toEqual([species, true]);
    }
  });

  it('has the suspended solids of the reference in every layer of the settler', () => {
    const solids = reference('bsm1_settler_tss.txt').split(':')[1]!.trim().split(/\s+/).map(Number);
    solids.forEach((value, i) => {
      expect(Math.abs(read(plant, `vessel.TSS${i + 1}`) / value - 1)).toBeLessThan(1e-6);
    });
  });
});
