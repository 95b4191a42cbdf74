import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import type { Method } from '@fedbatch/numerics';
import { Bench } from 'tinybench';
import { batchOf, errorAtEnd } from './batch.ts';
import { mathjsBatch } from './mathjs-batch.ts';
import { compileBench, compileP1, reference } from './p1.ts';
import { measureScans, type ScanTimes } from './scan.ts';
import { markdown } from './table.ts';

/** One row of the work-precision table. Times in microseconds. */
export interface BatchRow {
  readonly method: string;
  readonly tolerance: number;
  readonly error: number;
  readonly median: number;
  readonly steps?: number;
  readonly rhsCalls?: number;
  /** Time over that of our fastest method at the same achieved error. */
  ratio?: number;
}

export interface Results {
  readonly machine: { readonly cpu: string; readonly cores: number; readonly platform: string };
  readonly versions: Readonly<Record<string, string>>;
  readonly batches: BatchRow[];
  readonly scans: readonly (ScanTimes & { readonly model: string; readonly method: string })[];
  readonly compileMs: readonly { readonly model: string; readonly median: number }[];
}

const ours: readonly Method[] = ['rodas5p', 'auto', 'tsit5', 'odex'];
const say = (text: string): void => void process.stderr.write(`${text}\n`);

async function medianOf(name: string, run: () => void, timeMs: number): Promise<number> {
  const bench = new Bench({ time: timeMs, warmupTime: timeMs / 4, iterations: 3 });
  bench.add(name, run);
  await bench.run();
  const result = bench.tasks[0]!.result as { latency?: { p50: number }; error?: Error };
  if (!result.latency) throw result.error ?? new Error(`${name} was not measured.`);
  return 1000 * result.latency.p50;
}

async function measureBatches(timeMs: number): Promise<BatchRow[]> {
  const compiled = compileP1();
  const rows: BatchRow[] = [];
  for (const method of ours) {
    for (const tolerance of [1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10]) {
      say(`batch: ${method} at ${tolerance}`);
      const batch = batchOf(compiled, method, tolerance);
      batch.run();
      const error = errorAtEnd(batch.instance, batch.integrator.time, batch.integrator.state);
      const { acceptedSteps, rhsCalls } = batch.integrator.counters;
      rows.push({
        method: method === 'odex' ? 'npm odex, behind our contract' : method,
        tolerance,
        error,
        median: await medianOf(method, batch.run, timeMs),
        steps: acceptedSteps,
        rhsCalls,
      });
    }
  }
  for (const tolerance of [1e-3, 1e-5]) {
    say(`batch: mathjs at ${tolerance}`);
    const end = mathjsBatch(tolerance);
    const error = Math.max(...reference.map(({ at20h }, i) => Math.abs(end[i]! / at20h - 1)));
    rows.push({
      method: 'mathjs solveODE (RK45)',
      tolerance,
      error,
      median: await medianOf('mathjs', () => void mathjsBatch(tolerance), timeMs),
    });
  }
  return rows;
}

/** Fills in the ratios: time over the least time of our own methods at the same error, by log-log interpolation between measured points. */
export function addRatios(rows: BatchRow[]): void {
  const own = rows.filter(({ method }) => method === 'rodas5p' || method === 'auto' || method === 'tsit5');
  for (const row of rows) {
    const times = ['rodas5p', 'auto', 'tsit5'].map((method) =>
      timeAt(
        own.filter((point) => point.method === method),
        row.error,
      ),
    );
    row.ratio = row.median / Math.min(...times);
  }
}

function timeAt(points: readonly BatchRow[], error: number): number {
  const sorted = [...points].sort((a, b) => b.error - a.error);
  // A looser error than the loosest that was measured costs no more than that one.
  if (sorted.length === 0) return Number.POSITIVE_INFINITY;
  if (error >= sorted[0]!.error) return sorted[0]!.median;
  for (let i = 1; i < sorted.length; i++) {
    const [before, after] = [sorted[i - 1]!, sorted[i]!];
    if (error < after.error) continue;
    const share = Math.log(error / before.error) / Math.log(after.error / before.error || 2);
    return before.median * (after.median / before.median) ** share;
  }
  return Number.POSITIVE_INFINITY;
}

async function main(): Promise<void> {
  const quick = process.argv.includes('--quick');
  const timeMs = quick ? 50 : 500;
  const batches = await measureBatches(timeMs);
  addRatios(batches);
  const models = [
    { model: 'p1', compile: compileP1, input: 'vessel.feedRate' },
    { model: 'closed E. coli with gas space', compile: compileBench, input: 'vessel.feedRate' },
  ];
  const scans = models.flatMap(({ model, compile, input }) =>
    (['rodas5p', 'auto'] as const).map((method) => {
      say(`scan: ${model} with ${method}`);
      return { model, method, ...measureScans(compile(), input, quick ? 5000 : 200_000, method) };
    }),
  );
  const compileMs = [];
  for (const { model, compile } of models)
    compileMs.push({ model, median: (await medianOf(model, () => void compile(), timeMs)) / 1000 });
  const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'));
  const results: Results = {
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      platform: `${process.platform}-${process.arch}`,
    },
    versions: {
      node: process.versions.node,
      v8: process.versions.v8,
      tinybench: manifest.devDependencies.tinybench,
      mathjs: manifest.devDependencies.mathjs,
      odex: '2.0.4',
    },
    batches,
    scans,
    compileMs,
  };
  const folder = resolve(import.meta.dirname, '..');
  process.stdout.write(`${markdown(results)}\n`);
  if (quick) return;
  mkdirSync(join(folder, 'measured'), { recursive: true });
  writeFileSync(
    join(folder, 'measured', `${results.machine.platform}-${results.machine.cores}-cores.json`),
    `${JSON.stringify(results, null, 2)}\n`,
  );
  const readme = join(folder, 'README.md');
  const text = readFileSync(readme, 'utf8');
  writeFileSync(
    readme,
    text.replace(
      /<!-- table -->[\s\S]*<!-- end of table -->/,
      `<!-- table -->\n${markdown(results)}\n<!-- end of table -->`,
    ),
  );
}

if (import.meta.main) await main();
