import { describe, expect, it } from 'vitest';
import { batchOf, errorAtEnd } from './batch.ts';
import { mathjsBatch } from './mathjs-batch.ts';
import { compileBench, compileP1, reference } from './p1.ts';
import { measureScans } from './scan.ts';

describe('the benchmark problem p1 in the model language', () => {
  it.each([
    ['rodas5p', 1e-11],
    ['tsit5', 1e-10],
    ['auto', 1e-10],
    ['odex', 1e-11],
  ] as const)('ends with %s at the printed values', (method, tolerance) => {
    const batch = batchOf(compileP1(), method, tolerance);
    batch.run();
    expect(errorAtEnd(batch.instance, batch.integrator.time, batch.integrator.state)).toBeLessThan(2e-9);
  });

  it('is the same problem for mathjs', () => {
    const end = mathjsBatch(1e-4);
    const error = Math.max(...reference.map(({ at20h }, i) => Math.abs(end[i]! / at20h - 1)));
    expect(error).toBeLessThan(5e-2);
  });
});

describe('the measurement of scans', () => {
  it('counts what it measured', () => {
    const scans = measureScans(compileBench(), 'vessel.feedRate', 500, 'auto');
    expect(scans.count).toBe(500);
    expect(scans.p50).toBeLessThanOrEqual(scans.p99);
    expect(scans.rhsCalls).toBeGreaterThan(1);
  });
});
