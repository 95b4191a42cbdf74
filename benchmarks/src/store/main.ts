// What a day at one sample a second takes on the disk, and how soon it answers: node benchmarks/src/store/main.ts
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSamples, type StoredSamples, storedCsvText, writeResult } from '@fedbatch/records';
import type { RunResult, Samples } from '@fedbatch/runtime';
import { loadScenario, runScenario } from '@fedbatch/station';

const rounds = 15;
const loaded = loadScenario(join(import.meta.dirname, '../../models/day.yaml'), []);
const { plan } = loaded;
const everything = { ...plan, channels: plan.outputs.map(({ id }) => ({ output: id })) };

const ms = (from: number): number => performance.now() - from;
const text = (value: number, digits = 1): string => value.toFixed(digits);

/** Columns that never stand still and come in no steps: the worst that a run can leave. */
function flowing({ channels, timeH, columns }: Samples): Samples {
  const chosen = channels
    .map((channel, c) => ({ channel, column: columns[c]! }))
    .filter(({ column }) => new Set(column).size > 0.9 * timeH.length)
    .slice(0, 100);
  return { channels: chosen.map(({ channel }) => channel), timeH, columns: chosen.map(({ column }) => column) };
}

/** The least of several times: the machine may do other things. */
async function least(act: () => Promise<unknown>, times = rounds): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < times; i++) {
    const from = performance.now();
    await act();
    best = Math.min(best, ms(from));
  }
  return best;
}

async function measure(name: string, run: RunResult): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'fedbatch-store-'));
  const from = performance.now();
  const now = new Date();
  writeResult(
    folder,
    run,
    {
      ...{ inputs: [], overrides: [], versions: {}, started: now, ended: now },
      actor: { human: null, agent: 'benchmark', role: 'runner', session: null },
    },
    { csv: 'on-demand' },
  );
  const writeS = ms(from) / 1000;
  const bytes = readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
  const ids = flowing(run.samples).channels.map(({ id }) => id);
  const opened = async (use: (samples: StoredSamples) => Promise<unknown>): Promise<void> => {
    const samples = await openSamples(folder);
    await use(samples).finally(() => samples.close());
  };
  const one = await least(() => opened((samples) => samples.read({ ids: ids.slice(0, 1), points: 2000 })));
  const eight = await least(() => opened((samples) => samples.read({ ids: ids.slice(0, 8), points: 2000 })));
  const window = await least(() => opened((samples) => samples.read({ ids: ids.slice(0, 8), fromH: 12, toH: 12.2 })));
  let csvBytes = 0;
  const csv = await least(
    () =>
      opened(async (samples) => {
        csvBytes = 0;
        for await (const chunk of storedCsvText(samples)) csvBytes += Buffer.byteLength(chunk);
      }),
    2,
  );
  rmSync(folder, { recursive: true });
  const cells = [
    `${name}: ${run.samples.channels.length} columns`,
    ...[text(bytes / 1e6), text(writeS), text(one), text(eight), text(window), text(csvBytes / 1e6), text(csv / 1000)],
  ];
  return `| ${cells.join(' | ')} |`;
}

console.log(
  '| 86,401 rows of | folder, MB | written, s | trend of 2,000 points, ms | eight of them, ms | eight columns of 12 min, ms | as CSV, MB | exported, s |\n' +
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
);
console.log(await measure('a plant with its instruments', await runScenario(loaded)));
const all = await runScenario({ ...loaded, plan: everything });
console.log(await measure('everything there is', all));
console.log(await measure('nothing but what flows', { ...all, samples: flowing(all.samples) }));
