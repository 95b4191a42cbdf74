import { RandomStream } from '@fedbatch/numerics';
import type { Interval } from './bench.ts';

const resamples = 4000;

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : 0.5 * (sorted[middle - 1]! + sorted[middle]!);
}

/** The median of some ratios with its 95 % interval by the percentile bootstrap (Efron 1979, Ann. Stat. 7, 1), the same for the same ratios. */
export function bootstrapMedian(ratios: readonly number[]): Interval {
  const stream = new RandomStream(1, 'bootstrap');
  const medians = Array.from({ length: resamples }, () =>
    medianOf(
      ratios.map(() => {
        stream.uniform();
        return ratios[Math.floor(stream.drawn[0]! * ratios.length)]!;
      }),
    ),
  ).sort((a, b) => a - b);
  return {
    median: medianOf(ratios),
    low: medians[Math.floor(0.025 * resamples)]!,
    high: medians[Math.ceil(0.975 * resamples) - 1]!,
  };
}
