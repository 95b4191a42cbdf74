import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, describe, expect, it } from 'vitest';
import { cellRows } from './csv-cells.ts';
import { type StudyColumn, writeStudyTable } from './study-table.ts';

const folder = mkdtempSync(join(tmpdir(), 'fedbatch-table-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function parquetOf(name: string): Promise<Record<string, unknown>[]> {
  const bytes = readFileSync(join(folder, name));
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const compressors = { ZSTD: (packed: Uint8Array) => new Uint8Array(zstdDecompressSync(packed)) };
  return (await parquetReadObjects({ file, compressors })) as Record<string, unknown>[];
}

const words = fc.string({ minLength: 1, maxLength: 12 }).filter((text) => text.trim() === text && !text.includes('\r'));
const row = fc.record({ name: words, index: fc.integer({ min: 0, max: 1e6 }), value: fc.double(), met: fc.boolean() });

describe('a table of a study', () => {
  it('says the same as CSV and as Parquet, whatever stands in it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 40 }), async (rows) => {
        const columns: StudyColumn[] = [
          { title: 'strategy', type: 'STRING', data: rows.map(({ name }) => name) },
          { title: 'member', type: 'INT32', data: rows.map(({ index }) => index) },
          { title: 'X.end [g/L]', type: 'DOUBLE', data: rows.map(({ value }) => value) },
          { title: 'expect a, b', type: 'BOOLEAN', data: rows.map(({ met }) => met) },
        ];
        const digests = writeStudyTable(folder, 'table', columns);
        expect(digests.map(({ path }) => path)).toEqual(['table.csv', 'table.parquet']);
        const [titles, ...lines] = [...cellRows(readFileSync(join(folder, 'table.csv'), 'utf8').trimEnd(), ',')].map(
          (cells) => cells.map(({ text }) => text),
        );
        expect(titles).toEqual(columns.map(({ title }) => title));
        const packed = await parquetOf('table.parquet');
        expect(packed).toHaveLength(rows.length);
        packed.forEach((found, i) => {
          const { name, index, value, met } = rows[i]!;
          expect(Object.values(found)).toEqual([name, index, value, met]);
          const shown = Number.isFinite(value) ? String(value) : '';
          expect(lines[i]).toEqual([name, String(index), shown, String(met)]);
        });
      }),
      { numRuns: 60 },
    );
  });
});
