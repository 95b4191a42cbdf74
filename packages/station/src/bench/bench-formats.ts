import { median } from '@fedbatch/studies';
import type { BenchResult } from './bench.ts';

/** What github-action-benchmark reads as `customSmallerIsBetter`: times of the present tree. */
export function githubActionBenchmark({ rows }: BenchResult): object {
  return rows.map(({ name, now, ratio, rhsNow }) => ({
    name,
    unit: 'µs a scan',
    value: median(now),
    range: `${Math.min(...now).toPrecision(4)} .. ${Math.max(...now).toPrecision(4)}`,
    extra: `${ratio.median.toFixed(3)} times the base (${ratio.low.toFixed(3)} .. ${ratio.high.toFixed(3)}); ${rhsNow.toFixed(2)} right-hand sides a scan`,
  }));
}

/** Bencher Metric Format: latency in nanoseconds a scan, and the exact count of right-hand sides. */
export function bencherMetricFormat({ rows }: BenchResult): object {
  return Object.fromEntries(
    rows.map(({ name, now, rhsNow }) => [
      name,
      {
        latency: {
          value: 1000 * median(now),
          lower_value: 1000 * Math.min(...now),
          upper_value: 1000 * Math.max(...now),
        },
        'right-hand-sides': { value: rhsNow },
      },
    ]),
  );
}

/** A Markdown table, as a pull request or the summary of a job shows it. */
export function benchMarkdown({ base, pairs, rows, left }: BenchResult): string {
  const cells = rows.map(({ name, now, ratio, rhsBefore, rhsNow }) =>
    [
      name,
      median(now).toPrecision(3),
      ratio.median.toFixed(3),
      `${ratio.low.toFixed(3)} .. ${ratio.high.toFixed(3)}`,
      `${rhsBefore.toFixed(2)} → ${rhsNow.toFixed(2)}`,
    ].join(' | '),
  );
  return [
    `Against ${base.slice(0, 7)}, ${pairs} pairs of fresh processes; a ratio above 1 is slower now.`,
    [
      '| scenario | µs a scan | ratio | 95 % | right-hand sides a scan |',
      '| --- | ---: | ---: | ---: | ---: |',
      ...cells.map((row) => `| ${row} |`),
    ].join('\n'),
    ...left.map(({ name, says }) => `${name} was left out: ${says}.`),
  ].join('\n\n');
}
