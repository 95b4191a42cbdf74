import { canonicalJson } from './canonical-json.ts';
import { genesis, type JournalRecord, wrongInRecord } from './journal-record.ts';
import { writtenPart } from './journal-tail.ts';
import { leafHash, MerkleTree, merkleRoot } from './merkle.ts';

/** The state of a journal that an outside copy can hold it to. */
export interface JournalHead {
  readonly size: number;
  /** Merkle root over all records, hex. */
  readonly root: string;
  /** Leaf hash of the last record, hex; of an empty journal: zeros. */
  readonly last: string;
}

/** What was done to a journal: content changed, a record gone, put in, doubled or out of its place, the tail gone or half written, all written anew. */
export type JournalDamage = 'altered' | 'missing' | 'foreign' | 'doubled' | 'moved' | 'cut' | 'torn' | 'rewritten';

export type JournalVerdict =
  | { readonly valid: true; readonly head: JournalHead }
  | { readonly valid: false; readonly record: number; readonly damage: JournalDamage; readonly why: string };

/** The lines of a journal as bytes, without their line feeds. */
export function* linesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(10, start);
    yield bytes.subarray(start, end === -1 ? bytes.length : end);
    start = end === -1 ? bytes.length : end + 1;
  }
}

interface Link {
  readonly seq: number;
  readonly prev: string;
  readonly leaf: Buffer;
  readonly hash: string;
  /** Why the line is no record; undefined where it is one. */
  readonly wrong?: string;
}

// Fatal, or three bytes of U+FFFD could stand for any broken byte.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function linkOf(line: Uint8Array): Link {
  const leaf = leafHash(line);
  const link = { seq: -1, prev: '', leaf, hash: leaf.toString('hex') };
  try {
    const text = decoder.decode(line);
    const record = JSON.parse(text) as JournalRecord;
    if (canonicalJson(record) !== text) return { ...link, wrong: 'it is not in canonical form' };
    const wrong = wrongInRecord(record);
    if (wrong !== undefined) return { ...link, wrong: `${wrong} is not as the schema of a record has it` };
    return { ...link, seq: record.seq, prev: record.prev };
  } catch {
    return { ...link, wrong: 'it is not a record in canonical JSON' };
  }
}

type Fault = Omit<Extract<JournalVerdict, { valid: false }>, 'valid'>;

/**
 * Checks a journal record by record, and against a head that was kept elsewhere: a tail that was cut off or rewritten as a whole passes the
 * chain and fails the head. Names the first record that is wrong, and what was done to it. Zeros at the end are space that its writer keeps, and no record.
 */
export function verifyJournal(file: Uint8Array, expected?: JournalHead): JournalVerdict {
  const bytes = writtenPart(file);
  const tree = new MerkleTree();
  const lines = linesOf(bytes);
  const isTorn = bytes.length > 0 && bytes.at(-1) !== 10;
  let last: Link | undefined;
  for (let line = lines.next(); !line.done; ) {
    const link = linkOf(line.value);
    line = lines.next();
    if (line.done && isTorn)
      return { valid: false, record: tree.size, damage: 'torn', why: 'its last line is not complete' };
    const fault = faultOf(link, tree.size, last, line.done ? undefined : line.value, expected);
    if (fault) return { valid: false, ...fault };
    tree.append(link.leaf);
    last = link;
  }
  const head = { size: tree.size, root: tree.root().toString('hex'), last: last?.hash ?? genesis };
  const fault = expected && faultAgainst(expected, head, bytes);
  return fault ? { valid: false, ...fault } : { valid: true, head };
}

function faultOf(
  link: Link,
  index: number,
  last: Link | undefined,
  nextLine: Uint8Array | undefined,
  head: JournalHead | undefined,
): Fault | undefined {
  if (link.wrong !== undefined) return { record: index, damage: 'altered', why: link.wrong };
  const prev = last?.hash ?? genesis;
  if (link.seq === index && link.prev === prev) return undefined;
  const next = nextLine && linkOf(nextLine);
  return link.seq === index ? brokenLink(link, index, next, head) : wrongNumber(link, index, last, next);
}

/** The link between two records is broken: the later one is to blame where its link to the one after it is broken too. */
function brokenLink(link: Link, index: number, next: Link | undefined, head: JournalHead | undefined): Fault {
  const isWhole = next?.wrong === undefined && next !== undefined ? next.prev === link.hash : head?.last === link.hash;
  const record = index > 0 && (isWhole || (!next && !head)) ? index - 1 : index;
  const why = record === index ? 'its content was changed' : 'its content was changed after the next one was written';
  return { record, damage: 'altered', why };
}

function wrongNumber(link: Link, index: number, last: Link | undefined, next: Link | undefined): Fault {
  const says = `its number is ${link.seq}`;
  if (link.prev === (last?.hash ?? genesis))
    return { record: index, damage: 'altered', why: `${says}, which was changed` };
  if (link.hash === last?.hash)
    return { record: index, damage: 'doubled', why: 'it is the record before it once more' };
  if (link.seq === index - 1 && link.prev === last?.prev)
    return { record: index - 1, damage: 'foreign', why: `two records have this number; one of them was put in` };
  if (link.seq < index) return { record: index, damage: 'moved', why: `${says}; it stood earlier` };
  if (next?.seq === index) return { record: index, damage: 'moved', why: `${says}; it stood later` };
  return { record: index, damage: 'missing', why: `the next one that is there has number ${link.seq}` };
}

function faultAgainst(expected: JournalHead, head: JournalHead, bytes: Uint8Array): Fault | undefined {
  const record = Math.min(head.size, expected.size);
  const counts = `it has ${head.size} records where the head counts ${expected.size}`;
  if (head.size < expected.size) return { record, damage: 'cut', why: counts };
  if (head.size > expected.size) return { record, damage: 'foreign', why: counts };
  if (head.root === expected.root && head.last === expected.last) return undefined;
  const leaves = [...linesOf(bytes)].slice(0, -1).map(leafHash);
  const withLast = merkleRoot([...leaves, Buffer.from(expected.last, 'hex')]).toString('hex');
  if (withLast === expected.root) return { record: head.size - 1, damage: 'altered', why: 'its content was changed' };
  return {
    record: Math.max(0, head.size - 1),
    damage: 'rewritten',
    why: 'it is consistent in itself but is not the journal that the head was taken of',
  };
}

/**
 * Merkle root over what the records say, their wall clock stamps and the chain over those left out, hex: two runs of the same inputs agree in
 * it although they ran at different times. Throws Error for a journal that is damaged.
 */
export function contentRoot(bytes: Uint8Array): string {
  const verdict = verifyJournal(bytes);
  if (!verdict.valid)
    throw new Error(
      `The journal is damaged at record ${verdict.record}: ${verdict.why}. Compare journals that verify.`,
    );
  const tree = new MerkleTree();
  for (const line of linesOf(writtenPart(bytes)))
    tree.append(leafHash(Buffer.from(withoutWallClock(decoder.decode(line)), 'utf8')));
  return tree.root().toString('hex');
}

function withoutWallClock(line: string): string {
  const { prev: _, t, ...record } = JSON.parse(line) as JournalRecord;
  return canonicalJson({ ...record, t: { sim: t.sim } });
}
