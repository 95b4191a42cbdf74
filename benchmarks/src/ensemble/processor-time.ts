import type { Batch, Hourly } from '../batches/batch.ts';

/** Processor time of the process so far, microseconds. */
const spent = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/** A batch that is timed by the processor's time, which others on the machine hardly disturb: the mean after as long a warm-up. */
export function byProcessorTime(batch: Batch): Batch {
  const runFor = (out: Hourly, seconds: number): number => {
    const started = spent();
    let runs = 0;
    do {
      batch.run(out);
      runs++;
    } while (spent() - started < 1e6 * seconds);
    return (spent() - started) / runs / (batch.batches ?? 1);
  };
  return {
    ...batch,
    microseconds: (out, seconds) => {
      runFor(out, seconds);
      return runFor(out, seconds);
    },
  };
}
