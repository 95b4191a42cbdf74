import { ProblemError } from '@fedbatch/vocabulary';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvSizeLimit, parseCsv } from './csv.ts';
import { readFeedTable } from './feed-table.ts';
import { csvText } from './samples-csv.ts';
import { sampleRun } from './test-run.ts';

const { samples } = sampleRun();
const text = [...csvText(samples)].join('');

describe('samples as CSV', () => {
  it('have a title with a unit for every column and a line for every sample', () => {
    expect(text.split('\n')[0]).toBe('time [h],X [g/L],S [g/L],vessel.feedRate [L/h],organism.mu [1/h]');
    expect(text.trimEnd().split('\n')).toHaveLength(samples.timeH.length + 1);
  });

  it('read back to the same numbers, with gaps where there was no value', () => {
    const columns = parseCsv(text, 'samples.csv');
    expect(columns.map(({ name }) => name)).toEqual(['time', 'X', 'S', 'vessel.feedRate', 'organism.mu']);
    columns.slice(1).forEach(({ values }, c) => expect([...values]).toEqual([...samples.columns[c]!]));
  });
});

describe('a table', () => {
  it('is read as Excel writes it: byte order mark, semicolons, decimal commas, quotes, CRLF', () => {
    const columns = parseCsv('\uFEFF"time [min]";"rate [mL/h]"\r\n0;1,5\r\n30;"2,5"\r\n;\r\n', 'excel.csv');
    expect([...columns[0]!.values]).toEqual([0, 30, Number.NaN]);
    expect([...columns[1]!.values]).toEqual([1.5, 2.5, Number.NaN]);
    expect(columns[1]!.unit.text).toBe('mL/h');
  });

  it('may have titles with the index of an array, which are no units', () => {
    const columns = parseCsv('time [h],tank.c[1],tank.c[2]\n0,1,2\n', 'fmu.csv');
    expect(columns.map(({ name, unit }) => `${name} ${unit.text}`)).toEqual(['time h', 'tank.c[1] -', 'tank.c[2] -']);
  });

  it('may hold line ends, separators and quotes inside of quotes, and its places stay right', () => {
    const text = '"time\n[h]","a, ""b"" [g/L]"\n0,1\n2,x\n';
    expect(() => parseCsv(text, 't.csv')).toThrow(/t\.csv:4:3 {2}`x`/);
    const [time, column] = parseCsv(text.replace('x', '3'), 't.csv');
    expect([time!.name, time!.unit.text, column!.name]).toEqual(['time', 'h', 'a, "b"']);
    expect([...column!.lines]).toEqual([3, 4]);
  });

  it('may have the empty columns and lines at its end that a spreadsheet leaves', () => {
    const columns = parseCsv('time [h];X [g/L];;\r\n0;0,2;;\r\n1;0,3;;\r\n;;;\r\n\r\n', 'excel.csv');
    expect(columns).toHaveLength(2);
    expect([...columns[1]!.values]).toEqual([0.2, 0.3]);
  });

  it('of 200,000 samples is read in a few seconds', () => {
    const text = `time [h],X [g/L],S [g/L]\n${'0.123456789,1.5,2.25e-3\n'.repeat(200_000)}`;
    expect(parseCsv(text, 'long.csv')[2]!.values).toHaveLength(200_000);
  }, 5000);

  it('that is too large is refused before it is read', () => {
    expect(() => parseCsv('"'.repeat(csvSizeLimit + 1), 'huge.csv')).toThrow(/50000001 characters; at most 50000000/);
  });

  it('of a feed is converted to h and L/h', () => {
    const table = readFeedTable('Time [min],Rate [mL/h]\n0,100\n90,200\n', 'feed.csv');
    expect([...table.timeH]).toEqual([0, 1.5]);
    expect([...table.rateLPerH]).toEqual([0.1, 0.2]);
  });

  it.each([
    ['time [h],rate [L/h]\n0,abc\n', /feed\.csv:2:3 {2}`abc` is not a number/],
    ['time [h],rate [L/h]\n0\n', /feed\.csv:2:1 {2}The line has 1 cells, and the header 2/],
    ['time [h],rate [L/hh]\n', /unit of the column `rate` cannot be read/],
    ['time [h],flow [L/h]\n0,1\n', /no column `rate`; it has `time`, `flow`/],
    ['time [h],rate [g]\n0,1\n', /column `rate` is in g/],
    ['time [h],rate [L/h]\n0,1\n1,2,3\n', /feed\.csv:3:1 {2}The line has 3 cells/],
    ['time [h],rate [L/h]\n0,5,1,5\n', /separate the columns with semicolons/],
    [
      'time [h];rate [L/h]\n0;1.234,5\n',
      /feed\.csv:2:3 {2}`1\.234,5` is not a number\.[\s\S]*without marks between thousands/,
    ],
    ['time [h],rate [L/h]\n0,"1,5"\n', /Write a decimal point/],
    ['time [h],rate [L/h]\n0,1e999\n', /`1e999` is not a number that can be held/],
    ['time [h],rate [L/h]\n0,Infinity\n', /`Infinity` is not a number/],
    ['time [h],rate [L/h]\n0,1\n1,\n', /feed\.csv:3:1 {2}The cell of `rate` is empty/],
    ['time [h],rate [L/h],rate [mL/h]\n0,1,1\n', /feed\.csv:1:21 {2}The name `rate` stands over the columns 2 and 3/],
    ['time [h],rate [L/h]\n0,"1\n', /feed\.csv:2:3 {2}A quote that is opened here is never closed/],
    ['"time [h],rate', /feed\.csv:1:1 {2}A quote/],
    ['time,rate [L/h]\n0,1\n', /feed\.csv:1:1 {2}The column `time` is in no unit/],
    ['time [h],,rate [L/h]\n0,,1\n', /feed\.csv:1:10 {2}A column of the header has no name/],
    ['', /no name|fewer than two/],
  ])('is refused with line and column: %j', (table, message) => {
    expect(() => readFeedTable(table, 'feed.csv')).toThrow(message);
  });

  it('of any text is read or refused in words', () => {
    const cell = fc.oneof(
      fc.double().map(String),
      fc.string({ maxLength: 6 }),
      fc.constantFrom('"', '""', ';', ',', '\r', '\t', '1,5', '-', '[', ']'),
    );
    fc.assert(
      fc.property(
        fc.array(
          fc.array(cell, { maxLength: 4 }).map((row) => row.join(',')),
          { maxLength: 6 },
        ),
        (rows) => {
          try {
            parseCsv(rows.join('\n'), 'fuzz.csv');
          } catch (error) {
            expect(error).toBeInstanceOf(ProblemError);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('of numbers is the same after writing and reading', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noDefaultInfinity: true }), { minLength: 1, maxLength: 30 }), (values) => {
        const columns = [Float64Array.from(values)];
        const channels = [{ id: 'a.b', says: 'x', unit: 'g/L', kind: 'quantity' as const }];
        const written = [...csvText({ channels, timeH: Float64Array.from(values.keys()), columns })].join('');
        const [, read] = parseCsv(written, 'round.csv');
        // -0 is written 0.
        expect([...read!.values].map((value) => value + 0)).toEqual(
          values.map((value) => (Number.isFinite(value) ? value + 0 : Number.NaN)),
        );
      }),
    );
  });
});
