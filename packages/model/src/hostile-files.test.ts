import { ProblemError, Problems, problemLimit } from '@fedbatch/vocabulary';
import { describe, expect, it } from 'vitest';
import { compose } from './compose/compose.ts';
import { compileModel, Instance } from './instance.ts';
import { readComponent } from './read/component-file.ts';

const head = 'component: Hostile\nsource: test\nparameters: { hour: { value: 1 h } }\n';
const lines = (count: number, line: (i: number) => string): string =>
  `${Array.from({ length: count }, (_, i) => line(i)).join('\n')}\n`;
const chain = (count: number, link: (before: string) => string): string =>
  `${head}quantities:\n${lines(count, (i) => `  q${i}: { unit: '-', is: '${i === 0 ? 'y' : link(`q${i - 1}`)}' }`)}states: { y: { unit: '-', initial: 1, rate: q${count - 1} / hour } }\n`;

/** Compiles as far as it goes; gives what was refused. */
function refusal(text: string): ProblemError['problems'] {
  try {
    const part = { role: 'c', file: readComponent(text, 'hostile.yaml', new Problems()) };
    new Instance(compileModel(compose([part], { mode: 'probe' }))).startState();
    return [];
  } catch (error) {
    if (error instanceof ProblemError) return error.problems;
    throw error;
  }
}

/** Texts under a megabyte that make a compiler slow, or end its stack, when its work is not bounded. */
const refused: [string, string, RegExp][] = [
  ['40,000 unknown keys', `component: C\nsource: test\n${lines(40_000, (i) => `k${i}: 1`)}`, /key `k0` is not known/],
  [
    '4,000 unknown names that look like known ones',
    `${head}quantities:\n${lines(4_000, (i) => `  qqq${10_000 + i}: { unit: '-', is: zzz${10_000 + i} }`)}`,
    /name `zzz10000` is not known/,
  ],
  [
    'a chain of 5,000 quantities, last first',
    `${head}quantities:\n${lines(5000, (i) => `  q${i}: { unit: '-', is: ${i === 4999 ? '1' : `q${i + 1} + 1`} }`)}`,
    /rest on each other too deeply/,
  ],
  ['a chain of 5,000 quantities, first first', chain(5000, (q) => `exp(${q})`), /rest on each other too deeply/],
  [
    '2,000 states',
    `${head}states:\n${lines(2000, (i) => `  y${i}: { unit: '-', initial: 1, rate: y${i} / hour }`)}`,
    /has 2001 states; at most 1000/,
  ],
  [
    '300 unknowns',
    `${head}unknowns:\n${lines(300, (i) => `  u${i}: { unit: '-', between: 0..1, zero: u${i} - 0.5 }`)}`,
    /has 300 unknowns; at most 100/,
  ],
  ['a million tabs', '\t'.repeat(990_000), /holds no mapping/],
  ['a long list', `${head}gives: [${Array(50_000).fill('a').join(',')}]\n`, /at most 10000/],
  ['nested maps by colons', `a: ${': '.repeat(100_000)}`, /not YAML/],
  ['a chain of signs', `${head}quantities: { q: { unit: '-', is: '${'-'.repeat(1500)}1' } }\n`, /nested too deeply/],
  ['a tower of powers', `${head}quantities: { q: { unit: '-', is: '${'2^'.repeat(900)}1' } }\n`, /nested too deeply/],
  [
    'a time beyond numbers',
    `${head}unknowns: { u: { unit: bar, between: 0..1e308, zero: u } }\n`,
    /larger than a number/,
  ],
  ['a value beyond numbers', head.replace('1 h', '1e308 bar'), /larger than a number can hold in base units/],
  ['a unit beyond numbers', head.replace('1 h', '1 km^400'), /raises a unit further than a number can hold/],
];

describe('a file that is made to be costly', () => {
  it.each(refused)('is refused at once: %s', (_, text, says) => {
    const problems = refusal(text);
    expect(problems[0]!.says).toMatch(says);
    expect(problems.length).toBeLessThanOrEqual(problemLimit);
  });

  it.each<[string, string]>([
    ['a quantity that is squared two hundred times', chain(200, (q) => `${q} * ${q} + y`)],
    ['a fraction of 700 storeys', chain(700, (q) => `1 / (1 + ${q})`)],
    ['a choice of 400 storeys', chain(400, (q) => `if(${q} > 1, 1 / ${q}, min(${q}, y))`)],
    [
      'a ladder of unknowns, each on the two before',
      `${head}unknowns:\n${lines(60, (i) => `  u${i}: { unit: '-', between: 0..9, zero: u${i} - ${i < 2 ? 'y' : `0.5 * u${i - 1} - 0.5 * u${i - 2}`} }`)}states: { y: { unit: '-', initial: 1, rate: u59 / hour } }\n`,
    ],
    [
      'ten thousand parameters',
      `component: C\nsource: test\nparameters:\n${lines(10_000, (i) => `  p${i}: { value: 1 }`)}`,
    ],
  ])('is compiled as any other where the work is bounded: %s', (_, text) => {
    expect(refusal(text)).toEqual([]);
  });
});
