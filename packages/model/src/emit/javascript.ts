import type { Pattern } from '@fedbatch/numerics';
import { Derivatives } from '../graph/derivative.ts';
import { Op } from '../graph/graph.ts';
import type { Model } from '../model.ts';
import { rootsOf } from './roots.ts';
import {
  Context,
  type Dialect,
  finite,
  Hoisted,
  Remembered,
  type Result,
  startStatements,
  statements,
} from './writer.ts';

const javascript: Dialect = {
  fixed: 'const',
  changing: 'let',
  equal: '===',
  notANumber: 'NaN',
  calls: {
    [Op.exp]: 'exp',
    [Op.log]: 'log',
    [Op.sqrt]: 'sqrt',
    [Op.tanh]: 'tanh',
    [Op.abs]: 'abs',
    [Op.min]: 'min',
    [Op.max]: 'max',
    [Op.power]: 'pow',
  },
  literal: (value) => finite(value, String),
};

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
  const roots = rootsOf(model, derivatives);
  const hoisted = new Hoisted(graph);
  const remembered = new Remembered();
  const context = new Context(graph, derivatives, javascript, hoisted, remembered);
  const plain = new Context(graph, derivatives, javascript);
  const functions = [
    emitFunction(context, 'rhs', [['o', roots.rates]]),
    emitFunction(context, 'linearise', [
      ['o', roots.rates],
      ['j', roots.jacobian],
      ['d', roots.byTime],
    ]),
    emitFunction(context, 'kinks', [['o', roots.kinks]]),
    emitFunction(context, 'events', [['o', roots.crossings]]),
    emitFunction(context, 'outputs', [['o', roots.outputs]]),
    emitStart(plain, model),
  ];
  const body = [
    "'use strict';",
    'const { exp, log, sqrt, tanh, abs, min, max, pow } = Math;',
    `const q = new Float64Array(${hoisted.nodes.length});`,
    emitFunction(plain, 'prepare', [['q', hoisted.nodes]], ''),
    ...functions,
    'return { prepare, rhs, linearise, kinks, events, outputs, start };',
  ].join('\n');
  const factory = new Function('p', 'c', 'm', body) as (p: Float64Array, c: Float64Array, m: Float64Array) => Functions;
  return {
    source: body,
    pattern: roots.pattern,
    // Nothing equals NaN: nothing is remembered yet.
    bind: (parameters, clock) => factory(parameters, clock, new Float64Array(remembered.size).fill(Number.NaN)),
  };
}

function emitFunction(
  context: Context,
  name: string,
  results: readonly Result[],
  takes = ['y', ...results.map(([array]) => array)].join(', '),
): string {
  return [`function ${name}(${takes}) {`, ...statements(context, results), '}'].join('\n');
}

/** Start values in the order in which each rests on those before it. */
function emitStart(context: Context, model: Model): string {
  return ['function start(y) {', ...startStatements(context, model), '}'].join('\n');
}
