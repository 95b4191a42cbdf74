import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.ts';
import { Journal, type JournalEntry, verifyJournal } from './journal.ts';
import { leafHash, merkleRoot } from './merkle.ts';

const folder = mkdtempSync(join(tmpdir(), 'fedbatch-journal-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;
const freshPath = (): string => join(folder, `journal-${count++}.jsonl`);

const entry = (subject: string, value: number): JournalEntry => ({
  type: 'setpoint',
  actor: { human: 'A. Person', agent: null, role: 'operator', session: null },
  t: { wall: null, mono: null, sim: 1.5, clockSource: 'simulated', syncState: 'none' },
  subject,
  old: value - 1,
  new: value,
  unit: 'L/h',
  reason: 'test',
});

function written(records: number): { path: string; bytes: Buffer; head: ReturnType<Journal['close']> } {
  const path = freshPath();
  const journal = new Journal(path, { batch: 'B-1', flush: 'close' });
  for (let i = 0; i < records; i++) journal.append(entry(`tag${i}`, i / 7));
  const head = journal.close();
  return { path, bytes: readFileSync(path), head };
}

describe('a journal', () => {
  it('verifies as it was written, against its head', () => {
    const { bytes, head } = written(20);
    expect(verifyJournal(bytes, head)).toEqual({ valid: true, head });
    expect(head.size).toBe(20);
  });

  it('shows every flipped bit', () => {
    const { bytes, head } = written(4);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(verifyJournal(changed, head).valid, `bit ${bit}`).toBe(false);
    }
  });

  it('shows records that are deleted, doubled, swapped or put in, and names the first', () => {
    const { bytes, head } = written(12);
    const lines = bytes.toString().trimEnd().split('\n');
    const change = fc.record({ kind: fc.constantFrom('delete', 'double', 'swap', 'insert'), at: fc.nat({ max: 10 }) });
    fc.assert(
      fc.property(change, ({ kind, at }) => {
        const changed = [...lines];
        if (kind === 'delete') changed.splice(at, 1);
        if (kind === 'double') changed.splice(at, 0, lines[at]!);
        if (kind === 'swap') [changed[at], changed[at + 1]] = [changed[at + 1]!, changed[at]!];
        if (kind === 'insert') changed.splice(at, 0, lines[at]!.replace('tag', 'gat'));
        const verdict = verifyJournal(Buffer.from(`${changed.join('\n')}\n`), head);
        expect(verdict).toMatchObject({ valid: false });
        if (!verdict.valid && kind !== 'double') expect(verdict.record).toBeGreaterThanOrEqual(at);
      }),
    );
  });

  it('shows a tail that was cut off, and one that was rewritten with a sound chain, by the head alone', () => {
    const { bytes, head } = written(12);
    const cut = Buffer.from(`${bytes.toString().trimEnd().split('\n').slice(0, 9).join('\n')}\n`);
    expect(verifyJournal(cut).valid).toBe(true);
    expect(verifyJournal(cut, head)).toMatchObject({ valid: false, why: 'it has 9 records where the head counts 12' });
    const path = freshPath();
    const forged = new Journal(path, { batch: 'B-1', flush: 'close' });
    for (let i = 0; i < 12; i++) forged.append(entry(`tag${i}`, i === 11 ? 99 : i / 7));
    forged.close();
    expect(verifyJournal(readFileSync(path)).valid).toBe(true);
    expect(verifyJournal(readFileSync(path), head)).toMatchObject({ valid: false });
  });

  it('goes on after a restart, and moves a torn last line aside', () => {
    const { path } = written(5);
    appendFileSync(path, '{"actor":{"agent"');
    const journal = new Journal(path, { batch: 'B-1', flush: 'each' });
    expect(journal.append(entry('after', 1))).toBe(5);
    const head = journal.close();
    expect(verifyJournal(readFileSync(path), head).valid).toBe(true);
    expect(readdirSync(folder).some((name) => path.endsWith(name.split('.torn-')[0]!) && name.includes('.torn-'))).toBe(
      true,
    );
  });

  it('will not go on from a damaged file', () => {
    const { path, bytes } = written(3);
    rmSync(path);
    appendFileSync(path, bytes.toString().replace('tag1', 'tag9'));
    expect(() => new Journal(path, { batch: 'B-1', flush: 'each' })).toThrow(/damaged at record 2: it does not follow/);
  });

  it('refuses a value that JSON cannot hold before anything is written', () => {
    const path = freshPath();
    const journal = new Journal(path, { batch: 'B-1', flush: 'close' });
    expect(() => journal.append({ ...entry('bad', 1), new: Number.NaN })).toThrow(/\$\.new is NaN/);
    expect(journal.close().size).toBe(0);
    expect(readFileSync(path).length).toBe(0);
  });
});

describe('canonical JSON', () => {
  it('writes numbers and keys as RFC 8785 has them', () => {
    const value = {
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000f\nA\'B"\\\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
    expect(
      canonicalJson({ '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 }),
    ).toBe('{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}');
    expect(canonicalJson(-0)).toBe('0');
  });

  it.each([
    Number.NaN,
    Number.POSITIVE_INFINITY,
    undefined,
    () => 1,
    new Map(),
    new Date(0),
    10n,
    '\ud800',
    [undefined],
    { a: { b: Symbol('x') } },
    Float64Array.of(1),
  ])('refuses %o', (value) => {
    expect(() => canonicalJson({ value })).toThrow(TypeError);
  });

  it('is the same for every order of keys, and reads back to the value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false } as never), (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        const reversed = JSON.parse(text, (_, inner) =>
          inner !== null && typeof inner === 'object' && !Array.isArray(inner)
            ? Object.fromEntries(Object.entries(inner).reverse())
            : inner,
        );
        expect(canonicalJson(reversed)).toBe(text);
      }),
    );
  });
});

describe('the Merkle root', () => {
  // Test vectors of RFC 6962 as certificate-transparency implementations use them.
  const leaves = [
    '',
    '00',
    '10',
    '2021',
    '3031',
    '40414243',
    '5051525354555657',
    '606162636465666768696a6b6c6d6e6f',
  ].map((hex) => leafHash(Buffer.from(hex, 'hex')));
  it.each([
    [0, 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    [1, '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
    [2, 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'],
    [3, 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77'],
    [7, 'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c'],
    [8, '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'],
  ])('of %d leaves is that of the standard vectors', (size, root) => {
    expect(merkleRoot(leaves.slice(0, size)).toString('hex')).toBe(root);
  });
});
