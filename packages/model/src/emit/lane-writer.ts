import {
  type Code,
  type ConstantPool,
  call,
  type FunctionBody,
  f64x2,
  get,
  type InPlace,
  i32,
  type LaneMath,
  type LanePlaces,
  laneBytes,
  repeat,
  set,
  v128,
  when,
} from '@fedbatch/numerics/lanes';
import type { Derivatives } from '../graph/derivative.ts';
import { type Graph, type NodeId, Op } from '../graph/graph.ts';
import { countUses, dependents, type Hoisted, quadratic } from './writer.ts';

/** What all functions of a system are written from. */
export interface LaneContext {
  readonly graph: Graph;
  readonly derivatives: Derivatives;
  readonly math: LaneMath;
  readonly places: LanePlaces;
  readonly pool: ConstantPool;
  /** undefined: nothing is computed ahead. */
  readonly hoisted?: Hoisted;
  /** Where the state of a slot of the model stands behind the address of a state. */
  slotOfState(slot: number): number;
}

const workspace = get(0);
const stateAddress = get(1);
/** Tries from where an unknown was, before its bracket is searched from both ends. */
const warmTries = 6;
/** Code that is written in place has at most so many bytes. */
const inlineLimit = 120;

const load = (offset: number, slot = 0): number[] => v128.load(workspace, offset + slot * laneBytes);

const binary: Partial<Record<Op, (a: Code, b: Code) => number[]>> = {
  [Op.add]: f64x2.add,
  [Op.subtract]: f64x2.sub,
  [Op.multiply]: f64x2.mul,
  [Op.divide]: f64x2.div,
  [Op.min]: f64x2.min,
  [Op.max]: f64x2.max,
  [Op.less]: f64x2.lt,
  [Op.lessOrEqual]: f64x2.le,
  [Op.and]: v128.and,
  [Op.or]: v128.or,
};
const unary: Partial<Record<Op, (a: Code) => number[]>> = {
  [Op.sqrt]: f64x2.sqrt,
  [Op.abs]: f64x2.abs,
  [Op.not]: v128.not,
};

/** Writes code that computes nodes for both lanes; a truth is a mask. One writer a function body or loop body. */
export class LaneWriter {
  readonly code: number[] = [];
  readonly #context: LaneContext;
  readonly #body: FunctionBody;
  readonly #uses: Map<NodeId, number>;
  readonly #divisions = new Map<NodeId, number>();
  readonly #locals = new Map<NodeId, number>();
  readonly #parent: LaneWriter | undefined;
  readonly #cone: Set<NodeId> | undefined;

  constructor(
    context: LaneContext,
    body: FunctionBody,
    roots: readonly NodeId[],
    inside?: { parent: LaneWriter; cone: Set<NodeId>; unknown: NodeId; local: number },
  ) {
    const { graph } = context;
    this.#context = context;
    this.#body = body;
    this.#parent = inside?.parent;
    this.#cone = inside?.cone;
    if (inside) this.#locals.set(inside.unknown, inside.local);
    this.#uses = countUses(graph, roots);
    for (const node of graph.reachable(roots)) {
      const by = graph.b[node]!;
      if (graph.ops[node] === Op.divide) this.#divisions.set(by, (this.#divisions.get(by) ?? 0) + 1);
    }
  }

  /** Code that gives the value of a node; writes what must come before it. */
  value(node: NodeId): Code {
    const known = this.#locals.get(node);
    if (known !== undefined) return get(known);
    const { graph, pool, places, hoisted } = this.#context;
    const a = graph.a[node]!;
    switch (graph.ops[node]!) {
      case Op.constant:
        return this.#leaf(node, pool.of(graph.valueOf(node)));
      case Op.time:
        return this.#leaf(node, load(places.clock));
      case Op.parameter:
        return this.#leaf(node, load(places.parameters, a));
    }
    const slot = hoisted?.slotOf(node);
    if (slot !== undefined) return this.#leaf(node, load(places.hoisted, slot));
    if (this.#cone && !this.#cone.has(node)) return get(this.#parent!.local(node));
    switch (graph.ops[node]!) {
      case Op.state:
        return this.#leaf(node, v128.load(stateAddress, this.#context.slotOfState(a) * laneBytes));
      case Op.unknown:
        return this.#solve(node);
      default: {
        const code = this.#operation(node);
        const once = (this.#uses.get(node) ?? 2) <= 1 && code.length <= inlineLimit;
        return once ? code : this.#named(node, code);
      }
    }
  }

  /** What is read more than once is read once: a load costs as much as an operation. */
  #leaf(node: NodeId, code: Code): Code {
    return (this.#uses.get(node) ?? 2) > 1 ? this.#named(node, code) : code;
  }

  /** A local that holds the value of a node. */
  local(node: NodeId): number {
    const code = this.value(node);
    const known = this.#locals.get(node);
    if (known !== undefined) return known;
    this.#named(node, code);
    return this.#locals.get(node)!;
  }

  /** The local of a node that has been written. */
  known(node: NodeId): number | undefined {
    return this.#locals.get(node);
  }

  write(...pieces: readonly Code[]): void {
    for (const piece of pieces) for (const byte of piece) this.code.push(byte);
  }

  #named(node: NodeId, code: Code): Code {
    const local = this.#body.local('v128');
    this.write(set(local, code));
    this.#locals.set(node, local);
    return get(local);
  }

  #operation(node: NodeId): Code {
    const { graph, math, pool } = this.#context;
    const op = graph.ops[node]!;
    const a = graph.a[node]!;
    const b = graph.b[node]!;
    if (op === Op.divide && this.#worthInverting(b) && a !== graph.one) {
      const inverse = graph.divide(graph.one, b);
      if (this.#cone?.has(b)) this.#cone.add(inverse);
      return f64x2.mul(this.value(a), this.value(inverse));
    }
    const fused = this.#fused(op, a, b);
    if (fused) return fused;
    const one = unary[op];
    if (one) return one(this.value(a));
    const two = binary[op];
    if (two) return two(this.value(a), this.value(b));
    switch (op) {
      case Op.negate:
        return v128.xor(this.value(a), pool.of(-0));
      case Op.exp:
        return this.#inPlace(math.exp(this.#body, this.value(a)));
      case Op.log:
        return this.#inPlace(math.log(this.#body, this.value(a)));
      case Op.tanh:
        return call(math.tanh, this.value(a));
      case Op.select:
        return v128.select(this.value(a), this.value(b), this.value(graph.c[node]!));
      default:
        return this.#power(a, b);
    }
  }

  /** A product that only a sum wants is rounded with it. */
  #fused(op: Op, a: NodeId, b: NodeId): Code | undefined {
    const { graph } = this.#context;
    const isProduct = (node: NodeId): boolean =>
      graph.ops[node] === Op.multiply &&
      this.#uses.get(node) === 1 &&
      !this.#locals.has(node) &&
      !this.#context.hoisted?.isFixed(node) &&
      (!this.#cone || this.#cone.has(node));
    const factors = (node: NodeId): [Code, Code] => [this.value(graph.a[node]!), this.value(graph.b[node]!)];
    if (op !== Op.add && op !== Op.subtract) return undefined;
    if (isProduct(b)) {
      const sum = this.value(a);
      return op === Op.add ? f64x2.madd(...factors(b), sum) : f64x2.nmadd(...factors(b), sum);
    }
    return op === Op.add && isProduct(a) ? f64x2.madd(...factors(a), this.value(b)) : undefined;
  }

  #worthInverting(node: NodeId): boolean {
    const { hoisted } = this.#context;
    return hoisted !== undefined && (hoisted.isFixed(node) || (this.#divisions.get(node) ?? 0) > 1);
  }

  #inPlace({ before, value }: InPlace): Code {
    this.write(before);
    return value;
  }

  #power(base: NodeId, exponent: NodeId): Code {
    const { graph, math, pool } = this.#context;
    const n = graph.isConstant(exponent) ? graph.valueOf(exponent) : Number.NaN;
    const one = pool.of(1);
    if (n === 0.5) return f64x2.sqrt(this.value(base));
    // A fixed broken exponent needs none of what pow does about signs.
    if (Number.isFinite(n) && !Number.isInteger(n)) {
      const logarithm = this.#inPlace(math.log(this.#body, this.value(base)));
      return this.#inPlace(math.exp(this.#body, f64x2.mul(pool.of(n), logarithm)));
    }
    if (n !== 2 && n !== 3 && n !== 4 && n !== -1 && n !== -2)
      return call(math.pow, this.value(base), this.value(exponent));
    if (n === -1) return f64x2.div(one, this.value(base));
    const x = get(this.local(base));
    const product = Array(Math.abs(n)).fill(x).reduce(f64x2.mul) as Code;
    return n < 0 ? f64x2.div(one, product) : product;
  }

  /**
   * Newton with a bracket, as for a single plant: from where the unknown was at the start of the attempt, and for lanes that do not arrive so from the
   * bracket. A lane that has arrived is held still, so that it does not depend on the other.
   */
  #solve(node: NodeId): Code {
    const { graph, derivatives, places, pool } = this.#context;
    const index = graph.a[node]!;
    const { residual, low, high } = graph.unknowns[index]!;
    const slope = derivatives.of(residual, node);
    const [x, u, lo, hi, first, sign, width, before, next, active, bad] = Array.from({ length: 11 }, () =>
      this.#body.local('v128'),
    ) as [number, number, number, number, number, number, number, number, number, number, number];
    const round = this.#body.local('i32');
    const loop = new LaneWriter(this.#context, this.#body, [residual, slope], {
      parent: this,
      cone: dependents(graph, [residual, slope], node),
      unknown: node,
      local: x,
    });
    const g = get(loop.local(residual));
    const d = get(loop.local(slope));
    const zero = pool.of(0);
    const { abs, add, sub, mul, div, lt, gt, le, eq, ge } = f64x2;
    const half = add(get(lo), mul(pool.of(0.5), sub(get(hi), get(lo))));
    const lowCode = this.value(low);
    const highCode = this.value(high);
    const finish = (test: Code, value: Code): number[] => [
      ...set(bad, v128.and(get(active), test)),
      ...set(u, v128.select(get(bad), value, get(u))),
      ...set(active, v128.andnot(get(active), get(bad))),
    ];
    const isShort = le(abs(sub(get(next), get(x))), mul(pool.of(quadratic), abs(get(next))));
    const isRound = (k: number): number[] => i32.equal(get(round), i32.constant(k));
    this.write(
      set(lo, lowCode),
      set(hi, highCode),
      set(u, pool.of(Number.NaN)),
      set(x, load(places.unknowns, index)),
      set(active, v128.not(pool.of(0))),
      set(round, i32.constant(-warmTries)),
      repeat(
        [
          ...loop.code,
          ...when(
            i32.lessSigned(get(round), i32.constant(0)),
            set(next, sub(get(x), div(g, d))),
            finish(v128.and(v128.and(ge(get(next), get(lo)), le(get(next), get(hi))), isShort), get(next)),
            set(x, get(next)),
            when(isRound(-1), set(x, get(lo))),
          ),
          ...when(i32.atLeastSigned(get(round), i32.constant(0)), finish(eq(g, zero), get(x))),
          ...when(
            i32.atLeastSigned(get(round), i32.constant(2)),
            set(bad, gt(mul(g, get(sign)), zero)),
            set(hi, v128.select(get(bad), get(x), get(hi))),
            set(lo, v128.select(lt(mul(g, get(sign)), zero), get(x), get(lo))),
            // Neither side of zero: no number.
            set(active, v128.and(get(active), eq(g, g))),
            set(next, sub(get(x), div(g, d))),
            set(
              bad,
              v128.or(
                v128.not(v128.and(gt(get(next), get(lo)), lt(get(next), get(hi)))),
                gt(abs(mul(pool.of(2), g)), abs(mul(get(before), d))),
              ),
            ),
            set(first, get(bad)),
            finish(v128.andnot(isShort, get(bad)), get(next)),
            set(next, v128.select(get(first), half, get(next))),
            set(before, get(width)),
            set(width, sub(get(next), get(x))),
            finish(
              v128.or(
                le(abs(get(width)), mul(pool.of(4.5e-16), abs(get(next)))),
                v128.or(eq(get(next), get(lo)), eq(get(next), get(hi))),
              ),
              get(next),
            ),
            set(x, get(next)),
          ),
          ...when(
            isRound(1),
            set(active, v128.and(get(active), lt(mul(get(first), g), zero))),
            set(sign, v128.select(gt(g, zero), pool.of(1), pool.of(-1))),
            set(width, sub(get(hi), get(lo))),
            set(before, get(width)),
            set(x, half),
          ),
          ...when(isRound(0), set(first, g), set(x, get(hi))),
          ...set(round, i32.add(get(round), i32.constant(1))),
        ],
        i32.and(v128.anyTrue(get(active)), i32.lessSigned(get(round), i32.constant(200))),
      ),
    );
    this.#locals.set(node, u);
    return get(u);
  }
}
