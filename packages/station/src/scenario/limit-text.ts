import type { Located } from '@fedbatch/model';
import type { PlanOutput } from '@fedbatch/runtime';
import { fromBase, type Problems, parseQuantity, sameDimension, UnitError } from '@fedbatch/vocabulary';
import type { NameTable } from './name-table.ts';

/** A limit, resolved: `DO < 15 %`. */
export interface Limit {
  readonly output: PlanOutput;
  /** The output with the quality of a sensor. */
  readonly quality?: string;
  readonly side: 'above' | 'below';
  /** Base units. */
  readonly base: number;
  /** The limit in the words of the model. */
  readonly says: string;
}

/** Reads a limit of an alarm or a rule; problems are reported. `owner`: whose it is. */
export function readLimit(
  text: Located<string>,
  names: NameTable,
  owner: string,
  problems: Problems,
): Limit | undefined {
  const condition = /^(.+?)\s*(<|>)\s*(.+)$/.exec(text.value);
  if (!condition)
    return problems.error(
      'STATION_ALARM_FORM',
      text.place,
      `\`${text.value.slice(0, 80)}\` is not a limit.`,
      'Write a name, < or >, and a value, as `DO < 15 %`.',
    );
  const [, name, sign, value] = condition as unknown as [string, string, '<' | '>', string];
  const output = names.find(name, text);
  try {
    const { base, unit } = parseQuantity(value);
    if (!output) return undefined;
    if (!sameDimension(unit.dimension, output.unit.dimension))
      return problems.error(
        'MODEL_UNIT_CLASH',
        text.place,
        `\`${output.id}\` is in ${output.unit.text}, and the limit of ${owner} in ${unit.text}.`,
        `Write a limit in ${output.unit.text}.`,
      );
    return {
      output,
      ...(output.kind === 'measured' && { quality: `${output.id}.quality` }),
      side: sign === '<' ? 'below' : 'above',
      base,
      says: `${output.says} ${sign} ${Number(fromBase(base, output.unit).toPrecision(6))} ${output.unit.text}`,
    };
  } catch (error) {
    if (!(error instanceof UnitError)) throw error;
    return problems.error(
      'STATION_ALARM_FORM',
      text.place,
      `The limit \`${value.slice(0, 60)}\` is no quantity: ${error.message}`,
      'Write a value with its unit, as 15 %.',
    );
  }
}
