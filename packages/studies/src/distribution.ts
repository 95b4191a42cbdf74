/** How a quantity is drawn: by quantile, so that any design of the unit cube serves. */
export interface Distribution {
  readonly shape: 'normal' | 'lognormal' | 'uniform';
  /** Middle of the distribution: mean, or median of the lognormal. */
  readonly middle: number;
  /** Normal and uniform: standard deviation. Lognormal: that of the logarithm. */
  readonly deviation: number;
  /** Nothing is drawn beyond these: the distribution is cut, not heaped, at them. */
  readonly low: number;
  readonly high: number;
}

/** The value at probability u, 0 < u < 1. */
export function quantile({ shape, middle, deviation, low, high }: Distribution, u: number): number {
  if (deviation === 0) return Math.min(Math.max(middle, low), high);
  if (shape === 'uniform') {
    const half = Math.sqrt(3) * deviation;
    const [from, to] = [Math.max(middle - half, low), Math.min(middle + half, high)];
    return from + u * (to - from);
  }
  const place = (value: number): number => {
    if (shape === 'normal') return normalProbability((value - middle) / deviation);
    return value <= 0 ? 0 : normalProbability(Math.log(value / middle) / deviation);
  };
  const [from, to] = [place(low), place(high)];
  const z = normalQuantile(Math.min(Math.max(from + u * (to - from), 1e-15), 1 - 1e-15));
  const value = shape === 'normal' ? middle + deviation * z : middle * Math.exp(deviation * z);
  return Math.min(Math.max(value, low), high);
}

/** Probability of a standard normal value below x (Marsaglia 2004, J. Stat. Softw. 11(4)). */
export function normalProbability(x: number): number {
  if (!(x > -8)) return 0;
  if (x > 8) return 1;
  let sum = x;
  let before = 0;
  for (let term = x, i = 3; sum !== before; i += 2) {
    before = sum;
    term *= (x * x) / i;
    sum += term;
  }
  return 0.5 + sum * Math.exp(-0.5 * x * x - 0.9189385332046728);
}

/** The inverse of it by Newton's method from the middle outward, where it cannot overshoot. */
export function normalQuantile(u: number): number {
  if (u < 0.5) return -normalQuantile(1 - u);
  let z = 0;
  for (let i = 0; i < 100; i++) {
    const step = (u - normalProbability(z)) * Math.exp(0.5 * z * z + 0.9189385332046728);
    z += step;
    if (!(Math.abs(step) > 1e-12)) break;
  }
  return Math.min(z, 8);
}
