import { judge, measuredSlots, measureFigure } from './figures.ts';
import type { RunPlan } from './run-plan.ts';
import type { PhaseSpan, RunResult } from './run-result.ts';
import { Statistics } from './statistics.ts';

/** A completed run whose outputs are known at its start and at every scan, base units, because somebody else has integrated it. */
export interface KnownRun {
  readonly outputs: readonly string[];
  readonly timeH: Float64Array;
  /** Row by row. */
  readonly values: Float64Array;
  readonly phases: readonly PhaseSpan[];
}

/** Key figures and expectations of a run that is known; those of balances are not. */
export function judgeKnownRun(
  plan: RunPlan,
  { outputs, timeH, values, phases }: KnownRun,
): Pick<RunResult, 'keyFigures' | 'expectations'> {
  const { figures, expectations } = plan;
  const slots = new Map(outputs.map((id, slot) => [id, slot]));
  const statistics = new Statistics(outputs.length, measuredSlots(plan, slots));
  timeH.forEach((_, row) => {
    statistics.add(timeH, row, values.subarray(row * outputs.length, (row + 1) * outputs.length));
  });
  const material = { slots, statistics, phases, balances: [] };
  return {
    keyFigures: figures.map((figure) => measureFigure(figure, material)),
    expectations: expectations.map((expectation) => judge(expectation, material, true)),
  };
}
