import type { EstimatorSignal } from '@fedbatch/control';
import type { Model } from '@fedbatch/model';
import type { FeedPlan } from '@fedbatch/runtime';
import { sameDimension } from '@fedbatch/vocabulary';
import type { NameTable } from './name-table.ts';
import type { FeedSource } from './plan-source.ts';
import type { FeedValue } from './shapes/feed.ts';

/** Deviations from which a value is left out: of samples that come late, and, as good as never, of what shows at once. */
const gates = { late: 5, open: 1000 } as const;

/** A feed with a model of its own, while it is planned. */
export interface Own {
  readonly source: FeedSource;
  readonly phase: string;
  readonly value: FeedValue;
  readonly model: Model;
  /** Names of the controller's model. */
  readonly names: NameTable;
}

export type Signal = NonNullable<FeedPlan['reads']>[number];

/** A signal of the estimator, what it is read from, and whether it, or one of its kind, must be there. */
export interface Seen {
  readonly signal: EstimatorSignal;
  readonly read: Signal;
  readonly needed: 'each' | 'one of' | 'none';
}

/** Without more said, one of those that show at once must be heard. */
function neededBy(said: 'yes' | 'no' | undefined, delayH: number): Seen['needed'] {
  if (said === 'yes') return 'each';
  return said === undefined && delayH === 0 ? 'one of' : 'none';
}

/** The signals of which that is said, by index. */
export function where(signals: readonly Seen[], wanted: Seen['needed']): number[] {
  return signals.flatMap(({ needed }, k) => (needed === wanted ? [k] : []));
}

/** What the estimator sees, with its noise and where it is read from; undefined after a problem was reported. */
export function signalsOf({ source: { names, problems }, phase, value, names: own }: Own): Seen[] | undefined {
  const before = problems.errors.length;
  const signals = [...(value.sees ?? [])].flatMap(([name, seen]) => {
    const output = own.find(name, { value: name, place: seen.place });
    const shown = names.find(seen.as.value, seen.as);
    if (!output || !shown) return [];
    if (!sameDimension(output.unit.dimension, shown.unit.dimension)) {
      problems.error(
        'MODEL_UNIT_CLASH',
        seen.as.place,
        `\`${shown.id}\` is in ${shown.unit.text}, and \`${output.id}\`, which it shall show, in ${output.unit.text}.`,
        'Name what shows the same quantity.',
      );
      return [];
    }
    const relative = seen.relative?.value.base ?? 0;
    const absolute = seen.absolute?.value.base ?? 0;
    if (!(relative >= 0 && absolute >= 0 && relative + absolute > 0))
      problems.error(
        'STATION_FEED_SETTING',
        seen.place,
        `The signal \`${name}\` of the ${value.strategy.value} feed of \`${phase}\` has no noise.`,
        'Say how far it may be off: `relative: 2 %`, or `absolute: 0.02 g/L`.',
      );
    const delayH = seen.late?.value.base ?? 0;
    if (delayH < 0)
      problems.error(
        'STATION_FEED_SETTING',
        seen.late!.place,
        `The signal \`${name}\` of the ${value.strategy.value} feed of \`${phase}\` is late by ${seen.late!.value.value} ${seen.late!.value.unit.text}: no value comes before its sample.`,
        'Write how long after its sample it arrives, as `late: 20 min`, or leave it out.',
      );
    const gate = seen['outlier at']?.value.base ?? (delayH > 0 ? gates.late : gates.open);
    return [
      {
        signal: { output: output.id, relative, absolute, gate, ...(delayH > 0 && { delayH }) },
        read: { output: shown.id, ...(shown.kind === 'measured' && { quality: `${shown.id}.quality` }) },
        needed: neededBy(seen.needed?.value, delayH),
      },
    ];
  });
  if (signals.length === 0 && problems.errors.length === before)
    problems.error(
      'STATION_FEED_SETTING',
      value.place,
      `The ${value.strategy.value} feed of \`${phase}\` sees nothing.`,
      'Add `sees: { OUR: { as: OUR, relative: 2 % } }`.',
    );
  return problems.errors.length === before ? signals : undefined;
}
