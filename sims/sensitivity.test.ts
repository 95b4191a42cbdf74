import type { Model } from '@fedbatch/model';
import { REACHED } from '@fedbatch/numerics';
import { SensitivityRun } from '@fedbatch/plant';
import { describe, expect, it } from 'vitest';
import { modelOf, type PlantRequest } from './plant-of.ts';

const fedBatch: PlantRequest = {
  organism: 'Anane2017-ecoli-closed',
  vessel: 'bench-15L',
  components: { program: 'exponential-feed' },
  charge: { volume: '6 L', X: '1 g/L', S: '10 g/L', temperature: '37 degC' },
  streams: { program: { S: '500 g/L' } },
  parameters: {
    'program.mu': '0.15 1/h',
    'program.Y': '0.5 g/g',
    'program.Sf': '500 g/L',
    'program.limit': '0.05 g/L',
  },
};
const tolerance = 1e-12;

function outputsAt(
  model: Model,
  parameters: readonly string[],
  timeH: number,
  shift?: readonly [id: string, by: number],
) {
  const run = new SensitivityRun(model, parameters, { method: 'rodas5p', relativeTolerance: tolerance });
  if (shift) run.instance.parameters[run.instance.slotOf(shift[0])]! += shift[1];
  run.begin();
  expect(run.integrate(timeH)).toBe(REACHED);
  return run.outputs();
}

/** d output / d parameter by differences of order four. */
function differences(model: Model, id: string, timeH: number, step: number): Map<string, number> {
  const [a, b, c, d] = [2, 1, -1, -2].map((k) => outputsAt(model, [], timeH, [id, k * step]));
  return new Map(
    [...a!.keys()].map((name) => {
      const [p2, p1, m1, m2] = [a!, b!, c!, d!].map((found) => found.get(name)!.value);
      return [name, (8 * (p1! - m1!) - (p2! - m2!)) / (12 * step)];
    }),
  );
}

describe('sensitivities of a fed-batch whose feed starts by itself', () => {
  const model = modelOf(fedBatch);
  const asked: readonly (readonly [id: string, step: number])[] = [
    ['organism.qSmax', 2e-4],
    ['organism.Yem', 2e-4],
    ['charge.X', 1e-3],
    ['program.mu', 1e-4],
    ['program.limit', 1e-5],
  ];
  const ids = asked.map(([id]) => id);

  it.each([
    ['before the feed', 3],
    ['behind its start', 12],
  ] as const)('agree with differences to 1e-7 %s', (_, timeH) => {
    const found = outputsAt(model, ids, timeH);
    asked.forEach(([id, step], i) => {
      const numeric = differences(model, id, timeH, step);
      for (const name of ['X', 'S', 'A', 'V', 'organism.mu', 'vessel.DO', 'OUR']) {
        const { value, by } = found.get(name)!;
        const exact = by[i]!;
        // As relative sensitivities, so that what does not matter is not compared digit by digit.
        const scale = Math.max(Math.abs(exact), 1e-2 * Math.abs(value));
        expect([id, name, Math.abs(exact - numeric.get(name)!) / scale < 1e-7]).toEqual([id, name, true]);
      }
    });
  });

  it('leave the solution as it is', () => {
    const [alone, beside] = [outputsAt(model, [], 12), outputsAt(model, ids, 12)];
    for (const [name, { value }] of alone) {
      const other = beside.get(name)!.value;
      if (Number.isFinite(value)) expect(Math.abs(other - value)).toBeLessThan(1e-8 * (1e-3 + Math.abs(value)));
    }
  });

  it('see the start of the feed move: a higher limit starts it earlier, and more volume has come in', () => {
    const { by } = outputsAt(model, ['program.limit'], 12).get('V')!;
    expect(by[0]).toBeGreaterThan(0);
  });
});

describe('sensitivities of growth without limits', () => {
  it('are those of the exponential: dX/dmu = t X, dX/dX0 = X / X0', () => {
    const model = modelOf({
      organism: 'Monod1949-kernel',
      charge: { volume: '1 L', X: '0.01 g/L', S: '1000 g/L' },
      parameters: { 'organism.Ks': '1e-9 g/L' },
    });
    const { value, by } = outputsAt(model, ['organism.mumax', 'charge.X'], 5).get('X')!;
    expect(by[0]! / (5 * value)).toBeCloseTo(1, 8);
    expect(by[1]! / (value / 0.01)).toBeCloseTo(1, 8);
  });

  it('refuse a parameter that is not there, and one that events set', () => {
    const model = modelOf(fedBatch);
    const make = (id: string) => () => new SensitivityRun(model, [id], { method: 'auto', relativeTolerance: 1e-8 });
    expect(make('organism.qsmax')).toThrow(/no parameter `organism.qsmax`/);
    expect(make('program.running')).toThrow(/set by events/);
  });
});
