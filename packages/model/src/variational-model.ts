import { Derivatives } from './graph/derivative.ts';
import type { NodeId } from './graph/graph.ts';
import type { Model, OutputInfo, StateInfo } from './model.ts';
import { observable } from './observer-model.ts';

/**
 * A model with its variational equations as further states (Hairer, Norsett and Wanner 1993, Solving Ordinary Differential Equations I, I.14): how the
 * state moves with the state that it started from, and with the logarithms of chosen parameters. A parameter that changes while the equations are carried on, as an
 * input, counts with the share of it that is there at every moment. Ledgers and events are left out.
 */
export interface VariationalModel {
  readonly model: Model;
  /** Core states of the model. Derivative of state j along direction i is state `size * (1 + i) + j`. */
  readonly size: number;
  /** Number of directions: one a state at the start, then one a parameter. */
  readonly directions: number;
  /** Number of observed outputs. Derivative of output k along direction i is output `observed * (1 + i) + k`. */
  readonly observed: number;
}

/** Throws RangeError for a parameter or an output that the model does not have, or an output that rests on a ledger. */
export function variationalModel(
  base: Model,
  parameters: readonly string[],
  outputs: readonly string[],
): VariationalModel {
  const { graph, coreSize: size } = base;
  const derivatives = new Derivatives(graph);
  const slots = parameters.map((id) => {
    const slot = base.parameters.findIndex((parameter) => parameter.id === id);
    if (slot < 0) throw new RangeError(`The model has no parameter \`${id}\`.`);
    return slot;
  });
  const observed = outputs.map((id) => observable(base, id));
  const directions = size + slots.length;
  /** How a node moves along direction i: through the states, and, for a parameter, by itself. */
  const along = (node: NodeId, i: number): NodeId => {
    const terms: NodeId[] = [];
    for (let j = 0; j < size; j++)
      terms.push(graph.multiply(derivatives.of(node, graph.state(j)), graph.state(size * (1 + i) + j)));
    if (i >= size) {
      const parameter = graph.parameter(slots[i - size]!);
      terms.push(graph.multiply(derivatives.of(node, parameter), parameter));
    }
    return graph.sum(terms);
  };
  const of = <T>(make: (i: number) => readonly T[]): T[] =>
    Array.from({ length: directions }, (_, i) => make(i)).flat();
  const core = base.states.slice(0, size);
  const rates = base.rates.slice(0, size);
  const states: StateInfo[] = [...core, ...of((i) => core.map((info) => derivativeState(info, i)))];
  const model: Model = {
    ...base,
    states,
    coreSize: states.length,
    rates: [...rates, ...of((i) => rates.map((rate) => along(rate, i)))],
    origins: states.map((_, j) => base.origins[j] ?? []),
    // Whoever carries the equations on says where they start.
    initial: [...base.initial.slice(0, size), ...of((i) => core.map((_, j) => (i === j ? graph.one : graph.zero)))],
    initialOrder: [...base.initialOrder.filter((slot) => slot < size), ...[...states.keys()].slice(size)],
    outputs: [
      ...observed,
      ...of((i) =>
        observed.map(
          (output): OutputInfo => ({ ...output, id: `${output.id} along ${i}`, node: along(output.node, i) }),
        ),
      ),
    ],
    events: [],
    lifts: states.map(() => null),
    balances: [],
  };
  return { model, size, directions, observed: observed.length };
}

function derivativeState(info: StateInfo, direction: number): StateInfo {
  const { species: _, molPerUnit: __, ...plain } = info;
  return { ...plain, id: `${info.id} along ${direction}`, kind: 'plain', nonNegative: false };
}
