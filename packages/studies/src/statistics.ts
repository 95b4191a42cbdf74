/** The value below which a share of sorted values lies, between neighbours by straight lines (type 7 of Hyndman and Fan 1996). */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) return Number.NaN;
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low]! + (at - low) * (sorted[high]! - sorted[low]!);
}

export function median(values: readonly number[]): number {
  return percentile(
    [...values].sort((a, b) => a - b),
    0.5,
  );
}

/** Ranks from 1, the mean rank where values are equal. */
export function ranks(values: readonly number[]): number[] {
  const order = [...values.keys()].sort((a, b) => values[a]! - values[b]!);
  const out = new Array<number>(values.length);
  for (let i = 0; i < order.length; ) {
    let end = i;
    while (end + 1 < order.length && values[order[end + 1]!] === values[order[i]!]) end++;
    for (let k = i; k <= end; k++) out[order[k]!] = 0.5 * (i + end) + 1;
    i = end + 1;
  }
  return out;
}

export function correlation(x: readonly number[], y: readonly number[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  let [xy, xx, yy] = [0, 0, 0];
  x.forEach((value, i) => {
    xy += (value - mx) * (y[i]! - my);
    xx += (value - mx) ** 2;
    yy += (y[i]! - my) ** 2;
  });
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : 0;
}

/**
 * First-order Sobol index of y on x from any sample, by the means of y in classes of x (Plischke, Borgonovo and Smith 2013, Eur. J. Oper. Res.
 * 226, 536), less what chance adds to them: the share of the variance of y that x alone explains. 0 when y does not vary.
 */
export function firstOrderIndex(x: readonly number[], y: readonly number[]): number {
  const n = x.length;
  const classes = Math.max(2, Math.round(Math.sqrt(n) / 2));
  const mean = y.reduce((sum, value) => sum + value, 0) / n;
  const total = y.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  if (n < 2 * classes || !(total > 0)) return 0;
  const order = [...x.keys()].sort((a, b) => x[a]! - x[b]! || a - b);
  let between = 0;
  let chance = 0;
  for (let k = 0; k < classes; k++) {
    const members = order.slice(Math.floor((k * n) / classes), Math.floor(((k + 1) * n) / classes));
    const own = members.reduce((sum, i) => sum + y[i]!, 0) / members.length;
    const within = members.reduce((sum, i) => sum + (y[i]! - own) ** 2, 0) / (members.length - 1);
    between += members.length * (own - mean) ** 2;
    chance += within;
  }
  return Math.min(1, Math.max(0, (between - chance) / total));
}
