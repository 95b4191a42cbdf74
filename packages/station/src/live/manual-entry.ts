import type { Json } from '@fedbatch/records';
import { type Person, parseUnit, UnitError } from '@fedbatch/vocabulary';
import { mustBe, refuse } from '../refuse.ts';

/** What people did or found by hand, and put on record: the equations do not follow it. */
export const entryKinds = ['sample', 'addition', 'correction', 'comment'] as const;
export type EntryKind = (typeof entryKinds)[number];

export interface ManualEntry {
  readonly kind: EntryKind;
  /** What it says, in words. */
  readonly says: string;
  /** When it was, in the time of the plant or run, h; absent: now. The record has the time of entry besides. */
  readonly timeH?: number;
  /** What was found or added: `{ quantity: 'glucose', value: 4.2, unit: 'g/L' }`. */
  readonly values?: readonly { readonly quantity: string; readonly value: number; readonly unit: string }[];
  /** Number of the record that a correction puts right; that record stays as it is. */
  readonly corrects?: number;
}

/** The fields of its record. Throws ProblemError where it cannot stand; `size`: how many records there are that it may correct. */
export function entryFields(
  person: Person,
  entry: ManualEntry,
  size: number,
): { readonly subject: string; readonly new: Json; readonly reason: string; readonly cause?: number } {
  mustBe(person, 'operator', 'to put something on record');
  const { kind, says, timeH, values = [], corrects } = entry;
  for (const { quantity, value, unit } of values) {
    if (!Number.isFinite(value))
      refuse('STATION_ENTRY_VALUE', `The value of \`${quantity}\` is no finite number.`, 'Leave it out, or give one.');
    try {
      parseUnit(unit);
    } catch (error) {
      if (!(error instanceof UnitError)) throw error;
      refuse('STATION_ENTRY_UNIT', `The unit of \`${quantity}\` is none: ${error.message}`, 'Write for example g/L.');
    }
  }
  if (kind === 'correction' && corrects === undefined)
    refuse('STATION_ENTRY_CORRECTS', 'The correction does not say what it corrects.', 'Give the number of the record.');
  if (corrects !== undefined && !(Number.isInteger(corrects) && corrects >= 0 && corrects < size))
    refuse(
      'STATION_ENTRY_CORRECTS',
      `There is no record ${corrects} to correct; there are ${size}.`,
      'List the records for their numbers.',
    );
  return {
    subject: kind,
    new: { ...(timeH !== undefined && { timeH }), values: values.map((value) => ({ ...value })) },
    reason: says,
    ...(corrects !== undefined && { cause: corrects }),
  };
}
