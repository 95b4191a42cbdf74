/** Rounded limits and ticks of an axis: about `count` steps of 1, 2, 2.5 or 5 times a power of ten (Heckbert 1990, Graphics Gems, p. 61). */
export function niceAxis(low: number, high: number, count: number): ValueAxis {
  if (!(high > low)) {
    const margin = low === 0 ? 1 : Math.abs(low) * 0.1;
    return niceAxis(low - margin, low + margin, count);
  }
  const raw = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((times) => times * power).find((candidate) => candidate >= raw * (1 - 1e-9))!;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
  return { low: first * step, high: last * step, ticks };
}

export interface ValueAxis {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
}

/** An axis that takes in all finite values of some series; zero belongs on it unless the values keep far away from it. */
export function axisOf(series: readonly { readonly values: Float64Array }[]): ValueAxis {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { values } of series) {
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (low > high) return niceAxis(0, 1, 3);
  const span = high - low;
  // What the last digits of a double make of a constant is no trend.
  if (span <= 1e-9 * Math.max(Math.abs(low), Math.abs(high))) return niceAxis(low, low, 4);
  if (low >= 0 && low < 0.6 * high) return niceAxis(0, high, 4);
  return niceAxis(low, high, 4);
}

const hourSteps = [1, 2, 3, 4, 6, 12, 24, 48, 72, 120, 240];

/** Ticks of a time axis in h that starts at zero: steps that divide a day where the run is long enough, at most 13 of them. */
export function timeTicks(endH: number): number[] {
  if (endH < 6) return niceAxis(0, endH, 8).ticks.filter((tick) => tick <= endH * (1 + 1e-9));
  const step = hourSteps.find((candidate) => endH / candidate <= 12) ?? 240 * Math.ceil(endH / 2880);
  return Array.from({ length: Math.floor(endH / step + 1e-9) + 1 }, (_, i) => i * step);
}
