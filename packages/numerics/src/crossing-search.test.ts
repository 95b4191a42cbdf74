import { describe, expect, it } from 'vitest';
import { findCrossing } from './crossing-search.ts';

describe('the search for a crossing', () => {
  const search = (f: (theta: number) => number): { root: number; calls: number } => {
    let calls = 0;
    const root = findCrossing(
      (theta) => {
        calls++;
        return f(theta);
      },
      f(0),
      f(1),
      1e-15,
    );
    return { root, calls };
  };

  it('finds the root of a smooth function in a few calls', () => {
    for (const [f, root] of [
      [(x: number) => Math.exp(x) - 1.7, Math.log(1.7)],
      [(x: number) => 0.3 - x ** 3, Math.cbrt(0.3)],
      [(x: number) => Math.cos(3 * x), Math.PI / 6],
    ] as const) {
      const found = search(f);
      expect(found.root).toBeCloseTo(root, 12);
      expect(found.calls).toBeLessThan(13);
    }
  });

  it('finds where a function jumps, however flat it is beside', () => {
    expect(search((x) => (x < 0.37 ? 1 : -1e-20)).root).toBeCloseTo(0.37, 12);
    expect(search((x) => (x < 0.37 ? 1 : -1)).root).toBeCloseTo(0.37, 12);
  });
});
