import {
  type Code,
  type ConstantPool,
  call,
  expNear,
  type FunctionBody,
  f64x2,
  get,
  type InPlace,
  type LaneMath,
  type LanePlaces,
  laneBytes,
  nearReach,
  powerNear,
  set,
  v128,
} from '@fedbatch/numerics/lanes';
import type { Derivatives } from '../graph/derivative.ts';
import { type Graph, type NodeId, Op } from '../graph/graph.ts';
import type { Kept } from './lane-near.ts';
import { laneRoot } from './lane-root.ts';
import { countUses, dependents, type Hoisted, isBroken } from './writer.ts';

/** Where code finds what it does not compute. */
export type WriterPlaces = Pick<
  LanePlaces,
  'clock' | 'parameters' | 'hoisted' | 'rates' | 'unknowns' | 'kept' | 'spare'
>;

/** What all functions of a system are written from. */
export interface LaneContext {
  readonly graph: Graph;
  readonly derivatives: Derivatives;
  readonly math: LaneMath;
  readonly places: WriterPlaces;
  readonly pool: ConstantPool;
  /** undefined: nothing is computed ahead. */
  readonly hoisted?: Hoisted;
  /** Where the state of a slot of the model stands behind the address of a state. */
  slotOfState(slot: number): number;
}

/** Every function takes the address of a workspace and that of a state. */
export const workspace = get(0);
export const stateAddress = get(1);
/** Shares of an unknown that its step from the tangent, and the curvature's part of it, may have: of the first the cube is left, of the second a small share. */
const smallStep = 1e-5;
const smallBend = 1e-11;
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

/** What was kept of a point near which code is written, and a local with the sum of the squares of how far each function has moved from there. */
export interface Near {
  readonly kept: Kept;
  readonly moved: number;
}

/** Nodes, and where in the workspace their values go. */
export interface Result {
  readonly place: number;
  readonly nodes: readonly NodeId[];
}

/** Writes results to their places. */
export function fillResults(writer: LaneWriter, { graph, places }: LaneContext, results: readonly Result[]): void {
  for (const { place, nodes } of results)
    nodes.forEach((node, slot) => {
      if (node === graph.zero && place !== places.rates) return;
      writer.write(v128.store(workspace, place + slot * laneBytes, writer.value(node)));
    });
}

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
  readonly #near: Near | undefined;

  constructor(
    context: LaneContext,
    body: FunctionBody,
    roots: readonly NodeId[],
    near?: Near,
    inside?: { parent: LaneWriter; cone: Set<NodeId>; unknown: NodeId; local: number },
  ) {
    const { graph } = context;
    this.#context = context;
    this.#body = body;
    this.#near = near;
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
        return this.#near ? this.#refine(node, this.#near) : this.#solve(node);
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
    const slot = this.#near?.kept.functions.get(node);
    if (slot !== undefined) return this.#follow(node, this.#near!, slot);
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

  /** A function of an argument near the one that is kept. A sum that is no number is out of reach, too. */
  #follow(node: NodeId, { moved }: Near, slot: number): Code {
    const { graph, places, pool } = this.#context;
    const [kept, value] = [load(places.kept, slot), load(places.kept, slot + 1)];
    const isExp = graph.ops[node] === Op.exp;
    const argument = this.value(graph.a[node]!);
    const change = this.#body.local('v128');
    this.write(
      set(change, isExp ? f64x2.sub(argument, kept) : f64x2.madd(argument, kept, pool.of(-1))),
      set(moved, f64x2.madd(get(change), get(change), get(moved))),
    );
    const share = isExp ? expNear(pool, get(change)) : powerNear(pool, get(change), graph.valueOf(graph.b[node]!));
    return f64x2.mul(value, share);
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
    // All powers of a base share its logarithm.
    if (isBroken(graph, exponent)) {
      const logarithm = graph.log(base);
      if (this.#cone?.has(base)) this.#cone.add(logarithm);
      return this.#inPlace(math.exp(this.#body, f64x2.mul(pool.of(n), get(this.local(logarithm)))));
    }
    if (n !== 2 && n !== 3 && n !== 4 && n !== -1 && n !== -2)
      return call(math.pow, this.value(base), this.value(exponent));
    if (n === -1) return f64x2.div(one, this.value(base));
    const x = get(this.local(base));
    const product = Array(Math.abs(n)).fill(x).reduce(f64x2.mul) as Code;
    return n < 0 ? f64x2.div(one, product) : product;
  }

  /**
   * An unknown near its tangent, by one step of Chebyshev's (Traub 1964, Iterative Methods for the Solution of Equations, 5.2) with the curvature that is
   * kept, which has changed by less than functions may. Where the step is not so small that rounding alone is left, the lane is out of reach.
   */
  #refine(node: NodeId, { kept, moved }: Near): Code {
    const { graph, derivatives, places, pool } = this.#context;
    const { residual } = graph.unknowns[graph.a[node]!]!;
    const slope = derivatives.of(residual, node);
    const { slot, slopes } = kept.unknowns.get(node)!;
    const [x, step, bend, share] = Array.from({ length: 4 }, () => this.#body.local('v128')) as [
      number,
      number,
      number,
      number,
    ];
    const tangent = slopes.reduce<Code>(
      (sum, { state }, k) => f64x2.madd(load(places.kept, slot + 2 + k), this.value(state), sum),
      load(places.kept, slot),
    );
    const there = new LaneWriter(this.#context, this.#body, [residual, slope], this.#near, {
      parent: this,
      cone: dependents(graph, [residual, slope], node),
      unknown: node,
      local: x,
    });
    there.write(set(step, f64x2.div(there.value(residual), there.value(slope))));
    const count = (size: number, limit: number): number[][] => [
      set(share, f64x2.div(f64x2.mul(get(size), pool.of(nearReach / limit)), get(x))),
      set(moved, f64x2.madd(get(share), get(share), get(moved))),
    ];
    this.write(
      set(x, tangent),
      there.code,
      set(bend, f64x2.mul(load(places.kept, slot + 1), f64x2.mul(get(step), get(step)))),
      set(x, f64x2.sub(f64x2.sub(get(x), get(step)), get(bend))),
      ...count(step, smallStep),
      ...count(bend, smallBend),
    );
    this.#locals.set(node, x);
    return get(x);
  }

  /** The unknown's own loop, with what changes in it inside. */
  #solve(node: NodeId): Code {
    const { graph, derivatives, places, pool } = this.#context;
    const index = graph.a[node]!;
    const { residual, low, high } = graph.unknowns[index]!;
    const slope = derivatives.of(residual, node);
    const x = this.#body.local('v128');
    const loop = new LaneWriter(this.#context, this.#body, [residual, slope], undefined, {
      parent: this,
      cone: dependents(graph, [residual, slope], node),
      unknown: node,
      local: x,
    });
    const g = get(loop.local(residual));
    const d = get(loop.local(slope));
    const root = laneRoot(pool, this.#body, {
      x,
      evaluate: loop.code,
      g,
      d,
      low: this.value(low),
      high: this.value(high),
      near: load(places.unknowns, index),
    });
    this.write(root.before);
    this.#locals.set(node, root.local);
    return get(root.local);
  }
}
