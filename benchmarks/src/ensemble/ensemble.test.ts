import { beforeAll, describe, expect, it } from 'vitest';
import { thisMachine } from '../machine.ts';
import { between } from '../table.ts';
import { ensembleMarkdown } from './ensemble-table.ts';
import { cases, cvodeName, type EnsembleRow, measureCase } from './measure-ensemble.ts';

describe('a quick measurement of an ensemble', () => {
  let row: EnsembleRow;
  beforeAll(async () => {
    const effort = {
      rounds: 1,
      patience: { time: 5, warmup: 0, iterations: 1 },
      batches: 50,
      tolerances: [1e-4, 1e-6],
    };
    row = await measureCase(cases[0]!, effort, () => {});
  });

  it('has lanes whose error is below their tolerance, and the same beside another batch and alone', () => {
    const pointsOf = (name: string) => row.points.filter(({ solver }) => solver === name);
    for (const { error, tolerance } of pointsOf('lanes')) expect(error).toBeLessThan(tolerance);
    const errors = (name: string): number[] => pointsOf(name).map(({ error }) => error);
    expect(errors('lanes, one batch alone')).toEqual(errors('lanes'));
    for (const { solver, error, tolerance } of row.points)
      if (solver !== cvodeName) expect(error).toBeLessThan(10 * tolerance);
  });

  it('brings every batch of its study to the end', () => {
    expect(row.study.stuck).toBe(0);
    expect(row.study.processorSeconds).toBeGreaterThan(0);
  });

  it('goes between the markers of the README with the machine that it was measured on', () => {
    const text = ensembleMarkdown({ machine: thisMachine(), rows: [row] });
    const readme = 'a\n<!-- ensemble: old -->\nold\n<!-- end of ensemble -->\nb\n';
    expect(between(readme, 'ensemble', text)).toContain(thisMachine().cpu);
    expect(between(readme, 'ensemble', text)).not.toContain('\nold\n');
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
  });
});
