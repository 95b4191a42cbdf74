import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Exponential } from './exponential.ts';

describe('an exponential that is remembered', () => {
  it('is what Math gives to the bit, whatever was asked before', () => {
    const few = fc.constantFrom(-0.5, -0.5000000000000001, -1e-12, 0, -0, Number.NEGATIVE_INFINITY, Number.NaN);
    fc.assert(
      fc.property(fc.array(fc.oneof({ weight: 4, arbitrary: few }, fc.double()), { maxLength: 30 }), (exponents) => {
        const exponential = new Exponential();
        for (const x of exponents) {
          exponential.terms[0] = x;
          exponential.find();
          expect(exponential.terms[1]).toBe(Math.exp(x));
          // Neighbours of 0 are told apart by nothing that a product with them shows.
          expect(exponential.terms[2]! + 0).toBe(Math.expm1(x) + 0);
        }
      }),
    );
  });
});
