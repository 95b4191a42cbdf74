import type { Batch, Contender } from './batch.ts';
import { p1ByHand } from './p1-by-hand.ts';

/** A problem as diff-grok takes it, after its README. */
interface Odes {
  readonly name: string;
  readonly arg: { readonly name: string; readonly start: number; readonly finish: number; readonly step: number };
  readonly initial: readonly number[];
  readonly func: (t: number, y: Float64Array, output: Float64Array) => void;
  readonly tolerance: number;
  readonly solutionColNames: readonly string[];
}
/** Columns over the grid: the argument, then the states. */
type Solver = (odes: Odes) => Float64Array[];
export type DiffGrok = Readonly<Partial<Record<(typeof solvers)[number], Solver>>>;

/** Its Rosenbrock methods, and in newer versions its ports of CVODE and LSODA. */
const solvers = ['mrt', 'ros3prw', 'ros34prw', 'cvode', 'lsoda'] as const;
const names = ['X', 'S', 'A', 'O', 'V', 'P', 'yO', 'yC'];

/** npm `diff-grok` where it is installed; undefined where it is not. */
export async function findDiffGrok(): Promise<DiffGrok | undefined> {
  const name = 'diff-grok';
  try {
    return (await import(name)) as DiffGrok;
  } catch {
    return undefined;
  }
}

function diffGrokBatch(solver: Solver, tolerance: number): Batch {
  return p1ByHand((rates, from, to, y) => {
    // It interpolates between its own steps on a straight line: only the end of a call is as exact as its method.
    const arg = { name: 't', start: from, finish: to, step: to - from };
    const columns = solver({ name: 'p1', arg, initial: y, func: rates, tolerance, solutionColNames: names });
    return { end: columns.slice(1).map((column) => column.at(-1)!) };
  });
}

/** Every solver that the installed version has, on p1. */
export function diffGrokContenders(found: DiffGrok): Contender[] {
  return solvers.flatMap((name): Contender[] => {
    const solver = found[name];
    if (!solver) return [];
    const tolerances = [1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9];
    return [
      {
        name: `npm diff-grok ${name}`,
        side: 'rival',
        tolerances,
        prepare: (tolerance) => diffGrokBatch(solver, tolerance),
      },
    ];
  });
}
