import { Derivatives } from '../graph/derivative.ts';
import { Op } from '../graph/graph.ts';
import type { Model } from '../model.ts';
import { rootsOf } from './roots.ts';
import { Context, type Dialect, finite, Hoisted, type Result, startStatements, statements } from './writer.ts';

const c: Dialect = {
  fixed: 'const double',
  changing: 'double',
  equal: '==',
  notANumber: 'NAN',
  calls: {
    [Op.exp]: 'exp',
    [Op.log]: 'log',
    [Op.sqrt]: 'sqrt',
    [Op.tanh]: 'tanh',
    [Op.abs]: 'fabs',
    [Op.min]: 'fb_min',
    [Op.max]: 'fb_max',
    [Op.power]: 'pow',
  },
  // A whole number needs its point: 1 / 2 is 0 in C.
  literal: (value) => finite(value, (number) => (/^-?\d+$/.test(String(number)) ? `${number}.0` : String(number))),
};

/**
 * A model as one C file (C99, libm): the same functions as the JavaScript, with parameters `p`, what they decide `q` (filled by
 * `fb_prepare`) and the time `c[0]` handed over. `fb_happen(k, ...)` does what the k-th located event sets. Sizes are macros; rows and
 * columns of the Jacobian's entries, start parameters and event directions are tables. Names of the model stand in comments alone.
 */
export function emitC(model: Model): string {
  const { graph } = model;
  const derivatives = new Derivatives(graph);
  const roots = rootsOf(model, derivatives);
  const hoisted = new Hoisted(graph);
  const context = new Context(graph, derivatives, c, hoisted);
  const plain = new Context(graph, derivatives, c);
  const crossings = model.events.filter(({ kind }) => kind === 'crossing');
  const takes = 'const double *p, const double *q, const double *c, const double *y';
  const emit = (name: string, results: readonly Result[]): string =>
    [
      `void fb_${name}(${[takes, ...results.map(([array]) => `double *${array}`)].join(', ')}) {`,
      ...statements(context, results),
      '}',
    ].join('\n');
  const functions = [
    emit('rhs', [['o', roots.rates]]),
    emit('linearise', [
      ['o', roots.rates],
      ['j', roots.jacobian],
      ['d', roots.byTime],
    ]),
    emit('kinks', [['o', roots.kinks]]),
    emit('events', [['o', roots.crossings]]),
    emit('outputs', [['o', roots.outputs]]),
    ['void fb_start(const double *p, const double *c, double *y) {', ...startStatements(plain, model), '}'].join('\n'),
    emitHappen(plain, crossings),
  ];
  const table = (type: string, name: string, values: Iterable<number>): string =>
    `static const ${type} ${name}[] = {${[...values, 0].join(', ')}};`;
  return [
    '#include <math.h>',
    `#define FB_STATES ${model.states.length}`,
    `#define FB_CORE ${model.coreSize}`,
    `#define FB_ENTRIES ${roots.jacobian.length}`,
    `#define FB_PARAMETERS ${model.parameters.length}`,
    `#define FB_HOISTED ${hoisted.nodes.length}`,
    `#define FB_EVENTS ${crossings.length}`,
    `#define FB_OUTPUTS ${roots.outputs.length}`,
    table('int', 'fb_rows', roots.pattern.rows),
    table('int', 'fb_columns', roots.pattern.columns),
    table(
      'int',
      'fb_directions',
      crossings.map(({ direction }) => direction),
    ),
    table(
      'double',
      'fb_defaults',
      model.parameters.map(({ value }) => value),
    ),
    'static inline double fb_min(double a, double b) { return a < b || isnan(a) ? a : b; }',
    'static inline double fb_max(double a, double b) { return a > b || isnan(a) ? a : b; }',
    ['void fb_prepare(const double *p, double *q) {', ...statements(plain, [['q', hoisted.nodes]]), '}'].join('\n'),
    ...functions,
    '',
  ].join('\n');
}

/** What an event sets: all values from before, then all set. */
function emitHappen(context: Context, crossings: Model['events']): string {
  const cases = crossings.map(({ set }, k) => [
    `case ${k}: {`,
    `double n[${set.length + 1}];`,
    ...statements(context, [['n', set.map(({ node }) => node)]]),
    ...set.map(({ slot }, i) => `w[${slot}] = n[${i}];`),
    'break;',
    '}',
  ]);
  return [
    'void fb_happen(int event, const double *p, const double *c, const double *y, double *w) {',
    'switch (event) {',
    ...cases.flat(),
    '}',
    '}',
  ].join('\n');
}
