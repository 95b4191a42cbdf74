import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Derivatives } from './derivative.ts';
import { evaluate } from './evaluate.ts';
import { Graph } from './graph.ts';

describe('the graph', () => {
  const g = new Graph();
  const [x, y, p] = [g.state(0), g.state(1), g.parameter(0)];

  it('holds equal expressions once, whichever way round they are written', () => {
    expect(g.add(x, y)).toBe(g.add(y, x));
    expect(g.multiply(g.add(x, y), p)).toBe(g.multiply(p, g.add(y, x)));
    expect(g.max(x, y)).toBe(g.max(y, x));
    expect(g.subtract(x, y)).not.toBe(g.subtract(y, x));
    expect(g.less(x, y)).not.toBe(g.less(y, x));
    expect(g.constant(-0)).toBe(g.constant(0));
  });

  it('folds what does nothing', () => {
    expect(g.add(x, g.zero)).toBe(x);
    expect(g.multiply(x, g.one)).toBe(x);
    expect(g.multiply(x, g.zero)).toBe(g.zero);
    expect(g.divide(x, g.one)).toBe(x);
    expect(g.power(x, g.one)).toBe(x);
    expect(g.power(x, g.zero)).toBe(g.one);
    expect(g.subtract(x, x)).toBe(g.zero);
    expect(g.negate(g.negate(x))).toBe(x);
    expect(g.negate(g.subtract(x, y))).toBe(g.subtract(y, x));
    expect(g.add(x, g.negate(y))).toBe(g.subtract(x, y));
    expect(g.subtract(x, g.negate(y))).toBe(g.add(x, y));
    expect(g.multiply(g.negate(x), g.negate(y))).toBe(g.multiply(x, y));
    expect(g.select(g.less(x, y), p, p)).toBe(p);
    expect(g.min(x, x)).toBe(x);
    expect(g.not(g.not(g.less(x, y)))).toBe(g.less(x, y));
  });

  it('folds constants to the same bits that the machine computes', () => {
    // The graph has one zero, without a sign.
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
    fc.assert(
      fc.property(finite, finite, (a, b) => {
        const cases: [number, number][] = [
          [g.add(g.constant(a), g.constant(b)), a + b],
          [g.subtract(g.constant(a), g.constant(b)), a - b],
          [g.multiply(g.constant(a), g.constant(b)), a * b],
          [g.divide(g.constant(a), g.constant(b)), a / b],
        ];
        const values = evaluate(
          g,
          cases.map(([node]) => node),
          { time: 0, state: [], parameters: [] },
        );
        cases.forEach(([, expected], i) => expect(Object.is(values[i]! + 0, expected + 0)).toBe(true));
      }),
    );
  });

  it('keeps what has no value, so that it shows at run time', () => {
    const none = g.divide(g.one, g.zero);
    expect(g.isConstant(none)).toBe(false);
    expect(evaluate(g, [none, g.log(g.constant(-1))], { time: 0, state: [], parameters: [] })).toEqual(
      Float64Array.of(Infinity, Number.NaN),
    );
    expect(() => g.constant(Number.NaN)).toThrow(RangeError);
    expect(() => g.constant(Infinity)).toThrow(RangeError);
  });

  it('gives every node operands with smaller numbers', () => {
    for (let node = 0; node < g.size; node++)
      for (const operand of g.operands(node)) expect(operand).toBeLessThan(node);
  });

  it('knows how deep each node stands', () => {
    expect(g.depths[x]).toBe(0);
    expect(g.depths[g.exp(g.add(x, y))]).toBe(2);
  });
});

describe('a derivative', () => {
  const g = new Graph();
  const d = new Derivatives(g);
  const [x, y] = [g.state(0), g.state(1)];

  it('is zero, and no node, where a variable does not appear', () => {
    expect(d.of(g.exp(y), x)).toBe(g.zero);
    expect(d.of(g.parameter(3), x)).toBe(g.zero);
  });

  it('of a whole power is safe at zero', () => {
    const [slope] = evaluate(g, [d.of(g.power(x, g.constant(2)), x)], { time: 0, state: [0, 1], parameters: [] });
    expect(slope).toBe(0);
  });

  it('does not blow up: a product of forty sums keeps a few nodes for each factor', () => {
    let product = g.one;
    for (let i = 0; i < 40; i++) product = g.multiply(product, g.add(g.multiply(x, g.constant(i + 1)), y));
    const before = g.size;
    d.of(product, x);
    expect(g.size - before).toBeLessThan(40 * 4);
  });

  it('of a ladder of unknowns visits each of them once', () => {
    const ladder = new Graph();
    const steps: number[] = [ladder.state(0)];
    for (let i = 0; i < 60; i++) {
      const node = ladder.unknown();
      const [before, last] = [steps.at(-2) ?? ladder.one, steps.at(-1)!];
      const unknown = ladder.unknowns[i]!;
      unknown.residual = ladder.subtract(node, ladder.multiply(ladder.constant(0.5), ladder.add(before, last)));
      unknown.high = ladder.constant(10);
      steps.push(node);
    }
    const slope = new Derivatives(ladder).of(steps.at(-1)!, ladder.state(0));
    expect(ladder.size).toBeLessThan(2000);
    const [value, derivative] = evaluate(ladder, [steps.at(-1)!, slope], { time: 0, state: [4], parameters: [] });
    // u = (u1 + u2)/2 from 1 and x tends to (1 + 2 x)/3.
    expect(value).toBeCloseTo(3, 12);
    expect(derivative).toBeCloseTo(2 / 3, 12);
  });
});
