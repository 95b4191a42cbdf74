import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { balancesOf, inventory } from './balance/inventory.ts';
import { emitJavaScript } from './emit/javascript.ts';
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
      instance.rhs(1.5, y, rates);
      instance.outputs(1.5, y, outputs);
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
    const jacobian = new Float64Array(size * coreSize);
    const byTime = new Float64Array(size);
    const out = new Float64Array(size);
    const rate = (i: number, t: number, y: Float64Array): number => {
      instance.rhs(t, y, out);
      return out[i]!;
    };
    for (const y of states(instance)) {
      instance.jacobian(1.5, y, jacobian);
      instance.timeDerivative(1.5, y, byTime);
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

  it('never change a quantity that the elements conserve: w f = 0 at any state', () => {
    const model = full();
    const instance = new Instance(compileModel(model));
    const rates = new Float64Array(instance.size);
    for (const y of states(instance)) {
      instance.rhs(0, y, rates);
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
      /^(use|strict|const|let|for|if|else|break|continue|function|return|Math|NaN|fill|exp|log|sqrt|tanh|abs|min|max|pow|rhs|jacobian|timeDerivative|kinks|events|outputs|start|[tyop]|i|e|[vypuxlhfswqn]\d+)$/;
    expect([...words].filter((word) => !allowed.test(word))).toEqual([]);
  });
});

describe('an implicit unknown', () => {
  const model = modelOf({ ph: phComponent });
  const instance = new Instance(compileModel(model));
  const slot = model.outputs.findIndex(({ id }) => id === 'ph.pH');
  const at = (acid: number): number => {
    const out = new Float64Array(model.outputs.length);
    instance.outputs(0, Float64Array.of(acid), out);
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
    const jacobian = new Float64Array(1);
    const out = new Float64Array(1);
    for (const acid of [0.001, 0.008, 0.015]) {
      instance.jacobian(0, Float64Array.of(acid), jacobian);
      const numeric = slope((x) => {
        instance.rhs(0, Float64Array.of(x), out);
        return out[0]!;
      }, acid);
      expect(jacobian[0]! / numeric).toBeCloseTo(1, 6);
    }
  });

  it('is no number where the equation has no root in the bracket', () => {
    const nowhere = modelOf({ ph: phComponent.replace('between: 0..14', 'between: 0..1') });
    const out = new Float64Array(nowhere.outputs.length);
    new Instance(compileModel(nowhere)).outputs(0, Float64Array.of(0.001), out);
    expect(out[nowhere.outputs.findIndex(({ id }) => id === 'ph.pH')]).toBeNaN();
  });

  it('may rest on another one', () => {
    const nested = modelOf({
      c: "component: Nested\nsource: test\nparameters: { hour: { value: 1 h } }\nquantities: { one: { unit: '-', is: 1 } }\nunknowns:\n  u: { unit: '-', between: 0..10, zero: u^2 - y }\n  w: { unit: '-', between: 0..10, zero: w^3 - u - 1 }\nstates: { y: { unit: '-', initial: one, rate: w / hour } }\n",
    });
    const one = new Instance(compileModel(nested));
    const out = new Float64Array(1);
    one.rhs(0, Float64Array.of(49), out);
    expect(out[0]).toBeCloseTo(2, 14);
    one.jacobian(0, Float64Array.of(49), out);
    // w = (sqrt(y) + 1)^(1/3): dw/dy = 1/(3 w^2) / (2 sqrt y).
    expect(out[0]).toBeCloseTo(1 / (12 * 14), 14);
  });
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
