import { compileModel } from '@fedbatch/model';
import { describe, expect, it } from 'vitest';
import { p1Quantities } from './batches/problems.ts';
import { benchEcoli, modelOf, p1 } from './models.ts';
import { measureScans, ScanLoop } from './scan.ts';

describe('a plant in one-second scans', () => {
  it('ends 20 h of p1 at the printed values, its feed started within a scan', () => {
    const compiled = compileModel(modelOf(p1));
    const loop = new ScanLoop(compiled, 'vessel.feedRate', 'rodas5p', 1e-8);
    const noFeed = Float64Array.of(0);
    while (!loop.isOver) loop.scan(noFeed, 0);
    expect(loop.plant.timeH).toBeCloseTo(20, 12);
    for (const { output, atEnd } of p1Quantities) {
      const slot = compiled.model.outputs.findIndex(({ id }) => id === output);
      expect(Math.abs(loop.samples[slot]! / atEnd - 1), output).toBeLessThan(1e-6);
    }
  });

  it('begins anew with the parameters that it had', () => {
    const loop = new ScanLoop(compileModel(modelOf(p1)), 'vessel.feedRate', 'auto');
    const parameters = loop.plant.instance.parameters.slice();
    loop.scan(Float64Array.of(0.5), 0);
    loop.begin();
    expect(loop.plant.instance.parameters).toEqual(parameters);
    expect(loop.plant.timeH).toBe(0);
  });

  it('is measured in as many scans as asked for, with percentiles in order', async () => {
    const loop = new ScanLoop(compileModel(modelOf(benchEcoli)), 'vessel.feedRate', 'auto');
    const times = await measureScans(loop, 500);
    expect(times.count).toBe(500);
    expect(times.p50).toBeGreaterThan(0);
    expect([times.p50, times.p99, times.p999, times.maximum]).toEqual(
      [times.p50, times.p99, times.p999, times.maximum].sort((a, b) => a - b),
    );
    expect(times.rhsCalls).toBeGreaterThan(1);
    expect(times.rhsCalls).toBeLessThan(100);
  });
});
