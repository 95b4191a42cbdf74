/**
 * The intermediate form: a hash-consed graph of operations on numbers. Equal subexpressions are one node, constants are
 * folded, and a node's operands always have smaller ids save for the unknowns, whose residual is attached later.
 */
export type NodeId = number;

export const Op = {
  constant: 0,
  state: 1,
  parameter: 2,
  time: 3,
  unknown: 4,
  add: 5,
  subtract: 6,
  multiply: 7,
  divide: 8,
  power: 9,
  negate: 10,
  exp: 11,
  log: 12,
  sqrt: 13,
  tanh: 14,
  abs: 15,
  min: 16,
  max: 17,
  less: 18,
  lessOrEqual: 19,
  and: 20,
  or: 21,
  not: 22,
  select: 23,
} as const;
export type Op = (typeof Op)[keyof typeof Op];

/** An implicit algebraic unknown: the value in [low, high] at which `residual` is zero. */
export interface Unknown {
  readonly node: NodeId;
  residual: NodeId;
  low: NodeId;
  high: NodeId;
}

export class Graph {
  readonly ops: Op[] = [];
  readonly a: NodeId[] = [];
  readonly b: NodeId[] = [];
  readonly c: NodeId[] = [];
  /** The value of a constant, else NaN. */
  readonly values: number[] = [];
  /** Longest chain of operations under a node; an unknown counts as a leaf. */
  readonly depths: number[] = [];
  readonly unknowns: Unknown[] = [];
  readonly #index = new Map<string, NodeId>();

  readonly zero: NodeId;
  readonly one: NodeId;

  constructor() {
    this.zero = this.constant(0);
    this.one = this.constant(1);
  }

  get size(): number {
    return this.ops.length;
  }

  constant(value: number): NodeId {
    if (!Number.isFinite(value)) throw new RangeError(`The graph holds finite numbers, not ${value}.`);
    const positive = value === 0 ? 0 : value;
    return this.#intern(Op.constant, -1, -1, -1, positive);
  }

  state(slot: number): NodeId {
    return this.#intern(Op.state, slot, -1, -1);
  }

  parameter(slot: number): NodeId {
    return this.#intern(Op.parameter, slot, -1, -1);
  }

  time(): NodeId {
    return this.#intern(Op.time, -1, -1, -1);
  }

  /** Makes a new unknown; its residual is set once its equation is lowered. */
  unknown(): NodeId {
    const node = this.#intern(Op.unknown, this.unknowns.length, -1, -1);
    this.unknowns.push({ node, residual: this.zero, low: this.zero, high: this.zero });
    return node;
  }

  isConstant(id: NodeId): boolean {
    return this.ops[id] === Op.constant;
  }

  valueOf(id: NodeId): number {
    return this.values[id]!;
  }

  add(a: NodeId, b: NodeId): NodeId {
    if (a === this.zero) return b;
    if (b === this.zero) return a;
    if (this.#both(a, b)) return this.#fold(this.valueOf(a) + this.valueOf(b), Op.add, a, b);
    if (this.ops[b] === Op.negate) return this.subtract(a, this.a[b]!);
    if (this.ops[a] === Op.negate) return this.subtract(b, this.a[a]!);
    return this.#intern(Op.add, Math.min(a, b), Math.max(a, b), -1);
  }

  subtract(a: NodeId, b: NodeId): NodeId {
    if (b === this.zero) return a;
    if (a === b) return this.zero;
    if (a === this.zero) return this.negate(b);
    if (this.#both(a, b)) return this.#fold(this.valueOf(a) - this.valueOf(b), Op.subtract, a, b);
    if (this.ops[b] === Op.negate) return this.add(a, this.a[b]!);
    return this.#intern(Op.subtract, a, b, -1);
  }

  multiply(a: NodeId, b: NodeId): NodeId {
    if (a === this.zero || b === this.zero) return this.zero;
    if (a === this.one) return b;
    if (b === this.one) return a;
    if (this.#both(a, b)) return this.#fold(this.valueOf(a) * this.valueOf(b), Op.multiply, a, b);
    if (this.#isMinusOne(a)) return this.negate(b);
    if (this.#isMinusOne(b)) return this.negate(a);
    if (this.ops[a] === Op.negate) return this.negate(this.multiply(this.a[a]!, b));
    if (this.ops[b] === Op.negate) return this.negate(this.multiply(a, this.a[b]!));
    return this.#intern(Op.multiply, Math.min(a, b), Math.max(a, b), -1);
  }

  divide(a: NodeId, b: NodeId): NodeId {
    if (b === this.one) return a;
    if (a === this.zero && b !== this.zero) return this.zero;
    if (this.#both(a, b)) return this.#fold(this.valueOf(a) / this.valueOf(b), Op.divide, a, b);
    if (this.ops[a] === Op.negate) return this.negate(this.divide(this.a[a]!, b));
    return this.#intern(Op.divide, a, b, -1);
  }

  power(a: NodeId, b: NodeId): NodeId {
    if (b === this.zero) return this.one;
    if (b === this.one) return a;
    if (this.#both(a, b)) return this.#fold(this.valueOf(a) ** this.valueOf(b), Op.power, a, b);
    return this.#intern(Op.power, a, b, -1);
  }

  negate(a: NodeId): NodeId {
    if (this.isConstant(a)) return this.constant(-this.valueOf(a));
    if (this.ops[a] === Op.negate) return this.a[a]!;
    if (this.ops[a] === Op.subtract) return this.subtract(this.b[a]!, this.a[a]!);
    return this.#intern(Op.negate, a, -1, -1);
  }

  exp(a: NodeId): NodeId {
    return this.#call(Op.exp, a, Math.exp);
  }

  log(a: NodeId): NodeId {
    return this.#call(Op.log, a, Math.log);
  }

  sqrt(a: NodeId): NodeId {
    return this.#call(Op.sqrt, a, Math.sqrt);
  }

  tanh(a: NodeId): NodeId {
    return this.#call(Op.tanh, a, Math.tanh);
  }

  abs(a: NodeId): NodeId {
    return this.#call(Op.abs, a, Math.abs);
  }

  min(a: NodeId, b: NodeId): NodeId {
    if (a === b) return a;
    if (this.#both(a, b)) return this.constant(Math.min(this.valueOf(a), this.valueOf(b)));
    return this.#intern(Op.min, Math.min(a, b), Math.max(a, b), -1);
  }

  max(a: NodeId, b: NodeId): NodeId {
    if (a === b) return a;
    if (this.#both(a, b)) return this.constant(Math.max(this.valueOf(a), this.valueOf(b)));
    return this.#intern(Op.max, Math.min(a, b), Math.max(a, b), -1);
  }

  less(a: NodeId, b: NodeId): NodeId {
    return this.#intern(Op.less, a, b, -1);
  }

  lessOrEqual(a: NodeId, b: NodeId): NodeId {
    return this.#intern(Op.lessOrEqual, a, b, -1);
  }

  and(a: NodeId, b: NodeId): NodeId {
    return a === b ? a : this.#intern(Op.and, Math.min(a, b), Math.max(a, b), -1);
  }

  or(a: NodeId, b: NodeId): NodeId {
    return a === b ? a : this.#intern(Op.or, Math.min(a, b), Math.max(a, b), -1);
  }

  not(a: NodeId): NodeId {
    return this.ops[a] === Op.not ? this.a[a]! : this.#intern(Op.not, a, -1, -1);
  }

  select(test: NodeId, then: NodeId, otherwise: NodeId): NodeId {
    return then === otherwise ? then : this.#intern(Op.select, test, then, otherwise);
  }

  /** Sum of many terms, in order. */
  sum(terms: Iterable<NodeId>): NodeId {
    let total = this.zero;
    for (const term of terms) total = this.add(total, term);
    return total;
  }

  /** Operand ids of a node that are nodes themselves; the residual of an unknown counts as its operand. */
  operands(id: NodeId): readonly NodeId[] {
    switch (this.ops[id]) {
      case Op.constant:
      case Op.state:
      case Op.parameter:
      case Op.time:
        return [];
      case Op.unknown: {
        const unknown = this.unknowns[this.a[id]!]!;
        return [unknown.residual, unknown.low, unknown.high];
      }
      case Op.select:
        return [this.a[id]!, this.b[id]!, this.c[id]!];
      default:
        return this.b[id]! < 0 ? [this.a[id]!] : [this.a[id]!, this.b[id]!];
    }
  }

  /** All nodes that `roots` rest on, operands before users (an unknown before its residual's users, after nothing of its own cone). */
  reachable(roots: Iterable<NodeId>): Set<NodeId> {
    const found = new Set<NodeId>();
    const stack = [...roots];
    while (stack.length > 0) {
      const id = stack.pop()!;
      if (found.has(id)) continue;
      found.add(id);
      stack.push(...this.operands(id));
    }
    return found;
  }

  #both(a: NodeId, b: NodeId): boolean {
    return this.isConstant(a) && this.isConstant(b);
  }

  #isMinusOne(a: NodeId): boolean {
    return this.isConstant(a) && this.valueOf(a) === -1;
  }

  #call(op: Op, a: NodeId, f: (x: number) => number): NodeId {
    return this.isConstant(a) ? this.#fold(f(this.valueOf(a)), op, a, -1) : this.#intern(op, a, -1, -1);
  }

  /** A constant when the value is finite; else the operation stays and shows its NaN at run time. */
  #fold(value: number, op: Op, a: NodeId, b: NodeId): NodeId {
    return Number.isFinite(value) ? this.constant(value) : this.#intern(op, a, b, -1);
  }

  #intern(op: Op, a: NodeId, b: NodeId, c: NodeId, value = Number.NaN): NodeId {
    const key = op === Op.constant ? `#${value}` : `${op},${a},${b},${c}`;
    const known = this.#index.get(key);
    if (known !== undefined) return known;
    const id = this.ops.length;
    this.ops.push(op);
    this.a.push(a);
    this.b.push(b);
    this.c.push(c);
    this.values.push(value);
    this.depths.push(op < Op.add ? 0 : 1 + Math.max(this.depths[a]!, this.depths[b] ?? 0, this.depths[c] ?? 0));
    this.#index.set(key, id);
    return id;
  }
}
