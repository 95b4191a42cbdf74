import { type CompiledModel, Instance } from '@fedbatch/model';
import { createIntegrator, EVENT, type Integrator, type Method, REACHED } from '@fedbatch/numerics';
import { endH, reference } from './p1.ts';

/** Largest relative error over the eight quantities at 20 h. */
export function errorAtEnd(instance: Instance, time: number, state: Float64Array): number {
  const { outputs } = instance.model;
  const values = new Float64Array(outputs.length);
  instance.outputs(time, state, values);
  return Math.max(
    ...reference.map(({ output, at20h }) =>
      Math.abs(values[outputs.findIndex(({ id }) => id === output)]! / at20h - 1),
    ),
  );
}

/** A batch that can be run again and again: one instance, one integrator. */
export interface Batch {
  readonly instance: Instance;
  readonly integrator: Integrator;
  run(): void;
}

/** One 20 h batch of p1 with a method of ours, its feed event handled as a run would. */
export function batchOf(compiled: CompiledModel, method: Method, tolerance: number): Batch {
  const instance = new Instance(compiled);
  const { states } = compiled.model;
  const absoluteTolerance = Float64Array.from(states, ({ kind, scale }) =>
    kind === 'ledger' || kind === 'exchange' ? Number.POSITIVE_INFINITY : tolerance * scale * 1e-3,
  );
  const integrator = createIntegrator(instance, { method, relativeTolerance: tolerance, absoluteTolerance });
  const start = instance.startState();
  const parameters = instance.parameters.slice();
  const [feedStart] = instance.crossings;
  return {
    instance,
    integrator,
    run() {
      instance.parameters.set(parameters);
      integrator.begin(0, start);
      for (let fed = false; ; ) {
        const outcome = integrator.advance(endH);
        if (outcome === REACHED) return;
        if (outcome !== EVENT) throw new Error(`The batch ended with outcome ${outcome}.`);
        if (fed) continue;
        instance.applyEvent(feedStart!, integrator.time, integrator.state);
        integrator.jump();
        fed = true;
      }
    },
  };
}
