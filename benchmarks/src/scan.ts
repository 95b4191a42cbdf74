import type { CompiledModel } from '@fedbatch/model';
import type { Method } from '@fedbatch/numerics';
import { Plant } from '@fedbatch/plant';

/** Times in microseconds. */
export interface ScanTimes {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly maximum: number;
  readonly rhsCalls: number;
  /** Bytes that a scan leaves to the garbage collector, the least of several rounds. */
  readonly bytes: number;
}

/** Scans in a batch of 20 h: after it the plant starts anew, as no culture lives for ever. */
const batchScans = 72_000;

/** One-second scans with a changed input each: demand, integrate, sense. Each scan is timed on its own. */
export function measureScans(compiled: CompiledModel, input: string, count: number, method: Method): ScanTimes {
  const plant = new Plant(compiled, { method, relativeTolerance: 1e-6 });
  plant.begin();
  const slot = plant.instance.slotOf(input);
  const samples = new Float64Array(compiled.model.outputs.length);
  const times = new Float64Array(count);
  const second = 1 / 3600;
  let scan = 0;
  const one = (): void => {
    plant.demand(slot, 0.02 + 0.001 * (scan % 7));
    plant.integrate(++scan * second);
    plant.sense(samples);
    if (scan === batchScans) {
      plant.begin();
      scan = 0;
    }
  };
  const rounds = 5;
  const perRound = Math.max(1, Math.floor(count / rounds));
  let bytes = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < perRound; i++) one();
    const used = (process.memoryUsage().heapUsed - before) / perRound;
    if (used >= 0) bytes = Math.min(bytes, used);
  }
  plant.begin();
  scan = 0;
  let calls = 0;
  for (let i = 0; i < count; i++) {
    const from = process.hrtime.bigint();
    one();
    times[i] = Number(process.hrtime.bigint() - from) / 1000;
    if (scan === batchScans - 1 || i === count - 1) calls += plant.work.rhsCalls;
  }
  const rhsCalls = calls / count;
  const sorted = times.sort();
  const at = (share: number): number => sorted[Math.min(count - 1, Math.floor(share * count))]!;
  return {
    count,
    p50: at(0.5),
    p99: at(0.99),
    p999: at(0.999),
    maximum: sorted[count - 1]!,
    rhsCalls,
    bytes: Number.isFinite(bytes) ? bytes : Number.NaN,
  };
}
