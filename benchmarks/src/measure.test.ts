import { beforeAll, describe, expect, it } from 'vitest';
import { measure } from './measure.ts';
import type { Results } from './results.ts';
import { markdown, withResults } from './table.ts';

describe('a quick measurement', () => {
  const said: string[] = [];
  let results: Results;
  beforeAll(async () => {
    results = await measure('quick', (text) => said.push(text));
  });

  it('has every solver at the accuracy that its tolerance promises', () => {
    const solvers = new Set(results.batches.map(({ solver }) => solver));
    // CVODE is there where a C compiler and SUNDIALS are.
    expect([...solvers].filter((name) => !name.startsWith('CVODE'))).toHaveLength(7);
    for (const { solver, tolerance, error, microseconds } of results.batches) {
      // CVODE, odex and mathjs weigh errors in their own way; none may be off by more than this.
      expect(error, `${solver} at ${tolerance}`).toBeLessThan(200 * tolerance);
      expect(microseconds, solver).toBeGreaterThan(0);
    }
  });

  it('compares each solver with the fastest of ours, whose ratio is one', () => {
    const ours = new Set(results.batches.filter(({ side }) => side === 'ours').map(({ solver }) => solver));
    for (const error of [1e-4, 1e-6, 1e-8]) {
      const own = results.atEqualError.filter((entry) => entry.error === error && ours.has(entry.solver));
      const ratios = own.map(({ ratio }) => ratio);
      expect(Math.min(...ratios.filter((ratio) => ratio > 0))).toBe(1);
    }
  });

  it('covers scans with several models, and every shipped organism', () => {
    expect(results.scans.map(({ method }) => method)).toEqual(['rodas5p', 'auto', 'rodas5p', 'auto', 'auto', 'auto']);
    expect(results.compile.map(({ model }) => model)).toContain('Anane2017-ecoli-closed in bench-15L');
    expect(results.compile.every(({ states, read, compose }) => states > 0 && read > 0 && compose > 0)).toBe(true);
  });

  it('tells of its progress, and names the machine and the versions in its table', () => {
    expect(said.length).toBeGreaterThan(10);
    const text = markdown(results);
    expect(text).toContain(`node ${process.versions.node}`);
    expect(text).toContain(results.machine.cpu);
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('goes between the markers of the README, and nowhere else', () => {
    const readme = 'before\n<!-- results: written by npm run bench -->\nold\n<!-- end of results -->\nafter\n';
    const written = withResults(readme, results);
    expect(written).toMatch(/^before\n<!--/);
    expect(written).toMatch(/-->\nafter\n$/);
    expect(written).not.toContain('\nold\n');
    expect(withResults(written, results)).toBe(written);
    expect(() => withResults('no markers', results)).toThrow(/has lost the markers/);
  });
});
