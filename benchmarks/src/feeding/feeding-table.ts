import { RandomStream } from '@fedbatch/numerics';
import type { Question } from './questions.ts';
import type { TrialFigures } from './trial.ts';

export interface Answered {
  readonly question: Question;
  readonly figures: readonly TrialFigures[];
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const share = (values: readonly number[], of: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(of * values.length))] ?? Number.NaN;

const digits = (value: number, places: number): string => (Number.isFinite(value) ? value.toFixed(places) : '-');

/** Plants on which whoever knows everything tracks within 0.01 1/h: a growth rate that can be held. */
export const feasible = (oracle: Answered): boolean[] => oracle.figures.map(({ muError }) => muError <= 0.01);

/** One line: what is judged in case A over feasible plants, or in case B over all. */
export function row(name: string, { question, figures }: Answered, oracle: Answered): string {
  const can = feasible(oracle);
  const clean = 100 * mean(figures.map((figure) => (figure.clean ? 1 : 0)));
  if (question.feedingCase === 'A') {
    const held = figures.filter((_, i) => can[i]).map(({ muError }) => muError);
    return `| ${name} | ${digits(mean(figures.map(({ muError }) => muError)), 4)} | ${digits(mean(held), 4)} (${digits(share(held, 0.95), 4)}) | ${clean.toFixed(1)} |`;
  }
  const both = [...figures.keys()].filter((i) => figures[i]!.clean && oracle.figures[i]!.clean);
  const gain = 100 * mean(both.map((i) => figures[i]!.gain / oracle.figures[i]!.gain));
  const peaks = figures.map(({ peakAcetate }) => peakAcetate);
  return `| ${name} | ${digits(mean(peaks), 2)} / ${digits(share(peaks, 0.95), 2)} | ${digits(mean(figures.map(({ hoursAcetate }) => hoursAcetate)), 2)} / ${digits(mean(figures.map(({ hoursOxygen }) => hoursOxygen)), 2)} | ${digits(gain, 1)} | ${clean.toFixed(1)} |`;
}

export const heads = {
  A: '| strategy | growth error, all plants | over feasible plants (95 %) | clean, % |\n| --- | --- | --- | --- |',
  B: "| strategy | peak acetate, mean / 95 % | hours above 0.5 g/L / below 20 % oxygen | gain over the oracle's where both are clean, % | clean, % |\n| --- | --- | --- | --- | --- |",
} as const;

const resamples = 4000;

/** Mean of paired differences with its 95 % interval by the percentile bootstrap (Efron 1979, Ann. Stat. 7, 1). */
export function paired(differences: readonly number[], places: number): string {
  const stream = new RandomStream(1, 'paired');
  const means = Array.from({ length: resamples }, () => {
    let sum = 0;
    for (let i = 0; i < differences.length; i++) {
      stream.uniform();
      sum += differences[Math.floor(stream.drawn[0]! * differences.length)]!;
    }
    return sum / differences.length;
  });
  return `${digits(mean(differences), places)} [${digits(share(means, 0.025), places)}, ${digits(share(means, 0.975), places)}]`;
}
