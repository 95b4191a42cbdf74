import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { trendRows } from '../decimate.ts';
import { blockRows, chunksAt, type HistoryPoint, readHead } from './block.ts';
import { HistoryFile } from './history-file.ts';
import { type HistoryRow, rowBytes, writeRow } from './row-shape.ts';

const root = mkdtempSync(join(tmpdir(), 'fedbatch-history-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const fresh = (): string => mkdtempSync(join(root, 'one-'));

const ids = ['flow', 'step', 'still', 'gaps'];
const rowOf = (i: number): HistoryRow => ({
  stampMs: 1000 * i,
  run: 0,
  scan: i,
  values: Float64Array.of(
    Math.sin(i * 12.9898) * 43_758,
    Math.floor(i / 50) % 7,
    21,
    i % 900 < 5 ? Number.NaN : i % 13,
  ),
  qualities: Uint8Array.of(i % 100 === 7 ? 3 : 0, 0, 4, i % 900 < 5 ? 4 : 0),
});
const pointOf = (i: number, column: number): HistoryPoint => {
  const { stampMs, values, qualities } = rowOf(i);
  return { stampMs, value: values[column]!, quality: qualities[column]! };
};
const pointsOf = (column: number, from: number, end: number): HistoryPoint[] =>
  Array.from({ length: Math.max(0, end - from) }, (_, i) => pointOf(from + i, column));
const write = (folder: string, rows: number, from = 0): HistoryFile => {
  const history = new HistoryFile(folder, 'history', ids);
  for (let i = from; i < rows; i++) history.append(rowOf(i));
  return history;
};
const all = (history: HistoryFile, id = 'flow'): HistoryPoint[] =>
  history.read(id, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER).points;
/** What lies on the disk, by name. */
const files = (folder: string): string[] => readdirSync(folder).sort();

describe('a history', () => {
  const rows = 3 * blockRows + 100;
  const folder = fresh();
  const history = write(folder, rows);

  it('gives whole rows of a run, while rows are appended and blocks sealed meanwhile', () => {
    const own = write(fresh(), blockRows + 300);
    own.append({ ...rowOf(blockRows + 300), run: 1 });
    const found: HistoryRow[] = [];
    let next = blockRows + 301;
    for (const batch of own.rowsOf(0)) {
      found.push(...batch);
      for (const end = Math.min(next + 200, 3 * blockRows); next < end; next++) own.append(rowOf(next));
    }
    const expected = Array.from({ length: 3 * blockRows }, (_, i) => rowOf(i));
    expect(found).toEqual(expected.filter(({ scan }) => scan !== blockRows + 300));
    expect([...own.rowsOf(1)].flat().map(({ scan }) => scan)).toEqual([blockRows + 300]);
    own.close();
  });

  it('gives back every value and quality to the last bit, from blocks and from open rows, and after it was opened again', () => {
    const again = (): HistoryFile => new HistoryFile(folder, 'history', ids);
    for (const one of [history, again()]) {
      expect(one.size).toBe(rows);
      expect(one.last()).toEqual({ stampMs: 1000 * (rows - 1), run: 0, scan: rows - 1 });
      ids.forEach((id, column) => expect(all(one, id)).toEqual(pointsOf(column, 0, rows)));
    }
    expect(files(folder)).toEqual(['history.3.rows', 'history.blocks', 'history.columns.json']);
  });

  it('gives any window, page by page', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -10, max: rows + 10 }),
        fc.integer({ min: -10, max: rows + 10 }),
        fc.integer({ min: 1, max: 700 }),
        fc.integer({ min: 0, max: ids.length - 1 }),
        (a, b, limit, column) => {
          const [from, to] = [Math.min(a, b), Math.max(a, b)];
          const read: HistoryPoint[] = [];
          for (let next: number | undefined; next !== -1; ) {
            const page = history.read(ids[column]!, 1000 * from, 1000 * to, limit, next);
            expect(page.points.length).toBeLessThanOrEqual(limit);
            read.push(...page.points);
            next = page.next;
          }
          expect(read).toEqual(pointsOf(column, Math.max(0, from), Math.min(rows, to + 1)));
        },
      ),
      { numRuns: 60 },
    );
    expect(history.read('nobody', 0, 1e12, 10)).toEqual({ points: [], next: -1 });
  });

  it('packs what lies in blocks', () => {
    const bytes = statSync(join(folder, 'history.blocks')).size;
    expect(bytes).toBeLessThan(0.35 * 3 * blockRows * rowBytes(ids.length));
  });

  it('has other columns than another plant, and says so', () => {
    expect(() => new HistoryFile(folder, 'history', ['flow'])).toThrow(/other columns than this plant has tags/);
  });
});

/** What `decimate` would keep of points. */
function thinned(whole: readonly HistoryPoint[], points: number): readonly HistoryPoint[] {
  if (whole.length <= points) return whole;
  const timeH = Float64Array.from(whole, ({ stampMs }) => stampMs);
  const values = Float64Array.from(whole, ({ value }) => value);
  return trendRows({ timeH, values }, points).map((row) => whole[row]!);
}

describe('a trend of a history', () => {
  const rows = 40 * blockRows + 33;
  const history = write(fresh(), rows);

  it('is what all of its points would be thinned to, without unpacking all of them', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: rows - 1 }),
        fc.integer({ min: 0, max: rows - 1 }),
        fc.integer({ min: 8, max: 200 }),
        fc.constantFrom(0, 1, 2),
        (a, b, points, column) => {
          const [from, to] = [Math.min(a, b), Math.max(a, b)];
          const whole = pointsOf(column, from, to + 1);
          expect(history.trend(ids[column]!, 1000 * from, 1000 * to, points)).toEqual(thinned(whole, points));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('reads of most blocks only what they say of themselves', () => {
    const folder = fresh();
    write(folder, 20 * blockRows).close();
    const bytes = readFileSync(join(folder, 'history.blocks'));
    const third = bytes.indexOf('FHB1', bytes.indexOf('FHB1', 10) + 10);
    bytes.fill(0xff, third + chunksAt(ids.length), third + readHead(bytes.subarray(third))!.bytes);
    writeFileSync(join(folder, 'history.blocks'), bytes);
    const damaged = new HistoryFile(folder, 'history', ids);
    expect(() => all(damaged)).toThrow(/damaged in the block/);
    expect(damaged.trend('flow', 0, 1e12, 8)).toEqual(thinned(pointsOf(0, 0, 20 * blockRows), 8));
  });

  it('draws no line over a gap, and has as many points as were asked for at most', () => {
    const isGap = ({ value }: HistoryPoint): boolean => Number.isNaN(value);
    fc.assert(
      fc.property(fc.integer({ min: 8, max: 400 }), (points) => {
        const trend = history.trend('gaps', 0, 1e12, points);
        expect(trend.length).toBeLessThanOrEqual(points);
        expect(trend.filter(isGap).every(({ quality }) => quality === 4)).toBe(true);
        for (const [i, point] of trend.entries()) {
          const before = trend[i - 1];
          if (!before || isGap(before) || isGap(point)) continue;
          expect(pointsOf(3, before.stampMs / 1000, point.stampMs / 1000).some(isGap)).toBe(false);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('is empty where there is nothing, and refused below the least', () => {
    expect(history.trend('flow', 1e12, 2e12, 100)).toEqual([]);
    expect(history.trend('nobody', 0, 1e12, 100)).toEqual([]);
    expect(() => history.trend('flow', 0, 1e12, 7)).toThrow(/7 points is too short/);
  });
});

describe('a history after a kill', () => {
  /** The folder before and after the row that fills a block, which a kill can leave in every state between. */
  const before = fresh();
  write(before, 2 * blockRows - 1);
  const after = fresh();
  cpSync(before, after, { recursive: true });
  write(after, 2 * blockRows, 2 * blockRows - 1);
  const full = 2 * blockRows;
  const sealed = readFileSync(join(after, 'history.blocks'));
  const firstBlock = statSync(join(before, 'history.blocks')).size;
  const openRows = Buffer.concat([readFileSync(join(before, 'history.1.rows')), Buffer.alloc(rowBytes(ids.length))]);
  writeRow(openRows.subarray(-rowBytes(ids.length)), rowOf(full - 1));

  const opened = (folder: string, expected: number): void => {
    const history = new HistoryFile(folder, 'history', ids);
    expect(history.size).toBe(expected);
    expect(all(history)).toEqual(pointsOf(0, 0, expected));
    // It goes on where it was.
    for (let i = expected; i < expected + 3; i++) history.append(rowOf(i));
    expect(all(history)).toEqual(pointsOf(0, 0, expected + 3));
    history.close();
  };

  it('while a row is written has all rows before that one', () => {
    fc.assert(
      fc.property(fc.nat(openRows.length), (bytes) => {
        const folder = fresh();
        cpSync(before, folder, { recursive: true });
        writeFileSync(join(folder, 'history.1.rows'), openRows.subarray(0, bytes));
        opened(folder, blockRows + Math.floor(bytes / rowBytes(ids.length)));
      }),
      { numRuns: 40 },
    );
  });

  it('while a block is written has every row once: at any byte of the block, and with the new file begun or not', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.integer({ min: firstBlock, max: sealed.length }), fc.constant(sealed.length)),
        fc.constantFrom('old', 'part', 'both'),
        (bytes, begun) => {
          const folder = fresh();
          cpSync(before, folder, { recursive: true });
          writeFileSync(join(folder, 'history.1.rows'), openRows);
          writeFileSync(join(folder, 'history.blocks'), sealed.subarray(0, bytes));
          if (begun === 'part') writeFileSync(join(folder, 'history.2.rows.part'), 'half');
          if (begun === 'both' && bytes === sealed.length) writeFileSync(join(folder, 'history.2.rows'), '');
          opened(folder, full);
          expect(files(folder).filter((name) => name.endsWith('.rows'))).toHaveLength(1);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('while a block is written, where the disk has kept its length and not its bytes, has every row once', () => {
    const folder = fresh();
    cpSync(before, folder, { recursive: true });
    writeFileSync(join(folder, 'history.1.rows'), openRows);
    const torn = Buffer.from(sealed);
    torn.fill(0, sealed.length - 40);
    writeFileSync(join(folder, 'history.blocks'), torn);
    opened(folder, full);
  });

  it('is refused, and left as it is, where a block is gone that was on the disk', () => {
    const folder = fresh();
    cpSync(after, folder, { recursive: true });
    truncateSync(join(folder, 'history.blocks'), firstBlock + 100);
    expect(() => new HistoryFile(folder, 'history', ids)).toThrow(
      /damaged at byte \d+: 1 of 2 blocks are whole\. Put a copy/,
    );
    expect(statSync(join(folder, 'history.blocks')).size).toBe(firstBlock + 100);
  });

  it('says where it is damaged when bytes inside of a block were changed', () => {
    const folder = fresh();
    cpSync(after, folder, { recursive: true });
    const bytes = Buffer.from(sealed);
    bytes[firstBlock - 200 * ids.length]! ^= 1;
    writeFileSync(join(folder, 'history.blocks'), bytes);
    const history = new HistoryFile(folder, 'history', ids);
    expect(() => ids.map((id) => all(history, id))).toThrow(/damaged in the block at byte 0 /);
  });
});

describe('a history of an earlier version', () => {
  it('which was open rows throughout, is packed when it is opened', () => {
    const folder = fresh();
    const rows = 4 * blockRows + 7;
    new HistoryFile(folder, 'history', ids).close();
    for (let i = 0; i < rows; i++) {
      const row = Buffer.alloc(rowBytes(ids.length));
      writeRow(row, rowOf(i));
      appendFileSync(join(folder, 'history.rows'), row);
    }
    const history = new HistoryFile(folder, 'history', ids);
    expect(history.size).toBe(rows);
    ids.forEach((id, column) => expect(all(history, id)).toEqual(pointsOf(column, 0, rows)));
    expect(existsSync(join(folder, 'history.rows'))).toBe(false);
  });
});
