import { describe, expect, it } from 'vitest';
import { CrossingWatch } from './crossing-watch.ts';
import { systemOf } from './test-systems.ts';

describe('the watch over crossings', () => {
  const watch = () =>
    new CrossingWatch(
      systemOf({
        size: 1,
        rhs: (_t, _y, out) => void (out[0] = 0),
        jacobian: (_t, _y, out) => void (out[0] = 0),
        timeDerivative: (_t, _y, out) => void (out[0] = 0),
        events: { directions: [-1], values: (_t, y, out) => void (out[0] = y[0]! - 1) },
      }),
      'locate',
      1e-6,
    );
  const at = (value: number) => Float64Array.of(value);

  it('reports a function that falls through zero, once', () => {
    const one = watch();
    one.read(at(2));
    expect(one.commit(Float64Array.of(0, 1, 1), at(0.5), 'whole')).toBe('event');
    expect(one.commit(Float64Array.of(1, 1, 2), at(0.4), 'whole')).toBe('nothing');
  });

  it('reports nothing where time stands: a function that hovers about zero would be met for ever', () => {
    const one = watch();
    one.read(at(1 + 1e-16 * 4));
    expect(one.commit(Float64Array.of(1, 1e-18, 1), at(1 - 1e-16), 'short')).toBe('nothing');
    expect(one.eventsLocated).toBe(0);
    // Its side is taken as it is, so that the next time that it falls through counts again.
    expect(one.commit(Float64Array.of(1, 1, 2), at(0.9), 'whole')).toBe('nothing');
    expect(one.commit(Float64Array.of(2, 1, 3), at(1.5), 'whole')).toBe('nothing');
    expect(one.commit(Float64Array.of(3, 1, 4), at(0.5), 'whole')).toBe('event');
  });
});
