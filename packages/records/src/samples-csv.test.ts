import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Samples } from '@fedbatch/runtime';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { parseCsv } from './csv.ts';
import { openSamples } from './open-samples.ts';
import { csvText, storedCsvText } from './samples-csv.ts';
import { parquetBytes } from './samples-parquet.ts';
import type { StoredSamples } from './stored-samples.ts';

const folder = mkdtempSync(join(tmpdir(), 'fedbatch-csv-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function opened<T>(samples: Samples, use: (stored: StoredSamples) => Promise<T>): Promise<T> {
  writeFileSync(join(folder, 'samples.parquet'), parquetBytes(samples));
  const stored = await openSamples(folder);
  return await use(stored).finally(() => stored.close());
}

async function textOf(chunks: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const chunk of chunks) text += chunk;
  return text;
}

const channels = [
  { id: 'X', says: 'biomass', unit: 'g/L', kind: 'concentration' },
  { id: 'S', says: 'glucose', unit: 'g/L', kind: 'concentration' },
] as const;
const few: Samples = {
  channels,
  timeH: Float64Array.of(0, 0.5, 1, 1.5),
  columns: [Float64Array.of(0.25, 1e-7, Number.NaN, -4), Float64Array.of(10, 9.5, 9, 1e21)],
};

describe('stored samples as CSV', () => {
  it('are the very text that a run writes, over several groups of rows and for any numbers', async () => {
    const values = fc.array(fc.double(), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(values, fc.constantFrom(0, 1, 256, 16_384, 20_000), async (some, length) => {
        const timeH = Float64Array.from({ length }, (_, i) => i / 3600);
        const samples = {
          channels: channels.slice(0, 1),
          timeH,
          columns: [timeH.map((_, i) => some[i % some.length]!)],
        };
        expect(await opened(samples, (stored) => textOf(storedCsvText(stored)))).toBe([...csvText(samples)].join(''));
      }),
      { numRuns: 15 },
    );
  });

  it('hold the columns, the window and the units that were asked for', async () => {
    const query = { ids: ['S', 'X'], fromH: 0.5, toH: 1, units: { S: 'mg/L' } };
    const text = await opened(few, (stored) => textOf(storedCsvText(stored, query)));
    expect(text).toBe('time [h],S [mg/L],X [g/L]\n0.5,9500,1e-7\n1,9000,\n');
  });

  it('open in Excel: a byte order mark and CRLF, and on European machines semicolons and decimal commas', async () => {
    const text = (form: 'excel' | 'excel-comma'): Promise<string> =>
      opened(few, (stored) => textOf(storedCsvText(stored, {}, form)));
    expect(await text('excel')).toBe(
      '\uFEFFtime [h],X [g/L],S [g/L]\r\n0,0.25,10\r\n0.5,1e-7,9.5\r\n1,,9\r\n1.5,-4,1e+21\r\n',
    );
    expect(await text('excel-comma')).toBe(
      '\uFEFFtime [h];X [g/L];S [g/L]\r\n0;0,25;10\r\n0,5;1e-7;9,5\r\n1;;9\r\n1,5;-4;1e+21\r\n',
    );
    for (const form of ['excel', 'excel-comma'] as const) {
      const columns = parseCsv(await text(form), 'excel.csv');
      expect(columns.map(({ name, unit }) => `${name} ${unit.text}`)).toEqual(['time h', 'X g/L', 'S g/L']);
      expect(columns.map(({ values }) => values)).toEqual([few.timeH, ...few.columns]);
    }
  });

  it('let others have their turn between two pieces of a long text', async () => {
    const timeH = Float64Array.from({ length: 30_000 }, (_, i) => i / 3600);
    const longest = await opened({ channels, timeH, columns: [timeH, timeH] }, async (stored) => {
      let [pieces, since, longest] = [0, 0, 0];
      let timer = setImmediate(function turn() {
        since = 0;
        timer = setImmediate(turn);
      });
      for await (const _ of storedCsvText(stored)) {
        pieces++;
        longest = Math.max(longest, ++since);
      }
      clearImmediate(timer);
      expect(pieces).toBeGreaterThan(15);
      return longest;
    });
    expect(longest).toBeLessThanOrEqual(2);
  });

  it('are refused before any text where the query has no answer', async () => {
    await opened(few, async (stored) => {
      await expect(storedCsvText(stored, { ids: ['Y'] }).next()).rejects.toThrow(/no column `Y`/);
      await expect(storedCsvText(stored, { fromH: 1, toH: 0 }).next()).rejects.toThrow(/ends before it begins/);
    });
  });
});
