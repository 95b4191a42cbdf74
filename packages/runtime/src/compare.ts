import type { KeyFigure, ReferenceSeries, Samples } from './run-result.ts';

/** The largest deviation of each compared channel from its data, over the largest of the data: a key figure each. */
export function deviations(samples: Samples, references: readonly ReferenceSeries[]): KeyFigure[] {
  return references.flatMap(({ channel, timeH, values }) => {
    const index = samples.channels.findIndex(({ id }) => id === channel);
    if (index < 0) return [];
    const column = samples.columns[index]!;
    const size = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    let worst = 0;
    timeH.forEach((time, i) => {
      const found = between(samples.timeH, column, time);
      if (Number.isFinite(found) && Number.isFinite(values[i]!)) worst = Math.max(worst, Math.abs(found - values[i]!));
    });
    const { says } = samples.channels[index]!;
    return [
      {
        id: `${channel}.deviation`,
        says: `${says}, largest deviation from the reference`,
        value: (100 * worst) / size,
        unit: '%',
      },
    ];
  });
}

/** The value at a time, straight between samples; NaN outside them. */
function between(times: Float64Array, values: Float64Array, time: number): number {
  let low = 0;
  let high = times.length - 1;
  if (high < 0 || time < times[0]! || time > times[high]!) return Number.NaN;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (times[middle]! <= time) low = middle;
    else high = middle;
  }
  const share = high === low ? 0 : (time - times[low]!) / (times[high]! - times[low]!);
  return values[low]! + share * (values[high]! - values[low]!);
}
