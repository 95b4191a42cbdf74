import { ProblemError } from '@fedbatch/vocabulary';
import { describe, expect, it } from 'vitest';
import { compileModel, Instance } from '../instance.ts';
import { modelOf } from '../test-models.ts';

const organism = `organism: Cells
source: test
biomass: X
species:
  X: { name: cells, formula: CH1.8O0.5N0.2, initial: 10 g/L }
  S: { name: sugar, formula: C6H12O6, initial: 20 g/L }
`;
const tank = (streams: string, second = ''): string => `vessel: Tank
source: test
constants: { rho: { value: 1000 g/L } }
inputs: { rate: { unit: L/h, default: 2 L/h, range: 0..10 L/h } }
phases:
  broth: { volume state: V, initial volume: 4 L, density: rho, holds: [H2O] }
${second}
streams:
${streams}
`;
const loop = `  loop: { volume state: W, initial volume: 1 L, density: rho, holds: [X, S, H2O], initial: { X: nothing, S: nothing } }
quantities: { nothing: { unit: g/L, is: 0 } }`;

/** Rates at the start, by state. */
function rates(vessel: string): Map<string, number> {
  const model = modelOf({ organism, vessel }, { volume: '4 L' });
  const instance = new Instance(compileModel(model));
  const out = new Float64Array(instance.size);
  instance.at(0).rhs(instance.startState(), out);
  return new Map(model.states.map(({ id }, slot) => [id, out[slot]!]));
}

function codes(vessel: string): string[] {
  try {
    rates(vessel);
  } catch (error) {
    if (error instanceof ProblemError) return error.problems.map(({ code }) => code);
    throw error;
  }
  return [];
}

describe('a stream between two phases', () => {
  it('takes its phase as it is into the other, volume and all, and crosses no boundary', () => {
    const rate = rates(tank('  out: { from: broth, into: loop, flow: rate }', loop));
    expect(rate.get('amount.X')).toBeCloseTo(-20, 12);
    expect(rate.get('amount.loop.X')).toBeCloseTo(20, 12);
    expect(rate.get('amount.loop.S')).toBeCloseTo(40, 12);
    expect([rate.get('V'), rate.get('W')]).toEqual([-2, 2]);
    expect([...rate.keys()].filter((id) => id.startsWith('ledger'))).toEqual([]);
  });

  it('carries only what `only` names, and no liquid', () => {
    const rate = rates(tank('  settling: { from: broth, into: loop, flow: rate, only: [X] }', loop));
    expect(rate.get('amount.loop.X')).toBeCloseTo(20, 12);
    for (const id of ['amount.S', 'amount.H2O', 'V', 'W']) expect([id, rate.get(id)]).toEqual([id, 0]);
  });
});

describe('a stream that retains', () => {
  it('leaves the share of cells behind, and takes water in their place', () => {
    const rate = rates(tank('  permeate: { from: broth, flow: rate, retains: { particulates: 0.9 } }'));
    expect(rate.get('amount.X')).toBeCloseTo(-2, 12);
    expect(rate.get('amount.S')).toBeCloseTo(-40, 12);
    expect(rate.get('V')).toBe(-2);
    // 2 L/h of 1000 g/L leave as ever: 970 g/L of water, and 18 g/h in the place of cells.
    expect(rate.get('amount.H2O')).toBeCloseTo(-(2 * 970 + 18), 9);
  });

  it('keeps the mass of the liquid at its density', () => {
    const rate = rates(tank('  permeate: { from: broth, flow: rate, retains: { X: 0.5, S: 0.25 } }'));
    expect(rate.get('amount.X')! + rate.get('amount.S')! + rate.get('amount.H2O')!).toBeCloseTo(-2000, 9);
  });
});

describe('a stream of gas', () => {
  const gas = `  gas: { volume: space, basis: mol, holds: [O2, N2], initial: { O2: some, N2: rest } }
quantities: { space: { unit: L, is: 10 * one }, some: { unit: mol/L, is: 0.01 * dense }, rest: { unit: mol/L, is: 0.03 * dense } }
parameters: { one: { value: 1 L }, dense: { value: 1 mol/L }, flow: { value: 8 mol/h } }`;

  it('may leave in mol/h, at the mole fractions of its phase', () => {
    const rate = rates(tank('  exhaust: { from: gas, flow: flow }', gas));
    expect(rate.get('amount.gas.O2')).toBeCloseTo(-2, 12);
    expect(rate.get('amount.gas.N2')).toBeCloseTo(-6, 12);
  });

  it('leaves no water in the place of what a condenser retains', () => {
    const rate = rates(tank('  exhaust: { from: gas, flow: flow, retains: { O2: 1 } }', gas));
    expect(rate.get('amount.gas.O2')).toBeCloseTo(0, 12);
    expect(rate.get('amount.gas.N2')).toBeCloseTo(-6, 12);
  });
});

describe('a stream is refused', () => {
  it.each([
    ['without an end', '  a: { flow: rate }', 'MODEL_STREAM_ENDS'],
    ['into the phase that it leaves', '  a: { from: broth, into: broth, flow: rate }', 'MODEL_STREAM_ENDS'],
    [
      'with a composition of its own where it leaves a phase',
      '  a: { from: broth, flow: rate, carries: { S: 1 g/L } }',
      'MODEL_STREAM_ENDS',
    ],
    [
      'with a selection where it comes from outside',
      '  a: { into: broth, flow: rate, only: [S] }',
      'MODEL_STREAM_ENDS',
    ],
    ['selecting what its phase does not hold', '  a: { from: broth, flow: rate, only: [Z] }', 'MODEL_SPECIES_UNKNOWN'],
    [
      'in mol/h out of a phase counted in g',
      '  a: { from: broth, flow: rate * molar }\nparameters: { molar: { value: 1 mol/L } }',
      'MODEL_UNIT_CLASH',
    ],
    [
      'retaining by something with a unit',
      '  a: { from: broth, flow: rate, retains: { X: rate } }',
      'MODEL_UNIT_CLASH',
    ],
  ])('%s', (_, streams, code) => {
    expect(codes(tank(streams))).toContain(code);
  });

  it('into a phase that does not hold what it brings', () => {
    const poor = loop.replace('[X, S, H2O]', '[S, H2O]').replace('X: nothing, ', '');
    expect(codes(tank('  a: { from: broth, into: loop, flow: rate }', poor))).toContain('MODEL_SPECIES_UNKNOWN');
  });
});

describe('an entry that says `holds` alone', () => {
  it('needs a phase that another component declares', () => {
    const alone = tank('  feed: { into: broth, flow: rate }', '  loop: { holds: [S] }');
    expect(codes(alone)).toEqual(['MODEL_PHASE_UNKNOWN']);
  });
});
