import { type CompiledModel, type EventInfo, Instance } from '@fedbatch/model';
import {
  createIntegrator,
  EVENT,
  type Method,
  outcomeSentences,
  REACHED,
  type RosenbrockTableau,
  type WorkCounters,
} from '@fedbatch/numerics';
import type { Batch, Problem, Saved } from './batch.ts';

/** Writes a row of what is saved from the outputs of our model. */
export function rowWriter(
  instance: Instance,
  { quantities, rowsH }: Problem,
): (row: number, state: Float64Array, out: Saved) => void {
  const { outputs } = instance.model;
  const slots = Int32Array.from(quantities, ({ output }) => outputs.findIndex(({ id }) => id === output));
  const values = new Float64Array(outputs.length);
  return (row, state, out) => {
    instance.at(rowsH[row]!).outputs(state, values);
    const from = row * slots.length;
    for (let i = 0; i < slots.length; i++) out[from + i] = values[slots[i]!]!;
  };
}

/**
 * A problem by a method behind our contract: `advance` to every row, and what events set where they are located. Stiff steps run in JavaScript, or in
 * WebAssembly by the tableau that is given; steps end at kinks, or leave them to error control.
 */
export function ownBatch(
  compiled: CompiledModel,
  method: Method,
  tolerance: number,
  problem: Problem,
  stiffInWebAssembly?: RosenbrockTableau,
  kinks: 'locate' | 'ignore' = 'locate',
): Batch & { counters(): Readonly<WorkCounters> } {
  const instance = new Instance(compiled);
  const absoluteTolerance = problem.absoluteTolerances(compiled.model, tolerance);
  const integrator = createIntegrator(instance, {
    method,
    relativeTolerance: tolerance,
    absoluteTolerance,
    kinks,
    ...(stiffInWebAssembly && { kernel: instance.kernel(stiffInWebAssembly) }),
  });
  const writeRow = rowWriter(instance, problem);
  const start = instance.startState();
  const parameters = instance.parameters.slice();
  const { rowsH } = problem;
  const happened = new Set<EventInfo>();
  const happen = (): void => {
    instance.crossings.forEach((event, i) => {
      if (integrator.firedEvents[i] !== 1 || event.set.length === 0 || happened.has(event)) return;
      if (event.repeats === 'once') {
        happened.add(event);
        integrator.disarm(i);
      }
      instance.applyEvent(event, integrator.time, integrator.state);
      integrator.jump();
    });
  };
  return {
    run(out) {
      instance.parameters.set(parameters);
      integrator.begin(0, start);
      happened.clear();
      for (let row = 0; row < rowsH.length; row++) {
        for (
          let outcome = integrator.advance(rowsH[row]!);
          outcome !== REACHED;
          outcome = integrator.advance(rowsH[row]!)
        ) {
          if (outcome !== EVENT) throw new Error(`${method} at ${integrator.time} h: ${outcomeSentences[outcome]}`);
          happen();
        }
        writeRow(row, integrator.state, out);
      }
    },
    counters: () => integrator.counters,
    work: () => ({ steps: integrator.counters.acceptedSteps, rhsCalls: integrator.counters.rhsCalls }),
  };
}
