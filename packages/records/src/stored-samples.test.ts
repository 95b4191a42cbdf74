import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Samples } from '@fedbatch/runtime';
import fc from 'fast-check';
import { parquetMetadata } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, describe, expect, it } from 'vitest';
import { openSamples } from './open-samples.ts';
import { parquetBytes } from './samples-parquet.ts';

const folder = mkdtempSync(join(tmpdir(), 'fedbatch-samples-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const length = 40_000;
const timeH = Float64Array.from({ length }, (_, i) => i / 3600);
const samples: Samples = {
  channels: [
    { id: 'X', says: 'biomass', unit: 'g/L', kind: 'concentration', panel: 'Biomass' },
    { id: 'DO.probe', says: 'dissolved oxygen', unit: '%', kind: 'measured' },
    { id: 'vessel.temperature', says: 'temperature', unit: 'degC', kind: 'quantity' },
    { id: 'glucose', says: 'glucose', unit: 'g/L', kind: 'measured' },
  ],
  timeH,
  columns: [
    timeH.map((t) => 0.2 * Math.exp(0.3 * t)),
    timeH.map((_, i) => 30 + (i % 7) / 10 + (i === 23_456 ? 50 : 0)),
    timeH.map((t) => 37 + Math.sin(t)),
    timeH.map((_, i) => (i % 1000 < 100 ? Number.NaN : i % 13)),
  ],
};

function stored(name: string, bytes: Uint8Array = parquetBytes(samples)): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'samples.parquet'), bytes);
  return path;
}
const path = stored('run');

describe('stored samples', () => {
  it('tell what their columns are, which of them nobody could measure, and what time they span', async () => {
    const opened = await openSamples(path);
    expect(opened.columns).toEqual(
      samples.channels.map((channel) => ({ ...channel, isTruth: channel.kind !== 'measured' })),
    );
    expect([opened.rows, opened.fromH, opened.toH]).toEqual([length, 0, timeH[length - 1]]);
    await opened.close();
  });

  it('give any window of any columns to the last bit, ends included', async () => {
    const opened = await openSamples(path);
    const ids = samples.channels.map(({ id }) => id);
    const time = fc.oneof(
      fc.double({ min: -1, max: 13, noNaN: true }),
      fc.integer({ min: 0, max: length }).map((i) => i / 3600),
    );
    await fc.assert(
      fc.asyncProperty(fc.subarray(ids, { minLength: 1 }), time, time, async (some, a, b) => {
        const [fromH, toH] = [Math.min(a, b), Math.max(a, b)];
        const series = await opened.read({ ids: some, fromH, toH });
        const rows = [...timeH.keys()].filter((i) => timeH[i]! >= fromH && timeH[i]! <= toH);
        expect(series.map(({ id, decimated }) => [id, decimated])).toEqual(some.map((id) => [id, false]));
        for (const { id, values, timeH: times } of series) {
          const column = samples.columns[ids.indexOf(id)]!;
          expect(times).toEqual(Float64Array.from(rows, (i) => timeH[i]!));
          expect(values).toEqual(Float64Array.from(rows, (i) => column[i]!));
        }
      }),
      { numRuns: 25 },
    );
    expect((await opened.read({})).map(({ id, unit }) => `${id} ${unit}`)).toEqual(
      samples.channels.map(({ id, unit }) => `${id} ${unit}`),
    );
    await opened.close();
  });

  it('are read without other columns and without other hours, which may be damaged', async () => {
    const bytes = parquetBytes(samples);
    const { row_groups } = parquetMetadata(new Uint8Array(bytes).buffer);
    for (const [g, { columns }] of row_groups.entries())
      for (const [c, { meta_data }] of columns.entries()) {
        if (g === 1 && (c === 0 || c === 2)) continue;
        const start = Number(meta_data!.dictionary_page_offset ?? meta_data!.data_page_offset);
        bytes.fill(0xff, start, start + Number(meta_data!.total_compressed_size));
      }
    const opened = await openSamples(stored('holes', bytes));
    const [probe] = await opened.read({ ids: ['DO.probe'], fromH: 5, toH: 9 });
    expect(Math.max(...probe!.values)).toBeGreaterThan(80);
    await expect(opened.read({ ids: ['X'], fromH: 5, toH: 9 })).rejects.toThrow();
    await expect(opened.read({ ids: ['DO.probe'], fromH: 4, toH: 9 })).rejects.toThrow();
    await opened.close();
  });

  it('come in the unit that is asked for, and thinned without losing a peak', async () => {
    const opened = await openSamples(path);
    const [biomass, kelvin, oxygen] = await opened.read({
      ids: ['X', 'vessel.temperature', 'DO.probe'],
      units: { X: 'mg/L', 'vessel.temperature': 'K', 'DO.probe': '%' },
      points: 100,
    });
    expect([biomass!.unit, kelvin!.unit, oxygen!.unit]).toEqual(['mg/L', 'K', '%']);
    expect(biomass!.values[0]).toBeCloseTo(200, 9);
    expect(kelvin!.values[0]).toBeCloseTo(310.15, 9);
    expect(oxygen!.values).toContain(samples.columns[1]![23_456]);
    expect(oxygen!.values.length).toBeLessThanOrEqual(100);
    expect(oxygen!.decimated).toBe(true);
    await opened.close();
  });

  it('are refused in words: columns that are not there, units that do not fit, windows that end before they begin', async () => {
    const opened = await openSamples(path);
    await expect(opened.read({ ids: ['DO.prob'] })).rejects.toThrow(
      /no column `DO\.prob` among the 4.*Did you mean `DO\.probe`\?/,
    );
    await expect(opened.read({ units: { Y: 'g' } })).rejects.toThrow(/no column `Y`/);
    await expect(opened.read({ units: { X: '1/h' } })).rejects.toThrow(
      /column `X` is in g\/L, which cannot be told in 1\/h\.\s+Ask for mg\/L, kg\/m\^3, or leave it in g\/L/,
    );
    await expect(opened.read({ units: { X: 'gg/L' } })).rejects.toThrow(
      /unit `gg\/L` that is asked for the column `X` cannot be read/,
    );
    await expect(opened.read({ fromH: 2, toH: 1 })).rejects.toThrow(/from 2 h to 1 h ends before it begins/);
    await expect(opened.read({ points: 3 })).rejects.toThrow(/3 points is too short/);
    await opened.close();
  });

  it('may be none at all', async () => {
    const none = { ...samples, timeH: new Float64Array(), columns: samples.columns.map(() => new Float64Array()) };
    const opened = await openSamples(stored('none', parquetBytes(none)));
    expect([opened.rows, opened.fromH]).toEqual([0, Number.NaN]);
    expect((await opened.read({ ids: ['X'], points: 100 }))[0]!.values).toHaveLength(0);
    await opened.close();
  });

  it('that are no samples of a run are refused: nothing, a torn file, a table of something else', async () => {
    await expect(openSamples(join(folder, 'nowhere'))).rejects.toThrow(/cannot be opened: ENOENT/);
    await expect(
      openSamples(stored('torn', readFileSync(join(path, 'samples.parquet')).subarray(0, 5000))),
    ).rejects.toThrow(/cannot be read as Parquet/);
    const other = parquetWriteBuffer({ columnData: [{ name: 'a', data: Float64Array.of(1), type: 'DOUBLE' }] });
    await expect(openSamples(stored('other', new Uint8Array(other)))).rejects.toThrow(
      /does not say what its columns are/,
    );
  });
});
