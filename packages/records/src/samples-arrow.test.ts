import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Samples } from '@fedbatch/runtime';
import { type Table, tableFromIPC } from 'apache-arrow';
import { afterAll, describe, expect, it } from 'vitest';
import { openSamples } from './open-samples.ts';
import { storedArrow } from './samples-arrow.ts';
import { parquetBytes } from './samples-parquet.ts';
import type { SamplesQuery } from './stored-samples.ts';

const folder = mkdtempSync(join(tmpdir(), 'fedbatch-arrow-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const timeH = Float64Array.from({ length: 40_000 }, (_, i) => i / 3600);
const samples: Samples = {
  channels: [
    { id: 'X', says: 'biomass', unit: 'g/L', kind: 'concentration' },
    { id: 'DO.probe', says: 'dissolved oxygen', unit: '%', kind: 'measured' },
  ],
  timeH,
  columns: [timeH.map((t) => Math.exp(t)), timeH.map((_, i) => (i % 3 === 0 ? Number.NaN : i % 5 === 0 ? -0 : i))],
};
writeFileSync(join(folder, 'samples.parquet'), parquetBytes(samples));

async function table(query: SamplesQuery): Promise<Table> {
  const stored = await openSamples(folder);
  const chunks: Uint8Array[] = [];
  for await (const chunk of storedArrow(stored, query)) chunks.push(chunk);
  await stored.close();
  return tableFromIPC(Buffer.concat(chunks));
}
const columnOf = (read: Table, title: string): Float64Array => Float64Array.from(read.getChild(title)!.toArray());

describe('stored samples as an Arrow stream', () => {
  it('are the same to the last bit, a batch for each group of rows', async () => {
    const read = await table({});
    expect(read.batches.map(({ numRows }) => numRows)).toEqual([16_384, 16_384, 7_232]);
    expect(columnOf(read, 'time [h]')).toEqual(timeH);
    expect(columnOf(read, 'X [g/L]')).toEqual(samples.columns[0]);
    expect(columnOf(read, 'DO.probe [%]')).toEqual(samples.columns[1]);
  });

  it('say of each field what it is, in the unit that was asked for, for the window that was asked for', async () => {
    const read = await table({ ids: ['X'], fromH: 1, toH: 1.5, units: { X: 'mg/L' } });
    expect(read.schema.fields.map(({ name, metadata }) => [name, Object.fromEntries(metadata)])).toEqual([
      ['time [h]', { id: 'time', says: 'time since the start of the run', unit: 'h', kind: 'time' }],
      ['X [mg/L]', { id: 'X', says: 'biomass', unit: 'mg/L', kind: 'concentration' }],
    ]);
    expect(columnOf(read, 'time [h]')).toEqual(timeH.slice(3600, 5401));
    expect(columnOf(read, 'X [mg/L]')[0]).toBeCloseTo(1000 * Math.E, 9);
  });

  it('may have no rows, end as a stream does, and are refused before the first byte where the query has no answer', async () => {
    const stored = await openSamples(folder);
    const none: Uint8Array[] = [];
    for await (const chunk of storedArrow(stored, { fromH: 50 })) none.push(chunk);
    expect(tableFromIPC(Buffer.concat(none)).numRows).toBe(0);
    expect(Buffer.concat(none).subarray(-8).toString('hex')).toBe('ffffffff00000000');
    await expect(storedArrow(stored, { ids: ['Y'] }).next()).rejects.toThrow(/no column `Y`/);
    await expect(storedArrow(stored, { fromH: 2, toH: 1 }).next()).rejects.toThrow(/ends before it begins/);
    await stored.close();
  });
});
