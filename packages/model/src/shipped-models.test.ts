import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { balancesOf, inventory } from './balance/inventory.ts';
import { type Graph, type NodeId, Op } from './graph/graph.ts';
import { compileModel, Instance } from './instance.ts';
import type { Model } from './model.ts';
import { modelOf } from './test-models.ts';

const sims = join(import.meta.dirname, '../../../sims');
const read = (path: string): string => readFileSync(join(sims, path), 'utf8');
const fed = { volume: '6 L', X: '3 g/L', S: '2.5 g/L' };
const pairs: [string, string, Record<string, string>][] = [
  ['Anane2017-ecoli-closed', 'bench-15L', { ...fed, A: '0.4 g/L' }],
  ['Anane2017-ecoli', 'volume-only', { ...fed, A: '0.4 g/L' }],
  ['Monod1949-kernel', 'volume-only', fed],
  ['Andrews1968-haldane', 'volume-only', fed],
  ['TestStrain-product', 'bench-15L', { ...fed, P: '0.2 g/L' }],
];

/** Value and derivative of a node along one state (or along time), carried forward together: the rival of the derivatives on the graph. */
function dual(graph: Graph, root: NodeId, y: Float64Array, p: Float64Array, along: number | 'time'): [number, number] {
  const memo = new Map<NodeId, [number, number]>();
  const of = (node: NodeId): [number, number] => {
    const known = memo.get(node);
    if (known) return known;
    const made = compute(node);
    memo.set(node, made);
    return made;
  };
  const compute = (node: NodeId): [number, number] => {
    const slot = graph.a[node]!;
    const [a, da] = graph.ops[node]! >= Op.add ? of(slot) : [Number.NaN, 0];
    const [b, db] = graph.ops[node]! >= Op.add && graph.b[node]! >= 0 ? of(graph.b[node]!) : [Number.NaN, 0];
    switch (graph.ops[node]!) {
      case Op.constant:
        return [graph.valueOf(node), 0];
      case Op.state:
        return [y[slot]!, slot === along ? 1 : 0];
      case Op.parameter:
        return [p[slot]!, 0];
      case Op.time:
        return [1.5, along === 'time' ? 1 : 0];
      case Op.add:
        return [a + b, da + db];
      case Op.subtract:
        return [a - b, da - db];
      case Op.multiply:
        return [a * b, da * b + a * db];
      case Op.divide:
        return [a / b, (da * b - a * db) / (b * b)];
      case Op.power:
        return [a ** b, b * a ** (b - 1) * da + (db === 0 ? 0 : a ** b * Math.log(a) * db)];
      case Op.negate:
        return [-a, -da];
      case Op.exp:
        return [Math.exp(a), Math.exp(a) * da];
      case Op.log:
        return [Math.log(a), da / a];
      case Op.sqrt:
        return [Math.sqrt(a), da / (2 * Math.sqrt(a))];
      case Op.tanh:
        return [Math.tanh(a), da / Math.cosh(a) ** 2];
      case Op.abs:
        return [Math.abs(a), a < 0 ? -da : da];
      case Op.min:
        return a < b ? [a, da] : [b, db];
      case Op.max:
        return a < b ? [b, db] : [a, da];
      case Op.less:
        return [a < b ? 1 : 0, 0];
      case Op.lessOrEqual:
        return [a <= b ? 1 : 0, 0];
      case Op.select:
        return a !== 0 ? [b, db] : of(graph.c[node]!);
      default:
        throw new Error(`No shipped model is expected to hold operation ${graph.ops[node]}.`);
    }
  };
  return of(root);
}

/** The start, and states around it that differ in every entry. */
function statesOf(instance: Instance): Float64Array[] {
  const start = instance.startState();
  return [0, 0.2, 0.6].map((spread, n) =>
    start.map((value, i) => value * (1 + spread * Math.sin(7 * i + n)) + spread * 1e-3 * (1 + Math.cos(i))),
  );
}

describe.each(pairs)('%s in %s', (organism, vessel, charge) => {
  let model: Model;
  let instance: Instance;
  beforeAll(() => {
    const components = {
      organism: read(`organisms/${organism}.yaml`),
      vessel: read(`vessels/${vessel}.yaml`),
      program: read('components/exponential-feed.yaml'),
    };
    model = modelOf(components, charge);
    instance = new Instance(compileModel(model));
    instance.parameters[instance.slotOf('vessel.feedRate')] = 0.3;
    instance.parameters[instance.slotOf('vessel.harvestRate')] = 0.1;
    instance.parameters[instance.slotOf('program.running')] = 1;
    instance.parameters[instance.slotOf('program.startRate')] = 0.05;
  });

  it('has the Jacobian and the time derivative that dual numbers give, to rounding', () => {
    const { size, coreSize, parameters } = instance;
    const entries = new Float64Array(instance.pattern.rows.length);
    const byTime = new Float64Array(size);
    const [rates, sameRates] = [new Float64Array(size), new Float64Array(size)];
    for (const y of statesOf(instance)) {
      instance.at(1.5).rhs(y, rates);
      const jacobian = instance.denseJacobian(y);
      instance.linearise(y, sameRates, entries, byTime);
      sameRates.forEach((rate, i) =>
        expect(Math.abs(rate - rates[i]!)).toBeLessThanOrEqual(1e-12 * (1 + Math.abs(rate))),
      );
      model.rates.forEach((rate, i) => {
        const exact = Array.from({ length: coreSize }, (_, j) => dual(model.graph, rate, y, parameters, j));
        const largest = Math.max(...exact.map(([, slope]) => Math.abs(slope)), 1e-12);
        exact.forEach(([value, slope], j) => {
          expect(Math.abs(rates[i]! - value)).toBeLessThanOrEqual(1e-11 * (1 + Math.abs(value)));
          expect(Math.abs(jacobian[i * coreSize + j]! - slope)).toBeLessThanOrEqual(1e-12 * largest);
        });
        const [, drift] = dual(model.graph, rate, y, parameters, 'time');
        expect(Math.abs(byTime[i]! - drift)).toBeLessThanOrEqual(1e-12 * (1 + Math.abs(drift)));
      });
    }
  });

  it('keeps every element, charge, electrons and mass wherever its reactions close', () => {
    const rates = new Float64Array(instance.size);
    const open = model.reactions.some(({ balance }) => balance === 'as-published');
    for (const y of statesOf(instance)) {
      instance.at(1.5).rhs(y, rates);
      for (const balance of balancesOf(model)) {
        const change = inventory(model, rates, balance);
        const size = Math.abs(change.held) + Math.abs(change.in) + Math.abs(change.out);
        const leak = Math.abs(change.held + change.out - change.in) / (size + 1e-6);
        if (!open) expect(leak, balance).toBeLessThan(1e-12);
        else if (balance === 'C') expect(leak, balance).toBeGreaterThan(1e-3);
      }
    }
  });

  it('lifts what fell below zero along reactions that keep every element', () => {
    for (const { along, state } of instance.nonNegative) {
      if (along === null) continue;
      expect(along[state]).toBeGreaterThan(0);
      const { reactions } = model;
      if (reactions.some(({ balance }) => balance === 'as-published')) continue;
      for (const balance of balancesOf(model)) {
        const change = inventory(model, along, balance);
        expect(Math.abs(change.held + change.out - change.in), balance).toBeLessThan(1e-12);
      }
    }
  });

  it('starts from what the charge says, and from nothing below zero', () => {
    const start = instance.startState();
    const amount = (id: string): number => start[model.states.findIndex((state) => state.id === id)]!;
    expect(amount('V')).toBe(6);
    expect(amount('amount.X')).toBe(18);
    expect(amount('amount.S')).toBe(15);
    model.states.forEach(({ nonNegative }, slot) => expect(nonNegative && start[slot]! < 0).toBe(false));
  });
});

describe('a stirred volume', () => {
  /** Amounts and volume without any reaction: what Bastin and Dochain 1990, eq. 1.33, write as -D xi + D xi_in is in the amounts already. */
  it('dilutes concentrations by D = F/V though no equation mentions dilution', () => {
    const organism = `organism: Inert\nsource: test\nspecies: { X: { name: biomass }, S: { name: substrate } }\n`;
    const vessel = read('vessels/volume-only.yaml').replace(
      'flow: feedRate }',
      'flow: feedRate, carries: { S: 500 g/L } }',
    );
    const model = modelOf({ organism, vessel }, { volume: '4 L', X: '10 g/L', S: '2 g/L' });
    const instance = new Instance(compileModel(model));
    instance.parameters[instance.slotOf('vessel.feedRate')] = 0.2;
    instance.parameters[instance.slotOf('vessel.harvestRate')] = 0.05;
    const y = instance.startState();
    const rates = new Float64Array(instance.size);
    instance.at(0).rhs(y, rates);
    const slot = (id: string): number => model.states.findIndex((state) => state.id === id);
    const volume = slot('V');
    const change = (id: string): number => {
      const amount = slot(id);
      return (rates[amount]! - (y[amount]! / y[volume]!) * rates[volume]!) / y[volume]!;
    };
    const dilution = 0.2 / 4;
    expect(rates[volume]).toBeCloseTo(0.15, 14);
    expect(change('amount.X')).toBeCloseTo(-dilution * 10, 13);
    expect(change('amount.S')).toBeCloseTo(dilution * (500 - 2), 12);
  });
});
