import type { Derivatives } from '../graph/derivative.ts';
import { type Graph, type NodeId, Op } from '../graph/graph.ts';
import type { Model } from '../model.ts';

/** How a language of straight-line code says what graphs mean: JavaScript and C agree on everything else. */
export interface Dialect {
  /** Declares a value that stays, and one that changes. */
  readonly fixed: string;
  readonly changing: string;
  readonly equal: string;
  readonly notANumber: string;
  readonly calls: Readonly<Partial<Record<Op, string>>>;
  literal(value: number): string;
}

/** What parameters and inputs alone decide, and costs something: computed once by `prepare`, read from `q` everywhere else. */
export class Hoisted {
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

/** Where solved unknowns are kept with what they were solved from, so that the same again costs nothing: in an array `m` beside `q`. */
export class Remembered {
  readonly #slots = new Map<string, number>();

  /** The slot of a value, by what it is of. */
  slotOf(value: string): number {
    const slot = this.#slots.get(value) ?? this.#slots.size;
    this.#slots.set(value, slot);
    return slot;
  }

  get size(): number {
    return this.#slots.size;
  }
}

/** What all writers of one function share. */
export class Context {
  readonly graph: Graph;
  readonly derivatives: Derivatives;
  readonly dialect: Dialect;
  readonly hoisted: Hoisted | undefined;
  readonly remembered: Remembered | undefined;

  constructor(graph: Graph, derivatives: Derivatives, dialect: Dialect, hoisted?: Hoisted, remembered?: Remembered) {
    this.graph = graph;
    this.derivatives = derivatives;
    this.dialect = dialect;
    this.hoisted = hoisted;
    this.remembered = remembered;
  }
}

/** An array of results, by the name that the code has for it. */
export type Result = readonly [array: string, nodes: readonly NodeId[]];

/** The statements that fill arrays of results from one another's common terms. */
export function statements(context: Context, results: readonly Result[]): string[] {
  const writer = new Writer(
    context,
    results.flatMap(([, nodes]) => nodes),
  );
  for (const [array, nodes] of results)
    nodes.forEach((node, slot) => writer.lines.push(`${array}[${slot}] = ${writer.reference(node)};`));
  return writer.lines;
}

/** Start values in the order in which each rests on those before it. */
export function startStatements(context: Context, { initialOrder, initial }: Model): string[] {
  return initialOrder.flatMap((slot) => {
    const writer = new Writer(context, [initial[slot]!]);
    const value = writer.reference(initial[slot]!);
    return ['{', ...writer.lines, `y[${slot}] = ${value};`, '}'];
  });
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
/** A Newton step shorter than this share of the value leaves an error of its square: below rounding. */
export const quadratic = 1e-9;
/** Longest expression that is written in place rather than named. */
const inlineLimit = 120;

/** Writes the statements that compute a set of nodes; one writer a function body or loop body. */
class Writer {
  readonly lines: string[] = [];
  readonly #context: Context;
  readonly #graph: Graph;
  readonly #uses: Map<NodeId, number>;
  /** How often a node divides. */
  readonly #divisions = new Map<NodeId, number>();
  readonly #names = new Map<NodeId, string>();
  readonly #parent: Writer | undefined;
  /** Nodes that belong to this writer; undefined: all. */
  readonly #cone: Set<NodeId> | undefined;
  /** Names of what it takes from outside that can change. */
  readonly #taken = new Set<string>();

  constructor(
    context: Context,
    roots: readonly NodeId[],
    inside?: { parent: Writer; cone: Set<NodeId>; unknown: NodeId; name: string },
  ) {
    const { graph } = context;
    this.#context = context;
    this.#graph = graph;
    this.#parent = inside?.parent;
    this.#cone = inside?.cone;
    if (inside) this.#names.set(inside.unknown, inside.name);
    this.#uses = countUses(graph, roots);
    for (const node of graph.reachable(roots)) {
      const by = graph.b[node]!;
      if (graph.ops[node] === Op.divide) this.#divisions.set(by, (this.#divisions.get(by) ?? 0) + 1);
    }
  }

  /** JavaScript that reads the value of a node; writes what must come before it. */
  reference(node: NodeId): string {
    const known = this.#names.get(node);
    if (known !== undefined) return known;
    const graph = this.#graph;
    if (this.#cone && !this.#cone.has(node)) {
      const name = this.#parent!.named(node);
      if (!graph.isConstant(node)) this.#taken.add(name);
      return name;
    }
    const slot = this.#context.hoisted?.slotOf(node);
    if (slot !== undefined) return this.#name(node, `q${slot}`, `q[${slot}]`);
    switch (graph.ops[node]!) {
      case Op.constant:
        return this.#context.dialect.literal(graph.valueOf(node));
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
    this.lines.push(`${this.#context.dialect.fixed} ${name} = ${text};`);
    this.#names.set(node, name);
    return name;
  }

  #operation(node: NodeId): string {
    const graph = this.#graph;
    const op = graph.ops[node]!;
    const a = graph.a[node]!;
    const b = graph.b[node]!;
    if (op === Op.divide && this.#worthInverting(b) && a !== graph.one) {
      const inverse = graph.divide(graph.one, b);
      if (this.#cone?.has(b)) this.#cone.add(inverse);
      return `${this.reference(a)} * ${this.named(inverse)}`;
    }
    const sign = infix[op];
    if (sign !== undefined) return `${this.reference(a)} ${sign} ${this.reference(b)}`;
    const call = this.#context.dialect.calls[op];
    if (call !== undefined && op !== Op.power)
      return b < 0 ? `${call}(${this.reference(a)})` : `${call}(${this.reference(a)}, ${this.reference(b)})`;
    if (op === Op.negate) return `-${this.reference(a)}`;
    if (op === Op.not) return `!${this.reference(a)}`;
    if (op === Op.select) return `${this.reference(a)} ? ${this.reference(b)} : ${this.reference(graph.c[node]!)}`;
    return this.#power(a, b);
  }

  /** A product is several times as fast as a division: what divides more than once, or is fixed, is inverted once. */
  #worthInverting(node: NodeId): boolean {
    const hoisted = this.#context.hoisted;
    return hoisted !== undefined && (hoisted.isFixed(node) || (this.#divisions.get(node) ?? 0) > 1);
  }

  /** Small whole powers are products: exact sign, and much faster than pow. */
  #power(base: NodeId, exponent: NodeId): string {
    const n = this.#graph.isConstant(exponent) ? this.#graph.valueOf(exponent) : Number.NaN;
    if (n === 2 || n === 3 || n === 4) return Array(n).fill(this.named(base)).join(' * ');
    if (n === -1) return `1 / ${this.reference(base)}`;
    if (n === -2) return `1 / (${Array(2).fill(this.named(base)).join(' * ')})`;
    return `${this.#context.dialect.calls[Op.power]}(${this.reference(base)}, ${this.reference(exponent)})`;
  }

  /**
   * Newton with a bracket (Press et al., Numerical Recipes, 'rtsafe'): both ends first, then Newton steps that stay inside and shrink, else
   * bisection. Starts from the bracket every time, so that the value depends on nothing but its arguments: the same again have it already. NaN: no
   * change of sign.
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
    const { changing, equal, calls } = this.#context.dialect;
    const abs = calls[Op.abs];
    const half = `${lo} + 0.5 * (${hi} - ${lo})`;
    const ends = [low, high].map((end) => this.named(end));
    for (const [i, end] of [low, high].entries()) if (!graph.isConstant(end)) loop.#taken.add(ends[i]!);
    this.#remember(index, loop.#taken, [
      `for (${changing} i = 0, ${lo} = ${ends[0]}, ${hi} = ${ends[1]}, ${x} = ${lo}, ${f} = 0, ${s} = 1, ${w} = ${hi} - ${lo}, ${e} = ${w}, ${n} = 0; i < 200; i++) {`,
      ...loop.lines,
      `if (${g} ${equal} 0) { u${index} = ${x}; break; }`,
      `if (i ${equal} 0) { ${f} = ${g}; ${x} = ${hi}; continue; }`,
      `if (i ${equal} 1) { if (!(${f} * ${g} < 0)) break; ${s} = ${g} > 0 ? 1 : -1; ${x} = ${half}; continue; }`,
      `if (${g} * ${s} > 0) ${hi} = ${x}; else if (${g} * ${s} < 0) ${lo} = ${x}; else break;`,
      `${n} = ${x} - ${g} / ${d};`,
      `if (!(${n} > ${lo} && ${n} < ${hi}) || ${abs}(2 * ${g}) > ${abs}(${e} * ${d})) ${n} = ${half};`,
      `else if (${abs}(${n} - ${x}) <= ${quadratic} * ${abs}(${n})) { u${index} = ${n}; break; }`,
      `${e} = ${w}; ${w} = ${n} - ${x};`,
      `if (${abs}(${w}) <= 4.5e-16 * ${abs}(${n}) || ${n} ${equal} ${lo} || ${n} ${equal} ${hi}) { u${index} = ${n}; break; }`,
      `${x} = ${n};`,
      '}',
    ]);
    this.#names.set(node, `u${index}`);
    return `u${index}`;
  }

  /** Solves an unknown where something has changed that it rests on. */
  #remember(index: number, restsOn: ReadonlySet<string>, solving: readonly string[]): void {
    const { changing, equal, notANumber } = this.#context.dialect;
    const { remembered } = this.#context;
    if (!remembered) {
      this.lines.push(`${changing} u${index} = ${notANumber};`, ...solving);
      return;
    }
    const slot = (of: string): string => `m[${remembered.slotOf(`${index} ${of}`)}]`;
    const names = [...restsOn];
    this.lines.push(
      `${changing} u${index} = ${slot('')};`,
      `if (!(${names.map((name) => `${slot(name)} ${equal} ${name}`).join(' && ')})) {`,
      `u${index} = ${notANumber};`,
      ...solving,
      ...names.map((name) => `${slot(name)} = ${name};`),
      `${slot('')} = u${index};`,
      '}',
    );
  }
}

/** Whether an exponent is known and broken, and no root: such a power takes a logarithm, and none of what pow does about signs. */
export function isBroken(graph: Graph, exponent: NodeId): boolean {
  const value = graph.isConstant(exponent) ? graph.valueOf(exponent) : 1;
  return !Number.isInteger(value) && value !== 0.5;
}

export function countUses(graph: Graph, roots: readonly NodeId[]): Map<NodeId, number> {
  const uses = new Map<NodeId, number>();
  const count = (node: NodeId): void => {
    uses.set(node, (uses.get(node) ?? 0) + 1);
  };
  for (const node of graph.reachable(roots)) graph.operands(node).forEach(count);
  roots.forEach(count);
  return uses;
}

/** Nodes under `roots` whose value changes with `leaf`, which is not entered. */
export function dependents(graph: Graph, roots: readonly NodeId[], leaf: NodeId): Set<NodeId> {
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

/** A number as a literal that reads back to the same bits. Throws RangeError for one that is not finite. */
export function finite(value: number, text: (value: number) => string): string {
  if (!Number.isFinite(value)) throw new RangeError(`Only finite numbers are written into code, not ${value}.`);
  // JavaScript writes -0 as 0.
  const size = text(Math.abs(value));
  return value < 0 || Object.is(value, -0) ? `(-${size})` : size;
}
