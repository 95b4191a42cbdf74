import type { Json } from './canonical-json.ts';

/** Who did it: a person, a program acting for one, in which role and session. */
export interface Actor {
  readonly human: string | null;
  readonly agent: string | null;
  readonly role: string | null;
  readonly session: string | null;
}

/** When it was. An offline run has simulated time only, so that the same run leaves the same bytes. */
export interface RecordTime {
  /** RFC 3339 with offset, or null in an offline run. */
  readonly wall: string | null;
  /** Monotonic clock in ms, or null in an offline run. */
  readonly mono: number | null;
  /** Simulated time in h. */
  readonly sim: number | null;
  readonly clockSource: 'simulated' | 'system';
  readonly syncState: 'none' | 'unknown' | 'synchronised';
}

/** A block of data that a record vouches for. */
export interface BlobReference {
  /** 64 hex digits. */
  readonly sha256: string;
  /** Length in bytes. */
  readonly len: number;
  readonly dtype: string;
}

/** What the caller says; v, seq, batch and prev follow from the journal. */
export interface JournalEntry {
  readonly type: string;
  readonly actor: Actor;
  readonly t: RecordTime;
  readonly subject: string;
  readonly old?: Json;
  readonly new?: Json;
  readonly unit?: string;
  readonly reason?: string;
  /** seq of the earlier record that this one follows from. */
  readonly cause?: number;
  readonly blob?: readonly BlobReference[];
}

/** A line of a journal: every field is there, in a closed schema. */
export interface JournalRecord {
  readonly v: 1;
  readonly seq: number;
  readonly batch: string;
  readonly type: string;
  readonly actor: Actor;
  readonly t: RecordTime;
  readonly subject: string;
  readonly old: Json;
  readonly new: Json;
  readonly unit: string | null;
  readonly reason: string | null;
  readonly cause: number | null;
  readonly blob: readonly BlobReference[];
  /** Leaf hash of the record before, hex; of the first: zeros. */
  readonly prev: string;
}

/** What the first record follows from. */
export const genesis = '0'.repeat(64);

/** Fills an entry up to a record; what the caller has left out is null. */
export function recordOf(entry: JournalEntry, seq: number, batch: string, prev: string): JournalRecord {
  const given = Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined)) as JournalEntry;
  const rest = { old: null, new: null, unit: null, reason: null, cause: null, blob: [] };
  return { ...rest, ...given, v: 1, seq, batch, prev };
}

type Rule = (value: unknown, record: Record<string, unknown>) => boolean;

const text: Rule = (value) => typeof value === 'string' && value !== '';
const textOrNull: Rule = (value) => value === null || typeof value === 'string';
const numberOrNull: Rule = (value) => value === null || typeof value === 'number';
const hash: Rule = (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
const count: Rule = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const anything: Rule = () => true;
const oneOf =
  (...words: string[]): Rule =>
  (value) =>
    words.includes(value as string);
const fieldsOf =
  (rules: Readonly<Record<string, Rule>>): Rule =>
  (value) =>
    wrongField(value, rules) === undefined;

const actorRules = { human: textOrNull, agent: textOrNull, role: textOrNull, session: textOrNull };
const timeRules = {
  wall: (value: unknown) => value === null || isInstant(value),
  mono: numberOrNull,
  sim: numberOrNull,
  clockSource: oneOf('simulated', 'system'),
  syncState: oneOf('none', 'unknown', 'synchronised'),
};
const blobRules = { sha256: hash, len: count, dtype: text };

const recordRules: Readonly<Record<keyof JournalRecord, Rule>> = {
  v: (value) => value === 1,
  seq: count,
  batch: text,
  type: text,
  actor: fieldsOf(actorRules),
  t: fieldsOf(timeRules),
  subject: text,
  old: anything,
  new: anything,
  unit: textOrNull,
  reason: textOrNull,
  cause: (value, { seq }) => value === null || (count(value, {}) && (value as number) < (seq as number)),
  blob: (value) => Array.isArray(value) && value.every((item) => fieldsOf(blobRules)(item, {})),
  prev: hash,
};

/** Local time without an offset is no instant (RFC 3339, section 5.6). */
function isInstant(value: unknown): boolean {
  return (
    typeof value === 'string' &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value) &&
    !Number.isNaN(Date.parse(value))
  );
}

function wrongField(value: unknown, rules: Readonly<Record<string, Rule>>): string | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return 'its shape';
  const record = value as Record<string, unknown>;
  const unknown = Object.keys(record).find((key) => !Object.hasOwn(rules, key));
  if (unknown !== undefined) return `the field \`${unknown.slice(0, 40)}\``;
  const wrong = Object.keys(rules).find((key) => !Object.hasOwn(record, key) || !rules[key]!(record[key], record));
  return wrong === undefined ? undefined : `\`${wrong}\``;
}

/** What in a value is not as the schema of a record has it, or undefined. Unknown fields are wrong: a secret has no place to slip in. */
export function wrongInRecord(value: unknown): string | undefined {
  return wrongField(value, recordRules);
}
