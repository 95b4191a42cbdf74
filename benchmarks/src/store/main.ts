// What a day at one sample a second takes on the disk, and how soon it answers: node benchmarks/src/store/main.ts
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HistoryFile, openSamples, type StoredSamples, storedCsvText, writeResult } from '@fedbatch/records';
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

/** The same rows as a live plant keeps them, one after the other. */
async function measureHistory({ samples: { channels, timeH, columns } }: RunResult): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'fedbatch-store-'));
  const history = new HistoryFile(
    folder,
    'history',
    channels.map(({ id }) => id),
  );
  const row = { values: new Float64Array(channels.length), qualities: new Uint8Array(channels.length) };
  const took = new Float64Array(timeH.length);
  for (let i = 0; i < timeH.length; i++) {
    columns.forEach((column, c) => void (row.values[c] = column[i]!));
    const from = performance.now();
    history.append({ stampMs: Math.round(3.6e6 * timeH[i]!), run: 0, scan: i, ...row });
    took[i] = ms(from);
  }
  history.close();
  took.sort();
  const bytes = readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
  const ids = flowing({ channels, timeH, columns }).channels.map(({ id }) => id);
  const opened = async (use: (history: HistoryFile) => void): Promise<void> => {
    const again = new HistoryFile(
      folder,
      'history',
      channels.map(({ id }) => id),
    );
    use(again);
    again.close();
  };
  const trend = await least(() => opened((again) => again.trend(ids[0]!, 0, 1e12, 2000)));
  const coarse = await least(() => opened((again) => again.trend(ids[0]!, 0, 1e12, 100)));
  const open = await least(() => opened(() => undefined));
  rmSync(folder, { recursive: true });
  // One row in 512 seals a block: their median is the 1024th part from the end.
  const quantile = (share: number): string => text(1000 * took[Math.floor(share * (took.length - 1))]!, 0);
  return `| ${[text(bytes / 1e6), quantile(0.5), quantile(0.99), text(took.at(-(took.length >> 10))!), text(open), text(trend), text(coarse)].join(' | ')} |`;
}

console.log(
  '| 86,401 rows of | folder, MB | written, s | trend of 2,000 points, ms | eight of them, ms | eight columns of 12 min, ms | as CSV, MB | exported, s |\n' +
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
);
const plant = await runScenario(loaded);
console.log(await measure('a plant with its instruments', plant));
const all = await runScenario({ ...loaded, plan: everything });
console.log(await measure('everything there is', all));
console.log(await measure('nothing but what flows', { ...all, samples: flowing(all.samples) }));
console.log(
  '\n| history of the plant with its instruments, MB | a row, µs | 99 % of rows, µs | one that seals a block, ms | opened, ms | and a trend of 2,000 points, ms | of 100, ms |\n' +
    '| ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
);
console.log(await measureHistory(plant));
