import { Derivatives } from './graph/derivative.ts';
import { evaluate, type Leaves } from './graph/evaluate.ts';
import { type NodeId, Op } from './graph/graph.ts';
import type { EventInfo, Model, OutputInfo, ParameterInfo, StateInfo } from './model.ts';

/**
 * A model with its forward sensitivities s = dy/dp as further states: s' = J s + df/dp, exact, so that any integrator treats them as it treats the
 * rest and the Jacobian of the whole is exact too. Ledgers are left out. What an event sets depends on the parameters through the state and through
 * the time of the event; `held` parameters carry that.
 */
export interface SensitivityModel {
  readonly model: Model;
  /** States of the model itself; the sensitivity of state j to parameter i is state `size * (1 + i) + j`. */
  readonly size: number;
  /** Slots of the parameters, in the order in which they were asked for. */
  readonly slots: readonly number[];
  /** Outputs of the model itself; the sensitivity of output k to parameter i is output `outputs * (1 + i) + k`. */
  readonly outputs: number;
  /** For each event of the model and each parameter, how its time moves: numerator and denominator, and both 1 for a time that parameters give. */
  readonly moves: ReadonlyMap<string, readonly { readonly by: NodeId; readonly over: NodeId }[]>;
}

/** Throws RangeError for a parameter that the model does not have, or that events set. */
export function sensitivityModel(base: Model, ids: readonly string[]): SensitivityModel {
  const { graph, coreSize: size } = base;
  const derivatives = new Derivatives(graph);
  const slots = ids.map((id) => slotOf(base, id));
  const held = [...new Set(base.events.flatMap(({ set }) => set.map(({ slot }) => slot)))];
  const stateOf = (j: number, i: number): NodeId => graph.state(size * (1 + i) + j);
  const heldOf = (h: number, i: number): NodeId => graph.parameter(base.parameters.length + h * ids.length + i);

  /** How a node moves with parameter i: by itself, through the states, and through what events have set. */
  const total = (node: NodeId, i: number): NodeId => {
    const terms = [derivatives.of(node, graph.parameter(slots[i]!))];
    for (let j = 0; j < size; j++) terms.push(graph.multiply(derivatives.of(node, graph.state(j)), stateOf(j, i)));
    held.forEach((slot, h) => {
      terms.push(graph.multiply(derivatives.of(node, graph.parameter(slot)), heldOf(h, i)));
    });
    return graph.sum(terms);
  };
  /** How a node moves in time, along the solution. */
  const alongTime = (node: NodeId): NodeId => {
    const terms = [derivatives.of(node, graph.time())];
    for (let j = 0; j < size; j++) terms.push(graph.multiply(derivatives.of(node, graph.state(j)), base.rates[j]!));
    return graph.sum(terms);
  };

  const of = <T>(make: (i: number) => readonly T[]): T[] => ids.flatMap((_, i) => make(i));
  const core = base.states.slice(0, size);
  const states: StateInfo[] = [
    ...core,
    ...of((i) => core.map((info) => sensitivityState(info, base.parameters[slots[i]!]!))),
  ];
  const rates = base.rates.slice(0, size);
  const outputs = base.outputs.filter(({ node, kind }) => kind !== 'ledger' && !restsOnLedgers(base, node));
  const moves = new Map(
    base.events.map((event) => [
      event.id,
      ids.map((_, i) =>
        event.kind === 'time'
          ? { by: total(event.node, i), over: graph.one }
          : { by: graph.negate(total(event.node, i)), over: alongTime(event.node) },
      ),
    ]),
  );
  const events = base.events.map(
    (event): EventInfo => ({
      ...event,
      set: [
        ...event.set,
        ...event.set.flatMap(({ slot, node }) =>
          ids.map((_, i) => {
            const { by, over } = moves.get(event.id)![i]!;
            const moved = graph.multiply(alongTime(node), graph.divide(by, over));
            return {
              slot: base.parameters.length + held.indexOf(slot) * ids.length + i,
              node: graph.add(total(node, i), moved),
            };
          }),
        ),
      ],
    }),
  );
  const order = base.initialOrder.filter((slot) => slot < size);
  const model: Model = {
    ...base,
    states,
    coreSize: states.length,
    parameters: [
      ...base.parameters,
      ...held.flatMap((slot) => ids.map((id) => heldSensitivity(base.parameters[slot]!, id))),
    ],
    rates: [...rates, ...of((i) => rates.map((rate) => total(rate, i)))],
    origins: states.map((_, j) => base.origins[j] ?? []),
    initial: [...base.initial.slice(0, size), ...of((i) => base.initial.slice(0, size).map((node) => total(node, i)))],
    initialOrder: order.flatMap((slot) => [slot, ...ids.map((_, i) => size * (1 + i) + slot)]),
    outputs: [
      ...outputs,
      ...of((i) =>
        outputs.map(
          (output): OutputInfo => ({ ...output, id: `${output.id} by ${ids[i]}`, node: total(output.node, i) }),
        ),
      ),
    ],
    events,
    lifts: states.map(() => null),
    balances: [],
  };
  return { model, size, slots, outputs: outputs.length, moves };
}

/** d t / d p of an event, one a parameter, at the moment before it happens. */
export function moveOfEvent({ model, moves }: SensitivityModel, event: EventInfo, leaves: Leaves): Float64Array {
  const nodes = moves.get(event.id)!.flatMap(({ by, over }) => [by, over]);
  const values = evaluate(model.graph, nodes, leaves);
  return Float64Array.from({ length: values.length / 2 }, (_, i) => values[2 * i]! / values[2 * i + 1]!);
}

function slotOf(base: Model, id: string): number {
  const slot = base.parameters.findIndex((parameter) => parameter.id === id);
  if (slot < 0) throw new RangeError(`The model has no parameter \`${id}\`.`);
  if (base.events.some(({ set }) => set.some((item) => item.slot === slot)))
    throw new RangeError(`\`${id}\` is set by events: nothing has a sensitivity to it.`);
  return slot;
}

/** Its size is that of the state over that of the parameter. */
function sensitivityState(info: StateInfo, { id, value }: ParameterInfo): StateInfo {
  const scale = info.scale / (Math.abs(value) || 1);
  const { species: _, molPerUnit: __, ...plain } = info;
  return { ...plain, id: `${info.id} by ${id}`, kind: 'plain', nonNegative: false, scale };
}

function heldSensitivity({ id, says, unit }: ParameterInfo, by: string): ParameterInfo {
  return { id: `${id} by ${by}`, says, unit, kind: 'held', value: 0 };
}

function restsOnLedgers({ graph, coreSize }: Model, node: NodeId): boolean {
  return [...graph.reachable([node])].some((found) => graph.ops[found] === Op.state && graph.a[found]! >= coreSize);
}
