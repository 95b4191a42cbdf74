import {
  type Code,
  call,
  FunctionBody,
  f64x2,
  get,
  i32,
  i64x2,
  laneBytes,
  nearReach,
  set,
  v128,
  when,
} from '@fedbatch/numerics/lanes';
import type { Derivatives } from '../graph/derivative.ts';
import { type Graph, type NodeId, Op } from '../graph/graph.ts';
import { fillResults, type LaneContext, LaneWriter, type Result, stateAddress, workspace } from './lane-writer.ts';
import { isBroken } from './writer.ts';

/**
 * What is kept of the point that was linearised last, so that rates near it cost less. Each slot holds a value of both lanes: of a function what its
 * argument is compared with, and its value; of an unknown its tangent, which is an offset and the slopes by the states that it rests on.
 */
export interface Kept {
  readonly count: number;
  readonly functions: ReadonlyMap<NodeId, number>;
  readonly unknowns: ReadonlyMap<NodeId, { readonly slot: number; readonly slopes: readonly Slope[] }>;
}

interface Slope {
  /** Node of the state, and of the derivative by it. */
  readonly state: NodeId;
  readonly by: NodeId;
}

/** What is worth keeping for the rates: unknowns, and exponentials and broken powers of states; those of time alone move too far in a step. */
export function keptOf(graph: Graph, derivatives: Derivatives, rates: readonly NodeId[]): Kept {
  let count = 0;
  const take = (slots: number): number => {
    count += slots;
    return count - slots;
  };
  const functions = new Map<NodeId, number>();
  const restsOnState = (node: NodeId): boolean =>
    [...graph.reachable([node])].some((under) => graph.ops[under] === Op.state);
  const unknowns = new Map<NodeId, { slot: number; slopes: Slope[] }>();
  const under = [...graph.reachable(rates)];
  const states = under.filter((node) => graph.ops[node] === Op.state);
  for (const node of under) {
    const op = graph.ops[node]!;
    if (op === Op.unknown) {
      const slopes = states
        .map((state) => ({ state, by: derivatives.of(node, state) }))
        .filter(({ by }) => by !== graph.zero);
      unknowns.set(node, { slot: take(1 + slopes.length), slopes });
    } else if ((op === Op.exp || (op === Op.power && isBroken(graph, graph.b[node]!))) && restsOnState(node))
      functions.set(node, take(2));
  }
  return { count, functions, unknowns };
}

const newBody = (): FunctionBody => new FunctionBody(['i32', 'i32']);
const load = (place: number, slot: number): number[] => v128.load(workspace, place + slot * laneBytes);
const store = (place: number, slot: number, value: Code): number[] =>
  v128.store(workspace, place + slot * laneBytes, value);

/** Rates and their derivatives; beside these, what is kept. */
export function lineariseOf(context: LaneContext, results: readonly Result[], kept: Kept): FunctionBody {
  const body = newBody();
  const { graph, places, pool } = context;
  const tangents = [...kept.unknowns.values()].flatMap(({ slopes }) => slopes.map(({ by }) => by));
  const roots = [...results.flatMap(({ nodes }) => nodes), ...kept.functions.keys(), ...tangents];
  const writer = new LaneWriter(context, body, roots);
  fillResults(writer, context, results);
  for (const [node, slot] of kept.functions) {
    const argument = get(writer.local(graph.a[node]!));
    const compared = graph.ops[node] === Op.exp ? argument : f64x2.div(pool.of(1), argument);
    writer.write(store(places.kept, slot, compared), store(places.kept, slot + 1, get(writer.local(node))));
  }
  for (const [node, { slot, slopes }] of kept.unknowns) {
    const value = get(writer.local(node));
    let offset: Code = value;
    slopes.forEach(({ state, by }, k) => {
      const slope = get(writer.local(by));
      offset = f64x2.nmadd(slope, writer.value(state), offset);
      writer.write(store(places.kept, slot + 1 + k, slope));
    });
    writer.write(store(places.kept, slot, offset), store(places.unknowns, graph.a[node]!, value));
  }
  return body.write(writer.code);
}

/**
 * Rates near the point that was linearised last: functions follow their series, unknowns are sought from their tangents. In a lane where a function is out
 * of reach the rates are computed as anywhere, by `rhs`, so that a lane does not depend on the other.
 */
export function rhsNearOf(context: LaneContext, rates: readonly NodeId[], kept: Kept, rhs: number): FunctionBody {
  const body = newBody();
  const { places, pool } = context;
  const [moved, within] = [body.local('v128'), body.local('v128')];
  const writer = new LaneWriter(context, body, rates, { kept, moved });
  fillResults(writer, context, [{ place: places.rates, nodes: rates }]);
  const all = [...rates.keys()];
  return body.write(
    set(moved, pool.of(0)),
    writer.code,
    set(within, f64x2.le(get(moved), pool.of(nearReach ** 2))),
    when(
      i32.isZero(i64x2.allTrue(get(within))),
      ...all.map((i) => store(places.spare, i, load(places.rates, i))),
      call(rhs, workspace, stateAddress),
      ...all.map((i) => store(places.rates, i, v128.select(get(within), load(places.spare, i), load(places.rates, i)))),
    ),
  );
}
