/**
 * e^x of an exponent that goes back and forth between two values, as -dt / tau does where rounded times of a grid leave two lengths of a scan: each is
 * worked out once. It is a pure function, so that no snapshot needs it. Numbers come and go in an array: handed over in calls, they would cost a box each.
 */
export class Exponential {
  /** Element 0: the exponent x, written before `find`; after it 1: e^x, and 2: e^x - 1, exact for a small x too. */
  readonly terms = new Float64Array(3);
  /** The same three of the last exponent that was worked out, and of the one before. */
  readonly #known = new Float64Array(6).fill(Number.NaN);

  find(): void {
    const { terms } = this;
    const known = this.#known;
    const x = terms[0]!;
    if (x !== known[0]! && x !== known[3]!) {
      known.copyWithin(3, 0, 3);
      known[0] = x;
      known[1] = Math.exp(x);
      known[2] = Math.expm1(x);
    }
    const at = x === known[3]! ? 3 : 0;
    terms[1] = known[at + 1]!;
    terms[2] = known[at + 2]!;
  }
}
