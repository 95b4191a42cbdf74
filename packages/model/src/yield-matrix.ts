import { evaluateConstant } from './graph/evaluate.ts';
import type { NodeId } from './graph/graph.ts';
import type { Model, ReactionInfo, StateInfo } from './model.ts';

/** What reactions do to species, as numbers: the matrix K of dx/dt = K r + what streams and transfers bring. */
export interface YieldMatrix {
  /** States of amounts that reactions change, as slots of the model. */
  readonly states: readonly number[];
  /** Ids of species whose formula is known, in the order of `molar`. */
  readonly species: readonly string[];
  /** A row a state, a number a reaction: units of the state for one unit of the rate. */
  readonly rows: readonly Float64Array[];
  /** A row a species: mol for one unit of the rate, over all phases. */
  readonly molar: readonly Float64Array[];
}

/** The yields of a model with the values that its parameters start with. */
export function yieldMatrix(model: Model): YieldMatrix {
  const { graph, reactions } = model;
  const values = model.parameters.map(({ value }) => value);
  const states = [...model.states.keys()].filter((slot) => slot < model.coreSize && reacts(model, model.states[slot]!));
  const species = [...new Set(reactions.flatMap(({ terms }) => terms.filter(({ molar }) => molar !== undefined)))]
    .map((term) => term.species.id)
    .filter((id, i, all) => all.indexOf(id) === i);
  return {
    states,
    species,
    rows: states.map((slot) =>
      Float64Array.from(reactions, (reaction) =>
        coefficientsOf(model, reaction, model.states[slot]!).reduce(
          (sum, node) => sum + evaluateConstant(graph, node, values),
          0,
        ),
      ),
    ),
    molar: species.map((id) =>
      Float64Array.from(reactions, ({ terms }) =>
        terms
          .filter((term) => term.species.id === id && term.molar !== undefined)
          .reduce((sum, { molar }) => sum + evaluateConstant(graph, molar!, values), 0),
      ),
    ),
  };
}

/** The model as it would be if nothing reacted: what streams, transfers and everything else do to its core states, and no ledgers, events or outputs. */
export function withoutReactions(model: Model): Model {
  const { graph, reactions, coreSize: size } = model;
  const rates = model.states.slice(0, size).map((state, slot) => {
    const made = reactions.flatMap((reaction) =>
      coefficientsOf(model, reaction, state).map((node) => graph.multiply(node, reaction.rate)),
    );
    return made.length === 0 ? model.rates[slot]! : graph.subtract(model.rates[slot]!, graph.sum(made));
  });
  return {
    ...model,
    states: model.states.slice(0, size),
    rates,
    origins: model.origins.slice(0, size),
    initial: model.initial.slice(0, size),
    initialOrder: model.initialOrder.filter((slot) => slot < size),
    lifts: Array.from({ length: size }, () => null),
    reactions: [],
    events: [],
    balances: [],
    outputs: [],
  };
}

function reacts(model: Model, state: StateInfo): boolean {
  return model.reactions.some((reaction) => coefficientsOf(model, reaction, state).length > 0);
}

/** Coefficients of a reaction in the unit of a state; none: the reaction leaves it alone. */
function coefficientsOf({ graph }: Model, reaction: ReactionInfo, state: StateInfo): NodeId[] {
  if (state.kind !== 'amount' || state.phase !== reaction.phase) return [];
  return reaction.terms
    .filter((term) => term.species.id === state.species!.id)
    .map(({ coefficient, molar }) =>
      molar === undefined || state.molPerUnit === undefined
        ? coefficient
        : graph.multiply(molar, graph.constant(1 / state.molPerUnit)),
    );
}
