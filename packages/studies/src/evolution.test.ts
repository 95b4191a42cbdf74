import { describe, expect, it } from 'vitest';
import { Evolution } from './evolution.ts';

type Objective = (x: Float64Array) => number;

/** Minimises for so many candidates and gives the best one. */
function minimise(objective: Objective, start: readonly number[], candidates: number, seed = 1) {
  const evolution = new Evolution(start, seed);
  let best: { value: number; x: Float64Array } = { value: Number.POSITIVE_INFINITY, x: Float64Array.from(start) };
  for (let done = 0; done < candidates; done += evolution.size) {
    const asked = evolution.ask();
    for (const x of asked) expect(x.every((value) => value >= 0 && value <= 1)).toBe(true);
    const values = asked.map(objective);
    values.forEach((value, i) => {
      if (value < best.value) best = { value, x: asked[i]! };
    });
    evolution.tell([...values.keys()].sort((a, b) => values[a]! - values[b]!));
  }
  return { ...best, evolution };
}

const at = (x: Float64Array, i: number, low: number, high: number): number => low + (high - low) * x[i]!;

describe('an evolution strategy', () => {
  it('finds the bottom of a bowl, and its steps become small', () => {
    const { value, evolution } = minimise(
      (x) => x.reduce((sum, one) => sum + (one - 0.3) ** 2, 0),
      [0.9, 0.9, 0.9],
      900,
    );
    expect(value).toBeLessThan(1e-12);
    expect(evolution.spread).toBeLessThan(1e-5);
  });

  it('follows the bent valley of Rosenbrock, in four dimensions', () => {
    const rosenbrock: Objective = (x) => {
      const p = [0, 1, 2, 3].map((i) => at(x, i, -2, 2));
      return [0, 1, 2].reduce((sum, i) => sum + 100 * (p[i + 1]! - p[i]! ** 2) ** 2 + (1 - p[i]!) ** 2, 0);
    };
    const { value } = minimise(rosenbrock, [0.2, 0.8, 0.3, 0.6], 4000);
    expect(value).toBeLessThan(1e-8);
  });

  it('does not care for scales: an ellipsoid a million times longer one way', () => {
    const { value } = minimise((x) => 1e6 * (x[0]! - 0.5) ** 2 + (x[1]! - 0.7) ** 2, [0.1, 0.1], 1500);
    expect(value).toBeLessThan(1e-10);
  });

  it('finds an optimum at the edge of the box', () => {
    const { x } = minimise((point) => -point[0]! + (point[1]! - 0.4) ** 2, [0.5, 0.5], 600);
    expect(x[0]).toBeGreaterThan(0.9999);
    expect(x[1]).toBeCloseTo(0.4, 3);
  });

  it('works with one quantity, and does the same with the same seed and something else with another', () => {
    const bowl: Objective = (x) => (x[0]! - 0.123) ** 2;
    const first = minimise(bowl, [0.5], 160);
    expect(first.x[0]).toBeCloseTo(0.123, 4);
    expect(minimise(bowl, [0.5], 160).x).toEqual(first.x);
    expect(minimise(bowl, [0.5], 160, 2).x).not.toEqual(first.x);
  });
});
