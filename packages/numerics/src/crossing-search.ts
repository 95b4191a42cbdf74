/**
 * Root of a function with a change of sign on [0, 1], by the Illinois variant of the false position with a guard of bisection
 * (Dowell and Jarratt 1971, BIT 11, 168): its far side, to `width`. `f0` and `f1` are its values at 0 and 1.
 */
export function findCrossing(f: (theta: number) => number, f0: number, f1: number, width: number): number {
  let a = 0;
  let b = 1;
  let fa = f0;
  let fb = f1;
  for (let i = 0; i < 60 && b - a > width; i++) {
    const falsi = (a * fb - b * fa) / (fb - fa);
    const theta = falsi > a && falsi < b && i % 8 < 6 ? falsi : 0.5 * (a + b);
    const value = f(theta);
    if (value === 0) return theta;
    if (value > 0 === fb > 0) {
      b = theta;
      fb = value;
      fa *= 0.5;
    } else {
      a = theta;
      fa = value;
      fb *= 0.5;
    }
  }
  return b;
}
