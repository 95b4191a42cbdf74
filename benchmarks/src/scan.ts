import { constants, type NodeGCPerformanceDetail, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { CompiledModel } from '@fedbatch/model';
import { EVENT, type Method, outcomeSentences, REACHED } from '@fedbatch/numerics';
import { Equipment, type EquipmentSpec, Plant } from '@fedbatch/plant';

/** Times in microseconds, of each scan on its own. */
export interface ScanTimes {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly maximum: number;
  /** The least that the clock itself shows between two readings. */
  readonly clock: number;
  readonly rhsCalls: number;
  /** Bytes that a scan leaves to the garbage collector. */
  readonly bytes: number;
  /** Garbage collections while the scans were timed, and the longest of them. */
  readonly collections: number;
  readonly longestCollection: number;
  /** How often the operating system took the processor away meanwhile: a large maximum is then not ours. */
  readonly preemptions: number;
}

// Node.js shows the collector only when asked by a flag; the flag may come late, for contexts made after it.
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const secondH = 1 / 3600;
/** The flag of a collection that was asked for (node:perf_hooks, NODE_PERFORMANCE_GC_FLAGS_FORCED). */
const forced = constants.NODE_PERFORMANCE_GC_FLAGS_FORCED;
/** Scans in a batch of 20 h: after it the plant starts anew, outside the measured time. */
export const batchScans = 72_000;

/** What can be scanned and timed. */
export interface Scanned {
  /** Starts a batch anew. */
  begin(): void;
  readonly isOver: boolean;
  /** One scan with its input set to `demands[at]`; an index, because a number handed over may cost a box. */
  scan(demands: Float64Array, at: number): void;
  /** Right-hand sides since `begin`. */
  readonly rhsCalls: number;
}

/** One plant in one-second scans: a demand on one input, integration to the end of the scan, a sample of every output. */
export class ScanLoop implements Scanned {
  readonly plant: Plant;
  readonly samples: Float64Array;
  readonly #slot: number;
  readonly #spec: EquipmentSpec | undefined;
  #equipment: Equipment | undefined;
  #scan = 0;

  constructor(
    compiled: CompiledModel,
    input: string,
    method: Method,
    relativeTolerance = 1e-6,
    equipment?: EquipmentSpec,
  ) {
    this.#spec = equipment;
    this.plant = new Plant(compiled, { method, relativeTolerance });
    this.samples = new Float64Array(compiled.model.outputs.length);
    this.#slot = this.plant.instance.slotOf(input);
    this.begin();
  }

  begin(): void {
    const { instance } = this.plant;
    instance.model.parameters.forEach(({ value }, slot) => {
      instance.parameters[slot] = value;
    });
    this.plant.begin();
    this.#equipment = this.#spec && new Equipment(this.plant, this.#spec, 1, secondH);
    this.#scan = 0;
  }

  get isOver(): boolean {
    return this.#scan >= batchScans;
  }

  get rhsCalls(): number {
    return this.plant.work.rhsCalls;
  }

  scan(demands: Float64Array, at: number): void {
    const { plant } = this;
    plant.goalH[0] = ++this.#scan * secondH;
    const equipment = this.#equipment;
    if (equipment) {
      // The feed pump is the first actuator.
      equipment.demands[0] = demands[at]!;
      equipment.act();
    } else plant.demandFrom(this.#slot, demands, at);
    let outcome = plant.integrateToGoal();
    while (outcome === EVENT) {
      for (const event of plant.firedEvents()) plant.happen(event);
      outcome = plant.integrateToGoal();
    }
    if (outcome !== REACHED) throw new Error(`Scan ${this.#scan} at ${plant.timeH} h: ${outcomeSentences[outcome]}`);
    if (equipment) equipment.sense();
    else plant.sense(this.samples);
  }
}

/** Feeds in L/h, taken in turn so that every scan has another one than the last. */
const feeds = Float64Array.of(0.02, 0.021, 0.022, 0.023, 0.024, 0.025, 0.026);

export async function measureScans(loop: Scanned, count: number): Promise<ScanTimes> {
  const warmup = Math.min(count, 80_000);
  for (let i = 0; i < warmup; i++) {
    if (loop.isOver) loop.begin();
    loop.scan(feeds, i % feeds.length);
  }
  // What was there before is not to be collected, or moved, in what is measured.
  collectGarbage();
  loop.begin();
  const before = loop.rhsCalls;
  const counted = Math.min(count, batchScans);
  for (let i = 0; i < counted; i++) loop.scan(feeds, i % feeds.length);
  const rhsCalls = (loop.rhsCalls - before) / counted;
  loop.begin();
  const { times, ...disturbances } = await timeScans(loop, count);
  // Last, when nothing is left to be compiled.
  const bytes = bytesPerScan(loop, Math.min(count, 2000));
  const at = (share: number): number => times[Math.min(count - 1, Math.floor(share * count))]!;
  return {
    count,
    p50: at(0.5),
    p99: at(0.99),
    p999: at(0.999),
    maximum: times[count - 1]!,
    clock: clockReading(),
    rhsCalls,
    bytes,
    ...disturbances,
  };
}

async function timeScans(loop: Scanned, count: number) {
  const times = new Float64Array(count);
  const pauses: number[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { detail } = entry as PerformanceEntry & { readonly detail: NodeGCPerformanceDetail };
      if (((detail.flags ?? 0) & forced) === 0) pauses.push(1000 * entry.duration);
    }
  });
  await sleep(20);
  observer.observe({ entryTypes: ['gc'] });
  const switchesBefore = process.resourceUsage().involuntaryContextSwitches;
  for (let i = 0; i < count; i++) {
    if (loop.isOver) {
      // What a new batch leaves behind is not the scans'.
      loop.begin();
      collectGarbage();
    }
    const at = i % feeds.length;
    const from = performance.now();
    loop.scan(feeds, at);
    times[i] = performance.now() - from;
  }
  const preemptions = process.resourceUsage().involuntaryContextSwitches - switchesBefore;
  await sleep(20);
  observer.disconnect();
  for (let i = 0; i < count; i++) times[i]! *= 1000;
  return {
    times: times.sort(),
    collections: pauses.length,
    longestCollection: Math.max(0, ...pauses),
    preemptions,
  };
}

/** The median growth of the used heap over short rounds, less what a round of one scan grows by: the first scan of a batch chooses the first step, once. A collection in a round makes it negative: left out. */
function bytesPerScan(loop: Scanned, count: number): number {
  const growth = (scans: number): number => {
    const found: number[] = [];
    for (let round = 0; round < 15; round++) {
      loop.begin();
      const before = getHeapStatistics().used_heap_size;
      for (let i = 0; i < scans; i++) loop.scan(feeds, i % feeds.length);
      const grown = getHeapStatistics().used_heap_size - before;
      if (grown >= 0) found.push(grown);
    }
    return found.sort((a, b) => a - b)[found.length >> 1] ?? Number.NaN;
  };
  return Math.max(0, growth(count) - growth(1)) / (count - 1);
}

function clockReading(): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 10_000; i++) {
    const from = performance.now();
    const passed = performance.now() - from;
    if (passed < least) least = passed;
  }
  return 1000 * least;
}
