import { type Graph, type NodeId, Op } from './graph.ts';

/**
 * Exact partial derivatives on the graph, memoised per variable, so that shared parts are differentiated once. An unknown u with
 * residual g(u, x) = 0 has du/dx = -(dg/dx)/(dg/du) by the implicit function theorem.
 */
export class Derivatives {
  readonly #graph: Graph;
  readonly #memo = new Map<NodeId, Map<NodeId, NodeId>>();

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  /** d node / d variable; `variable` is a state, parameter, time or unknown node. */
  of(node: NodeId, variable: NodeId): NodeId {
    let memo = this.#memo.get(variable);
    if (!memo) this.#memo.set(variable, (memo = new Map()));
    return this.#of(node, variable, memo);
  }

  #of(node: NodeId, variable: NodeId, memo: Map<NodeId, NodeId>): NodeId {
    if (node === variable) return this.#graph.one;
    const known = memo.get(node);
    if (known !== undefined) return known;
    const result = this.#rule(node, (operand) => this.#of(operand, variable, memo), variable);
    memo.set(node, result);
    return result;
  }

  #rule(node: NodeId, d: (operand: NodeId) => NodeId, variable: NodeId): NodeId {
    const g = this.#graph;
    const a = g.a[node]!;
    const b = g.b[node]!;
    switch (g.ops[node]!) {
      case Op.add:
        return g.add(d(a), d(b));
      case Op.subtract:
        return g.subtract(d(a), d(b));
      case Op.multiply:
        return g.add(g.multiply(d(a), b), g.multiply(a, d(b)));
      case Op.divide:
        return g.divide(g.subtract(d(a), g.multiply(node, d(b))), b);
      case Op.power:
        return this.#power(node, a, b, d);
      case Op.negate:
        return g.negate(d(a));
      case Op.exp:
        return g.multiply(node, d(a));
      case Op.log:
        return g.divide(d(a), a);
      case Op.sqrt:
        return d(a) === g.zero
          ? g.zero
          : g.select(g.less(g.zero, a), g.divide(d(a), g.multiply(g.constant(2), node)), g.zero);
      case Op.tanh:
        return g.multiply(g.subtract(g.one, g.multiply(node, node)), d(a));
      case Op.abs:
        return g.select(g.less(a, g.zero), g.negate(d(a)), d(a));
      case Op.min:
        return g.select(g.less(a, b), d(a), d(b));
      case Op.max:
        return g.select(g.less(a, b), d(b), d(a));
      case Op.select:
        return g.select(a, d(b), d(g.c[node]!));
      case Op.unknown:
        return this.#unknown(node, variable);
      default:
        return g.zero;
    }
  }

  /** d(a^b): the logarithm appears only when the exponent itself changes, so x^n is safe at x = 0. */
  #power(node: NodeId, a: NodeId, b: NodeId, d: (operand: NodeId) => NodeId): NodeId {
    const g = this.#graph;
    const base = d(a) === g.zero ? g.zero : g.multiply(g.multiply(b, g.power(a, g.subtract(b, g.one))), d(a));
    const exponent = d(b) === g.zero ? g.zero : g.multiply(g.multiply(node, g.log(a)), d(b));
    const total = g.add(base, exponent);
    const power = g.isConstant(b) ? g.valueOf(b) : 0.5;
    // A root of nothing has no slope: a stirrer at rest must not make the Jacobian infinite times zero.
    return power >= 1 || Number.isInteger(power) || total === g.zero
      ? total
      : g.select(g.less(g.zero, a), total, g.zero);
  }

  /**
   * The inner derivative holds the unknown itself still: that is the partial derivative which the theorem asks for. Unknowns that it rests on do
   * not contain it, so that their derivatives are kept with all others: without that, a ladder of unknowns would be walked exponentially often.
   */
  #unknown(node: NodeId, variable: NodeId): NodeId {
    const memo = this.#memo.get(variable)!;
    const known = memo.get(node);
    if (known !== undefined) return known;
    const g = this.#graph;
    const { residual } = g.unknowns[g.a[node]!]!;
    const inner = this.#of(residual, variable, new Map([[node, g.zero]]));
    const result = inner === g.zero ? g.zero : g.negate(g.divide(inner, this.of(residual, node)));
    memo.set(node, result);
    return result;
  }
}
