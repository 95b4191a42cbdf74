import { EVENT, REACHED } from '@fedbatch/numerics';
import { describe, expect, it } from 'vitest';
import { modelOf, plantOf, read, referenceTable } from './plant-of.ts';

const charge = { volume: '2 L', X: '0.17 g/L', S: '4.94 g/L', A: '0.0129 g/L', DOT: '98 percent', DOTm: '98 percent' };
const organism = 'Anane2017-ecoli';
/** Columns of the reference trajectory and the outputs that they are. */
const columns = {
  V_L: 'V',
  X_gL: 'X',
  S_gL: 'S',
  A_gL: 'A',
  DOT_pct: 'organism.DOT',
  DOTm_pct: 'organism.DOTm',
  qS: 'organism.qS',
  qA: 'organism.qA',
  mu: 'organism.mu',
  qO: 'organism.qO',
};

describe.each(['rodas5p', 'auto', 'tsit5', 'odex'] as const)('the batch of Anane 2017 with %s', (method) => {
  it('follows the reference trajectory to 1e-6 of each column', () => {
    const table = referenceTable('ecoli_anane_batch.csv');
    const plant = plantOf({ organism, charge, method, tolerance: 1e-10 });
    const largest = Object.fromEntries(
      Object.keys(columns).map((title) => [title, Math.max(...table.get(title)!.map(Math.abs))]),
    );
    table.get('t_h')!.forEach((time, i) => {
      expect(plant.integrate(time)).toBe(REACHED);
      for (const [title, output] of Object.entries(columns)) {
        expect(Math.abs(read(plant, output) - table.get(title)![i]!) / largest[title]!).toBeLessThan(1e-6);
      }
    });
  });
});

describe('the batch of Anane 2017', () => {
  it('starts at mu = 0.31255745 1/h', () => {
    expect(read(plantOf({ organism, charge }), 'organism.mu')).toBeCloseTo(0.31255745, 8);
  });

  it('turns from overflow to reassimilation at 9.07629 h and uses its glucose up at 9.13944 h', () => {
    const plant = plantOf({ organism, charge, watches: { turn: 'qA < 0 g/g/h', empty: 'S < 0.05 g/L' } });
    expect(plant.integrate(14)).toBe(EVENT);
    expect(plant.timeH).toBeCloseTo(9.07629, 5);
    expect(plant.integrate(14)).toBe(EVENT);
    expect(plant.timeH).toBeCloseTo(9.13944, 5);
  });

  it('has its acetate peak of 0.239288 g/L at 9.05 h and its oxygen minimum of 55.93 % on the grid of the reference', () => {
    const plant = plantOf({ organism, charge });
    let peak = { A: 0, time: 0 };
    let oxygen = 100;
    for (let i = 0; i <= 280; i++) {
      plant.integrate(i * 0.05);
      const A = read(plant, 'A');
      if (A > peak.A) peak = { A, time: plant.timeH };
      oxygen = Math.min(oxygen, read(plant, 'organism.DOT'));
    }
    expect(peak.A).toBeCloseTo(0.239288, 6);
    expect(peak.time).toBeCloseTo(9.05, 10);
    expect(oxygen).toBeCloseTo(55.93, 2);
    expect(read(plant, 'X')).toBeCloseTo(2.88100105, 8);
  });

  it('states on every model that its overflow makes 19 to 21 % more carbon than it uses', () => {
    const overflow = modelOf({ organism, charge }).reactions.find(({ id }) => id === 'organism.overflow')!;
    const carbon = overflow.closure!.residuals.find(({ balance }) => balance === 'C')!;
    expect(carbon.out / carbon.in).toBeCloseTo(1.186, 3);
    expect(overflow.publishedCarbon!.out).toBeCloseTo(1.214, 3);
  });
});

describe('oxygen collapse in the model of Anane 2017', () => {
  const collapse = (method: 'rodas5p' | 'auto') => {
    const plant = plantOf({
      organism,
      charge,
      feed: { S: '300 g/L' },
      watches: { empty: 'S < 0.05 g/L' },
      method,
      tolerance: 1e-6,
    });
    expect(plant.integrate(14)).toBe(EVENT);
    const mu = 1.3 * 0.222;
    const start = (mu * read(plant, 'X') * read(plant, 'V')) / (0.5 * 300);
    const slot = plant.instance.slotOf('vessel.feedRate');
    const from = plant.timeH;
    const minute = 1 / 60;
    for (let k = 0; k < 600; k++) {
      plant.demand(slot, (start * Math.exp(mu * k * minute) * Math.expm1(mu * minute)) / (mu * minute));
      let outcome = plant.integrate(from + (k + 1) * minute);
      if (outcome === EVENT) outcome = plant.integrate(from + (k + 1) * minute);
      expect(outcome).toBe(REACHED);
      for (const state of ['X', 'S', 'A', 'organism.DOT']) expect(read(plant, state)).toBeGreaterThanOrEqual(0);
    }
    return plant;
  };

  it.each(['rodas5p', 'auto'] as const)(
    'runs to the end with %s, never negative, in under 20,000 right-hand-side calls',
    (method) => {
      const plant = collapse(method);
      expect(read(plant, 'organism.DOT')).toBeLessThan(0.01);
      expect(plant.work.rhsCalls).toBeLessThan(20_000);
    },
  );

  it('is as stiff as it is said to be: an eigenvalue near -3.5e6 1/h', () => {
    const plant = collapse('rodas5p');
    const { instance, state, timeH } = plant;
    const jacobian = instance.at(timeH).denseJacobian(state);
    const oxygen = instance.model.states.findIndex(({ id }) => id === 'organism.DOT');
    // The oxygen balance is so fast that its own diagonal entry is the eigenvalue.
    expect(jacobian[oxygen * instance.coreSize + oxygen]).toBeLessThan(-1e6);
  });
});

describe('E. coli with its oxygen settled', () => {
  const fed = (organism: string, parameters: Record<string, string>) =>
    plantOf({
      organism,
      charge: { volume: '2 L', X: '4 g/L', S: '0.05 g/L', A: '0.05 g/L' },
      feed: { S: '300 g/L' },
      parameters: { ...parameters, 'organism.kLa': '800 1/h' },
    });

  it('is the published one whose oxygen balance is a state, but for the seconds that oxygen takes', () => {
    const [settled, published] = [
      fed('Anane2017-ecoli-settled', {}),
      fed('Anane2017-ecoli', { 'organism.Ko': '0.5 percent' }),
    ];
    for (let hour = 1; hour <= 10; hour++) {
      for (const plant of [settled, published]) {
        plant.demand(plant.instance.slotOf('vessel.feedRate'), 0.01 * Math.exp(0.2 * hour));
        plant.integrate(hour);
      }
      for (const id of ['X', 'S', 'A', 'organism.mu'])
        expect(read(settled, id) / read(published, id), `${id} at ${hour} h`).toBeCloseTo(1, 2);
      expect(Math.abs(read(settled, 'organism.DO') - read(published, 'organism.DOT'))).toBeLessThan(0.2);
    }
  });
});
