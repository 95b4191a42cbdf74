/** The closed language of rate laws, as data. Numbers are finite; names are not yet resolved. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'unary'; readonly op: 'negate' | 'not'; readonly of: Expression }
  | { readonly kind: 'binary'; readonly op: BinaryOp; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly args: readonly Expression[] }
  | { readonly kind: 'if'; readonly test: Expression; readonly then: Expression; readonly otherwise: Expression };

export type BinaryOp =
  | 'add'
  | 'subtract'
  | 'multiply'
  | 'divide'
  | 'power'
  | 'less'
  | 'lessOrEqual'
  | 'greater'
  | 'greaterOrEqual'
  | 'and'
  | 'or';

/** Functions that an expression may call, with their number of arguments. */
export const functionArity = {
  exp: [1, 1],
  log: [1, 1],
  log10: [1, 1],
  sqrt: [1, 1],
  tanh: [1, 1],
  abs: [1, 1],
  pow: [2, 2],
  min: [2, 8],
  max: [2, 8],
  if: [3, 3],
} as const;

export type FunctionName = Exclude<keyof typeof functionArity, 'if'>;

const operatorText: Record<BinaryOp, string> = {
  add: '+',
  subtract: '-',
  multiply: '*',
  divide: '/',
  power: '^',
  less: '<',
  lessOrEqual: '<=',
  greater: '>',
  greaterOrEqual: '>=',
  and: 'and',
  or: 'or',
};
const rank: Record<BinaryOp, number> = {
  or: 1,
  and: 2,
  less: 3,
  lessOrEqual: 3,
  greater: 3,
  greaterOrEqual: 3,
  add: 4,
  subtract: 4,
  multiply: 5,
  divide: 5,
  power: 7,
};

/** The expression as a person would write it, with no more brackets than needed. */
export function formatExpression(expression: Expression, outer = 0): string {
  switch (expression.kind) {
    case 'number':
      return String(expression.value);
    case 'name':
      return expression.name;
    case 'unary': {
      const text = (expression.op === 'negate' ? '-' : 'not ') + formatExpression(expression.of, 6);
      return outer > 4 ? `(${text})` : text;
    }
    case 'call':
      return `${expression.name}(${expression.args.map((arg) => formatExpression(arg)).join(', ')})`;
    case 'if':
      return `if(${[expression.test, expression.then, expression.otherwise].map((part) => formatExpression(part)).join(', ')})`;
    case 'binary': {
      const own = rank[expression.op];
      const rightAssociative = expression.op === 'power';
      const left = formatExpression(expression.left, rightAssociative ? own + 1 : own);
      const right = formatExpression(expression.right, rightAssociative ? own : own + 1);
      const gap = own >= 7 ? '' : ' ';
      const text = `${left}${gap}${operatorText[expression.op]}${gap}${right}`;
      return own < outer ? `(${text})` : text;
    }
  }
}

/** Every name that the expression mentions. */
export function namesIn(expression: Expression, into: Set<string> = new Set()): Set<string> {
  switch (expression.kind) {
    case 'number':
      break;
    case 'name':
      into.add(expression.name);
      break;
    case 'unary':
      namesIn(expression.of, into);
      break;
    case 'binary':
      namesIn(expression.left, into);
      namesIn(expression.right, into);
      break;
    case 'call':
      for (const arg of expression.args) namesIn(arg, into);
      break;
    case 'if':
      for (const part of [expression.test, expression.then, expression.otherwise]) namesIn(part, into);
  }
  return into;
}
