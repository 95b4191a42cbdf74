import { type Graph, type NodeId, Op } from './graph.ts';

/** Values that the leaves of a graph take. */
export interface Leaves {
  readonly time: number;
  readonly state: ArrayLike<number>;
  readonly parameters: ArrayLike<number>;
}

/**
 * Interprets a graph: slow, plain, and written apart from the code generator, which is held against it. Unknowns are found by
 * bisection to the last bit.
 */
export function evaluate(graph: Graph, roots: readonly NodeId[], leaves: Leaves): Float64Array {
  const memo = new Map<NodeId, number>();
  return Float64Array.from(roots, (root) => value(graph, root, leaves, memo));
}

/** The value of a node that rests on parameters alone. */
export function evaluateConstant(graph: Graph, node: NodeId, parameters: ArrayLike<number>): number {
  return evaluate(graph, [node], { time: Number.NaN, state: [], parameters })[0]!;
}

function value(graph: Graph, node: NodeId, leaves: Leaves, memo: Map<NodeId, number>): number {
  const known = memo.get(node);
  if (known !== undefined) return known;
  const result = compute(graph, node, leaves, memo);
  memo.set(node, result);
  return result;
}

function compute(graph: Graph, node: NodeId, leaves: Leaves, memo: Map<NodeId, number>): number {
  const of = (operand: NodeId): number => value(graph, operand, leaves, memo);
  const a = graph.a[node]!;
  const b = graph.b[node]!;
  switch (graph.ops[node]!) {
    case Op.constant:
      return graph.valueOf(node);
    case Op.state:
      return leaves.state[a] ?? Number.NaN;
    case Op.parameter:
      return leaves.parameters[a]!;
    case Op.time:
      return leaves.time;
    case Op.unknown:
      return bisect(graph, node, leaves, memo);
    case Op.add:
      return of(a) + of(b);
    case Op.subtract:
      return of(a) - of(b);
    case Op.multiply:
      return of(a) * of(b);
    case Op.divide:
      return of(a) / of(b);
    case Op.power:
      return of(a) ** of(b);
    case Op.negate:
      return -of(a);
    case Op.exp:
      return Math.exp(of(a));
    case Op.log:
      return Math.log(of(a));
    case Op.sqrt:
      return Math.sqrt(of(a));
    case Op.tanh:
      return Math.tanh(of(a));
    case Op.abs:
      return Math.abs(of(a));
    case Op.min:
      return Math.min(of(a), of(b));
    case Op.max:
      return Math.max(of(a), of(b));
    case Op.less:
      return of(a) < of(b) ? 1 : 0;
    case Op.lessOrEqual:
      return of(a) <= of(b) ? 1 : 0;
    case Op.and:
      return of(a) !== 0 && of(b) !== 0 ? 1 : 0;
    case Op.or:
      return of(a) !== 0 || of(b) !== 0 ? 1 : 0;
    case Op.not:
      return of(a) === 0 ? 1 : 0;
    case Op.select:
      return of(a) !== 0 ? of(b) : of(graph.c[node]!);
  }
}

/** The root of an unknown's residual in its bracket; NaN without a change of sign. */
function bisect(graph: Graph, node: NodeId, leaves: Leaves, memo: Map<NodeId, number>): number {
  const unknown = graph.unknowns[graph.a[node]!]!;
  const still = stillValues(graph, node, leaves, memo);
  const at = (x: number): number => value(graph, unknown.residual, leaves, new Map([...still, [node, x]]));
  let low = value(graph, unknown.low, leaves, memo);
  let high = value(graph, unknown.high, leaves, memo);
  const rising = Math.sign(at(high));
  if (at(low) * rising > 0) return Number.NaN;
  for (let i = 0; i < 2000; i++) {
    const middle = low + (high - low) / 2;
    if (middle === low || middle === high) break;
    if (at(middle) * rising > 0) high = middle;
    else low = middle;
  }
  return low + (high - low) / 2;
}

/** Other unknowns that the residual rests on: they do not move with this one, and are found once rather than at every trial. */
function stillValues(graph: Graph, node: NodeId, leaves: Leaves, memo: Map<NodeId, number>): [NodeId, number][] {
  const below = directUnknowns(graph, graph.unknowns[graph.a[node]!]!.residual).filter((other) => other !== node);
  return below.map((other) => [other, value(graph, other, leaves, memo)]);
}

/** Unknowns under a node, without those that other unknowns rest on. */
function directUnknowns(graph: Graph, root: NodeId): NodeId[] {
  const seen = new Set<NodeId>();
  const stack = [root];
  const found: NodeId[] = [];
  while (stack.length > 0) {
    const node = stack.pop()!;
    if (seen.has(node)) continue;
    seen.add(node);
    if (graph.ops[node] === Op.unknown) found.push(node);
    else stack.push(...graph.operands(node));
  }
  return found;
}
