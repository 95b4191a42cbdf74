import { createHash } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.ts';
import { Journal } from './journal.ts';
import type { JournalEntry } from './journal-record.ts';
import { contentRoot, verifyJournal } from './journal-verifier.ts';
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

  it('shows every flipped bit and names the record that it stands in', () => {
    const { bytes, head } = written(5);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      const record = bytes.subarray(0, bit >> 3).filter((byte) => byte === 10).length;
      expect(verifyJournal(changed, head), `bit ${bit}`).toMatchObject({ valid: false, record });
    }
  });

  it('shows a broken byte where a replacement character stood, though both read as the same text', () => {
    const path = freshPath();
    const journal = new Journal(path, { batch: 'B-1', flush: 'close' });
    journal.append(entry('a\ufffdb', 1));
    const head = journal.close();
    const changed = Buffer.from(
      readFileSync(path).toString('latin1').replace('\u00ef\u00bf\u00bd', '\u00ff'),
      'latin1',
    );
    expect(changed.toString()).toBe(readFileSync(path).toString());
    expect(verifyJournal(changed, head)).toMatchObject({ valid: false, record: 0 });
  });

  it.each([
    ['delete', 'missing', 0],
    ['double', 'doubled', 1],
    ['swap', 'moved', 0],
    ['insert', 'foreign', 0],
  ] as const)('says of a record, wherever it stands, that somebody did %s it', (kind, damage, shift) => {
    const { bytes, head } = written(12);
    const lines = bytes.toString().trimEnd().split('\n');
    fc.assert(
      fc.property(fc.nat({ max: 10 }), (at) => {
        const changed = [...lines];
        if (kind === 'delete') changed.splice(at, 1);
        if (kind === 'double') changed.splice(at, 0, lines[at]!);
        if (kind === 'swap') [changed[at], changed[at + 1]] = [changed[at + 1]!, changed[at]!];
        if (kind === 'insert') changed.splice(at, 0, lines[at]!.replace('tag', 'gat'));
        expect(verifyJournal(Buffer.from(`${changed.join('\n')}\n`), head)).toMatchObject({
          valid: false,
          damage,
          record: at + shift,
        });
      }),
    );
  });

  it('shows any mixture of cuts, copies and changes', () => {
    const { bytes, head } = written(8);
    const edit = fc.record({ from: fc.nat(bytes.length), length: fc.nat(400), to: fc.nat(bytes.length) });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
        let changed = bytes as Buffer;
        for (const { from, length, to } of edits)
          changed = Buffer.concat([
            changed.subarray(0, to),
            changed.subarray(from, from + length),
            changed.subarray(to + length),
          ]);
        fc.pre(!changed.equals(bytes));
        expect(verifyJournal(changed, head).valid).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  it('shows a tail that was cut off, and one that was rewritten with a sound chain, by the head alone', () => {
    const { bytes, head } = written(12);
    const cut = Buffer.from(`${bytes.toString().trimEnd().split('\n').slice(0, 9).join('\n')}\n`);
    expect(verifyJournal(cut).valid).toBe(true);
    expect(verifyJournal(cut, head)).toMatchObject({
      valid: false,
      record: 9,
      damage: 'cut',
      why: 'it has 9 records where the head counts 12',
    });
    const path = freshPath();
    const forged = new Journal(path, { batch: 'B-1', flush: 'close' });
    for (let i = 0; i < 12; i++) forged.append(entry(`tag${i}`, i > 9 ? 99 : i / 7));
    forged.close();
    expect(verifyJournal(readFileSync(path)).valid).toBe(true);
    expect(verifyJournal(readFileSync(path), head)).toMatchObject({ valid: false, damage: 'rewritten' });
  });

  it('goes on after a restart, and moves a torn last line aside', () => {
    const { path } = written(5);
    appendFileSync(path, '{"actor":{"agent"');
    const journal = new Journal(path, { batch: 'B-1', flush: 'each' });
    expect(readFileSync(journal.torn!, 'utf8')).toBe('{"actor":{"agent"');
    expect(journal.append(entry('after', 1))).toBe(5);
    const head = journal.close();
    expect(verifyJournal(readFileSync(path), head).valid).toBe(true);
  });

  it('loses nothing but the torn line, wherever a writer was killed', () => {
    const { bytes } = written(4);
    for (let kept = 0; kept <= bytes.length; kept += 13) {
      const path = freshPath();
      writeFileSync(path, bytes.subarray(0, kept));
      const whole = bytes.subarray(0, kept).filter((byte) => byte === 10).length;
      expect(verifyJournal(bytes.subarray(0, kept)).valid).toBe(kept === 0 || bytes[kept - 1] === 10);
      const journal = new Journal(path, { batch: 'B-1', flush: 'close' });
      expect(journal.size, `${kept} bytes`).toBe(whole);
      journal.append(entry('after', 1));
      expect(verifyJournal(readFileSync(path), journal.close()).valid).toBe(true);
    }
  });

  it('will not go on from a damaged file, nor beside another writer', () => {
    const { path, bytes } = written(3);
    rmSync(path);
    appendFileSync(path, bytes.toString().replace('tag1', 'tag9'));
    expect(() => new Journal(path, { batch: 'B-1', flush: 'each' })).toThrow(/damaged at record 1: its content was/);
    const { path: shared } = written(3);
    const [first, second] = [1, 2].map(() => new Journal(shared, { batch: 'B-1', flush: 'close' }));
    first!.append(entry('first', 1));
    expect(() => second!.append(entry('second', 1))).toThrow(/something else writes to it/);
    expect(verifyJournal(readFileSync(shared), first!.close()).valid).toBe(true);
    second!.close();
  });

  it.each([
    ['a field that no record has', { password: 'x' }, /the field `password`/],
    ['a field of the actor that no actor has', { actor: { ...entry('a', 1).actor, key: 'x' } }, /`actor`/],
    ['local time without an offset', { t: { ...entry('a', 1).t, wall: '2026-01-01T10:00:00' } }, /`t`/],
    ['a cause that is yet to come', { cause: 7 }, /`cause`/],
    ['a hash that is none', { blob: [{ sha256: 'abc', len: 1, dtype: 'file' }] }, /`blob`/],
    ['no subject', { subject: '' }, /`subject`/],
  ])('refuses %s', (_, changes, message) => {
    const path = freshPath();
    const journal = new Journal(path, { batch: 'B-1', flush: 'close' });
    expect(() => journal.append({ ...entry('a', 1), ...changes } as JournalEntry)).toThrow(message);
    expect(journal.close().size).toBe(0);
  });

  it('of two runs that differ in their wall clock only has one content root, and another where a value differs', () => {
    const at = (wall: string, mono: number, value: number): string => {
      const path = freshPath();
      const journal = new Journal(path, { batch: 'B-1', flush: 'close' });
      const t = { wall, mono, sim: 1.5, clockSource: 'system', syncState: 'unknown' } as const;
      for (const subject of ['a', 'b']) journal.append({ ...entry(subject, value), t });
      journal.close();
      return contentRoot(readFileSync(path));
    };
    const first = at('2026-01-01T00:00:00Z', 1, 1);
    expect(at('2027-02-02T00:00:00+01:00', 99, 1)).toBe(first);
    expect(at('2026-01-01T00:00:00Z', 1, 2)).not.toBe(first);
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
    // biome-ignore lint/suspicious/noSparseArray: a hole is what is refused.
    [1, , 2],
    { [Symbol('hidden')]: 1 },
    Object.assign([] as unknown[], { 0: { '\udc00': 1 } }),
  ])('refuses %o', (value) => {
    expect(() => canonicalJson({ value })).toThrow(TypeError);
  });

  it('refuses what holds itself or is nested without end', () => {
    const loop: Record<string, unknown> = {};
    loop.again = loop;
    expect(() => canonicalJson(loop)).toThrow(/nested deeper than 64 levels, or holds itself/);
  });

  // The bit patterns and texts of RFC 8785, appendix B.
  it.each([
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('writes the number with the bits %s as %s', (bits, text) => {
    expect(canonicalJson(Buffer.from(bits, 'hex').readDoubleBE())).toBe(text);
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
  /** The definition of RFC 9162, section 2.1.1, word for word. */
  const rootAsDefined = (leaves: readonly Uint8Array[]): Uint8Array => {
    if (leaves.length === 1) return leaves[0]!;
    const split = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
    const sides = [leaves.slice(0, split), leaves.slice(split)].map(rootAsDefined);
    return createHash('sha256')
      .update(Buffer.concat([Uint8Array.of(1), ...sides]))
      .digest();
  };

  it('grown leaf by leaf is that of the recursive definition at every size up to 130', () => {
    const grown: Buffer[] = [];
    for (let size = 1; size <= 130; size++) {
      grown.push(leafHash(Uint8Array.of(size)));
      expect(merkleRoot(grown).equals(rootAsDefined(grown))).toBe(true);
    }
  });

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
