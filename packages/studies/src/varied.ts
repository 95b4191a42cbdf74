import type { Model, ParameterInfo } from '@fedbatch/model';
import {
  didYouMean,
  type Place,
  type Problems,
  parseQuantity,
  type Quantity,
  sameDimension,
  UnitError,
} from '@fedbatch/vocabulary';
import type { Distribution } from './distribution.ts';

/** A quantity of a model that differs between members. */
export interface Varied {
  readonly id: string;
  readonly says: string;
  /** Unit in which it is shown. */
  readonly unit: string;
  /** Base units for one of that unit, and where its zero lies. */
  readonly factor: number;
  readonly offset: number;
  readonly slot: number;
  /** In base units. */
  readonly distribution: Distribution;
}

/** What may differ: fixed numbers, charges, streams and inputs, not constants of nature and not what events set. */
const variable: readonly ParameterInfo['kind'][] = ['parameter', 'input', 'stream', 'charge'];

/** Every parameter whose file states a spread. */
export function variedByFiles({ parameters }: Model): Varied[] {
  return parameters.flatMap((parameter, slot) => {
    const { spread, value, distribution } = parameter;
    if (spread === undefined || spread === 0 || value === 0) return [];
    return [variedOf(parameter, slot, relative(parameter, distribution ?? 'normal', spread))];
  });
}

/**
 * `id=how`, as a person types it: `10 %` (relative standard deviation, normal), `0.1..0.3 g/L` (anything between), `lognormal 20 %`,
 * `uniform 10 %`, `normal 0.05 g/L`. Problems go to the list.
 */
export function readVaried(text: string, { parameters }: Model, problems: Problems): Varied | undefined {
  const at = text.indexOf('=');
  const id = text.slice(0, Math.max(0, at)).trim();
  const how = text.slice(at + 1).trim();
  const place: Place = { file: `--vary ${text.slice(0, 60)}`, line: 1, column: 1 };
  if (at < 1 || how === '') return formProblem(problems, place);
  const slot = parameters.findIndex((parameter) => parameter.id === id && variable.includes(parameter.kind));
  const parameter = parameters[slot];
  if (!parameter) {
    const ids = parameters.filter(({ kind }) => variable.includes(kind)).map((known) => known.id);
    return problems.error(
      'STUDY_NAME_UNKNOWN',
      place,
      `There is no quantity \`${id.slice(0, 60)}\` that can vary.${didYouMean(id, ids)}`,
      'Name a parameter, a charge, a stream or an input, as organism.qSmax or charge.X; `fedbatch explain` lists them.',
    );
  }
  const distribution = readHow(how, parameter, place, problems);
  return distribution && variedOf(parameter, slot, distribution);
}

function readHow(how: string, parameter: ParameterInfo, place: Place, problems: Problems): Distribution | undefined {
  const between = /^(\S+)\s*\.\.\s*(\S+)(?:\s+(.+))?$/.exec(how);
  try {
    if (between) {
      const [, low, high, unit = ''] = between;
      const ends = [low!, high!].map((value) => parseQuantity(`${value} ${unit}`.trim()));
      if (!ends.every((end) => fits(end, parameter))) return unitProblem(problems, place, parameter);
      const [from, to] = ends.map(({ base }) => base) as [number, number];
      if (!(to > from)) return formProblem(problems, place);
      return {
        shape: 'uniform',
        middle: 0.5 * (from + to),
        deviation: (to - from) / Math.sqrt(12),
        low: from,
        high: to,
      };
    }
    const [, word, rest] = /^(?:(normal|lognormal|uniform)\s+)?(.+)$/.exec(how)!;
    const shape = (word ?? 'normal') as Distribution['shape'];
    const size = parseQuantity(rest!);
    if (!(size.base > 0)) return formProblem(problems, place);
    if (rest!.trim().endsWith('%')) return relative(parameter, shape, size.base);
    if (shape === 'lognormal') return formProblem(problems, place);
    if (!fits(size, parameter)) return unitProblem(problems, place, parameter);
    return { ...relative(parameter, shape, 1), deviation: size.value * size.unit.factor };
  } catch (error) {
    if (error instanceof UnitError) return formProblem(problems, place);
    throw error;
  }
}

const fits = ({ unit }: Quantity, parameter: ParameterInfo): boolean =>
  sameDimension(unit.dimension, parameter.unit.dimension);

/** A standard deviation relative to the value; what is above zero stays there. */
function relative({ value, range }: ParameterInfo, shape: Distribution['shape'], share: number): Distribution {
  const floor = value > 0 ? 1e-3 * value : Number.NEGATIVE_INFINITY;
  const [low, high] = [
    Math.max(range?.low ?? Number.NEGATIVE_INFINITY, floor),
    range?.high ?? Number.POSITIVE_INFINITY,
  ];
  const deviation = shape === 'lognormal' ? Math.sqrt(Math.log(1 + share * share)) : share * Math.abs(value);
  return { shape, middle: value, deviation, low, high };
}

function variedOf({ id, says, unit }: ParameterInfo, slot: number, distribution: Distribution): Varied {
  return { id, says, unit: unit.text, factor: unit.factor, offset: unit.offset, slot, distribution };
}

function formProblem(problems: Problems, place: Place): undefined {
  return problems.error(
    'STUDY_SPREAD_FORM',
    place,
    'This does not say how a quantity varies.',
    'Write for example --vary "organism.qSmax=10 %", --vary "charge.X=0.1..0.3 g/L" or --vary "organism.Ks=lognormal 20 %".',
  );
}

function unitProblem(problems: Problems, place: Place, { id, unit }: ParameterInfo): undefined {
  return problems.error(
    'STUDY_SPREAD_FORM',
    place,
    `\`${id}\` is in ${unit.text}, and the unit given is of another kind.`,
    `Give the spread in ${unit.text} or in %.`,
  );
}
