import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { Journal } from './journal.ts';
import type { JournalEntry } from './journal-record.ts';
import { partsOf } from './journal-tail.ts';
import { contentRoot, verifyJournal } from './journal-verifier.ts';

const folder = mkdtempSync(join(tmpdir(), 'fedbatch-journal-tail-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;
const freshPath = (): string => join(folder, `journal-${count++}.jsonl`);

const entry = (subject: string): JournalEntry => ({
  type: 'setpoint',
  actor: { human: 'A. Person', agent: null, role: 'operator', session: null },
  t: { wall: null, mono: null, sim: 1.5, clockSource: 'simulated', syncState: 'none' },
  subject,
});

function opened(path: string, records: number, flush: 'each' | 'close' = 'each'): Journal {
  const journal = new Journal(path, { batch: 'B-1', flush });
  for (let i = 0; i < records; i++) journal.append(entry(`tag${i}`));
  return journal;
}

/** Bytes of a journal whose writer was killed: with the space that it kept. */
function killed(records: number): Buffer {
  const path = freshPath();
  opened(path, records);
  return readFileSync(path);
}

const whole = partsOf(killed(6)).whole;
/** Where the last line begins. */
const lastLine = whole.lastIndexOf(10, whole.length - 2) + 1;

describe('the tail of a journal', () => {
  it('is space that was kept, which is no damage, goes when the file is closed, and moves no record', () => {
    const path = freshPath();
    const journal = opened(path, 6);
    const open = readFileSync(path);
    expect(open.length).toBeGreaterThan(journal.bytes + 60_000);
    expect(verifyJournal(open, journal.head())).toEqual({ valid: true, head: journal.head() });
    expect(journal.lines(4, 10)).toHaveLength(2);
    const head = journal.close();
    expect(contentRoot(open)).toBe(contentRoot(readFileSync(path)));
    const plain = freshPath();
    const unflushed = opened(plain, 6, 'close');
    expect(statSync(plain).size).toBe(unflushed.bytes);
    expect(unflushed.close()).toEqual(head);
    expect(readFileSync(path).equals(readFileSync(plain))).toBe(true);
  });

  it('grows while records fill it, without one of them lost', () => {
    const path = freshPath();
    const journal = opened(path, 700);
    const lengths = new Set<number>();
    for (let i = 0; i < 700; i++) {
      journal.append(entry(`more${i}`));
      lengths.add(statSync(path).size);
    }
    expect(lengths.size).toBeGreaterThan(1);
    expect(lengths.size).toBeLessThan(8);
    expect(verifyJournal(readFileSync(path), journal.head()).valid).toBe(true);
    expect(JSON.parse(journal.lines(1399, 1)[0]!).subject).toBe('more699');
    expect(journal.close().size).toBe(1400);
  });

  it('after a kill is cut away, and the journal goes on where its records end', () => {
    const path = freshPath();
    writeFileSync(path, killed(6));
    const journal = new Journal(path, { batch: 'B-1', flush: 'each' });
    expect(journal.torn).toBeUndefined();
    expect(journal.append(entry('after'))).toBe(6);
    expect(verifyJournal(readFileSync(path), journal.close())).toMatchObject({ valid: true });
  });

  it('may hold any part of the last line, as a power cut leaves it: that alone is put aside', () => {
    const line = whole.subarray(lastLine);
    // Whatever pages of the line came to the disk, in any order; the rest are zeros.
    const cut = fc.array(fc.record({ from: fc.nat(line.length), length: fc.nat(200) }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(cut, fc.nat(5000), (missing, space) => {
        const found = Buffer.concat([whole, Buffer.alloc(space)]);
        for (const { from, length } of missing)
          found.fill(0, lastLine + from, Math.min(whole.length, lastLine + from + length));
        fc.pre(found.subarray(lastLine, whole.length).includes(0));
        const path = freshPath();
        writeFileSync(path, found);
        const journal = new Journal(path, { batch: 'B-1', flush: 'each' });
        expect(journal.size).toBe(5);
        const rest = found.subarray(lastLine).some((byte) => byte !== 0);
        expect(journal.torn !== undefined).toBe(rest);
        journal.append(entry('after'));
        expect(verifyJournal(readFileSync(path), journal.close())).toMatchObject({ valid: true });
        rmSync(path);
      }),
      { numRuns: 60 },
    );
  });

  it('hides no record that was lost: zeros with more than one line behind them are damage', () => {
    fc.assert(
      fc.property(fc.nat(lastLine - 1), fc.integer({ min: 1, max: 300 }), (from, length) => {
        const found = Buffer.concat([whole, Buffer.alloc(100)]);
        // Not the end of the line before the last: that may be torn off with it.
        fc.pre(whole.subarray(from + length).filter((byte) => byte === 10).length > 1);
        found.fill(0, from, from + length);
        const path = freshPath();
        writeFileSync(path, found);
        expect(() => new Journal(path, { batch: 'B-1', flush: 'each' })).toThrow(/is damaged at record/);
        expect(readFileSync(path).equals(found)).toBe(true);
        rmSync(path);
      }),
      { numRuns: 60 },
    );
  });

  it('is written by one: who finds that somebody else opened it, wrote behind it or cut it writes nothing', () => {
    const path = freshPath();
    const first = opened(path, 2);
    const second = new Journal(path, { batch: 'B-1', flush: 'each' });
    expect(() => first.append(entry('first'))).toThrow(/something else writes to it/);
    second.append(entry('second'));
    expect(() => first.append(entry('first'))).toThrow(/something else writes to it/);
    expect(verifyJournal(readFileSync(path), second.head()).valid).toBe(true);
    appendFileSync(path, 'x');
    expect(() => second.append(entry('third'))).toThrow(/something else writes to it/);
    truncateSync(path, 100);
    expect(() => second.append(entry('third'))).toThrow(/something else writes to it/);
    expect(statSync(path).size).toBe(100);
  });
});
