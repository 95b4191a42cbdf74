import type { Located } from '@fedbatch/model';
import type { LoopPlan, PlanOutput } from '@fedbatch/runtime';
import { fromBase, type Problems, parseQuantity, sameDimension, type Unit, UnitError } from '@fedbatch/vocabulary';
import type { NameTable } from './name-table.ts';

/** A limit, resolved: `DO < 15 %`, or one from a set point: `DO < set point - 10 %`. */
export interface Limit {
  readonly output: PlanOutput;
  /** The output with the quality of a sensor. */
  readonly quality?: string;
  /** The loop from whose set point the limit counts. */
  readonly loop?: string;
  readonly side: 'above' | 'below';
  /** Base units. */
  readonly base: number;
  /** The limit in the words of the model. */
  readonly says: string;
}

/** Reads a limit of an alarm or a rule; problems are reported. `owner`: whose it is; `loops`: whose set points it may count from. */
export function readLimit(
  text: Located<string>,
  names: NameTable,
  owner: string,
  problems: Problems,
  loops?: readonly LoopPlan[],
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
  const deviation = loops && /^set point\s*([+-])\s*(.+)$/.exec(value);
  try {
    const { base, unit } = parseQuantity(deviation ? deviation[2]! : value);
    if (!output) return undefined;
    if (!sameDimension(unit.dimension, output.unit.dimension))
      return problems.error(
        'MODEL_UNIT_CLASH',
        text.place,
        `\`${output.id}\` is in ${output.unit.text}, and the limit of ${owner} in ${unit.text}.`,
        `Write a limit in ${output.unit.text}.`,
      );
    if (deviation) return deviationFrom(output, sign, deviation[1] === '-' ? -base : base, unit, text, loops, problems);
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

/** A limit that goes with the set point of the loop that holds the same value. */
function deviationFrom(
  output: PlanOutput,
  sign: '<' | '>',
  base: number,
  unit: Unit,
  { place }: Located<string>,
  loops: readonly LoopPlan[],
  problems: Problems,
): Limit | undefined {
  const loop = loops.find((plan) => plan.output === output.id);
  if (!loop)
    return problems.error(
      'STATION_ALARM_FORM',
      place,
      `No loop holds \`${output.id}\`, so it has no set point to deviate from.`,
      loops.length > 0 ? `Loops hold ${loops.map((plan) => plan.output).join(', ')}.` : 'Give a value as the limit.',
    );
  if (unit.offset !== 0)
    return problems.error(
      'STATION_ALARM_FORM',
      place,
      `A deviation of \`${output.id}\` in ${unit.text} is a point of a scale and no difference.`,
      'Write it in K.',
    );
  const size = Number((Math.abs(base) / output.unit.factor).toPrecision(6));
  return {
    output,
    ...(output.kind === 'measured' && { quality: `${output.id}.quality` }),
    loop: loop.name,
    side: sign === '<' ? 'below' : 'above',
    base,
    says: `${output.says} ${sign} set point ${base < 0 ? '-' : '+'} ${size} ${output.unit.offset === 0 ? output.unit.text : 'K'}`,
  };
}
