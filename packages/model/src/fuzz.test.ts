import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ProblemError, Problems } from '@fedbatch/vocabulary';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compose } from './compose/compose.ts';
import { emitJavaScript } from './emit/javascript.ts';
import { formatExpression } from './expression/expression.ts';
import { parseExpression } from './expression/parse-expression.ts';
import { readComponent } from './read/component-file.ts';
import { charge, gasVessel, overflowOrganism, phComponent, quantities } from './test-models.ts';

const place = { file: 'fuzz.yaml', line: 1, column: 1 };
declare global {
  var fuzzCanary: number;
}

/** Words of generated code that are neither of the language nor slots. */
const words =
  /^(use|strict|const|let|new|Float64Array|for|if|else|break|continue|function|return|Math|NaN|exp|log|sqrt|tanh|abs|min|max|pow|prepare|rhs|linearise|kinks|events|outputs|start|[tyopqcjdm]|i|e|[vypuxlhfswqne]\d+)$/;
function strangersIn(source: string): string[] {
  // Numbers first: the e of 1e-3 is no word.
  const bare = source.replaceAll(/\d+(\.\d+)?(e[+-]?\d+)?(?![A-Za-z_$])/g, (digits, _, __, at: number) =>
    /[A-Za-z_$]/.test(source[at - 1] ?? '') ? digits : ' ',
  );
  const strange = (bare.match(/[A-Za-z_$][\w$]*/g) ?? []).filter((word) => !words.test(word));
  return [...strange, ...(bare.replace("'use strict'", '').match(/['"`\\#@]|[^\x20-\x7e\n]/g) ?? [])];
}

/** Takes a text as far as the compiler gets. Only a ProblemError with a place or a sentence may come out of it. */
function compileText(text: string): 'compiled' | 'refused' {
  try {
    const parts = [{ role: 'organism', file: readComponent(text, 'fuzz.yaml', new Problems()) }];
    const model = compose(parts, { mode: 'probe' });
    const { source } = emitJavaScript(model);
    expect(strangersIn(source)).toEqual([]);
    return 'compiled';
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    expect(error.problems.length).toBeGreaterThan(0);
    for (const problem of error.problems) {
      expect(problem.says.length).toBeGreaterThan(10);
      expect(problem.remedy.length).toBeGreaterThan(5);
    }
    return 'refused';
  }
}

const sims = join(import.meta.dirname, '../../../sims');
const seeds = [
  overflowOrganism,
  gasVessel,
  phComponent,
  ...['organisms/Anane2017-ecoli.yaml', 'vessels/bench-15L.yaml', 'components/exponential-feed.yaml'].map((path) =>
    readFileSync(join(sims, path), 'utf8'),
  ),
];
/** Fragments that have broken parsers before, or that would run if they were ever evaluated. */
const nasty = [
  '__proto__',
  'constructor',
  'toString',
  'globalThis.fuzzCanary = 1',
  '$' + '{globalThis.fuzzCanary = 1}',
  '`',
  '\\u0000',
  '"',
  "'",
  '{',
  '}',
  '[',
  ']',
  ': ',
  '- ',
  '? ',
  '&a',
  '*a',
  '!!js/function',
  '%',
  '@',
  '|',
  '>',
  '#',
  '\t',
  '(function(){ globalThis.fuzzCanary = 1 })()',
  'req' + 'uire("fs")',
  'eval("globalThis.fuzzCanary = 1")',
  '1e999',
  '-0',
  '.nan',
  '0x10',
  '1_000',
  '..',
  '=',
  '==',
  '?',
  ':',
  ';',
  ',',
  '()',
  '((((',
  '^^',
  'min(',
  'if(',
  'S.S',
  'S.constructor',
  'X["X"]',
  '😀',
  '\u202e',
  '\ud800',
  'null',
  'true',
  '2026-01-01',
];
const mutated = fc
  .record({
    seed: fc.constantFrom(...seeds),
    edits: fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        cut: fc.integer({ min: 0, max: 30 }),
        put: fc.oneof(fc.constantFrom(...nasty), fc.string({ maxLength: 8 }), fc.constant('')),
      }),
      { minLength: 1, maxLength: 5 },
    ),
    lines: fc.array(fc.tuple(fc.nat({ max: 60 }), fc.nat({ max: 60 })), { maxLength: 2 }),
  })
  .map(({ seed, edits, lines }) => {
    let text = seed;
    for (const { at, cut, put } of edits) {
      const from = Math.floor(at * text.length);
      text = text.slice(0, from) + put + text.slice(from + cut);
    }
    const rows = text.split('\n');
    for (const [a, b] of lines)
      if (rows[a] !== undefined && rows[b] !== undefined) [rows[a], rows[b]] = [rows[b]!, rows[a]!];
    return rows.join('\n');
  });

describe('no text', () => {
  it('makes the compiler crash without a message, hang, or run code: shipped forms with lines and tokens changed', () => {
    globalThis.fuzzCanary = 0;
    fc.assert(
      fc.property(mutated, (text) => void compileText(text)),
      { numRuns: 1500 },
    );
    expect(globalThis.fuzzCanary).toBe(0);
  });

  it('… nor any text at all', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ maxLength: 300 }), fc.string({ unit: 'binary', maxLength: 200 })),
        (text) => void compileText(text),
      ),
      { numRuns: 500 },
    );
  });

  it('… nor a formula of any kind in a sound file', () => {
    const token = fc.oneof(
      fc.constantFrom(
        'qS',
        'S',
        'X',
        'qmax',
        'Ks',
        't',
        '1',
        '0.5',
        '+',
        '-',
        '*',
        '/',
        '^',
        '(',
        ')',
        ',',
        '<',
        '>',
        'min',
        'max',
        'if',
        'exp',
        'log',
        'sqrt',
        'tanh',
        'abs',
        'and',
        'not',
        '.',
        ' ',
      ),
      fc.constantFrom(...nasty),
    );
    globalThis.fuzzCanary = 0;
    fc.assert(
      fc.property(fc.array(token, { maxLength: 14 }), (tokens) => {
        const text = overflowOrganism.replace("'min(qS, 0.7 * qmax)'", JSON.stringify(tokens.join(' ')));
        compileText(text);
      }),
      { numRuns: 1500 },
    );
    expect(globalThis.fuzzCanary).toBe(0);
  });

  it('… nor a value of the scenario that is out of all proportion', () => {
    const value = fc.oneof(
      fc.double({ noDefaultInfinity: true, noNaN: true }),
      fc.constantFrom(0, -0, 5e-324, 1e308, -1e308),
    );
    const part = (role: string, text: string) => ({ role, file: readComponent(text, `${role}.yaml`, new Problems()) });
    const parts = [part('organism', overflowOrganism), part('vessel', gasVessel)];
    fc.assert(
      fc.property(value, value, value, (volume, X, S) => {
        try {
          const model = compose(parts, {
            charge: quantities({ ...charge, volume: `${volume} L`, X: `${X} g/L`, S: `${S} g/L` }),
            place,
          });
          expect(volume).toBeGreaterThan(0);
          expect(Math.min(X, S)).toBeGreaterThanOrEqual(0);
          emitJavaScript(model);
        } catch (error) {
          if (!(error instanceof ProblemError)) throw error;
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('an expression', () => {
  const tree: fc.Arbitrary<string> = fc.letrec<{ e: string }>((tie) => ({
    e: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom('a', 'b', 'c', '2', '0.5', '1e-3'),
      fc
        .tuple(tie('e'), fc.constantFrom('+', '-', '*', '/', '^'), tie('e'))
        .map(([left, op, right]) => `(${left}) ${op} (${right})`),
      tie('e').map((inner) => `-(${inner})`),
      fc.tuple(tie('e'), tie('e')).map(([left, right]) => `max(${left}, ${right})`),
      fc
        .tuple(tie('e'), tie('e'), tie('e'))
        .map(([test, then, otherwise]) => `if((${test}) < (${then}), ${then}, ${otherwise})`),
    ),
  })).e;

  it('means the same when it is written back and read again', () => {
    fc.assert(
      fc.property(tree, (text) => {
        fc.pre(text.length < 1500);
        const read = (value: string) => parseExpression({ value, place }, new Problems());
        const first = read(text);
        fc.pre(first !== undefined);
        const again = formatExpression(first!);
        expect(read(again)).toEqual(first);
      }),
      { numRuns: 500 },
    );
  });
});
