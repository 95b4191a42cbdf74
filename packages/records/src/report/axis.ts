/** Rounded limits and ticks of an axis: about `count` steps of 1, 2, 2.5 or 5 times a power of ten (Heckbert 1990, Graphics Gems, p. 61). */
export function niceAxis(low: number, high: number, count: number): { low: number; high: number; ticks: number[] } {
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
