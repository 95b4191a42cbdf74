import { describe, expect, it } from 'vitest';
import { RandomStream } from './random-stream.ts';

function draws(stream: RandomStream, kind: 'uniform' | 'normal', count: number): number[] {
  return Array.from({ length: count }, () => {
    stream[kind]();
    return stream.drawn[0]!;
  });
}

describe('a random stream', () => {
  it('is xoshiro128++: from the state 1, 2, 3, 4 it gives the numbers of the reference implementation', () => {
    const stream = new RandomStream(0, '');
    stream.restore(Float64Array.of(1, 2, 3, 4), 0);
    const wanted = [641, 1573767, 3222811527, 3517856514, 836907274, 4247214768, 3867114732, 1355841295];
    expect(wanted.map(() => stream.next())).toEqual(wanted);
  });

  it('depends on its seed and its name alone', () => {
    const first = draws(new RandomStream(42, 'pH.probe'), 'normal', 20);
    new RandomStream(42, 'another').normal();
    expect(draws(new RandomStream(42, 'pH.probe'), 'normal', 20)).toEqual(first);
    for (const [seed, name] of [
      [43, 'pH.probe'],
      [42, 'pH.probf'],
      [42, ''],
    ] as const)
      expect(draws(new RandomStream(seed, name), 'normal', 20)).not.toEqual(first);
  });

  it('has the moments of its distributions, and neighbours in seed and name that are not alike', () => {
    const count = 40_000;
    const uniform = draws(new RandomStream(7, 'u'), 'uniform', count);
    expect(Math.min(...uniform)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...uniform)).toBeLessThan(1);
    expect(uniform.reduce((sum, x) => sum + x, 0) / count).toBeCloseTo(0.5, 2);
    const normal = draws(new RandomStream(7, 'n'), 'normal', count);
    const other = draws(new RandomStream(8, 'n'), 'normal', count);
    const mean = (values: number[]): number => values.reduce((sum, x) => sum + x, 0) / count;
    expect(Math.abs(mean(normal))).toBeLessThan(0.02);
    expect(mean(normal.map((x) => x * x))).toBeCloseTo(1, 1);
    expect(mean(normal.map((x) => x ** 4))).toBeCloseTo(3, 0);
    expect(Math.abs(mean(normal.map((x, i) => x * other[i]!)))).toBeLessThan(0.02);
    expect(Math.abs(mean(normal.map((x, i) => x * (normal[i + 1] ?? 0))))).toBeLessThan(0.02);
  });

  it('goes on from a saved state to the bit', () => {
    const stream = new RandomStream(3, 'a');
    draws(stream, 'normal', 5);
    const memory = new Float64Array(RandomStream.memorySize);
    stream.save(memory, 0);
    const on = draws(stream, 'normal', 10);
    stream.restore(memory, 0);
    expect(draws(stream, 'normal', 10)).toEqual(on);
  });
});
