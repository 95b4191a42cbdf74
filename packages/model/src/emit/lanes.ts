import {
  type Code,
  type ConstantPool,
  FunctionBody,
  f64x2,
  get,
  type LaneFunctions,
  type LaneMath,
  type LanePlaces,
  type LaneSystem,
  laneBytes,
  set,
  v128,
  type WasmModule,
} from '@fedbatch/numerics/lanes';
import { Derivatives } from '../graph/derivative.ts';
import { type NodeId, Op } from '../graph/graph.ts';
import type { EventInfo, Model } from '../model.ts';
import { keptOf, lineariseNearOf, lineariseOf, rhsNearOf } from './lane-near.ts';
import { fillResults, type LaneContext, LaneWriter, type Result, stateAddress, workspace } from './lane-writer.ts';
import { Hoisted } from './writer.ts';

/** A model for ensembles: the states that the outputs asked for rest on, leading states first, and nothing else. */
export interface LaneModel {
  readonly system: LaneSystem;
  /** Slots of the model's states that are carried, in their order. */
  readonly states: readonly number[];
}

/**
 * The equations of a model as WebAssembly for two plants at once. `outputs`: which of the model's outputs are saved, by index. Kinks are left to
 * error control. Nothing that an author wrote enters the code: names are slots, numbers are finite, operators come from the closed list.
 */
export function emitLanes(model: Model, outputs: readonly number[]): LaneModel {
  const { graph } = model;
  const derivatives = new Derivatives(graph);
  const events = model.events.filter((event) => event.set.length > 0);
  const crossings = events.filter(({ kind }) => kind === 'crossing');
  const timed = events.filter(({ kind }) => kind === 'time');
  const outputNodes = outputs.map((index) => model.outputs[index]!.node);
  const states = carriedStates(model, [
    ...outputNodes,
    ...events.flatMap((event) => [event.node, ...event.set.map(({ node }) => node)]),
  ]);
  const slots = new Map(states.slots.map((slot, i) => [slot, i]));
  const rates = states.slots.map((slot) => model.rates[slot]!);
  const rows: number[] = [];
  const columns: number[] = [];
  const jacobian: NodeId[] = [];
  rates.forEach((rate, row) => {
    for (let column = 0; column < states.core; column++) {
      const node = derivatives.of(rate, graph.state(states.slots[column]!));
      if (node === graph.zero) continue;
      jacobian.push(node);
      rows.push(row);
      columns.push(column);
    }
  });
  const byTime = rates.map((rate) => derivatives.of(rate, graph.time()));
  const nonNegative = states.slots.flatMap((slot, i) => (model.states[slot]!.nonNegative ? [i] : []));
  const lifts = nonNegative.map((i) => liftOf(model, states.slots[i]!, slots));
  const hoisted = new Hoisted(graph);
  const kept = keptOf(graph, derivatives, [...rates, ...jacobian]);
  const write = (module: WasmModule, math: LaneMath, places: LanePlaces, pool: ConstantPool): LaneFunctions => {
    const context: LaneContext = {
      graph,
      derivatives,
      math,
      places,
      pool,
      hoisted,
      slotOfState: (slot) => slots.get(slot)!,
    };
    const { hoisted: _, ...plain } = context;
    const fill = (results: readonly Result[], how: LaneContext = context): number =>
      module.add(functionOf(how, results));
    const prepare: Result[] = [
      { place: places.hoisted, nodes: hoisted.nodes },
      { place: places.eventTimes, nodes: timed.map(({ node }) => node) },
    ];
    const linearised: Result[] = [
      { place: places.rates, nodes: rates },
      { place: places.jacobian, nodes: jacobian },
      { place: places.byTime, nodes: byTime },
    ];
    const rhs = fill([{ place: places.rates, nodes: rates }]);
    const linearise = module.add(lineariseOf(context, linearised, kept));
    const behind = (places.spare - places.rates) / laneBytes;
    const written = {
      rhs,
      rhsNear: kept.count > 0 ? module.add(rhsNearOf(context, rates, kept, rhs, rates.length)) : rhs,
      lineariseNear:
        kept.count > 0 ? module.add(lineariseNearOf(context, linearised, kept, linearise, behind)) : linearise,
      events: fill([{ place: places.events, nodes: crossings.map(({ node }) => node) }]),
      outputs: fill([{ place: places.outputs, nodes: outputNodes }]),
      happen: module.add(happenOf(plain, places, [...crossings, ...timed])),
      lift: module.add(liftFunctionOf(context, places, nonNegative, lifts)),
      start: module.add(startOf({ ...plain, slotOfState: (slot) => slot }, model)),
    };
    // What is worth computing ahead shows once all that uses it has been written.
    return { ...written, prepare: fill(prepare, plain), hoistedCount: hoisted.nodes.length };
  };
  return {
    states: states.slots,
    system: {
      size: states.slots.length,
      coreSize: states.core,
      pattern: { rows: Int32Array.from(rows), columns: Int32Array.from(columns) },
      byTime: byTime.map((node) => node !== graph.zero),
      parameterCount: model.parameters.length,
      startCount: model.states.length,
      startSlots: states.slots,
      unknownCount: model.unknowns.length,
      keptCount: kept.count,
      outputCount: outputs.length,
      crossings: crossings.map(({ direction, repeats }) => ({ direction, repeats })),
      timeEvents: timed.length,
      nonNegative,
      write,
    },
  };
}

const newBody = (): FunctionBody => new FunctionBody(['i32', 'i32']);

/** What `roots` and the rates of what they rest on need; those that a rate rests on come first. */
function carriedStates({ graph, rates, states }: Model, roots: readonly NodeId[]): { slots: number[]; core: number } {
  const carried = new Set<number>();
  const core = new Set<number>();
  const slotsUnder = (nodes: readonly NodeId[]): number[] =>
    [...graph.reachable(nodes)].filter((node) => graph.ops[node] === Op.state).map((node) => graph.a[node]!);
  const queue = slotsUnder(roots);
  for (let slot = queue.pop(); slot !== undefined; slot = queue.pop()) {
    if (carried.has(slot)) continue;
    carried.add(slot);
    for (const under of slotsUnder([rates[slot]!])) {
      core.add(under);
      queue.push(under);
    }
  }
  const inOrder = [...states.keys()].filter((slot) => carried.has(slot));
  return {
    slots: [...inOrder.filter((slot) => core.has(slot)), ...inOrder.filter((slot) => !core.has(slot))],
    core: core.size,
  };
}

/** A function of a workspace and a state that computes results. */
export function functionOf(context: LaneContext, results: readonly Result[]): FunctionBody {
  const body = newBody();
  const writer = new LaneWriter(
    context,
    body,
    results.flatMap(({ nodes }) => nodes),
  );
  fillResults(writer, context, results);
  return body.write(writer.code);
}

/** Start values in the order in which each rests on those before it; the state that it reads is the one that it fills. */
function startOf(context: LaneContext, { initialOrder, initial }: Model): FunctionBody {
  const body = newBody();
  for (const slot of initialOrder) {
    const writer = new LaneWriter(context, body, [initial[slot]!]);
    const value = writer.value(initial[slot]!);
    body.write(writer.code, v128.store(stateAddress, slot * laneBytes, value));
  }
  return body;
}

/** What events set in the lanes in which they fired: all new values from before, then all set. */
function happenOf(context: LaneContext, places: LanePlaces, events: readonly EventInfo[]): FunctionBody {
  const body = newBody();
  const items = events.flatMap((event, e) => event.set.map((item) => ({ ...item, e })));
  const writer = new LaneWriter(
    context,
    body,
    items.map(({ node }) => node),
  );
  const values = items.map(({ node }) => writer.local(node));
  items.forEach(({ slot, e }, i) => {
    const at = places.parameters + slot * laneBytes;
    const fired = v128.load(workspace, places.fired + e * laneBytes);
    writer.write(v128.store(workspace, at, v128.select(fired, get(values[i]!), v128.load(workspace, at))));
  });
  return body.write(writer.code);
}

/** How a state is lifted: the carried states that change with it, and by how much for one of it. */
interface Lift {
  readonly own: NodeId | undefined;
  readonly along: readonly { readonly state: number; readonly node: NodeId }[];
}

function liftOf({ graph, lifts }: Model, slot: number, carried: ReadonlyMap<number, number>): Lift {
  const along = new Map<number, NodeId>();
  for (const { state, node } of lifts[slot] ?? []) along.set(state, graph.add(along.get(state) ?? graph.zero, node));
  return {
    own: along.get(slot),
    along: [...along].flatMap(([state, node]) => {
      const at = carried.get(state);
      return at === undefined || state === slot ? [] : [{ state: at, node }];
    }),
  };
}

/** One pass over the states below zero, in the lanes that the mask allows. */
function liftFunctionOf(
  context: LaneContext,
  places: LanePlaces,
  states: readonly number[],
  lifts: readonly Lift[],
): FunctionBody {
  const body = newBody();
  const { pool } = context;
  const times = body.local('v128');
  const at = (state: number): number[] => v128.load(stateAddress, state * laneBytes);
  const put = (state: number, value: Code): number[] => v128.store(stateAddress, state * laneBytes, value);
  const writer = new LaneWriter(
    context,
    body,
    lifts.flatMap(({ own, along }) => [...(own === undefined ? [] : [own]), ...along.map(({ node }) => node)]),
  );
  states.forEach((state, i) => {
    const { own, along } = lifts[i]!;
    const allowed = v128.and(f64x2.lt(at(state), pool.of(0)), v128.load(workspace, places.lifted));
    if (own !== undefined) {
      const rate = get(writer.local(own));
      const reaches = v128.and(allowed, f64x2.gt(rate, pool.of(0)));
      writer.write(set(times, v128.select(reaches, f64x2.div(f64x2.neg(at(state)), rate), pool.of(0))));
      for (const { state: other, node } of along)
        writer.write(put(other, f64x2.add(at(other), f64x2.mul(get(times), writer.value(node)))));
    }
    writer.write(put(state, v128.select(allowed, pool.of(0), at(state))));
  });
  return body.write(writer.code);
}
