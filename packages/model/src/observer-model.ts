import { Derivatives } from './graph/derivative.ts';
import { type NodeId, Op } from './graph/graph.ts';
import type { Model, OutputInfo } from './model.ts';

/**
 * A model as an estimator needs it: its core states, some outputs, and the exact derivatives of those outputs and of the rates, handed out as further
 * outputs. Ledgers and events are left out.
 */
export interface ObserverModel {
  readonly model: Model;
  /** Core states of the model. */
  readonly size: number;
  /** Slots of the parameters, in the order in which they were asked for. */
  readonly slots: readonly number[];
  /** Number of observed outputs k. Outputs `observed + k * (size + slots.length) + i` are their derivatives: by the states, then by the parameters. */
  readonly observed: number;
  /** Output `rateDerivatives + j * slots.length + i` is the derivative of the rate of state j by parameter i. */
  readonly rateDerivatives: number;
}

/** Throws RangeError for a parameter or an output that the model does not have, or an output that only a ledger knows. */
export function observerModel(base: Model, parameters: readonly string[], outputs: readonly string[]): ObserverModel {
  const { graph, coreSize: size } = base;
  const derivatives = new Derivatives(graph);
  const slots = parameters.map((id) => {
    const slot = base.parameters.findIndex((parameter) => parameter.id === id);
    if (slot < 0) throw new RangeError(`The model has no parameter \`${id}\`.`);
    return slot;
  });
  const observed = outputs.map((id) => observable(base, id));
  const leaves = [...Array.from({ length: size }, (_, j) => graph.state(j)), ...slots.map((s) => graph.parameter(s))];
  const derived = (node: NodeId, by: readonly NodeId[], id: string, like: OutputInfo): OutputInfo[] =>
    by.map((leaf, i) => ({ ...like, id: `${id} by ${i}`, node: derivatives.of(node, leaf) }));
  const like = observed[0] ?? base.outputs[0]!;
  const model: Model = {
    ...base,
    states: base.states.slice(0, size),
    rates: base.rates.slice(0, size),
    origins: base.origins.slice(0, size),
    initial: base.initial.slice(0, size),
    initialOrder: base.initialOrder.filter((slot) => slot < size),
    lifts: base.lifts.slice(0, size).map((lift) => lift?.filter(({ state }) => state < size) ?? null),
    events: [],
    balances: [],
    outputs: [
      ...observed,
      ...observed.flatMap((output) => derived(output.node, leaves, output.id, output)),
      ...base.rates
        .slice(0, size)
        .flatMap((rate, j) => derived(rate, leaves.slice(size), `rate of ${base.states[j]!.id}`, like)),
    ],
  };
  return { model, size, slots, observed: observed.length, rateDerivatives: observed.length * (1 + leaves.length) };
}

/** The output of this name, if it rests on core states alone. */
export function observable({ graph, coreSize, outputs }: Model, id: string): OutputInfo {
  const output = outputs.find((one) => one.id === id);
  if (!output) throw new RangeError(`The model has no output \`${id}\`.`);
  const reached = graph.reachable([output.node]);
  if ([...reached].some((node) => graph.ops[node] === Op.state && graph.a[node]! >= coreSize))
    throw new RangeError(`\`${id}\` rests on a ledger, which no estimator can see.`);
  return output;
}
