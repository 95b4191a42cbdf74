import type { Located } from '@fedbatch/model';
import type { ExpectationPlan, FigurePlan, FigureSource, PlanOutput } from '@fedbatch/runtime';
import {
  multiplyDimensions,
  type Problems,
  parseQuantity,
  parseUnit,
  type Quantity,
  sameDimension,
  timeDimension,
  type Unit,
  UnitError,
} from '@fedbatch/vocabulary';
import type { NameTable } from './name-table.ts';

type Statistic = (FigureSource & { kind: 'output' })['statistic'];
const statistics = new Map<string, Statistic>([
  ['at end', 'end'],
  ['at the end', 'end'],
  ['at start', 'start'],
  ['at the start', 'start'],
  ['maximum', 'maximum'],
  ['minimum', 'minimum'],
  ['mean', 'mean'],
  ['total', 'total'],
]);
/** Balances of every model; a file may state more, such as energy. */
const balanceNames: readonly string[] = [
  'carbon',
  'nitrogen',
  'oxygen',
  'hydrogen',
  'charge',
  'electrons',
  'mass',
  'every',
];
const forms =
  'biomass at end, acetate maximum, dissolved oxygen minimum, feed rate total, OUR mean, duration of batch, end of batch, carbon balance';

/** Reads the words of key figures and expectations against the names of one model. */
export class FigureReader {
  readonly #names: NameTable;
  readonly #phases: readonly string[];
  readonly #balances: readonly string[];
  readonly #problems: Problems;

  constructor(names: NameTable, phases: readonly string[], stated: readonly string[], problems: Problems) {
    this.#names = names;
    this.#balances = [...balanceNames, ...stated];
    this.#phases = phases;
    this.#problems = problems;
  }

  /** `biomass at end`, `acetate maximum`, `duration of batch`, `carbon balance`. */
  figure(text: Located<string>, words = text.value): FigurePlan | undefined {
    const phase = /^(end|duration) of (.+)$/.exec(words);
    if (phase) return this.#phaseFigure(text, phase[1] as 'end' | 'duration', phase[2]!);
    const balance = /^(.+) balance$/.exec(words);
    if (balance && this.#balances.includes(balance[1]!))
      return {
        id: `balance.${balance[1]}`,
        says: `${balance[1]} balance`,
        unit: parseUnit('-'),
        source: { kind: 'balance', balance: balance[1]! },
      };
    for (const [ending, statistic] of statistics) {
      if (!words.endsWith(` ${ending}`)) continue;
      const output = this.#names.find(words.slice(0, -ending.length - 1).trim(), text);
      return output && outputFigure(output, statistic);
    }
    return this.#problems.error(
      'STATION_FIGURE_FORM',
      text.place,
      `\`${words.slice(0, 120)}\` is not a figure that can be measured.`,
      `Write one like ${forms}.`,
    );
  }

  #phaseFigure(text: Located<string>, statistic: 'end' | 'duration', phase: string): FigurePlan | undefined {
    if (this.#phases.includes(phase))
      return {
        id: `${phase}.${statistic}`,
        says: `${statistic} of ${phase}`,
        unit: parseUnit('h'),
        source: { kind: 'phase', phase, statistic },
      };
    return this.#problems.error(
      'STATION_NAME_UNKNOWN',
      text.place,
      `The recipe has no phase \`${phase.slice(0, 60)}\`.`,
      `Its phases are ${this.#phases.join(', ')}.`,
    );
  }

  /** One line under `expect`. */
  expectation(text: Located<string>): ExpectationPlan | undefined {
    const words = text.value.replaceAll(/\s+/g, ' ').trim();
    const within = /^(.+) within (\S+ ?(?:%|percent)?) of (.+)$/.exec(words);
    if (within) return this.#within(text, within[1]!, within[2]!, within[3]!);
    const between = /^(.+) between (.+) and (.+)$/.exec(words);
    if (between) return this.#limits(text, between[1]!, between[2], between[3]);
    const closes = /^(.+ balance) closes to (.+)$/.exec(words);
    if (closes) return this.#limits(text, closes[1]!, undefined, closes[2]);
    const never = /^(.+) never (above|below) (.+)$/.exec(words);
    if (never) {
      const figure = `${never[1]!} ${never[2] === 'above' ? 'maximum' : 'minimum'}`;
      return never[2] === 'above'
        ? this.#limits(text, figure, undefined, never[3])
        : this.#limits(text, figure, never[3], undefined);
    }
    const one = /^(.+) (above|at least|below|at most) (.+)$/.exec(words);
    if (one)
      return /above|least/.test(one[2]!)
        ? this.#limits(text, one[1]!, one[3], undefined)
        : this.#limits(text, one[1]!, undefined, one[3]);
    return this.#problems.error(
      'STATION_EXPECTATION_FORM',
      text.place,
      `\`${words.slice(0, 120)}\` is not an expectation that can be checked.`,
      'Write `FIGURE within 5 % of 60 g/L`, `FIGURE between A and B`, `FIGURE at most A`, `NAME never above A`, or `carbon balance closes to 1e-9`.',
    );
  }

  #within(text: Located<string>, words: string, share: string, target: string): ExpectationPlan | undefined {
    const figure = this.figure(text, words);
    const limit = this.#quantity(text, share);
    const value = figure && this.#quantityOf(text, target, figure.unit);
    if (!figure || !limit || value === undefined) return undefined;
    const margin = Math.abs(value) * limit.base;
    return { text: text.value, figure, low: value - margin, high: value + margin };
  }

  #limits(
    text: Located<string>,
    words: string,
    low: string | undefined,
    high: string | undefined,
  ): ExpectationPlan | undefined {
    const figure = this.figure(text, words);
    const from = figure && (low === undefined ? Number.NEGATIVE_INFINITY : this.#quantityOf(text, low, figure.unit));
    const to = figure && (high === undefined ? Number.POSITIVE_INFINITY : this.#quantityOf(text, high, figure.unit));
    if (!figure || from === undefined || to === undefined) return undefined;
    if (from <= to) return { text: text.value, figure, low: from, high: to };
    return this.#problems.error(
      'STATION_EXPECTATION_FORM',
      text.place,
      `The limits in \`${text.value}\` do not rise.`,
      'Write the lower limit first.',
    );
  }

  #quantityOf(text: Located<string>, value: string, unit: Unit): number | undefined {
    const quantity = this.#quantity(text, value);
    if (!quantity) return undefined;
    if (sameDimension(quantity.unit.dimension, unit.dimension)) return quantity.base;
    return this.#problems.error(
      'MODEL_UNIT_CLASH',
      text.place,
      `\`${text.value}\` compares a figure in ${unit.text} with \`${value}\`.`,
      `Write the limit in ${unit.text}.`,
    );
  }

  #quantity(text: Located<string>, value: string): Quantity | undefined {
    try {
      return parseQuantity(value);
    } catch (error) {
      if (!(error instanceof UnitError)) throw error;
      return this.#problems.error(
        'STATION_EXPECTATION_FORM',
        text.place,
        `\`${value.slice(0, 60)}\` in \`${text.value.slice(0, 120)}\` is not a value: ${error.message}`,
        'Write a number with its unit, as in 60 g/L.',
      );
    }
  }
}

export function outputFigure(output: PlanOutput, statistic: Statistic): FigurePlan {
  const ending = [...statistics].find(([, value]) => value === statistic)![0];
  const unit = statistic === 'total' ? timesHours(output.unit) : output.unit;
  return {
    id: `${output.id}.${statistic}`,
    says: `${output.says} ${ending}`,
    unit,
    source: { kind: 'output', output: output.id, statistic },
  };
}

/** The unit of a time integral: L/h becomes L. */
function timesHours(unit: Unit): Unit {
  const text = unit.text.endsWith('/h') ? unit.text.slice(0, -2) : `${unit.text} h`;
  return { text, factor: unit.factor, offset: 0, dimension: multiplyDimensions(unit.dimension, timeDimension) };
}
