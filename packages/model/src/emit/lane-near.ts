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
  repeat,
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
 * argument is compared with, and its value; of an unknown its tangent, which is an offset and the slopes by the states that it rests on, with half the curvature of its equation between.
 */
export interface Kept {
  readonly count: number;
  readonly functions: ReadonlyMap<NodeId, number>;
  readonly unknowns: ReadonlyMap<NodeId, Tangent>;
}

interface Tangent {
  readonly slot: number;
  /** g''/(2 g') of the equation g = 0. */
  readonly curvature: NodeId;
  readonly slopes: readonly Slope[];
}

interface Slope {
  /** Node of the state, and of the derivative by it. */
  readonly state: NodeId;
  readonly by: NodeId;
}

/** What is worth keeping of what roots rest on: unknowns, and exponentials and broken powers of states; those of time alone move too far in a step. */
export function keptOf(graph: Graph, derivatives: Derivatives, roots: readonly NodeId[]): Kept {
  let count = 0;
  const take = (slots: number): number => {
    count += slots;
    return count - slots;
  };
  const functions = new Map<NodeId, number>();
  const restsOnState = (node: NodeId): boolean =>
    [...graph.reachable([node])].some((under) => graph.ops[under] === Op.state);
  const unknowns = new Map<NodeId, Tangent>();
  const under = [...graph.reachable(roots)];
  const states = under.filter((node) => graph.ops[node] === Op.state);
  for (const node of under) {
    const op = graph.ops[node]!;
    if (op === Op.unknown) {
      const slopes = states
        .map((state) => ({ state, by: derivatives.of(node, state) }))
        .filter(({ by }) => by !== graph.zero);
      const slope = derivatives.of(graph.unknowns[graph.a[node]!]!.residual, node);
      const curvature = graph.divide(derivatives.of(slope, node), graph.multiply(graph.constant(2), slope));
      unknowns.set(node, { slot: take(2 + slopes.length), curvature, slopes });
    } else if ((op === Op.exp || (op === Op.power && isBroken(graph, graph.b[node]!))) && restsOnState(node))
      functions.set(node, take(2));
  }
  return { count, functions, unknowns };
}

const newBody = (): FunctionBody => new FunctionBody(['i32', 'i32']);
const store = (place: number, slot: number, value: Code): number[] =>
  v128.store(workspace, place + slot * laneBytes, value);

/** Rates and their derivatives; beside these, what is kept. */
export function lineariseOf(context: LaneContext, results: readonly Result[], kept: Kept): FunctionBody {
  const body = newBody();
  const writer = new LaneWriter(context, body, linearisedNodes(results, kept));
  fillResults(writer, context, results);
  keep(writer, context, kept);
  return body.write(writer.code);
}

const linearisedNodes = (results: readonly Result[], { functions, unknowns }: Kept): NodeId[] => [
  ...results.flatMap(({ nodes }) => nodes),
  ...functions.keys(),
  ...[...unknowns.values()].flatMap(({ curvature, slopes }) => [curvature, ...slopes.map(({ by }) => by)]),
];

function keep(writer: LaneWriter, { graph, places, pool }: LaneContext, { functions, unknowns }: Kept): void {
  for (const [node, slot] of functions) {
    const argument = get(writer.local(graph.a[node]!));
    const value = get(writer.local(node));
    const compared = graph.ops[node] === Op.exp ? argument : f64x2.div(pool.of(1), argument);
    writer.write(store(places.kept, slot, compared), store(places.kept, slot + 1, value));
  }
  for (const [node, { slot, curvature, slopes }] of unknowns) {
    writer.write(store(places.kept, slot + 1, get(writer.local(curvature))));
    const value = get(writer.local(node));
    let offset: Code = value;
    slopes.forEach(({ state, by }, k) => {
      const slope = get(writer.local(by));
      offset = f64x2.nmadd(slope, writer.value(state), offset);
      writer.write(store(places.kept, slot + 2 + k, slope));
    });
    writer.write(store(places.kept, slot, offset), store(places.unknowns, graph.a[node]!, value));
  }
}

/**
 * Rates near the point that was linearised last: functions follow their series, unknowns are refined from their tangents. In a lane where one is out of
 * reach the rates are computed as anywhere, by `rhs`; `apart`: how many values from the rates on the other lane then gets back, so that it does not
 * depend on that. Absent: there is one plant in both.
 */
export function rhsNearOf(
  context: LaneContext,
  rates: readonly NodeId[],
  kept: Kept,
  rhs: number,
  apart?: number,
): FunctionBody {
  return nearOf(context, [{ place: context.places.rates, nodes: rates }], kept, rhs, apart);
}

/** The same for any results, which `anywhere` computes at any point. */
export function nearOf(
  context: LaneContext,
  results: readonly Result[],
  kept: Kept,
  anywhere: number,
  apart?: number,
): FunctionBody {
  const body = newBody();
  const moved = body.local('v128');
  const nodes = results.flatMap((result) => result.nodes);
  const writer = new LaneWriter(context, body, nodes, { kept, moved });
  fillResults(writer, context, results);
  return body.write(set(moved, context.pool.of(0)), writer.code, orAnywhere(context, body, moved, anywhere, apart));
}

/** The same for all that `linearise` writes. */
export function lineariseNearOf(
  context: LaneContext,
  results: readonly Result[],
  kept: Kept,
  linearise: number,
  apart?: number,
): FunctionBody {
  const body = newBody();
  const moved = body.local('v128');
  const writer = new LaneWriter(context, body, linearisedNodes(results, kept), { kept, moved });
  fillResults(writer, context, results);
  keep(writer, context, kept);
  return body.write(set(moved, context.pool.of(0)), writer.code, orAnywhere(context, body, moved, linearise, apart));
}

/** Where a lane has moved out of reach, its values from the rates on are computed as anywhere; the other lane gets back what it had. */
function orAnywhere(
  { places, pool }: LaneContext,
  body: FunctionBody,
  moved: number,
  anywhere: number,
  apart: number | undefined,
): number[] {
  const isWithin = f64x2.le(get(moved), pool.of(nearReach ** 2));
  const compute = call(anywhere, workspace, stateAddress);
  if (apart === undefined) return when(i32.isZero(v128.anyTrue(isWithin)), compute);
  const [within, at, left] = [body.local('v128'), body.local('i32'), body.local('i32')];
  const aside = places.spare - places.rates;
  const each = (...pieces: readonly Code[]): number[] => [
    ...set(at, i32.add(workspace, i32.constant(places.rates))),
    ...set(left, i32.constant(apart)),
    ...repeat(
      [
        ...pieces.flat(),
        ...set(at, i32.add(get(at), i32.constant(laneBytes))),
        ...set(left, i32.sub(get(left), i32.constant(1))),
      ],
      get(left),
    ),
  ];
  const [here, there] = [v128.load(get(at), 0), v128.load(get(at), aside)];
  return [
    ...set(within, isWithin),
    ...when(
      i32.isZero(i64x2.allTrue(get(within))),
      each(v128.store(get(at), aside, here)),
      compute,
      each(v128.store(get(at), 0, v128.select(get(within), there, here))),
    ),
  ];
}
