import { Problems } from '@fedbatch/vocabulary';
import { describe, expect, it } from 'vitest';
import { parseExpression } from '../expression/parse-expression.ts';
import { compileModel } from '../instance.ts';
import { charge, gasVessel, modelOf, overflowOrganism, phComponent } from '../test-models.ts';
import { annotatedCode } from './annotated-code.ts';
import { explainModel } from './explanation.ts';
import { explanationParts } from './explanation-html.ts';
import { explanationText } from './explanation-text.ts';
import { mathml } from './mathml.ts';

const model = modelOf({ organism: overflowOrganism, vessel: gasVessel }, charge, { low: 'S < 0.05 g/L' });
const explanation = explainModel(model);

describe('an explanation', () => {
  it('says of every state what its rate adds up, by name', () => {
    const rates = new Map(explanation.states.map(({ id, rate }) => [id, rate]));
    expect(rates.get('amount.S')).toEqual([
      '- reaction growth',
      '- reaction overflow',
      '+ stream feedStream',
      '- stream drainStream',
    ]);
    expect(rates.get('amount.O2')).toContain('+ transfer oxygen');
    expect(rates.get('V')).toEqual(['+ feedStream', '- drainStream']);
  });

  it('gives every parameter a value, a unit, a source and a place', () => {
    for (const { value, unit, where, kind, source } of explanation.parameters) {
      expect(Number.isFinite(value)).toBe(true);
      expect(unit).not.toBe('');
      if (kind === 'parameter') expect([source, where].join(' ')).toMatch(/test (organism|vessel)\.yaml:\d+/);
    }
    expect(explanation.parameters.map(({ id }) => id)).toContain('organism.qmax');
  });

  it('has every formula as it was written, in the text', () => {
    const text = explanationText(explanation);
    expect(text).toMatch(/organism\.qS = qmax \* S \/ \(S \+ Ks\) {4}\[1?\/?g?\/?g?\/?h\]/);
    expect(text).toMatch(/organism\.qO = min\(qS, 0\.7 \* qmax\)/);
    expect(text).toMatch(/^ {2}S = amount\.S \/ V {4}\[g\/L\] {2}glucose/m);
    expect(text).toMatch(/^ {2}gas\.O2 = amount\.gas\.O2 \/ gas\.volume/m);
    expect(text).toMatch(/^ {2}OUR: from the stoichiometry of the reactions {4}\[mol\/L\/h\] {2}oxygen uptake rate/m);
    expect(text).toMatch(/d amount\.S\/dt: - reaction growth - reaction overflow/);
    expect(text).toMatch(/vessel\.feedStream: into broth, feed {4}feedStream {2}vessel\.yaml:18/);
    expect(text).toMatch(/vessel\.carbon: carbon dioxide from broth to gas, kLa \* CO2 \* V/);
    expect(text).toMatch(/low: S < 0\.05 g\/L/);
    expect(text).not.toMatch(/undefined|NaN|\[object/);
  });

  it('shows the equation of an unknown', () => {
    expect(explanationText(explainModel(modelOf({ ph: phComponent })))).toMatch(
      /ph\.pH = h \+ strong .* \(the value at which the formula is zero\)/,
    );
  });
});

const html = (...args: Parameters<typeof explanationParts>): string => {
  const { head, sections } = explanationParts(...args);
  return [head, ...sections].join('\n');
};

describe('the parts of a page', () => {
  it('have no script, load nothing, and set formulas as MathML', () => {
    const page = html(explanation);
    expect(page).not.toMatch(/<script|<link|<img|src=|https?:\/\//);
    expect(page).toMatch(/<mfrac><mrow><mi>qmax<\/mi><mo>·<\/mo><mi>S<\/mi><\/mrow>/);
  });

  it('escapes every text of an author', () => {
    const evil = '<img src=x onerror=alert(1)>&"\'';
    const text = JSON.stringify(evil);
    const organism = overflowOrganism
      .replace('organism: Overflow', `organism: ${text}`)
      .replace('source: test', `source: ${text}`)
      .replace('name: glucose', `name: ${text}`)
      .replace('0.64 g/g/h }', `0.64 g/g/h, says: ${text}, source: ${text} }`)
      .replace('is: qmax * S / (S + Ks)', `is: qmax * S / (S + Ks), says: ${text}`)
      .replace('closes: [O2, CO2, H2O] }', `closes: [O2, CO2, H2O], says: ${text} }`);
    const page = html(explainModel(modelOf({ organism })));
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;&amp;&quot;&#39;');
    expect(page).not.toContain('<img');
    const open = page.match(/<[a-z]+/g)!.map((tag) => tag.slice(1));
    const close = page.match(/<\/[a-z]+/g)!.map((tag) => tag.slice(2));
    for (const tag of ['table', 'tr', 'td', 'math', 'mrow', 'mfrac', 'code', 'section'])
      expect(open.filter((name) => name === tag).length, tag).toBe(close.filter((name) => name === tag).length);
  });
});

describe('MathML', () => {
  const set = (value: string): string =>
    mathml(parseExpression({ value, place: { file: 'f', line: 1, column: 1 } }, new Problems())!)
      .replaceAll(/<\/?mrow>|<\/?math[^>]*>/g, '')
      .replaceAll(/<(mi|mn|mo|mtext)>(.*?)<\/\1>/g, '$2');

  it.each([
    ['a / b', '<mfrac>ab</mfrac>'],
    ['a * b / c / d', '<mfrac>a·bc·d</mfrac>'],
    ['a - (b - c)', 'a−(b−c)'],
    ['a - b - c', 'a−b−c'],
    ['(a + b) * c', '(a+b)·c'],
    ['(a + b)^2', '<msup>(a+b)2</msup>'],
    ['-a^2', '−<msup>a2</msup>'],
    ['(-a)^2', '<msup>(−a)2</msup>'],
    ['sqrt(a + b)', '<msqrt>a+b</msqrt>'],
    ['abs(a)', '|a|'],
    ['min(a, b)', 'min(a,b)'],
    ['mu < a', 'μ&lt;a'],
    ['-(a + b)', '−(a+b)'],
    ['(a^b)^2', '<msup>(<msup>ab</msup>)2</msup>'],
    ['pow(a / b, 2) * c', '<msup>(<mfrac>ab</mfrac>)2</msup>·c'],
    ['(a / b)^2', '<msup>(<mfrac>ab</mfrac>)2</msup>'],
  ])('sets %s', (text, expected) => {
    expect(set(text)).toBe(expected);
  });
});

describe('the code of a model, for people', () => {
  it('has the names of states, parameters, rates, derivatives and outputs beside their slots, and the code as it runs before them', () => {
    const model = modelOf({ organism: overflowOrganism, vessel: gasVessel }, charge);
    const lines = annotatedCode(model).split('\n');
    const says = (name: string) => lines.filter((line) => line.endsWith(` // ${name}`)).length;
    expect(says('rate of amount.X')).toBe(2);
    expect(says('rate of amount.X by amount.X')).toBe(1);
    expect(says('amount.X at the start')).toBe(1);
    expect(says('amount.X')).toBeGreaterThan(0);
    expect(lines.map((line) => line.replace(/ +\/\/ .*$/, '')).join('\n')).toBe(compileModel(model).program.source);
  });
});
