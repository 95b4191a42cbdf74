import { compileModel } from '@fedbatch/model';
import { rodas4, rodas5p } from '@fedbatch/numerics';
import { batchTaker, LaneRun, laneOutcome } from '@fedbatch/numerics/lanes';
import { describe, expect, it } from 'vitest';
import { largestError, newSaved } from './batch.ts';
import { compileLanes } from './lane-batch.ts';
import { ownBatch } from './own-batch.ts';
import { fullVesselProblem, p1Problem } from './problems.ts';

const tolerance = 1e-6;

describe.each([
  ['p1', p1Problem, rodas5p, { 'organism.qSmax': 0.1, 'organism.kLa': 0.3 }],
  ['p1 by rodas4', p1Problem, rodas4, { 'organism.qSmax': 0.1, 'organism.kLa': 0.3 }],
  ['the full vessel', fullVesselProblem, rodas5p, { 'organism.qSmax': 0.1, 'vessel.stirrer': 0.1 }],
] as const)('%s in lanes', (_, problem, tableau, varied) => {
  it('agrees with the single plant in every lane, to ten tolerances', () => {
    const lanes = compileLanes(problem, tableau);
    const { model } = lanes;
    const count = 5;
    const slots = Object.keys(varied).map((id) => model.parameters.findIndex((parameter) => parameter.id === id));
    const values = Object.values(varied).map((share, d) =>
      Array.from({ length: count }, (_, b) => model.parameters[slots[d]!]!.value * (1 + share * (b / 2 - 1))),
    );
    const run = new LaneRun(lanes.program, {
      ...lanes.work(count, tolerance),
      variedSlots: slots,
      varied: Float64Array.from(values.flat()),
    });
    batchTaker(run.shareOf(0))();
    expect([...run.outcomes]).toEqual(Array(count).fill(laneOutcome.done));
    const compiled = compileModel(model);
    for (let b = 0; b < count; b++) {
      const parameters = [...model.parameters];
      slots.forEach((slot, d) => {
        parameters[slot] = { ...parameters[slot]!, value: values[d]![b]! };
      });
      const single = newSaved(problem);
      ownBatch({ ...compiled, model: { ...model, parameters } }, tableau.name, tolerance, problem).run(single);
      const found = Float64Array.from(single, (_, i) => run.results[i * count + b]!);
      expect(largestError(found, single, problem)).toBeLessThan(10 * tolerance);
    }
  });
});
