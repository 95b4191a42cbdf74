import { Problems } from '@fedbatch/vocabulary';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { balancesOf, inventory } from './balance/inventory.ts';
import { emitJavaScript } from './emit/javascript.ts';
import type { Expression } from './expression/expression.ts';
import { parseExpression } from './expression/parse-expression.ts';
import { Derivatives } from './graph/derivative.ts';
import { evaluate } from './graph/evaluate.ts';
import { Graph, type NodeId } from './graph/graph.ts';
import { compileModel, Instance } from './instance.ts';
import type { Model } from './model.ts';
import { charge, gasVessel, modelOf, overflowOrganism, phComponent } from './test-models.ts';

const full = (): Model => modelOf({ organism: overflowOrganism, vessel: gasVessel }, charge);

/** States that differ from the start in every entry, above zero. */
function states(instance: Instance): Float64Array[] {
  const start = instance.startState();
  return [0.3, 1, 2.7].map((factor, n) =>
    start.map((value, i) => Math.abs(value) * factor * (1 + 0.1 * Math.sin(i + n)) + 0.01 * (i + 1)),
  );
}

/** Central differences with a step that balances rounding and truncation. */
function slope(f: (x: number) => number, x: number): number {
  const h = 1e-5 * Math.max(Math.abs(x), 1e-3);
  return (8 * (f(x + h) - f(x - h)) - (f(x + 2 * h) - f(x - 2 * h))) / (12 * h);
}

describe('the compiled functions', () => {
  it('agree with the interpreter of the graph to the last bits', () => {
    const model = full();
    const instance = new Instance(compileModel(model));
    for (const y of states(instance)) {
      const rates = new Float64Array(instance.size);
      const outputs = new Float64Array(model.outputs.length);
      instance.at(1.5).rhs(y, rates);
      instance.at(1.5).outputs(y, outputs);
      const leaves = { time: 1.5, state: y, parameters: instance.parameters };
      const expected = [...evaluate(model.graph, [...model.rates, ...model.outputs.map(({ node }) => node)], leaves)];
      [...rates, ...outputs].forEach((value, i) =>
        expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(1e-13 * Math.abs(expected[i]!) + 1e-300),
      );
    }
  });

  it('have an exact Jacobian and time derivative', () => {
    const model = modelOf(
      {
        organism: overflowOrganism,
        vessel: gasVessel,
        clock:
          "component: Clock\nsource: test\nparameters: { tau: { value: 2 h }, unit: { value: 1 1/h } }\nstates: { c: { unit: '-', initial: one, rate: unit * tanh(t / tau) * exp(-c) } }\nquantities: { one: { unit: '-', is: 1 } }\n",
      },
      charge,
    );
    const instance = new Instance(compileModel(model));
    const { size, coreSize } = instance;
    const byTime = new Float64Array(size);
    const entries = new Float64Array(instance.pattern.rows.length);
    const out = new Float64Array(size);
    const rate = (i: number, t: number, y: Float64Array): number => {
      instance.at(t).rhs(y, out);
      return out[i]!;
    };
    for (const y of states(instance)) {
      const jacobian = instance.at(1.5).denseJacobian(y);
      instance.linearise(y, out, entries, byTime);
      for (let i = 0; i < size; i++) {
        const size0 = 1e-6 * (1 + Math.abs(rate(i, 1.5, y)));
        expect(Math.abs(byTime[i]! - slope((t) => rate(i, t, y), 1.5))).toBeLessThan(size0);
        for (let j = 0; j < coreSize; j++) {
          const shifted = y.slice();
          const numeric = slope((x) => {
            shifted[j] = x;
            return rate(i, 1.5, shifted);
          }, y[j]!);
          expect(Math.abs(jacobian[i * coreSize + j]! - numeric)).toBeLessThan(1e-5 * (1 + Math.abs(numeric)));
        }
      }
    }
  });

  it('list a switching function for each kink that the rates meet, and none for others', () => {
    const kinksIn = (formula: string): number =>
      modelOf({
        component: `component: Kinks\nsource: test\nquantities:\n  start: { unit: '-', is: 1 }\n  a: { unit: '-', is: '${formula}' }\n  unused: { unit: '-', is: 'abs(y - 7)' }\nparameters: { hour: { value: 1 h } }\nstates: { y: { unit: '-', initial: start, rate: a / hour } }\n`,
      }).kinks.length;
    expect(kinksIn('y + 1')).toBe(0);
    expect(kinksIn('min(y, 2)')).toBe(1);
    expect(kinksIn('max(y, 2, 3 - y)')).toBe(2);
    expect(kinksIn('abs(y - 1)')).toBe(1);
    expect(kinksIn('if(y > 1 and y < 3, y, 2)')).toBe(2);
  });

  it('list no kink of a choice that folded away, nor of one between fixed values', () => {
    const kinksIn = (formula: string): number =>
      modelOf({
        c: `component: Kinks\nsource: test\nparameters: { hour: { value: 1 h }, k: { value: 2 } }\nquantities:\n  a: { unit: '-', is: '${formula}' }\n  two: { unit: '-', is: 'if(y > 1, 2, 2)' }\nstates: { y: { unit: '-', initial: 1, rate: a * two / hour } }\n`,
      }).kinks.length;
    expect(kinksIn('y')).toBe(0);
    expect(kinksIn('if(y > 1, y, y)')).toBe(0);
    expect(kinksIn('min(k, 3) * y')).toBe(0);
    expect(kinksIn('if(k > 1, y, 2)')).toBe(0);
    expect(kinksIn('abs(3 - 5) * y')).toBe(0);
    expect(kinksIn('if(not (y > 1), y, 2)')).toBe(1);
    expect(kinksIn('min(y, 2) + min(y, 2)')).toBe(1);
  });

  it('never change a quantity that the elements conserve: w f = 0 at any state', () => {
    const model = full();
    const instance = new Instance(compileModel(model));
    const rates = new Float64Array(instance.size);
    for (const y of states(instance)) {
      instance.at(0).rhs(y, rates);
      for (const balance of balancesOf(model)) {
        // Inventories are linear in the state, so that their rates are inventories of the rates.
        const change = inventory(model, rates, balance);
        const size = Math.abs(change.held) + Math.abs(change.in) + Math.abs(change.out);
        expect(Math.abs(change.held + change.out - change.in)).toBeLessThan(1e-12 * (size + 1e-6));
      }
    }
  });

  it('lift a state along directions that keep every element', () => {
    const model = full();
    const instance = new Instance(compileModel(model));
    const lifted = instance.nonNegative.filter(({ along }) => along !== null);
    expect(lifted.map(({ state }) => model.states[state]!.id)).toContain('amount.S');
    for (const { along, state } of lifted) {
      expect(along![state]).toBeGreaterThan(0);
      for (const balance of balancesOf(model)) {
        const change = inventory(model, along!, balance);
        expect(Math.abs(change.held + change.out - change.in)).toBeLessThan(1e-12);
      }
    }
  });

  it('fill a broth with water to its density', () => {
    const model = full();
    const instance = new Instance(compileModel(model));
    expect(inventory(model, instance.startState(), 'mass').held).toBeCloseTo(2000 + 3 * (2 / 40) * 0.21 * 31.998, 6);
  });

  it('hold nothing but slots, numbers and the words of the language', () => {
    const { source } = emitJavaScript(full());
    const words = new Set(source.match(/[A-Za-z_$][A-Za-z0-9_$]*/g));
    const allowed =
      /^(use|strict|const|let|new|Float64Array|for|if|else|break|continue|function|return|Math|NaN|exp|log|sqrt|tanh|abs|min|max|pow|prepare|rhs|linearise|kinks|events|outputs|start|[tyopqcjdm]|i|e|[vypuxlhfswqne]\d+)$/;
    expect([...words].filter((word) => !allowed.test(word))).toEqual([]);
  });
});

describe('an implicit unknown', () => {
  const model = modelOf({ ph: phComponent });
  const instance = new Instance(compileModel(model));
  const slot = model.outputs.findIndex(({ id }) => id === 'ph.pH');
  const at = (acid: number): number => {
    const out = new Float64Array(model.outputs.length);
    instance.at(0).outputs(Float64Array.of(acid), out);
    return out[slot]!;
  };

  it('is solved to the last bits, as a bisection of its own finds it', () => {
    for (const acid of [0, 0.001, 0.005, 0.015, 0.0199]) {
      const [expected] = evaluate(model.graph, [model.outputs[slot]!.node], {
        time: 0,
        state: [acid],
        parameters: instance.parameters,
      });
      expect(Math.abs(at(acid) - expected!)).toBeLessThan(2e-14);
    }
    expect(at(0.001)).toBeGreaterThan(6);
    expect(at(0.001)).toBeLessThan(8.5);
  });

  it('has the derivative of the implicit function theorem', () => {
    const out = new Float64Array(1);
    for (const acid of [0.001, 0.008, 0.015]) {
      const jacobian = instance.at(0).denseJacobian(Float64Array.of(acid));
      const numeric = slope((x) => {
        instance.at(0).rhs(Float64Array.of(x), out);
        return out[0]!;
      }, acid);
      expect(jacobian[0]! / numeric).toBeCloseTo(1, 6);
    }
  });

  it('is no number where the equation has no root in the bracket', () => {
    const nowhere = modelOf({ ph: phComponent.replace('between: 0..14', 'between: 0..1') });
    const out = new Float64Array(nowhere.outputs.length);
    new Instance(compileModel(nowhere)).at(0).outputs(Float64Array.of(0.001), out);
    expect(out[nowhere.outputs.findIndex(({ id }) => id === 'ph.pH')]).toBeNaN();
  });

  it('is solved once for what it rests on, and depends on that alone whatever was asked before', () => {
    const model = modelOf({ ph: phComponent });
    const slot = model.outputs.findIndex(({ id }) => id === 'ph.pH');
    const found = (one: Instance, acid: number): number => {
      const out = new Float64Array(model.outputs.length);
      one.outputs(Float64Array.of(acid), out);
      return out[slot]!;
    };
    const fresh = (acid: number): number => found(new Instance(compileModel(model)).at(0), acid);
    const one = new Instance(compileModel(model)).at(0);
    for (const acid of [0.001, 0.008, 0.008, 0.001, Number.NaN, 0.015, 0.001])
      expect(found(one, acid), `${acid}`).toBe(fresh(acid));
    // A parameter may change what it rests on.
    one.parameters.forEach((value, i) => {
      one.parameters[i] = 1.01 * value;
    });
    const moved = found(one.at(0), 0.001);
    expect(moved).not.toBe(fresh(0.001));
    one.parameters.forEach((_, i) => {
      one.parameters[i] = model.parameters[i]!.value;
    });
    expect(found(one.at(0), 0.001)).toBe(fresh(0.001));
  });

  it('may rest on another one', () => {
    const nested = modelOf({
      c: "component: Nested\nsource: test\nparameters: { hour: { value: 1 h } }\nquantities: { one: { unit: '-', is: 1 } }\nunknowns:\n  u: { unit: '-', between: 0..10, zero: u^2 - y }\n  w: { unit: '-', between: 0..10, zero: w^3 - u - 1 }\nstates: { y: { unit: '-', initial: one, rate: w / hour } }\n",
    });
    const one = new Instance(compileModel(nested));
    const out = new Float64Array(1);
    one.at(0).rhs(Float64Array.of(49), out);
    expect(out[0]).toBeCloseTo(2, 14);
    // w = (sqrt(y) + 1)^(1/3): dw/dy = 1/(3 w^2) / (2 sqrt y).
    expect(one.denseJacobian(Float64Array.of(49))[0]).toBeCloseTo(1 / (12 * 14), 14);
  });
});

describe('dissolved gas that follows the others at once', () => {
  // Transfer equals uptake at every moment: kLa (C* - O) = q X O / (O + K). The root is that of a quadratic.
  const text = `component: Quasi-steady oxygen
source: test
parameters:
  kLa: { value: 200 1/h }
  saturation: { value: 0.007 g/L }
  K: { value: 0.0001 g/L }
  q: { value: 0.3 1/h }
  grow: { value: 0.2 1/h }
unknowns:
  O: { unit: g/L, between: 0..0.007, zero: kLa * (saturation - O) - q * X * O / (O + K) }
states:
  X: { unit: g/L, initial: 1, rate: grow * X * O / (O + K) }
`.replace('initial: 1', 'initial: saturation');
  const model = modelOf({ gas: text });
  const instance = new Instance(compileModel(model));
  const oxygen = (X: number): number => {
    const b = 200 * (0.007 - 0.0001) - 0.3 * X;
    const root = Math.sqrt(b * b + 4 * 200 * 200 * 0.007 * 0.0001);
    // The form without cancellation on either side of b = 0.
    return b > 0 ? (b + root) / 400 : (2 * 200 * 0.007 * 0.0001) / (root - b);
  };

  it.each([1e-6, 0.1, 1, 4, 4.6, 5, 20, 1000])('is solved to rounding with %f g/L of cells', (X) => {
    const outputs = new Float64Array(model.outputs.length);
    instance.at(0).outputs(Float64Array.of(X), outputs);
    const found = outputs[model.outputs.findIndex(({ id }) => id === 'gas.O')]!;
    expect(Math.abs(found / oxygen(X) - 1)).toBeLessThan(1e-12);
    const [bisected] = evaluate(model.graph, [model.outputs.find(({ id }) => id === 'gas.O')!.node], {
      time: 0,
      state: [X],
      parameters: instance.parameters,
    });
    expect(Math.abs(found / bisected! - 1)).toBeLessThan(1e-12);
  });

  it('passes its derivative on to what rests on it', () => {
    const rate = (X: number): number => (0.2 * X * oxygen(X)) / (oxygen(X) + 0.0001);
    for (const X of [0.1, 1, 4.6, 20]) {
      const jacobian = instance.at(0).denseJacobian(Float64Array.of(X));
      expect(Math.abs(jacobian[0]! - slope(rate, X))).toBeLessThan(1e-6 * Math.max(Math.abs(jacobian[0]!), 1e-3));
    }
  });
});

describe('an unknown at the edge of its bracket', () => {
  const at = (zero: string, between: string, y: number): number => {
    const text = `component: Edge\nsource: test\nparameters: { hour: { value: 1 h }, one: { value: 1 } }\nunknowns: { u: { unit: '-', between: ${between}, zero: '${zero}' } }\nstates: { y: { unit: '-', initial: one, rate: u / hour } }\n`;
    const rates = new Float64Array(1);
    new Instance(compileModel(modelOf({ edge: text }))).at(0).rhs(Float64Array.of(y), rates);
    return rates[0]!;
  };

  it('is found at either end, rising and falling, flat and steep', () => {
    expect(at('u - y', '0..1', 0)).toBe(0);
    expect(at('u - y', '0..1', 1)).toBe(1);
    expect(at('y - u', '0..1', 0.3)).toBeCloseTo(0.3, 15);
    expect(at('(u - y)^3', '0..1', 0.3)).toBeCloseTo(0.3, 5);
    expect(at('exp(50 * (u - y)) - 1', '0..1', 0.3)).toBeCloseTo(0.3, 14);
    expect(at('tanh(1e6 * (u - y))', '0..1', 0.3)).toBeCloseTo(0.3, 14);
    expect(at('u^3 - y', '-10..10', -8)).toBeCloseTo(-2, 14);
  });

  it('is no number where its equation has none, or no root', () => {
    expect(at('log(u) - y', '-1..1', 0.3)).toBeNaN();
    expect(at('u^2 + 1 + y', '-1..1', 0.3)).toBeNaN();
    expect(at('u - y', '0..1', Number.NaN)).toBeNaN();
  });
});

class DividedByZero extends Error {}

/** What an expression means, written without graph or generator. */
function meaning(expression: Expression, names: Readonly<Record<string, number>>): number {
  const of = (part: Expression): number => meaning(part, names);
  switch (expression.kind) {
    case 'number':
      return expression.value;
    case 'name':
      return names[expression.name]!;
    case 'unary':
      return expression.op === 'negate' ? -of(expression.of) : Number(!of(expression.of));
    case 'if':
      return of(expression.test) ? of(expression.then) : of(expression.otherwise);
    case 'call': {
      const args = expression.args.map(of);
      if (expression.name === 'pow') return args[0]! ** args[1]!;
      return (Math[expression.name] as (...values: number[]) => number)(...args);
    }
    case 'binary': {
      const [a, b] = [of(expression.left), of(expression.right)];
      // The sign of zero, and so of what is divided by it, is none of the language's.
      if (expression.op === 'divide' ? b === 0 : expression.op === 'power' && a === 0 && b < 0)
        throw new DividedByZero();
      const table: Record<typeof expression.op, number> = {
        add: a + b,
        subtract: a - b,
        multiply: a * b,
        divide: a / b,
        power: a ** b,
        less: Number(a < b),
        lessOrEqual: Number(a <= b),
        greater: Number(a > b),
        greaterOrEqual: Number(a >= b),
        and: Number(a && b),
        or: Number(a || b),
      };
      return table[expression.op];
    }
  }
}

describe('a random formula', () => {
  const { number, test } = fc.letrec<{ number: string; test: string }>((tie) => ({
    number: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom('y', 'k', 't / hour', '2', '0.5', '1e-3', '3'),
      fc
        .tuple(tie('number'), fc.constantFrom('+', '-', '*', '/'), tie('number'))
        .map(([a, op, b]) => `(${a}) ${op} (${b})`),
      fc.tuple(tie('number'), fc.constantFrom('2', '3', '-1', '-2', '0.5', 'k')).map(([a, n]) => `(${a})^(${n})`),
      tie('number').map((a) => `-(${a})`),
      fc
        .tuple(fc.constantFrom('exp', 'log', 'sqrt', 'tanh', 'abs', 'log10'), tie('number'))
        .map(([f, a]) => `${f}(${a})`),
      fc.tuple(fc.constantFrom('min', 'max'), tie('number'), tie('number')).map(([f, a, b]) => `${f}(${a}, ${b})`),
      fc.tuple(tie('test'), tie('number'), tie('number')).map(([c, a, b]) => `if(${c}, ${a}, ${b})`),
    ),
    test: fc.oneof(
      { maxDepth: 3 },
      fc
        .tuple(tie('number'), fc.constantFrom('<', '<=', '>', '>='), tie('number'))
        .map(([a, op, b]) => `((${a}) ${op} (${b}))`),
      fc.tuple(tie('test'), fc.constantFrom('and', 'or'), tie('test')).map(([a, op, b]) => `(${a} ${op} ${b})`),
      tie('test').map((a) => `(not ${a})`),
    ),
  }));

  it('computes in generated code what it means', () => {
    expect(test).toBeDefined();
    fc.assert(
      fc.property(number, fc.double({ min: -3, max: 3, noNaN: true }), (formula, y) => {
        fc.pre(formula.length < 1500);
        const text = `component: Random\nsource: test\nparameters: { hour: { value: 1 h }, k: { value: 1.7 }, one: { value: 1 } }\nquantities: { q: { unit: '-', is: ${JSON.stringify(formula)} } }\nstates: { y: { unit: '-', initial: one, rate: q / hour } }\n`;
        const source = { value: formula, place: { file: 'f', line: 1, column: 1 } };
        let expected = Number.NaN;
        try {
          expected = meaning(parseExpression(source, new Problems())!, { y, k: 1.7, t: 0.4, hour: 1 });
        } catch (error) {
          if (!(error instanceof DividedByZero)) throw error;
        }
        const rates = new Float64Array(1);
        new Instance(compileModel(modelOf({ c: text }))).at(0.4).rhs(Float64Array.of(y), rates);
        // Folding may give a value where the plain order of operations gives none (0 * log(-1)); never the other way round.
        if (Number.isFinite(expected))
          expect(close(rates[0]!, expected), `${formula} at ${y}: ${rates[0]}, ${expected}`).toBe(true);
      }),
      { numRuns: 600 },
    );
  });

  /** Rounding may differ where sums are reordered, and grows where they cancel or stand under exp. */
  function close(a: number, b: number): boolean {
    return Math.abs(a - b) <= 1e-9 * Math.abs(b) + 1e-9;
  }
});

/** A random expression as graph nodes: only functions that are finite everywhere on positive arguments. */
const randomNode = (graph: Graph, depth: number): fc.Arbitrary<NodeId> => {
  const leaf = fc.oneof(
    fc.double({ min: 0.1, max: 5, noNaN: true }).map((value) => graph.constant(value)),
    fc.integer({ min: 0, max: 2 }).map((slot) => graph.state(slot)),
    fc.integer({ min: 0, max: 1 }).map((slot) => graph.parameter(slot)),
    fc.constant(graph.time()),
  );
  if (depth === 0) return leaf;
  const inner = randomNode(graph, depth - 1);
  return fc.oneof(
    leaf,
    fc.tuple(inner, inner).map(([a, b]) => graph.add(a, b)),
    fc.tuple(inner, inner).map(([a, b]) => graph.subtract(a, b)),
    fc.tuple(inner, inner).map(([a, b]) => graph.multiply(a, b)),
    fc.tuple(inner, inner).map(([a, b]) => graph.divide(a, graph.add(graph.one, graph.multiply(b, b)))),
    inner.map((a) => graph.tanh(a)),
    inner.map((a) => graph.exp(graph.negate(graph.multiply(a, a)))),
    inner.map((a) => graph.power(a, graph.constant(2))),
    fc.tuple(inner, inner, inner).map(([a, b, c]) => graph.select(graph.less(a, b), c, a)),
    fc.tuple(inner, inner).map(([a, b]) => graph.min(a, b)),
  );
};

describe('random graphs', () => {
  const point = { time: 0.7, state: [0.3, 1.1, 2.3], parameters: [0.9, 1.7] };
  it('have the derivatives that differences find', () => {
    const graph = new Graph();
    fc.assert(
      fc.property(randomNode(graph, 4), fc.integer({ min: 0, max: 2 }), (node, slot) => {
        const exact = evaluate(graph, [new Derivatives(graph).of(node, graph.state(slot))], point)[0]!;
        const f = (x: number): number =>
          evaluate(graph, [node], { ...point, state: point.state.map((value, i) => (i === slot ? x : value)) })[0]!;
        const x = point.state[slot]!;
        // A kink between the points of a difference would make it meaningless there.
        const left = (f(x) - f(x - 1e-6)) / 1e-6;
        const right = (f(x + 1e-6) - f(x)) / 1e-6;
        fc.pre(Math.abs(left - right) < 1e-3 * (1 + Math.abs(left)));
        expect(Math.abs(exact - 0.5 * (left + right))).toBeLessThan(1e-4 * (1 + Math.abs(exact) + Math.abs(f(x))));
      }),
      { numRuns: 300 },
    );
  });
});
