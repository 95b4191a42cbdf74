import type { Located, Model } from '@fedbatch/model';
import { didYouMean, type Problems, type Quantity, sameDimension } from '@fedbatch/vocabulary';

/** An input by id or bare name, and the value that it is to have, in base units; undefined after a problem was reported. */
export function planInput(
  model: Model,
  name: string,
  { value, place }: Located<Quantity>,
  problems: Problems,
): { input: string; value: number } | undefined {
  const inputs = model.parameters.filter((parameter) => parameter.kind === 'input');
  const info = inputs.find((input) => input.id === name) ?? inputs.find((input) => input.id.endsWith(`.${name}`));
  const ids = inputs.map((input) => input.id);
  if (!info)
    return problems.error(
      'STATION_NAME_UNKNOWN',
      place,
      `There is no input \`${name}\`.${didYouMean(name, ids)}`,
      `Inputs are ${ids.join(', ')}.`,
    );
  if (!sameDimension(info.unit.dimension, value.unit.dimension))
    return problems.error(
      'MODEL_UNIT_CLASH',
      place,
      `The input \`${info.id}\` is in ${info.unit.text}, and this value in ${value.unit.text}.`,
      `Write a value in ${info.unit.text}.`,
    );
  if (info.range && (value.base < info.range.low || value.base > info.range.high)) {
    return problems.error(
      'MODEL_INPUT_RANGE',
      place,
      `The input \`${info.id}\` = ${value.value} ${value.unit.text} lies outside its limits.`,
      `Choose a value from ${info.range.low / info.unit.factor} to ${info.range.high / info.unit.factor} ${info.unit.text}.`,
    );
  }
  return { input: info.id, value: value.base };
}
