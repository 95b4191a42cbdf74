import { zstdDecompressSync } from 'node:zlib';
import type { Channel } from '@fedbatch/runtime';
import fc from 'fast-check';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { parquetBytes, schemaKey } from './samples-parquet.ts';
import { samplesSchema } from './samples-table.ts';
import { sampleRun } from './test-run.ts';

const { samples } = sampleRun();
const compressors = { ZSTD: (bytes: Uint8Array) => new Uint8Array(zstdDecompressSync(bytes)) };
const fileOf = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;
const channel = (id: string): Channel => ({ id, says: 'x', unit: 'g/L', kind: 'quantity' });

describe('samples as Parquet', () => {
  it('say in the metadata of the file what each column is', async () => {
    const file = fileOf(parquetBytes(samples));
    const schema = parquetMetadata(file).key_value_metadata?.find(({ key }) => key === schemaKey);
    expect(JSON.parse(schema!.value!)).toEqual(samplesSchema(samples));
    const rows = await parquetReadObjects({ file, compressors });
    expect(Object.keys(rows[0]!)).toEqual([
      'time [h]',
      'X [g/L]',
      'S [g/L]',
      'vessel.feedRate [L/h]',
      'organism.mu [1/h]',
    ]);
  });

  it('come back to the last bit: zeros with their sign, gaps, infinities, what repeats and what does not', async () => {
    const special = fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1.5);
    const column = fc
      .array(fc.oneof({ weight: 1, arbitrary: fc.double() }, { weight: 9, arbitrary: special }), {
        minLength: 1,
        maxLength: 40,
      })
      .map((values) => Float64Array.from({ length: 400 }, (_, i) => values[i % values.length]!));
    await fc.assert(
      fc.asyncProperty(column, async (values) => {
        const timeH = Float64Array.from(values.keys());
        const file = fileOf(parquetBytes({ channels: [channel('a')], timeH, columns: [values] }));
        const rows = await parquetReadObjects({ file, compressors });
        expect(rows.every((row, i) => Object.is(row['a [g/L]'], values[i]))).toBe(true);
        expect(rows.map((row) => row['time [h]'])).toEqual([...timeH]);
      }),
      { numRuns: 60 },
    );
  });

  it('of a day take a byte where a value comes in steps, and next to nothing where it stands still', () => {
    const length = 50_000;
    const timeH = Float64Array.from({ length }, (_, i) => i / 3600);
    const stepped = timeH.map((_, i) => Math.round(10 + 10 * Math.sin(i * i)) / 10);
    const still = timeH.map(() => 0.1);
    const size = (columns: readonly Float64Array[]): number =>
      parquetBytes({ channels: columns.map((_, c) => channel(`c${c}`)), timeH, columns }).length;
    const alone = size([]);
    expect(size([stepped]) - alone).toBeLessThan(length);
    expect(size([still]) - alone).toBeLessThan(1000);
  });

  it('are in several row groups, so that a window can be read without the rest', () => {
    const timeH = Float64Array.from({ length: 40_000 }, (_, i) => i);
    const metadata = parquetMetadata(fileOf(parquetBytes({ channels: [], timeH, columns: [] })));
    expect(metadata.row_groups.map(({ num_rows }) => Number(num_rows))).toEqual([16_384, 16_384, 7_232]);
  });

  it('say between what bounds each column of a row group lies, so that other programs may skip it', () => {
    const timeH = Float64Array.from({ length: 20_000 }, (_, i) => i / 3600);
    const columns = [
      timeH.map((_, i) => (i % 2 === 0 ? Number.NaN : Math.sin(i))),
      timeH.map(() => Number.NaN),
      timeH.map((_, i) => (i === 5 ? Number.NEGATIVE_INFINITY : -1e308)),
      timeH.map(() => 0),
    ];
    const channels = columns.map((_, c) => channel(`c${c}`));
    const { row_groups } = parquetMetadata(fileOf(parquetBytes({ channels, timeH, columns })));
    const said = row_groups.map((group) =>
      group.columns.map(({ meta_data }) => {
        const { min_value, max_value, null_count } = meta_data!.statistics!;
        return [min_value, max_value, null_count];
      }),
    );
    const sines = (from: number, to: number): number[] =>
      [...columns[0]!.subarray(from, to)].filter((value) => !Number.isNaN(value));
    const expected = (from: number, to: number, least: number): unknown => [
      [from === 0 ? -0 : timeH[from], timeH[to - 1], 0n],
      [Math.min(...sines(from, to)), Math.max(...sines(from, to)), 0n],
      [undefined, undefined, 0n],
      [least, -1e308, 0n],
      [-0, 0, 0n],
    ];
    expect(said).toEqual([expected(0, 16_384, Number.NEGATIVE_INFINITY), expected(16_384, 20_000, -1e308)]);
  });
});
