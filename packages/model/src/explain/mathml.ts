import type { Expression } from '../expression/expression.ts';

/** An expression as presentation MathML, which browsers set without any script. */
export function mathml(expression: Expression): string {
  return `<math displaystyle="true">${render(expression, 0)}</math>`;
}

const signs = {
  add: '+',
  subtract: '−',
  less: '&lt;',
  lessOrEqual: '≤',
  greater: '&gt;',
  greaterOrEqual: '≥',
  and: 'and',
  or: 'or',
} as const;
const rank = {
  or: 1,
  and: 2,
  less: 3,
  lessOrEqual: 3,
  greater: 3,
  greaterOrEqual: 3,
  add: 4,
  subtract: 4,
} as const;
const greek = new Map([
  ['mu', 'μ'],
  ['alpha', 'α'],
  ['beta', 'β'],
  ['gamma', 'γ'],
  ['tau', 'τ'],
  ['pi', 'π'],
]);

function render(expression: Expression, outer: number): string {
  switch (expression.kind) {
    case 'number':
      return `<mn>${expression.value}</mn>`;
    case 'name':
      return symbol(expression.name);
    case 'unary':
      return bracket(`<mo>${expression.op === 'negate' ? '−' : 'not'}</mo>${render(expression.of, 6)}`, outer > 4);
    case 'if':
      return `<mrow><mo>{</mo><mtable columnalign="left"><mtr><mtd>${render(expression.then, 0)}</mtd><mtd><mtext>if </mtext>${render(expression.test, 0)}</mtd></mtr><mtr><mtd>${render(expression.otherwise, 0)}</mtd><mtd><mtext>else</mtext></mtd></mtr></mtable></mrow>`;
    case 'call':
      return call(expression.name, expression.args);
    case 'binary':
      return binary(expression, outer);
  }
}

function binary(expression: Expression & { kind: 'binary' }, outer: number): string {
  const { op, left, right } = expression;
  if (op === 'divide' || op === 'multiply') return product(expression, outer);
  if (op === 'power') return power(left, right, outer);
  const own = rank[op];
  return bracket(`${render(left, own)}<mo>${signs[op]}</mo>${render(right, own + 1)}`, own < outer);
}

/** What stands under an exponent: a fraction or another power needs brackets there. */
const baseRank = 8;

function power(base: Expression, exponent: Expression, outer: number): string {
  const inner = `<msup><mrow>${render(base, baseRank)}</mrow><mrow>${render(exponent, 0)}</mrow></msup>`;
  return bracket(inner, outer >= baseRank);
}

/** A chain of products and quotients as one fraction, the way it is written by hand. */
function product(expression: Expression, outer: number): string {
  const above: Expression[] = [];
  const below: Expression[] = [];
  const collect = (part: Expression, over: Expression[], under: Expression[]): void => {
    if (part.kind !== 'binary' || (part.op !== 'multiply' && part.op !== 'divide')) return void over.push(part);
    collect(part.left, over, under);
    if (part.op === 'multiply') collect(part.right, over, under);
    else collect(part.right, under, over);
  };
  collect(expression, above, below);
  const chain = (parts: readonly Expression[]): string => {
    if (parts.length === 0) return '<mn>1</mn>';
    return parts.map((part) => render(part, parts.length === 1 ? 0 : 5)).join('<mo>·</mo>');
  };
  if (below.length > 0)
    return bracket(`<mfrac><mrow>${chain(above)}</mrow><mrow>${chain(below)}</mrow></mfrac>`, outer >= baseRank);
  return bracket(chain(above), outer > 5);
}

function call(name: string, args: readonly Expression[]): string {
  if (name === 'sqrt') return `<msqrt>${render(args[0]!, 0)}</msqrt>`;
  if (name === 'abs') return `<mrow><mo>|</mo>${render(args[0]!, 0)}<mo>|</mo></mrow>`;
  if (name === 'pow') return power(args[0]!, args[1]!, 0);
  return `<mrow><mi>${name}</mi><mo>(</mo>${args.map((arg) => render(arg, 0)).join('<mo>,</mo>')}<mo>)</mo></mrow>`;
}

/** Names are letters, digits, underscores and one dot; nothing in them needs escaping. */
function symbol(name: string): string {
  return `<mi>${greek.get(name) ?? name}</mi>`;
}

function bracket(inner: string, needed: boolean): string {
  return needed ? `<mrow><mo>(</mo>${inner}<mo>)</mo></mrow>` : `<mrow>${inner}</mrow>`;
}
