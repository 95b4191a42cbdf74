import { Derivatives } from '../graph/derivative.ts';
import { type Graph, type NodeId, Op } from '../graph/graph.ts';
import type { Pattern } from '@fedbatch/numerics';
import type { Model } from '../model.ts';

/**
 * The compiled functions of a model, bound to one parameter array and one clock. Shapes: y, rates and byTime `states`, jacobian as
 * `pattern` counts, other results as the model counts them.
 */
export interface Functions {
  /** Computes what parameters and inputs alone decide. To be called after one of them has changed. */
  prepare(): void;
  rhs(y: Float64Array, out: Float64Array): void;
  linearise(y: Float64Array, rates: Float64Array, jacobian: Float64Array, byTime: Float64Array): void;
  kinks(y: Float64Array, out: Float64Array): void;
  events(y: Float64Array, out: Float64Array): void;
  outputs(y: Float64Array, out: Float64Array): void;
  /** Fills y with the values at the start. */
  start(y: Float64Array): void;
}

/** A model as JavaScript: `bind` makes the functions for one parameter array, and element 0 of a clock. */
export interface Program {
  readonly source: string;
  /** Where the Jacobian can be other than zero, row by row. */
  readonly pattern: Pattern;
  bind(parameters: Float64Array, clock: Float64Array): Functions;
}

/**
 * Generates straight-line JavaScript from the graph. Nothing that an author wrote enters the source: names are slots, numbers are
 * finite literals, operators come from the closed list of the graph.
 */
export function emitJavaScript(model: Model): Program {
  const { graph } = model;
  const derivatives = new Derivatives(graph);
  const jacobian = jacobianOf(model, derivatives);
  const time = graph.time();
  const byTime = model.rates.map((rate) => derivatives.of(rate, time));
  const crossings = model.events.filter((event) => event.kind === 'crossing').map((event) => event.node);
  const outputs = model.outputs.map((output) => output.node);
  const hoisted = new Hoisted(graph);
  const emit = (name: string, results: readonly (readonly [array: string, nodes: readonly NodeId[]])[]): string =>
    emitFunction(new Context(graph, derivatives, hoisted), name, results);
  const functions = [
    emit('rhs', [['o', model.rates]]),
    emit('linearise', [
      ['o', model.rates],
      ['j', jacobian.entries],
      ['d', byTime],
    ]),
    emit('kinks', [['o', model.kinks]]),
    emit('events', [['o', crossings]]),
    emit('outputs', [['o', outputs]]),
    emitStart(new Context(graph, derivatives), model),
  ];
  const body = [
    "'use strict';",
    'const { exp, log, sqrt, tanh, abs, min, max, pow } = Math;',
    `const q = new Float64Array(${hoisted.nodes.length});`,
    emitFunction(new Context(graph, derivatives), 'prepare', [['q', hoisted.nodes]], ''),
    ...functions,
    'return { prepare, rhs, linearise, kinks, events, outputs, start };',
  ].join('\n');
  const factory = new Function('p', 'c', body) as (parameters: Float64Array, clock: Float64Array) => Functions;
  return { source: body, pattern: jacobian.pattern, bind: (parameters, clock) => factory(parameters, clock) };
}

function jacobianOf({ graph, rates, coreSize }: Model, derivatives: Derivatives): { entries: NodeId[]; pattern: Pattern } {
  const entries: NodeId[] = [];
  const rows: number[] = [];
  const columns: number[] = [];
  rates.forEach((rate, row) => {
    for (let column = 0; column < coreSize; column++) {
      const node = derivatives.of(rate, graph.state(column));
      if (node === graph.zero) continue;
      entries.push(node);
      rows.push(row);
      columns.push(column);
    }
  });
  return { entries, pattern: { rows: Int32Array.from(rows), columns: Int32Array.from(columns) } };
}

/** What parameters and inputs alone decide, and costs something: computed once by `prepare`, read from `q` everywhere else. */
class Hoisted {
  readonly nodes: NodeId[] = [];
  readonly #graph: Graph;
  readonly #slots = new Map<NodeId, number>();
  readonly #fixed = new Map<NodeId, boolean>();

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  /** Whether a node is decided by parameters and inputs. */
  isFixed(node: NodeId): boolean {
    const known = this.#fixed.get(node);
    if (known !== undefined) return known;
    const op = this.#graph.ops[node]!;
    const varies = op === Op.state || op === Op.time || op === Op.unknown;
    const fixed = !varies && this.#graph.operands(node).every((operand) => this.isFixed(operand));
    this.#fixed.set(node, fixed);
    return fixed;
  }

  /** Its slot, where it is worth one. */
  slotOf(node: NodeId): number | undefined {
    const op = this.#graph.ops[node]!;
    if (op === Op.constant || op === Op.parameter || !this.isFixed(node)) return undefined;
    let slot = this.#slots.get(node);
    if (slot === undefined) {
      slot = this.nodes.push(node) - 1;
      this.#slots.set(node, slot);
    }
    return slot;
  }
}

/** What all writers of one function share. */
class Context {
  readonly graph: Graph;
  readonly derivatives: Derivatives;
  readonly hoisted: Hoisted | undefined;

  constructor(graph: Graph, derivatives: Derivatives, hoisted?: Hoisted) {
    this.graph = graph;
    this.derivatives = derivatives;
    this.hoisted = hoisted;
  }
}

function emitFunction(
  context: Context,
  name: string,
  results: readonly (readonly [array: string, nodes: readonly NodeId[]])[],
  takes = ['y', ...results.map(([array]) => array)].join(', '),
): string {
  const writer = new Writer(
    context,
    results.flatMap(([, nodes]) => nodes),
  );
  for (const [array, nodes] of results)
    nodes.forEach((node, slot) => writer.lines.push(`${array}[${slot}] = ${writer.reference(node)};`));
  return [`function ${name}(${takes}) {`, ...writer.lines, '}'].join('\n');
}

/** Start values in the order in which each rests on those before it. */
function emitStart(context: Context, model: Model): string {
  const parts = model.initialOrder.map((slot) => {
    const writer = new Writer(context, [model.initial[slot]!]);
    const value = writer.reference(model.initial[slot]!);
    return ['{', ...writer.lines, `y[${slot}] = ${value};`, '}'].join('\n');
  });
  return ['function start(y) {', ...parts, '}'].join('\n');
}

const infix: Partial<Record<Op, string>> = {
  [Op.add]: '+',
  [Op.subtract]: '-',
  [Op.multiply]: '*',
  [Op.divide]: '/',
  [Op.less]: '<',
  [Op.lessOrEqual]: '<=',
  [Op.and]: '&&',
  [Op.or]: '||',
};
const calls: Partial<Record<Op, string>> = {
  [Op.exp]: 'exp',
  [Op.log]: 'log',
  [Op.sqrt]: 'sqrt',
  [Op.tanh]: 'tanh',
  [Op.abs]: 'abs',
  [Op.min]: 'min',
  [Op.max]: 'max',
};
/** Longest expression that is written in place rather than named. */
const inlineLimit = 120;

/** Writes the statements that compute a set of nodes; one writer a function body or loop body. */
class Writer {
  readonly lines: string[] = [];
  readonly #context: Context;
  readonly #graph: Graph;
  readonly #uses: Map<NodeId, number>;
  readonly #names = new Map<NodeId, string>();
  readonly #parent: Writer | undefined;
  /** Nodes that belong to this writer; undefined: all. */
  readonly #cone: ReadonlySet<NodeId> | undefined;

  constructor(
    context: Context,
    roots: readonly NodeId[],
    inside?: { parent: Writer; cone: ReadonlySet<NodeId>; unknown: NodeId; name: string },
  ) {
    const { graph } = context;
    this.#context = context;
    this.#graph = graph;
    this.#parent = inside?.parent;
    this.#cone = inside?.cone;
    if (inside) this.#names.set(inside.unknown, inside.name);
    this.#uses = countUses(graph, roots);
  }

  /** JavaScript that reads the value of a node; writes what must come before it. */
  reference(node: NodeId): string {
    const known = this.#names.get(node);
    if (known !== undefined) return known;
    if (this.#cone && !this.#cone.has(node)) return this.#parent!.named(node);
    const graph = this.#graph;
    const slot = this.#context.hoisted?.slotOf(node);
    if (slot !== undefined) return this.#name(node, `q${slot}`, `q[${slot}]`);
    switch (graph.ops[node]!) {
      case Op.constant:
        return literal(graph.valueOf(node));
      case Op.time:
        return this.#name(node, 't', 'c[0]');
      case Op.state:
        return this.#name(node, `y${graph.a[node]}`, `y[${graph.a[node]}]`);
      case Op.parameter:
        return this.#name(node, `p${graph.a[node]}`, `p[${graph.a[node]}]`);
      case Op.unknown:
        return this.#solve(node);
      default: {
        const text = this.#operation(node);
        const once = (this.#uses.get(node) ?? 0) <= 1 && text.length <= inlineLimit;
        return once ? `(${text})` : this.#name(node, `v${node}`, text);
      }
    }
  }

  /** A name for a node, never an inlined expression: for use inside a loop. */
  named(node: NodeId): string {
    const text = this.reference(node);
    return /^[a-z]\d*$/.test(text) || this.#graph.isConstant(node) ? text : this.#name(node, `v${node}`, text);
  }

  #name(node: NodeId, name: string, text: string): string {
    this.lines.push(`const ${name} = ${text};`);
    this.#names.set(node, name);
    return name;
  }

  #operation(node: NodeId): string {
    const graph = this.#graph;
    const op = graph.ops[node]!;
    const a = graph.a[node]!;
    const b = graph.b[node]!;
    const sign = infix[op];
    if (sign !== undefined) return `${this.reference(a)} ${sign} ${this.reference(b)}`;
    const call = calls[op];
    if (call !== undefined)
      return b < 0 ? `${call}(${this.reference(a)})` : `${call}(${this.reference(a)}, ${this.reference(b)})`;
    if (op === Op.negate) return `-${this.reference(a)}`;
    if (op === Op.not) return `!${this.reference(a)}`;
    if (op === Op.select) return `${this.reference(a)} ? ${this.reference(b)} : ${this.reference(graph.c[node]!)}`;
    return this.#power(a, b);
  }

  /** Small whole powers are products: exact sign, and much faster than pow. */
  #power(base: NodeId, exponent: NodeId): string {
    const n = this.#graph.isConstant(exponent) ? this.#graph.valueOf(exponent) : Number.NaN;
    if (n === 2 || n === 3 || n === 4) return Array(n).fill(this.named(base)).join(' * ');
    if (n === -1) return `1 / ${this.reference(base)}`;
    if (n === -2) return `1 / (${Array(2).fill(this.named(base)).join(' * ')})`;
    return `pow(${this.reference(base)}, ${this.reference(exponent)})`;
  }

  /**
   * Newton with a bracket (Press et al., Numerical Recipes, 'rtsafe'): both ends first, then Newton steps that stay inside and shrink, else
   * bisection. Starts from the bracket every time, so that the value depends on nothing but its arguments. NaN: no change of sign.
   */
  #solve(node: NodeId): string {
    const graph = this.#graph;
    const index = graph.a[node]!;
    const { residual, low, high } = graph.unknowns[index]!;
    const slope = this.#context.derivatives.of(residual, node);
    const x = `x${index}`;
    const loop = new Writer(this.#context, [residual, slope], {
      parent: this,
      cone: dependents(graph, [residual, slope], node),
      unknown: node,
      name: x,
    });
    const g = loop.named(residual);
    const d = loop.named(slope);
    const [lo, hi, f, s, w, e, n] = ['l', 'h', 'f', 's', 'w', 'e', 'n'].map((letter) => `${letter}${index}`);
    this.lines.push(
      `let u${index} = NaN;`,
      `for (let i = 0, ${lo} = ${this.named(low)}, ${hi} = ${this.named(high)}, ${x} = ${lo}, ${f} = 0, ${s} = 1, ${w} = ${hi} - ${lo}, ${e} = ${w}, ${n} = 0; i < 200; i++) {`,
      ...loop.lines,
      `if (${g} === 0) { u${index} = ${x}; break; }`,
      `if (i === 0) { ${f} = ${g}; ${x} = ${hi}; continue; }`,
      `if (i === 1) { if (!(${f} * ${g} < 0)) break; ${s} = ${g} > 0 ? 1 : -1; ${x} = ${lo} + 0.5 * (${hi} - ${lo}); continue; }`,
      `if (${g} * ${s} > 0) ${hi} = ${x}; else if (${g} * ${s} < 0) ${lo} = ${x}; else break;`,
      `${n} = ${x} - ${g} / ${d};`,
      `if (!(${n} > ${lo} && ${n} < ${hi}) || abs(2 * ${g}) > abs(${e} * ${d})) ${n} = ${lo} + 0.5 * (${hi} - ${lo});`,
      `${e} = ${w}; ${w} = ${n} - ${x};`,
      `if (abs(${w}) <= 4.5e-16 * abs(${n}) || ${n} === ${lo} || ${n} === ${hi}) { u${index} = ${n}; break; }`,
      `${x} = ${n};`,
      '}',
    );
    this.#names.set(node, `u${index}`);
    return `u${index}`;
  }
}

function countUses(graph: Graph, roots: readonly NodeId[]): Map<NodeId, number> {
  const uses = new Map<NodeId, number>();
  const count = (node: NodeId): void => {
    uses.set(node, (uses.get(node) ?? 0) + 1);
  };
  for (const node of graph.reachable(roots)) graph.operands(node).forEach(count);
  roots.forEach(count);
  return uses;
}

/** Nodes under `roots` whose value changes with `leaf`, which is not entered. */
function dependents(graph: Graph, roots: readonly NodeId[], leaf: NodeId): Set<NodeId> {
  const found = new Set<NodeId>([leaf]);
  const seen = new Set<NodeId>([leaf]);
  const visit = (node: NodeId): boolean => {
    if (seen.has(node)) return found.has(node);
    seen.add(node);
    const depends = graph.operands(node).map(visit).includes(true);
    if (depends) found.add(node);
    return depends;
  };
  roots.forEach(visit);
  return found;
}

function literal(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`Only finite numbers are written into code, not ${value}.`);
  return value < 0 ? `(${value})` : String(value);
}
