import { beforeAll, describe, expect, it } from 'vitest';
import { measure } from './measure.ts';
import { parts, type Results } from './results.ts';
import { between, markdown } from './table.ts';

describe('a quick measurement', () => {
  const said: string[] = [];
  let results: Results;
  beforeAll(async () => {
    results = (await measure('quick', parts, (text) => said.push(text))) as Results;
  }, 120_000);

  it('has every solver at the accuracy that its tolerance promises', () => {
    for (const { problem, points } of [results.p1.p1, ...results.problems.problems])
      for (const { solver, tolerance, error, microseconds } of points) {
        // Rivals weigh errors in their own way; none may be off by more than this.
        expect(error, `${problem}: ${solver} at ${tolerance}`).toBeLessThan(500 * tolerance);
        expect(microseconds, solver).toBeGreaterThan(0);
      }
  });

  it('compares each solver with the fastest of ours, whose ratio is one', () => {
    for (const { points, atEqualError } of [results.p1.p1, ...results.problems.problems]) {
      const ours = new Set(points.filter(({ side }) => side === 'ours').map(({ solver }) => solver));
      for (const error of [1e-4, 1e-6]) {
        const own = atEqualError.filter((entry) => entry.error === error && ours.has(entry.solver));
        const ratios = own.map(({ ratio }) => ratio);
        expect(Math.min(...ratios.filter((ratio) => ratio > 0))).toBe(1);
      }
    }
  });

  it('covers plants alone, with instruments and in closed loops, whole batches, BSM1 at rest, and every shipped organism', () => {
    expect(results.scans.scans.map(({ method }) => method)).toHaveLength(8);
    expect(results.scans.scans.at(-1)!.model).toMatch(/closed loop/);
    expect(results.scans.wholeBatches.every(({ milliseconds }) => milliseconds > 0)).toBe(true);
    for (const { method, difference } of results.models.rest)
      expect([method, difference < 1e-4]).toEqual([method, true]);
    expect(results.models.compile.map(({ model }) => model)).toContain('Anane2017-ecoli-closed in bench-15L');
    expect(results.models.compile.every(({ states, read, compose }) => states > 0 && read > 0 && compose > 0)).toBe(
      true,
    );
  });

  it('tells of its progress, names the machine and the versions, and sets each headline beside its goal', () => {
    expect(said.length).toBeGreaterThan(10);
    const text = markdown(results);
    expect(text).toContain(`node ${process.versions.node}`);
    expect(text).toContain(results.p1.machine.cpu);
    expect(text).toMatch(/by mathjs solveODE \| (–|[\d,]+ times as long) \| ≥ 2,000/);
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('goes between the markers of the README, and nowhere else', () => {
    const readme = 'before\n<!-- results: written by npm run bench -->\nold\n<!-- end of results -->\nafter\n';
    const written = between(readme, 'results', markdown(results));
    expect(written).toMatch(/^before\n<!--/);
    expect(written).toMatch(/-->\nafter\n$/);
    expect(written).not.toContain('\nold\n');
    expect(between(written, 'results', markdown(results))).toBe(written);
    expect(() => between('no markers', 'results', '')).toThrow(/has lost the markers/);
  });
});
