import { compileModel } from '@fedbatch/model';
import { newSaved } from '../batches/batch.ts';
import { ownBatch } from '../batches/own-batch.ts';
import { p1Problem } from '../batches/problems.ts';
import { ClosedLoop, closedLoopPlan } from '../closed-loop.ts';
import { benchEcoli, modelOf, p1, wholeVessel } from '../models.ts';
import { measureScans, ScanLoop } from '../scan.ts';

/** Exact counts of what a case needs; the same on every machine. */
export type Work = Readonly<Record<string, number>>;

/** Rise of a count that is taken for a change: 2 %. */
const tolerated = 1.02;
/** Bytes a scan that the heap's own bookkeeping may show. */
const tolerableBytes = 8;

/** Counts of every case by name. `bytes a scan` is the one that is measured rather than counted. */
export async function countWork(): Promise<Record<string, Work>> {
  const found: Record<string, Work> = {};
  for (const method of ['rodas5p', 'auto', 'tsit5'] as const) {
    const batch = ownBatch(compileModel(modelOf(p1)), method, 1e-6, p1Problem);
    batch.run(newSaved(p1Problem));
    found[`p1, 20 h, ${method}`] = { ...batch.counters() };
  }
  const { bytes: loopBytes } = await measureScans(new ClosedLoop(closedLoopPlan()), 100_000);
  found['closed loop, scans'] = { 'bytes a scan': Math.round(loopBytes) };
  const { compiled, equipment } = wholeVessel();
  const loops: [string, ScanLoop][] = [
    ['bench E. coli, scans, rodas5p', new ScanLoop(compileModel(modelOf(benchEcoli)), 'vessel.feedRate', 'rodas5p')],
    ['whole vessel, scans, auto', new ScanLoop(compiled, 'vessel.feedRate', 'auto')],
    ['whole vessel with instruments, scans, auto', new ScanLoop(compiled, 'vessel.feedRate', 'auto', 1e-6, equipment)],
  ];
  for (const [name, loop] of loops) {
    loop.begin();
    const feeds = Float64Array.of(0.02, 0.021, 0.022);
    for (let i = 0; i < 1800; i++) loop.scan(feeds, i % 3);
    const counters = { ...loop.plant.work };
    const { bytes } = await measureScans(loop, 100_000);
    found[name] = { ...counters, 'bytes a scan': Math.round(bytes) };
  }
  return found;
}

/** What rose over what stands in the committed file, in sentences. */
export function risenWork(before: Readonly<Record<string, Work>>, now: Readonly<Record<string, Work>>): string[] {
  return Object.entries(now).flatMap(([name, counts]) => {
    const known = before[name];
    if (!known) return [`${name}: not in work.json; write it by --update.`];
    return Object.entries(counts).flatMap(([count, value]) => {
      const limit = count.startsWith('bytes') ? known[count]! + tolerableBytes : known[count]! * tolerated;
      return value <= limit ? [] : [`${name}: ${count} rose from ${known[count]} to ${value}.`];
    });
  });
}
