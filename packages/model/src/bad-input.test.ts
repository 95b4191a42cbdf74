import { ProblemError, Problems } from '@fedbatch/vocabulary';
import { describe, expect, it } from 'vitest';
import type { Setup } from './compose/assembly.ts';
import { compose } from './compose/compose.ts';
import { readComponent } from './read/component-file.ts';
import { charge, gasVessel, modelOf, overflowOrganism, quantities } from './test-models.ts';

function problemsOf(attempt: () => unknown): ProblemError['problems'] {
  try {
    attempt();
  } catch (error) {
    if (error instanceof ProblemError) return error.problems;
    throw error;
  }
  throw new Error('Nothing was refused.');
}

const swap = (from: string, to: string): string => {
  if (!overflowOrganism.includes(from)) throw new Error(`Nothing to replace: ${from}`);
  return overflowOrganism.replace(from, to);
};
const formula = (text: string): string => swap("is: 'min(qS, 0.7 * qmax)'", `is: ${JSON.stringify(text)}`);

const watch = (value: string): Partial<Setup> => ({
  watches: [{ id: 'w', condition: { value, place: { file: 'scenario.yaml', line: 7, column: 3 } } }],
});

/** What is wrong, the file, a text that stands in the line of the place, what is said, what is advised. */
const cases: [string, string, string, RegExp, RegExp][] = [
  [
    'an unknown key',
    swap('biomass: X\n', 'biomas: X\n'),
    'biomas:',
    /key `biomas` is not known here\. Did you mean `biomass`\?/,
    /Known keys are/,
  ],
  [
    'an unknown key inside',
    swap('value: 0.64 g/g/h', 'valu: 0.64 g/g/h'),
    'valu:',
    /`valu` is not known in `parameters\.qmax`\. Did you mean `value`/,
    /value, range/,
  ],
  ['a missing key', swap('source: test\n', ''), 'organism:', /no `source`/, /Add `source:`/],
  [
    'two keys of one name',
    swap('  Ks:', '  qmax:'),
    'qmax',
    /key `qmax` stands twice in one mapping; the first is in line 9/,
    /Keep one/,
  ],
  ['a unit that is none', swap('0.04 g/L', '0.04 g/Lt'), '0.04 g/Lt', /`Lt` is not a unit/, /unit/],
  ['a unit clash in a sum', formula('qS + Ks'), 'qO', /adds 1\/h and g\/L/, /one unit/],
  [
    'a unit clash with what is declared',
    formula('S'),
    'qO',
    /`qO` is declared in 1\/h, but `S` has the unit g\/L/,
    /Correct the unit or the formula/,
  ],
  ['a logarithm of a concentration', formula('qS * log(S)'), 'qO', /takes g\/L/, /Divide by a reference/],
  [
    'a power with an exponent that is no number',
    formula('qS * S^Y / S^Y'),
    'qO',
    /power that is not a plain number/,
    /reference value/,
  ],
  [
    'an unknown symbol',
    formula('min(qS, 0.7 * qmaxx)'),
    'qmaxx',
    /name `qmaxx` is not known here\. Did you mean `qmax`/,
    /Declare it/,
  ],
  [
    'a definition by itself',
    formula('0.5 * qO'),
    'qO',
    /`organism\.qO` is defined by itself: `organism\.qO` needs `organism\.qO`/,
    /Break the circle|unknowns/,
  ],
  [
    'a circle of definitions',
    swap('is: qmax * S / (S + Ks)', 'is: qO * S / (S + Ks)'),
    'q',
    /needs .*needs/,
    /Break the circle/,
  ],
  ['not a number', swap('0.04 g/L', '.nan'), '.nan', /NaN is not a value/, /number with its unit/],
  ['infinity', swap('0.04 g/L', '.inf'), '.inf', /infinity is not a value/, /number/],
  ['no number', swap('0.04 g/L', 'some g/L'), 'some', /does not start with a number/, /number with its unit/],
  ['a number too large to hold', swap('0.04 g/L', '1e999 g/L'), '1e999', /larger than a number can hold/, /number/],
  [
    'an empty value',
    swap('  Ks: { value: 0.04 g/L }', '  Ks:'),
    'Ks',
    /nothing, where a mapping|is empty|is nothing/,
    /.+/,
  ],
  ['a wrong formula', swap('C6H12O6', 'C6H12Q6'), 'glucose', /`Q` in `C6H12Q6` is not an element/, /Write elements/],
  ['an alias', swap('0.04 g/L }', '&a 0.04 g/L }\n  Kt: { value: *a }'), '*a', /alias/, /Write the value out/],
  ['a prototype key', swap('  Ks:', '  __proto__:'), '__proto__', /not a name|reserved/, /another name/],
  ['the key constructor', swap('  Ks:', '  constructor:'), 'constructor', /`constructor` is reserved/, /another name/],
  ['the key toString', swap('  Ks:', '  toString:'), 'toString', /`toString` is reserved/, /another name/],
  ['an assignment', formula('qmax = 3'), 'qO', /assigns a value/, /declare another quantity/],
  ['a function definition', formula('f(x) = x'), 'qO', /defines a function/, /Write the formula/],
  ['a call of eval', formula('eval("1")'), 'eval', /`eval` is not a function of the language/, /Functions are exp/],
  ['a call of import', formula('import(1)'), 'import', /`import` is not a function/, /Functions are/],
  [
    'a function that mathjs has and we have not',
    formula('qS * cos(Y)'),
    'cos',
    /`cos` is not a function/,
    /Functions are/,
  ],
  ['a function with too few arguments', formula('min(qS)'), 'min', /`min` has 1 argument and takes 2 to 8/, /Give it/],
  ['a chain of dots', formula('S.constructor.name'), 'qO', /index or a chain of dots/, /A dot joins/],
  ['a property of an object', formula('S.constructor'), 'S.constructor', /`S\.constructor` is not known/, /Declare it/],
  ['an index', formula('S["constructor"]'), 'qO', /index or a chain of dots/, /dot joins/],
  ['a list', formula('[1, 2]'), 'qO', /holds a list/, /single numbers/],
  ['two statements', formula('qS; qS'), 'qO', /more than one statement/, /one formula/],
  ['a text', formula('"qS"'), 'qO', /not a finite number|not arithmetic/, /.+/],
  ['a missing operator', formula('2 qS'), 'qO', /`2 qS` has no operator/, /Write `\*`/],
  ['a test of equality', formula('if(S == Ks, qS, qS)'), 'qO', /hardly ever equal/, /Compare with/],
  ['chained comparisons', formula('if(Ks < S < Ks, qS, qS)'), 'qO', /chains comparisons/, /a < b and b < c/],
  ['computing with a comparison', formula('qS * (S > Ks)'), 'qO', /computes with a comparison/, /if\(test/],
  ['an open bracket', formula('(qS'), 'qO', /cannot be read/, /brackets/],
  ['a foreign character', formula('qS × 2'), '×', /the character `×`/, /plain letters/],
  ['deep brackets', formula(`${'('.repeat(80)}qS${')'.repeat(80)}`), 'qO', /nests more than 60 brackets/, /Split it/],
  ['an endless formula', formula(Array(700).fill('qS').join(' + ')), 'qO', /at most 2000 characters/, /one line/],
  [
    'a reaction that does not close',
    swap('Ya: { value: 0.6', 'Ya: { value: 1.1'),
    'overflow',
    /`overflow` does not close/,
    /`makes: { A: Ya }` asks for more carbon than is used/,
  ],
  [
    'a reaction that loses carbon',
    swap('makes: { A: Ya }, closes: [O2, CO2, H2O]', 'makes: { A: Ya }'),
    'overflow',
    /does not close/,
    /does not come out again/,
  ],
  [
    'a species without formula in a closed reaction',
    swap('A: { name: acetate, formula: C2H4O2,', 'A: { name: acetate,'),
    'overflow',
    /`A` has no formula/,
    /Add `formula:`/,
  ],
  [
    'balances that settle nothing',
    swap('[O2, CO2, H2O]', '[O2, CO2, H2O, HCO3-, H+]'),
    'overflow',
    /do not settle/,
    /Take it out of `closes`/,
  ],
  [
    'a coefficient that changes',
    swap('makes: { A: Ya }', 'makes: { A: Ya * S / (S + Ks) }'),
    'overflow',
    /coefficient of `A` in `overflow` changes with the state/,
    /two reactions/,
  ],
  [
    'a coefficient in the wrong unit',
    swap('makes: { A: Ya }', 'makes: { A: Ks }'),
    'overflow',
    /coefficient of `A`.*has the unit g\/L/,
    /Write it in g/,
  ],
  [
    'a rate in the wrong unit',
    swap('rate: qS - qO', 'rate: S'),
    'overflow',
    /rate of `overflow` has the unit g\/L/,
    /Correct the formula/,
  ],
  [
    'an unknown species',
    swap('uses: S, makes: { A: Ya }', 'uses: G, makes: { A: Ya }'),
    'overflow',
    /no species `G`/,
    /Declare it under `species`/,
  ],
  ['an empty formula', formula(''), 'qO', /formula is empty/, /Write a formula/],
  ['a remark inside a formula', formula('qS # + qmax'), '#', /character `#`/, /plain letters/],
  ['a number with a unit in a formula', formula('0.5 1/h'), 'qO', /Unexpected part "1"/, /belongs into `parameters`/],
  ['a name that is called', formula('qS (1 + 2)'), 'qO', /`qS` is not a function/, /a product needs `\*`/],
  ['a conversion', formula('qS to qmax'), 'qO', /operator `to` is not part/, /Use \+ - \*/],
  ['a factorial', formula('qS!'), 'qO', /operator `!` is not part/, /Use \+ - \*/],
  ['an object', formula('{ a: 1 }'), 'qO', /holds an object/, /single numbers/],
  ['a truth', formula('true'), 'qO', /`true` is not a finite number/, /finite number/],
  ['a constant of mathjs', formula('pi * qmax'), 'pi', /name `pi` is not known/, /Declare it/],
  ['a prototype behind a dot', formula('gas.__proto__'), 'gas', /`gas\.__proto__` is not known/, /Declare it/],
  ['a species called __proto__', swap('  A: {', '  __proto__: {'), '__proto__', /reserved/, /species another name/],
  [
    'a need called gas.__proto__',
    `${overflowOrganism}needs: { gas.__proto__: g }\n`,
    'needs',
    /reserved/,
    /need another/,
  ],
  [
    'a range that falls',
    swap('0.04 g/L', '0.04 g/L, range: 1..0'),
    'range',
    /`1\.\.0` does not rise/,
    /lower limit first/,
  ],
  [
    'a range in another unit',
    swap('0.04 g/L', '0.04 g/L, range: 0..1 h'),
    'range',
    /range `0\.\.1 h` is in h, and its value in g\/L/,
    /Write a range/,
  ],
  [
    'a species named as time is',
    swap('  A: { name', '  t: { name'),
    '',
    /`t` is a word of the language/,
    /another name/,
  ],
  ['a parameter named as a function', swap('  Ks:', '  exp: { value: 1 }\n  Ks:'), 'exp', /`exp` is a word/, /another/],
  [
    'a parameter named as an operator',
    swap('  Ks:', '  mod: { value: 1 }\n  Ks:'),
    'mod',
    /`mod` is a word/,
    /another/,
  ],
  ['an amount in litres', swap('C6H12O6 }', 'C6H12O6, basis: L }'), 'basis', /`S` are counted in L/, /g, mol or cells/],
  [
    'a limit of exhaustion in hours',
    swap('C6H12O6 }', 'C6H12O6, exhausted: 3 h }'),
    'exhausted',
    /below 3 h, which is no concentration in g\/L/,
    /Write it in g\/L/,
  ],
  [
    'a feed of nothing known',
    `${overflowOrganism}feeding: { substrate: Q, yield: 0.5 g/g }\n`,
    'feeding',
    /no species `Q`/,
    /Declare it/,
  ],
  [
    'a yield below zero',
    `${overflowOrganism}feeding: { substrate: S, yield: -0.5 g/g }\n`,
    'feeding',
    /assumes is -0\.5 g\/g; it must be above 0/,
    /Write biomass per substrate/,
  ],
  [
    'an unknown name in a folded formula, at the key',
    swap(
      "qO: { unit: g/g/h, is: 'min(qS, 0.7 * qmax)' }",
      'qO:\n    unit: g/g/h\n    is: >-\n      min(qS,\n      0.7 * qmaxx)',
    ),
    'is: >-',
    /`qmaxx` is not known/,
    /Declare it/,
  ],
  ['a negative spread', swap('0.04 g/L', '0.04 g/L, spread: -10 %'), 'spread', /spread of .* is -10 %/, /10 %/],
  [
    'a decimal comma',
    swap('0.04 g/L', '0,04 g/L'),
    '0,04',
    /key `04 g\/L` is not known/,
    /comma inside \{ \} ends a value/,
  ],
  [
    'degrees below a line',
    swap('0.04 g/L', '3 1/degC'),
    '1/degC',
    /stands alone; a difference or a rate is in K/,
    /unit/,
  ],
  ['a tab as indent', swap('  X: {', '\tX: {'), 'X:', /Tabs are not allowed/, /spaces, not tabs/],
  [
    'an open brace',
    swap('formula: C6H12O6 }', 'formula: C6H12O6'),
    'A:',
    /not YAML/,
    /Line the keys|Close every bracket|quotes/,
  ],
  ['two documents', `${overflowOrganism}---\nx: 1\n`, '---', /second document begins here/, /Leave out the `---`/],
  [
    'a tag of JavaScript',
    swap('organism: Overflow', 'organism: !!js/function Overflow'),
    '!!js',
    /tag/,
    /Leave out the tag/,
  ],
];

describe('a component is refused with place, value and remedy for', () => {
  it.each(cases)('%s', (_, text, marker, says, remedy) => {
    const [problem] = problemsOf(() => modelOf({ organism: text }));
    expect(problem!.says).toMatch(says);
    expect(problem!.remedy).toMatch(remedy);
    expect(problem!.place!.file).toBe('organism.yaml');
    const line = text.split('\n')[problem!.place!.line - 1]!;
    expect(line).toContain(marker);
    expect(problem!.place!.column).toBeLessThanOrEqual(line.length + 1);
  });

  it('an element that is missing, with its amount', () => {
    const [problem] = problemsOf(() => modelOf({ organism: swap('Ya: { value: 0.6', 'Ya: { value: 1.1') }));
    expect(problem!.detail).toMatch(/Carbon: 1\.000 mol in, 1\.100 mol out for each mol of carbon used \(\+0\.100\)/);
    expect(problem!.detail).toMatch(/Ya = 1\.100/);
  });

  it('a file of ten megabytes, at once', () => {
    const [problem] = problemsOf(() =>
      readComponent(`organism: big\n${'# a line\n'.repeat(1_200_000)}`, 'big.yaml', new Problems()),
    );
    expect(problem!.says).toMatch(/at most 1,000,000 are read/);
  });

  it.each([
    ['brackets', `organism: deep\nsays: ${'['.repeat(5000)}${']'.repeat(5000)}\n`],
    ['indents', Array.from({ length: 500 }, (_, i) => `${' '.repeat(i)}k${i}:`).join('\n')],
    ['list marks', `${'- '.repeat(5000)}x`],
    ['question marks', `${'? '.repeat(5000)}x`],
  ])('deep nesting by %s', (_, text) => {
    expect(problemsOf(() => readComponent(text, 'deep.yaml', new Problems()))[0]!.says).toMatch(/levels deep/);
  });

  it('an empty file', () => {
    for (const text of ['', '# nothing', '[]', 'text'])
      expect(problemsOf(() => readComponent(text, 'empty.yaml', new Problems()))[0]!.remedy).toMatch(/organism/);
  });
});

describe('a composition is refused for', () => {
  const refused = (components: Record<string, string>, given: Record<string, string> = charge) =>
    problemsOf(() => modelOf(components, given))[0]!;

  it('two components that give one quantity, with both places', () => {
    const given = "gives: [shared]\nquantities: { shared: { unit: '-', is: 1 } }\n";
    const problem = refused({
      organism: overflowOrganism,
      vessel: gasVessel,
      a: `component: A\nsource: test\n${given}`,
      b: `component: B\nsource: test\n${given}`,
    });
    expect(problem.says).toMatch(/`shared` is given by two components: `a\.shared` and `b\.shared`/);
    expect(problem.detail).toMatch(/a\.yaml:4/);
  });

  it('a need that nothing meets', () => {
    const problem = refused({ organism: `${overflowOrganism}needs: { moonlight: W/m2 }\n`, vessel: gasVessel });
    expect(problem.says).toMatch(/organism needs `moonlight` \[W\/m2\], and no component of the scenario gives it/);
    expect(problem.place!.line).toBe(overflowOrganism.split('\n').length);
  });

  it('a need in another unit', () => {
    expect(refused({ organism: `${overflowOrganism}needs: { V: g }\n`, vessel: gasVessel }).says).toMatch(
      /`V` is needed in g and given in L/,
    );
  });

  it('a start value that nobody gives', () => {
    expect(refused({ organism: overflowOrganism, vessel: gasVessel }, { volume: '2 L', X: '1 g/L' }).says).toMatch(
      /Nothing says how much `S` \(glucose\)/,
    );
  });

  it('start values that rest on each other', () => {
    const circular =
      "component: C\nsource: test\nparameters: { hour: { value: 1 h } }\nstates: { a: { unit: '-', initial: b, rate: 1 / hour }, b: { unit: '-', initial: a, rate: 1 / hour } }\n";
    expect(refused({ organism: overflowOrganism, vessel: gasVessel, c: circular }).says).toMatch(
      /start of `c\.[ab]` rests on itself/,
    );
  });

  const also = (text: string) =>
    `component: C\nsource: test\nparameters: { k: { value: 1 1/h }, one: { value: 1 } }\nheld: { level: { unit: 1/h, initial: 1 1/h } }\n${text}\n`;
  const beside = (text: string) => refused({ organism: overflowOrganism, vessel: gasVessel, c: also(text) });
  const full = { organism: overflowOrganism, vessel: gasVessel };
  const named = (values: Record<string, string>) => new Map([...quantities(values)]);
  const withSetup = (setup: Partial<Setup>, components: Record<string, string> = full) =>
    problemsOf(() =>
      compose(
        Object.entries(components).map(([role, text]) => ({
          role,
          file: readComponent(text, `${role}.yaml`, new Problems()),
        })),
        { charge: quantities(charge), ...setup },
      ),
    )[0]!;

  it.each([
    ['both a time and a condition', 'events: { e: { at: 1 h, when: k < one } }', /exactly one of `when` and `at`/, 14],
    ['neither', 'events: { e: { says: nothing } }', /exactly one of `when` and `at`/, 14],
    ['a limit in another unit', 'events: { e: { when: k < 3 g/L } }', /compares a value with one in g\/L/, 22],
    ['an equality', 'events: { e: { when: k == level } }', /not a comparison of two values/, 22],
    ['a chain', 'events: { e: { when: 0 < k < level } }', /not a comparison of two values/, 22],
    ['a time that is none', 'events: { e: { at: 9 g } }', /at `9 g`, which is not a time/, 20],
    ['a time before the start', 'events: { e: { at: -9 h } }', /at -9 h; a run starts at 0 h/, 20],
    ['a time that moves', 'needs: { V: L }\nevents: { e: { at: V / V / k } }', /changes with the state/, 20],
    ['a constant set', 'events: { e: { at: 9 h, set: { k: 2 } } }', /`k` is not a held value/, 35],
    ['a value in another unit', 'events: { e: { at: 9 h, set: { level: 2 } } }', /declared in 1\/h, but `2`/, 39],
  ])('an event with %s', (_, text, says, column) => {
    const problem = beside(text);
    expect(problem.says).toMatch(says);
    expect(problem.place).toEqual({ file: 'c.yaml', line: 4 + text.split('\n').length, column });
  });

  it('takes zero as a limit in any unit', () => {
    const zero = also('events: { e: { when: k < 0 } }');
    expect(modelOf({ ...full, c: zero }, charge).events).toHaveLength(1);
  });

  it.each<[string, Record<string, string>, RegExp, RegExp]>([
    ['a negative volume', { volume: '-2 L' }, /volume at the start is -2 L; it must be above 0/, /Write the volume/],
    ['no volume', { volume: '0 L' }, /volume at the start is 0 L/, /Write the volume/],
    ['a negative concentration', { X: '-1 g/L' }, /charge of `X` is -1 g\/L; .* below 0/, /0 or more/],
    ['a charge in another unit', { X: '1 mol/h' }, /charge of `X` is in mol\/h/, /Write it in g\/L/],
    ['a charge of nothing known', { Xx: '1 g/L' }, /`Xx` can be charged\. Did you mean `X`/, /may name volume, X, S/],
    ['more than the broth can hold', { X: '1200 g/L' }, /would hold -401\.2 g of water/, /Charge less/],
  ])('%s', (_, given, says, remedy) => {
    const problem = refused(full, { ...charge, ...given });
    expect(problem.says).toMatch(says);
    expect(problem.remedy).toMatch(remedy);
    expect(problem.place!.file).toBe('scenario.yaml');
  });

  it('a negative start in a file, at its place, and one that is no number', () => {
    const negative = overflowOrganism.replace('initial: 0.1 g/L', 'initial: -0.1 g/L');
    const problem = refused({ ...full, organism: negative });
    expect(problem.says).toMatch(/The acetate at the start is -0\.2 g; it cannot be below 0/);
    expect(problem.place).toEqual({ file: 'organism.yaml', line: 7, column: 49 });
    const undefinedStart = gasVessel.replace('CO2: 0 }', "CO2: 'log(rho / rho - 2) * rho' }");
    expect(refused({ ...full, vessel: undefinedStart }).says).toMatch(/carbon dioxide at the start is NaN/);
  });

  it('a rate that has no value at the start, once, at the formula', () => {
    const empty = overflowOrganism.replace('qmax * S / (S + Ks)', 'qmax * S / S');
    const all = problemsOf(() => modelOf({ ...full, organism: empty }, { ...charge, S: '0 g/L' }));
    expect(all.map(({ says }) => says)).toEqual([
      'The rate of `reaction growth` at the start is NaN.',
      'The rate of `reaction overflow` at the start is NaN.',
    ]);
    expect(all[0]!.place!.line).toBe(overflowOrganism.split('\n').findIndex((line) => line.includes('growth:')) + 1);
  });

  it('charge that does not close, by its amount', () => {
    const organism = overflowOrganism.replace('NH4+, H2O, H+]', 'NH4+, H2O]');
    const problem = refused({ ...full, organism });
    expect(problem.says).toMatch(/`growth` does not close/);
    expect(problem.detail).toMatch(/Charge: -?0\.00\d+ mol in, 0\.000 mol out for one unit of rate/);
  });

  it.each<[string, Partial<Setup>, RegExp, RegExp]>([
    [
      'a parameter of unknown name',
      { parameters: named({ 'organism.qmaxx': '1 g/g/h' }) },
      /no parameter or input `organism\.qmaxx`\. Did you mean `organism\.qmax`/,
      /component and name/,
    ],
    [
      'a parameter in another unit',
      { parameters: named({ 'organism.qmax': '1 g/L' }) },
      /`organism\.qmax` is in g\/g\/h, and the new value in g\/L/,
      /Write a value in g\/g\/h/,
    ],
    [
      'an input outside its limits',
      { parameters: named({ 'vessel.feed': '5 L/h' }) },
      /`vessel\.feed` = 5 L\/h lies outside its limits/,
      /from 0 to 1 L\/h/,
    ],
    [
      'a start that is set below zero',
      { parameters: named({ 'charge.X': '-1 g/L' }) },
      /`charge\.X` = -1 g\/L is below 0/,
      /0 or more/,
    ],
    [
      'a volume that is set to zero',
      { parameters: named({ 'charge.volume': '0 L' }) },
      /volume of the broth at the start is 0 L; it must be above 0/,
      /Write the volume/,
    ],
    [
      'a stream that does not exist',
      { streams: new Map([['feedStreem', named({ S: '5 g/L' })]]) },
      /a stream `feedStreem`.* Did you mean `feedStream`/,
      /Streams are feedStream, airStream/,
    ],
    [
      'a stream of what the phase does not hold',
      { streams: new Map([['feedStream', named({ Q: '5 g/L' })]]) },
      /carries `Q`, which the broth does not hold\.$/,
      /Species of the broth are X, S, A/,
    ],
    [
      'a stream that is heavier than itself',
      { streams: new Map([['feedStream', named({ S: '1500 g/L' })]]) },
      /carries 1500 g\/L, more than its density of 1000 g\/L/,
      /state the density/,
    ],
    [
      'a negative concentration in a stream',
      { streams: new Map([['feedStream', named({ S: '-5 g/L' })]]) },
      /carries -5 g\/L of `S`/,
      /0 or more/,
    ],
    [
      'a condition on a misspelt word',
      watch('glucos < 1 g/L'),
      /`glucos` .* Did you mean `glucose`/,
      /lists every name/,
    ],
    [
      'a condition on words that mean nothing',
      watch('volume of the brooth < 1 L'),
      /Nothing is called `volume of the brooth` here\. Did you mean `volume of the broth`/,
      /by its id or its words/,
    ],
    [
      'exhaustion of what is not there',
      watch('biomas is exhausted'),
      /`biomas` here\. Did you mean `biomass`/,
      /by its id or its words/,
    ],
    ['a condition without a unit', watch('glucose < 1'), /compares a value with one in -/, /same kind/],
  ])('%s', (_, setup, says, remedy) => {
    const problem = withSetup(setup);
    expect(problem.says).toMatch(says);
    expect(problem.remedy).toMatch(remedy);
    expect(problem.place!.file).toBe('scenario.yaml');
  });

  it('a constant that a scenario would change', () => {
    const organism = `${overflowOrganism}constants: { fixed: { value: 1 g/L } }\n`;
    expect(withSetup({ parameters: named({ 'organism.fixed': '2 g/L' }) }, { ...full, organism }).says).toMatch(
      /`organism\.fixed` is a constant and cannot be changed/,
    );
  });

  it.each([
    [
      'a species that two files declare',
      'species: { S: { name: sugar } }',
      /species `S` is known already from organism\.yaml:6/,
    ],
    [
      'a name that stands twice in a file',
      'states: { k: { unit: 1/h, initial: k, rate: 0 } }',
      /declared twice in this file/,
    ],
    ['a name that is given and nowhere declared', 'gives: [foo]', /`foo` is given here but declared nowhere/],
    [
      'a bracket in another unit',
      "unknowns: { u: { unit: '-', between: 0..1 g, zero: u - one } }",
      /is in g, and its value in -/,
    ],
    [
      'a transfer of what a phase does not hold',
      'transfers: { t: { of: N2, from: gas, to: broth, rate: 0 } }',
      /moves `N2`, which the gas does not hold/,
    ],
    [
      'a phase that does not exist',
      'transfers: { t: { of: O2, from: gass, to: broth, rate: 0 } }',
      /no phase `gass`\. Did you mean `gas`/,
    ],
    [
      'a stream with the same phase at both ends',
      'streams: { s: { into: broth, from: broth, flow: 0 } }',
      /enters the phase that it leaves/,
    ],
    ['a second broth', 'phases: { broth: { volume state: W } }', /phase `broth` is declared by two components/],
    ['a reaction that does nothing', 'reactions: { r: { rate: k, per: X } }', /uses nothing and makes nothing/],
    ['a trend of nothing', 'trends: { Panel: [foo] }', /`foo`, which is not known/],
  ])('%s', (_, text, says) => {
    const problem = beside(text);
    expect(problem.says).toMatch(says);
    expect(problem.place!.file).toBe('c.yaml');
    expect(problem.place!.line).toBe(5);
  });

  it('unknowns that need each other', () => {
    const coupled =
      "component: C\nsource: test\nunknowns: { u: { unit: '-', between: 0..1, zero: u - w }, w: { unit: '-', between: 0..1, zero: w - u } }\n";
    expect(refused({ organism: overflowOrganism, vessel: gasVessel, c: coupled }).says).toMatch(
      /`c\.u` and `c\.w` need each other/,
    );
  });

  it('an unknown that its equation does not contain', () => {
    const free =
      "component: C\nsource: test\nparameters: { k: { value: 1 } }\nunknowns: { u: { unit: '-', between: 0..1, zero: k - 1 } }\n";
    expect(refused({ organism: overflowOrganism, vessel: gasVessel, c: free }).says).toMatch(
      /equation of `c\.u` does not contain it/,
    );
  });

  it('an event that sets what is not held', () => {
    const event = 'component: C\nsource: test\nevents: { e: { at: 1 h, set: { X: 1 } } }\n';
    expect(refused({ organism: overflowOrganism, vessel: gasVessel, c: event }).says).toMatch(
      /`X` is not a held value/,
    );
  });

  it('a vessel without a broth', () => {
    const empty = 'vessel: Empty\nsource: test\n';
    expect(refused({ organism: overflowOrganism, vessel: empty }).says).toMatch(/No component has a phase `broth`/);
  });

  it('a parameter outside its own range, and warns of an override outside it', () => {
    const narrow = overflowOrganism.replace(
      'qmax: { value: 0.64 g/g/h }',
      'qmax: { value: 0.64 g/g/h, range: 0.7..1 }',
    );
    expect(refused({ organism: narrow, vessel: gasVessel }).says).toMatch(
      /`organism\.qmax` = 0\.64 g\/g\/h lies outside its own range/,
    );
    const problems = new Problems();
    const part = (role: string, text: string) => ({ role, file: readComponent(text, `${role}.yaml`, problems) });
    const wide = overflowOrganism.replace('qmax: { value: 0.64 g/g/h }', 'qmax: { value: 0.64 g/g/h, range: 0.5..1 }');
    compose(
      [part('organism', wide), part('vessel', gasVessel)],
      { charge: quantities(charge), parameters: quantities({ 'organism.qmax': '2 g/g/h' }) },
      problems,
    );
    expect(problems.warnings[0]!.says).toMatch(/outside the plausible range/);
  });
});
