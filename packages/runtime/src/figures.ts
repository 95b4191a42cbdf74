import { fromBase, type Unit } from '@fedbatch/vocabulary';
import type { ExpectationPlan, FigurePlan, RunPlan } from './run-plan.ts';
import type { BalanceLine, ExpectationResult, KeyFigure, PhaseSpan } from './run-result.ts';
import type { Statistics } from './statistics.ts';

/** What figures are measured on. */
export interface FigureMaterial {
  readonly slots: ReadonlyMap<string, number>;
  readonly statistics: Statistics;
  readonly phases: readonly PhaseSpan[];
  readonly balances: readonly BalanceLine[];
}

/** Slots of the outputs that figures and expectations are measured on. */
export function measuredSlots(
  { figures, expectations }: Pick<RunPlan, 'figures' | 'expectations'>,
  slots: ReadonlyMap<string, number>,
): Set<number> {
  const sources = [...figures, ...expectations.map(({ figure }) => figure)].map(({ source }) => source);
  return new Set(sources.flatMap((source) => ('output' in source ? slots.get(source.output)! : [])));
}

/** A key figure in its unit; NaN when the run never got to it. */
export function measureFigure(figure: FigurePlan, material: FigureMaterial): KeyFigure {
  const { id, says, unit } = figure;
  return { id, says, value: fromBase(measure(figure, material), unit), unit: unit.text };
}

/** Holds a figure against its limits. A run that did not complete meets no expectation. */
export function judge(
  { text, figure, low, high }: ExpectationPlan,
  material: FigureMaterial,
  complete: boolean,
): ExpectationResult {
  const value = measure(figure, material);
  const met = complete && value >= low && value <= high;
  return {
    text,
    met,
    value: fromBase(value, figure.unit),
    unit: figure.unit.text,
    limit: limitText(low, high, figure.unit),
  };
}

function measure({ source }: FigurePlan, { slots, statistics, phases, balances }: FigureMaterial): number {
  if (source.kind === 'balance') {
    const lines = balances.filter(({ balance }) => source.balance === 'every' || balance === source.balance);
    return lines.length === 0 ? Number.NaN : Math.max(...lines.map(({ relative }) => relative));
  }
  if (source.kind === 'phase') {
    const span = phases.findLast(({ name }) => name === source.phase);
    if (!span) return Number.NaN;
    return source.statistic === 'end' ? span.toH : span.toH - span.fromH;
  }
  const slot = slots.get(source.output)!;
  switch (source.statistic) {
    case 'start':
      return statistics.first[slot]!;
    case 'end':
      return statistics.last[slot]!;
    case 'minimum':
      return statistics.minimum[slot]!;
    case 'maximum':
      return statistics.maximum[slot]!;
    case 'total':
      return statistics.integral[slot]!;
    case 'mean':
      return statistics.integral[slot]! / statistics.durationH;
  }
}

function limitText(low: number, high: number, unit: Unit): string {
  const show = (value: number): string => `${Number(fromBase(value, unit).toPrecision(6))}`;
  const behind = unit.text === '-' ? '' : ` ${unit.text}`;
  if (low === Number.NEGATIVE_INFINITY) return `at most ${show(high)}${behind}`;
  if (high === Number.POSITIVE_INFINITY) return `at least ${show(low)}${behind}`;
  return `${show(low)} to ${show(high)}${behind}`;
}
