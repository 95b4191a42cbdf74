import { Bench } from 'tinybench';

/** How long to measure one thing, ms, and how often at least. */
export interface Patience {
  readonly time: number;
  readonly warmup: number;
  readonly iterations: number;
}

/** Processor time of the process, ms: what others do on the machine hardly changes it. That of a thread alone comes in ticks of 4 ms on many machines. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Mean processor time of one call by tinybench, in microseconds: systems count it in ticks longer than a call, so that a median would show none. `prepare` is called before each call and not timed. */
export async function meanTime(
  name: string,
  run: () => void,
  { time, warmup, iterations }: Patience,
  prepare?: () => void,
): Promise<number> {
  const bench = new Bench({
    now: processorTime,
    time,
    iterations,
    warmup: warmup > 0,
    warmupTime: warmup,
    warmupIterations: 1,
    throws: true,
  });
  bench.add(name, run, { async: false, ...(prepare && { beforeEach: prepare }) });
  await bench.run();
  const { result } = bench.tasks[0]!;
  if (!('latency' in result)) throw new Error(`${name} was not measured: its task ended as ${result.state}.`);
  return 1000 * result.latency.mean;
}
