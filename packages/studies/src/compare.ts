import { RandomStream } from '@fedbatch/numerics';
import type { ComparedStrategy, ComparisonResult, Difference, EnsembleResult, Spread } from '@fedbatch/runtime';
import { percentile } from './statistics.ts';

export interface NamedEnsemble {
  readonly name: string;
  readonly says?: string;
  readonly ensemble: EnsembleResult;
}

/** Puts ensembles of one design side by side; each is compared with the first, plant by plant. */
export function compareEnsembles(title: string, named: readonly NamedEnsemble[]): ComparisonResult {
  const [first, ...rest] = named;
  const figures = (first?.ensemble.figures ?? []).filter(({ id }) =>
    rest.every(({ ensemble }) => ensemble.figures.some((figure) => figure.id === id)),
  );
  return {
    title,
    ended: named.every(({ ensemble }) => ensemble.ended === 'complete') ? 'complete' : 'stopped',
    figures,
    strategies: named.map((one, i): ComparedStrategy => {
      const columns = figures.map(({ id }) => columnOf(one.ensemble, id));
      return {
        ...one,
        spread: columns.map(spreadOf),
        differences: figures.map(({ id }, f) =>
          i === 0 ? null : pairedDifference(columns[f]!, columnOf(first!.ensemble, id)),
        ),
        clean: cleanShare(one.ensemble),
      };
    }),
  };
}

/** Values of a figure by member. */
function columnOf({ figures, members }: EnsembleResult, id: string): Map<number, number> {
  const f = figures.findIndex((figure) => figure.id === id);
  return new Map(
    members.flatMap(({ index, figures: found }) => (typeof found[f] === 'number' ? [[index, found[f]] as const] : [])),
  );
}

function spreadOf(column: ReadonlyMap<number, number>): Spread {
  const sorted = Float64Array.from(column.values()).sort();
  const [p5, p25, p50, p75, p95] = [0.05, 0.25, 0.5, 0.75, 0.95].map((share) => percentile(sorted, share));
  return { p5: p5!, p25: p25!, p50: p50!, p75: p75!, p95: p95! };
}

const resamples = 2000;

/** Mean of a - b over common members, with the 95 % interval of the percentile bootstrap (Efron 1979, Ann. Stat. 7, 1); the same for the same values. */
function pairedDifference(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): Difference | null {
  const found = [...a].flatMap(([index, value]) => (b.has(index) ? [value - b.get(index)!] : []));
  if (found.length === 0) return null;
  const stream = new RandomStream(1, 'bootstrap');
  const means = Float64Array.from({ length: resamples }, () => {
    let sum = 0;
    for (let i = 0; i < found.length; i++) {
      stream.uniform();
      sum += found[Math.floor(stream.drawn[0]! * found.length)]!;
    }
    return sum / found.length;
  }).sort();
  return {
    mean: found.reduce((sum, value) => sum + value, 0) / found.length,
    low: percentile(means, 0.025),
    high: percentile(means, 0.975),
    pairs: found.length,
  };
}

function cleanShare({ members }: EnsembleResult): number {
  const clean = members.filter(({ outcome, met }) => outcome.kind === 'complete' && met.every(Boolean));
  return members.length === 0 ? Number.NaN : clean.length / members.length;
}
