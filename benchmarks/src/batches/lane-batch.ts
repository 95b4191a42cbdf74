import { emitLanes, type Model } from '@fedbatch/model';
import type { RosenbrockTableau } from '@fedbatch/numerics';
import {
  batchTaker,
  type LaneProgram,
  LaneRun,
  type LaneWork,
  laneOutcome,
  laneProgram,
} from '@fedbatch/numerics/lanes';
import { modelOf } from '../models.ts';
import type { Batch, Problem, Saved } from './batch.ts';

/** A problem compiled for lanes. */
export interface LaneProblem {
  readonly model: Model;
  readonly program: LaneProgram;
  /** The work of so many batches, all alike. */
  work(count: number, tolerance: number): LaneWork;
}

export function compileLanes(
  { recipe, quantities, rowsH, absoluteTolerances }: Problem,
  tableau: RosenbrockTableau,
): LaneProblem {
  const model = modelOf(recipe);
  const outputs = quantities.map(({ output }) => model.outputs.findIndex(({ id }) => id === output));
  const { system, states } = emitLanes(model, outputs);
  return {
    model,
    program: laneProgram(system, tableau),
    work: (count, tolerance) => {
      const absolute = absoluteTolerances(model, tolerance);
      return {
        count,
        parameters: model.parameters.map(({ value }) => value),
        variedSlots: [],
        varied: new Float64Array(0),
        rowTimes: rowsH,
        relativeTolerance: tolerance,
        absoluteTolerance: states.map((slot) => absolute[slot]!),
      };
    },
  };
}

/** So many batches in lanes on one core; what is read are the values of the first. */
export function laneBatch({ program, work }: LaneProblem, count: number, tolerance: number): Batch {
  const run = new LaneRun(program, work(count, tolerance));
  const take = batchTaker(run.shareOf(0));
  const { results, outcomes, attempts } = run;
  return {
    batches: count,
    run(out: Saved) {
      run.restart();
      take();
      if (outcomes.some((outcome) => outcome !== laneOutcome.done)) throw new Error('A batch is stuck in its lane.');
      for (let i = 0; i < out.length; i++) out[i] = results[i * count]!;
    },
    work: () => ({ steps: attempts[0]! }),
  };
}
