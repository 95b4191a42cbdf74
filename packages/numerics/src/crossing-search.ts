/** A root is near enough when the next guess differs by no more. */
const resolved = 1e-13;

/**
 * Root of a function with a change of sign on [0, 1], by the Illinois variant of the false position with a guard of bisection
 * (Dowell and Jarratt 1971, BIT 11, 168): an end that stays for a second time counts half, so that both come nearer, to `width`. `f0` and `f1` are its
 * values at 0 and 1.
 */
export function findCrossing(f: (theta: number) => number, f0: number, f1: number, width: number): number {
  let a = 0;
  let b = 1;
  let fa = f0;
  let fb = f1;
  let last = 0;
  let moved: 'a' | 'b' | 'neither' = 'neither';
  for (let i = 0; i < 60 && b - a > width; i++) {
    const falsi = (a * fb - b * fa) / (fb - fa);
    const theta = falsi > a && falsi < b && i % 8 < 6 ? falsi : 0.5 * (a + b);
    const value = f(theta);
    if (value === 0 || Math.abs(theta - last) <= resolved) return theta;
    last = theta;
    if (value > 0 === fb > 0) {
      b = theta;
      fb = value;
      if (moved === 'b') fa *= 0.5;
      moved = 'b';
    } else {
      a = theta;
      fa = value;
      if (moved === 'a') fb *= 0.5;
      moved = 'a';
    }
  }
  return b;
}
