import { type CompiledModel, Instance } from '@fedbatch/model';
import { createIntegrator, type Integrator, REACHED } from '@fedbatch/numerics';
import { type Estimate, usualTolerance } from './estimate.ts';
import type { EstimatorSettings } from './estimator-settings.ts';
import type { HorizonStage } from './horizon-stage.ts';

/**
 * Carries a model and its variational equations along the steps of one stage, from the point of the stage: what every signal is, where the stage leads,
 * and the exact derivatives of both by the unknowns at the node. Derivatives ride along with the steps that the state itself needs.
 */
export class StageFlow {
  readonly #estimate: Estimate;
  readonly #instance: Instance;
  readonly #integrator: Integrator;
  readonly #outputs: Float64Array;
  readonly #start: Float64Array;
  readonly #shares: Float64Array;
  readonly #signals: number;
  readonly #stepH: number;
  #isNew = true;

  /** `variation` is the compiled `variationalModel` of the estimate's model, its parameters and `signals` outputs. */
  constructor(
    estimate: Estimate,
    variation: CompiledModel,
    { signals, stepH, relativeTolerance = usualTolerance }: EstimatorSettings,
  ) {
    this.#estimate = estimate;
    this.#signals = signals.length;
    this.#stepH = stepH;
    this.#instance = new Instance(variation);
    const { size } = estimate.observer;
    this.#integrator = createIntegrator(this.#instance, {
      method: 'rodas4',
      relativeTolerance,
      absoluteTolerance: Float64Array.from(variation.model.states, ({ scale }, j) =>
        j < size ? relativeTolerance * scale * 1e-3 : Number.POSITIVE_INFINITY,
      ),
      kinks: 'ignore',
      stepLimit: 2000,
    });
    this.#outputs = new Float64Array(variation.model.outputs.length);
    this.#start = new Float64Array(variation.model.states.length);
    this.#shares = new Float64Array(estimate.shares.length);
  }

  /** Forgets what it has learnt of the length of steps. */
  clear(): void {
    this.#isNew = true;
  }

  /** Goes to the point of a stage, and looks there. */
  begin(stage: HorizonStage): void {
    const { isLog, observer } = this.#estimate;
    const { size } = observer;
    const start = this.#start;
    start.fill(0);
    for (let j = 0; j < size; j++) {
      start[j] = isLog[j] === 1 ? Math.exp(stage.point[j]!) : stage.point[j]!;
      // Along a logarithm a state moves by its own size.
      start[size * (1 + j) + j] = isLog[j] === 1 ? start[j]! : 1;
    }
    for (let i = 0; i < this.#shares.length; i++) this.#shares[i] = stage.point[size + i]!;
    this.#setParameters(stage, 0);
    this.#go(stage);
    this.#look(stage, 0);
  }

  /** Carries step `step` of the stage, the first being 0, and looks at its end. */
  carry(stage: HorizonStage, step: number): 'goes on' | 'lost' {
    const integrator = this.#integrator;
    this.#setParameters(stage, step);
    integrator.goal[0] = stage.startH[0]! + (step + 1) * this.#stepH;
    integrator.jump();
    if (integrator.advanceToGoal() !== REACHED) return 'lost';
    this.#look(stage, step + 1);
    return 'goes on';
  }

  /** Writes where the stage leads after the steps that were carried. */
  writeEnd({ point, end, transition }: HorizonStage): void {
    const { isLog, observer } = this.#estimate;
    const { size } = observer;
    const n = point.length;
    const { state } = this.#integrator;
    for (let i = 0; i < n; i++) {
      const scale = i < size && isLog[i] === 1 ? 1 / state[i]! : 1;
      end[i] = i >= size ? point[i]! : isLog[i] === 1 ? Math.log(state[i]!) : state[i]!;
      for (let d = 0; d < n; d++)
        transition[i * n + d] = i >= size ? (i === d ? 1 : 0) : scale * state[size * (1 + d) + i]!;
    }
  }

  /** Sets the integrator to the start of a stage; what it knows of the length of steps holds from stage to stage. */
  #go({ startH }: HorizonStage): void {
    const integrator = this.#integrator;
    if (this.#isNew) integrator.begin(startH[0]!, this.#start);
    integrator.now[0] = startH[0]!;
    integrator.state.set(this.#start);
    integrator.jump();
    this.#isNew = false;
  }

  #setParameters({ inputs }: HorizonStage, step: number): void {
    const estimate = this.#estimate;
    const count = estimate.inputs.length;
    for (let k = 0; k < count; k++) estimate.inputs[k] = inputs[step * count + k]!;
    estimate.writeParameters(this.#instance.parameters, this.#shares);
  }

  #look({ rows, expected, point }: HorizonStage, slot: number): void {
    const signals = this.#signals;
    const n = point.length;
    const outputs = this.#outputs;
    this.#instance.clock[0] = this.#integrator.now[0]!;
    this.#instance.prepare();
    this.#instance.outputs(this.#integrator.state, outputs);
    for (let k = 0; k < signals; k++) {
      expected[slot * signals + k] = outputs[k]!;
      for (let d = 0; d < n; d++) rows[(slot * signals + k) * n + d] = outputs[signals * (1 + d) + k]!;
    }
  }
}
