import { RandomStream } from '@fedbatch/numerics';
import { median } from '@fedbatch/studies';
import type { Interval } from './bench.ts';

const resamples = 4000;

/** The median of some ratios with its 95 % interval by the percentile bootstrap (Efron 1979, Ann. Stat. 7, 1), the same for the same ratios. */
export function bootstrapMedian(ratios: readonly number[]): Interval {
  const stream = new RandomStream(1, 'bootstrap');
  const medians = Array.from({ length: resamples }, () =>
    median(
      ratios.map(() => {
        stream.uniform();
        return ratios[Math.floor(stream.drawn[0]! * ratios.length)]!;
      }),
    ),
  ).sort((a, b) => a - b);
  return {
    median: median(ratios),
    low: medians[Math.floor(0.025 * resamples)]!,
    high: medians[Math.ceil(0.975 * resamples) - 1]!,
  };
}
