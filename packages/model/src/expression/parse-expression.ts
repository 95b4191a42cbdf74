import { didYouMean, type Place, type Problems } from '@fedbatch/vocabulary';
import { type MathNode, parse } from 'mathjs';
import type { Located } from '../read/field.ts';
import { type BinaryOp, type Expression, type FunctionName, functionArity } from './expression.ts';

/** Longest expression that is read, in characters. */
export const expressionLengthLimit = 2000;
const depthLimit = 60;

const operators = new Map<string, BinaryOp>([
  ['add', 'add'],
  ['subtract', 'subtract'],
  ['multiply', 'multiply'],
  ['divide', 'divide'],
  ['pow', 'power'],
  ['smaller', 'less'],
  ['smallerEq', 'lessOrEqual'],
  ['larger', 'greater'],
  ['largerEq', 'greaterOrEqual'],
  ['and', 'and'],
  ['or', 'or'],
]);

/** Said about what mathjs can parse and a rate law may not hold. */
const refusals: Record<string, [string, string]> = {
  AssignmentNode: [
    'assigns a value',
    'An expression computes one value: declare another quantity for the intermediate one.',
  ],
  FunctionAssignmentNode: ['defines a function', 'Write the formula where it is used, or declare a quantity.'],
  BlockNode: ['holds more than one statement', 'Write one formula; other quantities get lines of their own.'],
  ArrayNode: ['holds a list', 'Write a formula of single numbers.'],
  IndexNode: ['holds an index', 'Write the name of one quantity.'],
  ObjectNode: ['holds an object', 'Write a formula of single numbers.'],
  RangeNode: ['holds a range', 'Write a formula of single numbers.'],
  RelationalNode: ['chains comparisons', 'Write `a < b and b < c`.'],
};

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

class Refusal extends Error {
  readonly near: string;
  readonly remedy: string;
  readonly code: string;
  constructor(says: string, near: string, remedy: string, code = 'MODEL_EXPRESSION_FORM') {
    super(says);
    this.near = near;
    this.remedy = remedy;
    this.code = code;
  }
}

/** Reads an expression of the closed language; reports what does not belong to it and gives undefined. Runs nothing. */
export function parseExpression(source: Located<string>, problems: Problems): Expression | undefined {
  const { value: text, place } = source;
  try {
    checkSize(text);
    return convert(parseWithMathjs(text), 0);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return problems.error(error.code, placeInside(source, error.near, place), error.message, error.remedy);
  }
}

/** The place of `word` inside a located text: the first whole-word match, or the start. */
export function placeInside(source: Located<string>, word: string, fallback: Place = source.place): Place {
  if (word === '' || source.folded) return fallback;
  const escaped = word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const match = new RegExp(`(?<![A-Za-z0-9_.])${escaped}(?![A-Za-z0-9_])`).exec(source.value);
  const found = match?.index ?? source.value.indexOf(word);
  return found < 0 ? fallback : { ...source.place, column: source.place.column + found };
}

function checkSize(text: string): void {
  if (text.length > expressionLengthLimit) {
    throw new Refusal(
      `The expression has ${text.length} characters; at most ${expressionLengthLimit} are read.`,
      '',
      'Split it into quantities with names.',
      'MODEL_EXPRESSION_SIZE',
    );
  }
  let depth = 0;
  for (const character of text) {
    if ('([{'.includes(character)) depth++;
    if (')]}'.includes(character)) depth--;
    if (depth > depthLimit)
      throw new Refusal(
        `The expression nests more than ${depthLimit} brackets.`,
        '',
        'Split it into quantities with names.',
        'MODEL_EXPRESSION_SIZE',
      );
  }
  if (text.trim() === '') throw new Refusal('The formula is empty.', '', 'Write a formula, or a number.');
  // The parser would take what follows a # for a remark, and drop it in silence.
  const odd = /[^\x20-\x7e\t\n]|#/.exec(text);
  if (odd)
    throw new Refusal(
      `The expression holds the character \`${odd[0]}\`, which is not part of the language.`,
      odd[0],
      'Use plain letters, digits and + - * / ^ ( ) , < > . only.',
    );
}

function parseWithMathjs(text: string): Node {
  try {
    return parse(text) as MathNode as unknown as Node;
  } catch (error) {
    const raw = error instanceof Error ? error.message : String(error);
    if (error instanceof RangeError)
      throw new Refusal(
        'The expression is nested too deeply.',
        '',
        'Split it into quantities with names.',
        'MODEL_EXPRESSION_SIZE',
      );
    const at = (error as { char?: number }).char;
    const why = raw.replace(/\s*\(char \d+\)/, '');
    throw new Refusal(
      `\`${text.slice(0, 80)}\` cannot be read: ${why}${at === undefined ? '' : `, at character ${at}`}.`,
      '',
      /^Unexpected part/.test(why)
        ? 'Write an operator between the parts; a number with a unit belongs into `parameters` or `constants`, with its source.'
        : 'Check the operators and brackets at that place.',
    );
  }
}

function convert(node: Node, depth: number): Expression {
  if (depth > depthLimit * 4)
    throw new Refusal(
      'The expression is nested too deeply.',
      '',
      'Split it into quantities with names.',
      'MODEL_EXPRESSION_SIZE',
    );
  const next = (child: unknown): Expression => convert(child as Node, depth + 1);
  switch (node.type) {
    case 'ConstantNode':
      return constant(node.value);
    case 'SymbolNode':
      return symbol(node.name as string);
    case 'AccessorNode':
      return qualified(node);
    case 'ParenthesisNode':
      return next(node.content);
    case 'OperatorNode':
      return operator(node, next);
    case 'FunctionNode':
      return call(node, next);
    case 'ConditionalNode':
      return { kind: 'if', test: next(node.condition), then: next(node.trueExpr), otherwise: next(node.falseExpr) };
    default: {
      const [what, remedy] = refusals[node.type] ?? [
        'holds something that is not arithmetic',
        'Use + - * / ^, comparisons, if() and the listed functions.',
      ];
      throw new Refusal(`The expression ${what}.`, '', remedy);
    }
  }
}

function constant(value: unknown): Expression {
  if (typeof value === 'number' && Number.isFinite(value)) return { kind: 'number', value };
  const remedy = 'Write a finite number such as 0.5 or 1e-3.';
  throw new Refusal(`\`${String(value).slice(0, 40)}\` is not a finite number.`, String(value), remedy);
}

function symbol(name: string): Expression {
  if (name === 'NaN' || name === 'Infinity')
    throw new Refusal(`\`${name}\` is not a finite number.`, name, 'Write a finite number such as 0.5 or 1e-3.');
  return { kind: 'name', name };
}

/** `gas.O2`: two plain names and a dot; every other form of access is refused. */
function qualified(node: Node): Expression {
  const object = node.object as Node;
  const index = node.index as Node;
  const dimensions = index.dimensions as readonly Node[];
  const plain = object.type === 'SymbolNode' && index.dotNotation === true && dimensions[0]?.type === 'ConstantNode';
  if (!plain)
    throw new Refusal(
      'The expression holds an index or a chain of dots.',
      '',
      'A dot joins a phase and a species, as in `gas.O2`; nothing else is read.',
    );
  return { kind: 'name', name: `${object.name as string}.${String(dimensions[0]!.value)}` };
}

function operator(node: Node, next: (child: unknown) => Expression): Expression {
  const args = node.args as readonly Node[];
  if (node.implicit === true) {
    const shown = args.map((arg) => String(arg)).join(' ');
    throw new Refusal(
      `\`${shown.slice(0, 60)}\` has no operator between its parts.`,
      '',
      'Write `*` for a product; a number with a unit belongs into `parameters` or `constants`, with its source.',
    );
  }
  if (node.fn === 'unaryPlus') return next(args[0]);
  if (node.fn === 'unaryMinus') return { kind: 'unary', op: 'negate', of: next(args[0]) };
  if (node.fn === 'not') return { kind: 'unary', op: 'not', of: next(args[0]) };
  const op = operators.get(node.fn as string);
  if (op !== undefined) return { kind: 'binary', op, left: next(args[0]), right: next(args[1]) };
  if (node.fn === 'equal' || node.fn === 'unequal') {
    throw new Refusal(
      'Two computed numbers are hardly ever equal, so `==` and `!=` are not part of the language.',
      '',
      'Compare with < or >.',
    );
  }
  throw new Refusal(
    `The operator \`${String(node.op)}\` is not part of the language.`,
    String(node.op),
    'Use + - * / ^, comparisons, and, or, not.',
  );
}

function call(node: Node, next: (child: unknown) => Expression): Expression {
  const callee = node.fn as Node;
  const name = callee.type === 'SymbolNode' ? String(callee.name) : String(callee);
  const arity = Object.hasOwn(functionArity, name) ? functionArity[name as FunctionName | 'if'] : undefined;
  const known = Object.keys(functionArity);
  if (callee.type !== 'SymbolNode' || arity === undefined) {
    throw new Refusal(
      `\`${name.slice(0, 60)}\` is not a function of the language.${didYouMean(name, known)}`,
      name,
      `Functions are ${known.join(', ')}; a product needs \`*\`.`,
      'MODEL_FUNCTION_UNKNOWN',
    );
  }
  const args = (node.args as readonly Node[]).map(next);
  if (args.length < arity[0] || args.length > arity[1]) {
    const wanted = arity[0] === arity[1] ? `${arity[0]}` : `${arity[0]} to ${arity[1]}`;
    throw new Refusal(
      `\`${name}\` has ${args.length} argument${args.length === 1 ? '' : 's'} and takes ${wanted}.`,
      name,
      `Give it ${wanted}.`,
    );
  }
  if (name === 'if') return { kind: 'if', test: args[0]!, then: args[1]!, otherwise: args[2]! };
  return { kind: 'call', name: name as FunctionName, args };
}
