import {
  type Dimension,
  didYouMean,
  dimensionless,
  divideDimensions,
  formatDimension,
  isDimensionless,
  multiplyDimensions,
  type Place,
  type Problems,
  raiseDimension,
  sameDimension,
} from '@fedbatch/vocabulary';
import { type BinaryOp, type Expression, formatExpression } from '../expression/expression.ts';
import { placeInside } from '../expression/parse-expression.ts';
import { type Graph, type NodeId, Op } from '../graph/graph.ts';
import type { Definition, KinkTable, Lowered, ParsedText, Scope } from './definition.ts';
import { refuseDepth, sizeLimits } from './size-limits.ts';

/** Steps that formulas may rest on each other, counted through definitions: far above any real model, far below the machine's stack. */
const depthLimit = 600;

/** Turns expressions into graph nodes, with the unit of every part checked on the way. */
export class Lowering {
  readonly #graph: Graph;
  readonly #problems: Problems;
  readonly #kinks: KinkTable;
  readonly #busy: Definition[] = [];
  #depth = 0;

  constructor(graph: Graph, problems: Problems, kinks: KinkTable) {
    this.#graph = graph;
    this.#problems = problems;
    this.#kinks = kinks;
  }

  /** The node of a definition; a circle of definitions is reported with its path. */
  resolve(definition: Definition, usedAt?: Place): NodeId | undefined {
    if (definition.status === 'done') return definition.node;
    if (definition.status === 'busy') {
      const path = [...this.#busy.slice(this.#busy.indexOf(definition)), definition]
        .map((step) => `\`${step.id}\``)
        .join(' needs ');
      return this.#problems.error(
        'MODEL_DEFINITION_CIRCULAR',
        definition.place ?? usedAt,
        `\`${definition.id}\` is defined by itself: ${path}.`,
        'Break the circle; where physics really asks for a simultaneous solution, declare one of them under `unknowns`.',
      );
    }
    definition.status = 'busy';
    this.#busy.push(definition);
    const node = definition.make();
    this.#busy.pop();
    definition.status = 'done';
    if (node !== undefined && this.#graph.depths[node]! > sizeLimits.depth)
      refuseDepth(this.#problems, definition.place ?? usedAt);
    if (node !== undefined) definition.node = node;
    return node;
  }

  /** The node of an expression whose result must have the given dimension. */
  lowerAs(parsed: ParsedText, scope: Scope, wanted: Dimension, what: string): NodeId | undefined {
    const lowered = this.lower(parsed, scope);
    if (lowered === undefined) return undefined;
    if (lowered.dimension === 'any') return lowered.node;
    if (lowered.dimension === 'logical') {
      return this.#problems.error(
        'MODEL_UNIT_CLASH',
        parsed.source.place,
        `${what} is a comparison, where a number is needed.`,
        'Write if(test, value, other value).',
      );
    }
    if (sameDimension(lowered.dimension, wanted)) return lowered.node;
    return this.#problems.error(
      'MODEL_UNIT_CLASH',
      parsed.source.place,
      `${what} is declared in ${formatDimension(wanted)}, but \`${shown(parsed.expression)}\` has the unit ${formatDimension(lowered.dimension)}.`,
      'Correct the unit or the formula; both are in the one unit system of g, L, h, K, mol.',
    );
  }

  lower(parsed: ParsedText, scope: Scope): Lowered | undefined {
    try {
      return this.#lower(parsed.expression, parsed, scope);
    } catch (error) {
      if (error === reported) return undefined;
      throw error;
    }
  }

  #lower(expression: Expression, parsed: ParsedText, scope: Scope): Lowered {
    if (++this.#depth > depthLimit) refuseDepth(this.#problems, parsed.source.place);
    try {
      return this.#lowerHere(expression, parsed, scope);
    } finally {
      this.#depth--;
    }
  }

  #lowerHere(expression: Expression, parsed: ParsedText, scope: Scope): Lowered {
    const g = this.#graph;
    const next = (part: Expression): Lowered => this.#lower(part, parsed, scope);
    switch (expression.kind) {
      case 'number':
        return { node: g.constant(expression.value), dimension: expression.value === 0 ? 'any' : dimensionless };
      case 'name':
        return this.#name(expression.name, parsed, scope);
      case 'unary': {
        const of = next(expression.of);
        if (expression.op === 'not')
          return { node: g.not(this.#logical(of, expression.of, parsed)), dimension: 'logical' };
        return { node: g.negate(of.node), dimension: this.#number(of, expression.of, parsed) };
      }
      case 'binary':
        return this.#binary(expression.op, expression, next(expression.left), next(expression.right), parsed);
      case 'if': {
        const test = this.#logical(next(expression.test), expression.test, parsed);
        const then = next(expression.then);
        const otherwise = next(expression.otherwise);
        const dimension = this.#common(then, otherwise, expression, parsed, 'chooses between');
        const node = g.select(test, then.node, otherwise.node);
        if (g.a[node] === test) this.#markKinks(node, this.#switchesOf(test));
        return { node, dimension };
      }
      case 'call':
        return this.#call(expression, expression.args.map(next), parsed);
    }
  }

  #name(name: string, parsed: ParsedText, scope: Scope): Lowered {
    const definition = scope.find(name);
    const place = placeInside(parsed.source, name);
    if (definition === undefined) {
      const remedy =
        scope.role === ''
          ? 'Name what a component declares, gives or needs; `fedbatch explain` lists every name.'
          : 'Declare it in this file, or ask for it under `needs` with its unit.';
      this.#problems.error(
        'MODEL_SYMBOL_UNKNOWN',
        place,
        `The name \`${name.slice(0, 60)}\` is not known here.${didYouMean(name, scope.names())}`,
        remedy,
      );
      throw reported;
    }
    const node = this.resolve(definition, place);
    if (node === undefined) throw reported;
    return { node, dimension: definition.unit.dimension };
  }

  #binary(op: BinaryOp, whole: Expression, left: Lowered, right: Lowered, parsed: ParsedText): Lowered {
    const g = this.#graph;
    if (op === 'and' || op === 'or') {
      const a = this.#logical(left, whole, parsed);
      const b = this.#logical(right, whole, parsed);
      return { node: op === 'and' ? g.and(a, b) : g.or(a, b), dimension: 'logical' };
    }
    const a = left.node;
    const b = right.node;
    switch (op) {
      case 'add':
        return { node: g.add(a, b), dimension: this.#common(left, right, whole, parsed, 'adds') };
      case 'subtract':
        return { node: g.subtract(a, b), dimension: this.#common(left, right, whole, parsed, 'subtracts') };
      case 'multiply':
        return {
          node: g.multiply(a, b),
          dimension: multiplyDimensions(this.#number(left, whole, parsed), this.#number(right, whole, parsed)),
        };
      case 'divide':
        return {
          node: g.divide(a, b),
          dimension: divideDimensions(this.#number(left, whole, parsed), this.#number(right, whole, parsed)),
        };
      case 'power':
        return this.#power(left, right, whole, parsed);
      case 'less':
      case 'lessOrEqual':
      case 'greater':
      case 'greaterOrEqual': {
        this.#common(left, right, whole, parsed, 'compares');
        const strict = op === 'less' || op === 'greater';
        const [low, high] = op.startsWith('less') ? [a, b] : [b, a];
        return { node: strict ? g.less(low, high) : g.lessOrEqual(low, high), dimension: 'logical' };
      }
    }
  }

  #power(base: Lowered, exponent: Lowered, whole: Expression, parsed: ParsedText): Lowered {
    const g = this.#graph;
    const dimension = this.#number(base, whole, parsed);
    this.#requireBare(exponent, whole, parsed, 'The exponent of');
    const node = this.#powerNode(base.node, exponent.node);
    if (isDimensionless(dimension)) return { node, dimension };
    if (!g.isConstant(exponent.node)) {
      this.#clash(
        whole,
        parsed,
        `raises ${formatDimension(dimension)} to a power that is not a plain number, so its unit is not known`,
        'Divide the base by a reference value of the same unit first, or write the exponent as a number.',
      );
    }
    return { node, dimension: raiseDimension(dimension, g.valueOf(exponent.node)) };
  }

  #powerNode(base: NodeId, exponent: NodeId): NodeId {
    const g = this.#graph;
    return g.isConstant(exponent) && g.valueOf(exponent) === 0.5 ? g.sqrt(base) : g.power(base, exponent);
  }

  #call(call: Expression & { kind: 'call' }, args: readonly Lowered[], parsed: ParsedText): Lowered {
    const g = this.#graph;
    const [first, second] = args as [Lowered, Lowered];
    switch (call.name) {
      case 'exp':
      case 'log':
      case 'tanh':
        this.#requireBare(first, call, parsed, 'The argument of');
        return { node: g[call.name](first.node), dimension: dimensionless };
      case 'log10':
        this.#requireBare(first, call, parsed, 'The argument of');
        return { node: g.multiply(g.log(first.node), g.constant(Math.LOG10E)), dimension: dimensionless };
      case 'sqrt':
        return { node: g.sqrt(first.node), dimension: raiseDimension(this.#number(first, call, parsed), 0.5) };
      case 'abs': {
        const node = g.abs(first.node);
        this.#markKinks(node, [first.node]);
        return { node, dimension: first.dimension };
      }
      case 'pow':
        return this.#power(first, second, call, parsed);
      case 'min':
      case 'max':
        return args.slice(1).reduce((left, right) => {
          const dimension = this.#common(left, right, call, parsed, 'compares');
          const node = g[call.name as 'min' | 'max'](left.node, right.node);
          this.#markKinks(node, [g.subtract(left.node, right.node)]);
          return { node, dimension };
        }, first);
    }
  }

  /** A choice that folded away has no kink, and its node may stand for something else. */
  #markKinks(node: NodeId, switches: readonly NodeId[]): void {
    if (choices.has(this.#graph.ops[node]!) && switches.length > 0)
      this.#kinks.set(node, [...(this.#kinks.get(node) ?? []), ...switches]);
  }

  /** The differences whose sign a logical node depends on. */
  #switchesOf(test: NodeId): NodeId[] {
    const g = this.#graph;
    const operands = g.operands(test);
    const name = operands.length === 2 ? g.subtract(operands[0]!, operands[1]!) : undefined;
    return this.#isComparison(test) && name !== undefined ? [name] : operands.flatMap((part) => this.#switchesOf(part));
  }

  #isComparison(node: NodeId): boolean {
    const op = this.#graph.ops[node];
    return op === Op.less || op === Op.lessOrEqual;
  }

  #common(left: Lowered, right: Lowered, whole: Expression, parsed: ParsedText, verb: string): Dimension | 'any' {
    if (left.dimension === 'any')
      return right.dimension === 'logical' ? this.#number(right, whole, parsed) : right.dimension;
    if (right.dimension === 'any') return this.#number(left, whole, parsed);
    const a = this.#number(left, whole, parsed);
    const b = this.#number(right, whole, parsed);
    if (sameDimension(a, b)) return a;
    return this.#clash(
      whole,
      parsed,
      `${verb} ${formatDimension(a)} and ${formatDimension(b)}`,
      'Bring both sides to one unit; a plain number has none, so give a limit or an offset its unit as a parameter.',
    );
  }

  #requireBare(part: Lowered, whole: Expression, parsed: ParsedText, what: string): void {
    const dimension = this.#number(part, whole, parsed);
    if (!isDimensionless(dimension))
      this.#clash(
        whole,
        parsed,
        `takes ${formatDimension(dimension)}: ${what.toLowerCase()} it must be a plain number`,
        'Divide by a reference value of the same unit.',
      );
  }

  #number(part: Lowered, whole: Expression, parsed: ParsedText): Dimension {
    if (part.dimension === 'logical')
      return this.#clash(whole, parsed, 'computes with a comparison', 'Write if(test, value, other value).');
    return part.dimension === 'any' ? dimensionless : part.dimension;
  }

  #logical(part: Lowered, whole: Expression, parsed: ParsedText): NodeId {
    if (part.dimension !== 'logical')
      this.#clash(whole, parsed, 'is a number, where a comparison is needed', 'Compare two values with < or >.');
    return part.node;
  }

  #clash(whole: Expression, parsed: ParsedText, verb: string, remedy: string): never {
    this.#problems.error('MODEL_UNIT_CLASH', parsed.source.place, `\`${shown(whole)}\` ${verb}.`, remedy);
    throw reported;
  }
}

const choices: ReadonlySet<Op> = new Set([Op.select, Op.min, Op.max, Op.abs]);
const reported = new Error('A problem was reported.');

function shown(expression: Expression): string {
  const text = formatExpression(expression);
  return text.length > 100 ? `${text.slice(0, 97)}…` : text;
}
