import { type CompiledModel, Instance } from '@fedbatch/model';
import {
  createIntegrator,
  EVENT,
  type Method,
  outcomeSentences,
  REACHED,
  type RosenbrockTableau,
  type WorkCounters,
} from '@fedbatch/numerics';
import { type Batch, endH, type Hourly, p1Problem } from './batch.ts';

/** Writes one row of hourly values from the outputs of our model. */
export function rowWriter(
  instance: Instance,
  { quantities } = p1Problem,
): (hour: number, state: Float64Array, out: Hourly) => void {
  const { outputs } = instance.model;
  const slots = Int32Array.from(quantities, ({ output }) => outputs.findIndex(({ id }) => id === output));
  const values = new Float64Array(outputs.length);
  return (hour, state, out) => {
    instance.at(hour).outputs(state, values);
    const row = (hour - 1) * slots.length;
    for (let i = 0; i < slots.length; i++) out[row + i] = values[slots[i]!]!;
  };
}

/**
 * A problem by a method behind our contract: `advance` to every hour, and the feed started where the event is located. Stiff steps run in JavaScript, or in
 * WebAssembly by the tableau that is given.
 */
export function ownBatch(
  compiled: CompiledModel,
  method: Method,
  tolerance: number,
  problem = p1Problem,
  stiffInWebAssembly?: RosenbrockTableau,
): Batch & { counters(): Readonly<WorkCounters> } {
  const instance = new Instance(compiled);
  const absoluteTolerance = problem.absoluteTolerances(compiled.model, tolerance);
  const integrator = createIntegrator(instance, {
    method,
    relativeTolerance: tolerance,
    absoluteTolerance,
    ...(stiffInWebAssembly && { kernel: instance.kernel(stiffInWebAssembly) }),
  });
  const writeRow = rowWriter(instance, problem);
  const start = instance.startState();
  const parameters = instance.parameters.slice();
  const at = instance.crossings.findIndex(({ id }) => id === 'feed.start');
  const feedStart = instance.crossings[at]!;
  return {
    run(out) {
      instance.parameters.set(parameters);
      integrator.begin(0, start);
      let fed = false;
      for (let hour = 1; hour <= endH; hour++) {
        for (let outcome = integrator.advance(hour); outcome !== REACHED; outcome = integrator.advance(hour)) {
          if (outcome !== EVENT) throw new Error(`${method} at ${integrator.time} h: ${outcomeSentences[outcome]}`);
          // Other events set nothing, and the feed starts once.
          if (fed || integrator.firedEvents[at] !== 1) continue;
          instance.applyEvent(feedStart, integrator.time, integrator.state);
          integrator.jump();
          fed = true;
        }
        writeRow(hour, integrator.state, out);
      }
    },
    counters: () => integrator.counters,
    work: () => ({ steps: integrator.counters.acceptedSteps, rhsCalls: integrator.counters.rhsCalls }),
  };
}
