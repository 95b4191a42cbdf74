/**
 * e^x of an exponent that goes back and forth between two values, as -dt / tau does where rounded times of a grid leave two lengths of a scan: each is
 * worked out once. It is a pure function, so that no snapshot needs it. Numbers come and go in an array: handed over in calls, they would cost a box each.
 */
export class Exponential {
  /**
   * Element 0: the exponent x, written before `find`; after it 1: e^x, and 2: e^x - 1, exact for a small x too. Behind them the same three of the last
   * exponent that was worked out, and of the one before.
   */
  readonly terms = new Float64Array(9).fill(Number.NaN);

  find(): void {
    const { terms } = this;
    const x = terms[0]!;
    if (x !== terms[3]! && x !== terms[6]!) {
      // Moved one by one: for so few numbers a call into the engine costs more than they do.
      terms[6] = terms[3]!;
      terms[7] = terms[4]!;
      terms[8] = terms[5]!;
      terms[3] = x;
      terms[4] = Math.exp(x);
      terms[5] = Math.expm1(x);
    }
    const isOlder = x === terms[6]!;
    terms[1] = isOlder ? terms[7]! : terms[4]!;
    terms[2] = isOlder ? terms[8]! : terms[5]!;
  }
}
