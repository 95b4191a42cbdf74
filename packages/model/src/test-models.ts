import { Problems, parseQuantity, type Quantity } from '@fedbatch/vocabulary';
import { compose } from './compose/compose.ts';
import type { Model } from './model.ts';
import { readComponent } from './read/component-file.ts';
import type { Located } from './read/field.ts';

const place = { file: 'scenario.yaml', line: 1, column: 1 };

/** Quantities as a scenario would give them. */
export function quantities(values: Readonly<Record<string, string>>): Map<string, Located<Quantity>> {
  return new Map(Object.entries(values).map(([name, text]) => [name, { value: parseQuantity(text), place }]));
}

/** Components as text by role, composed: with a charge as in a scenario, without one as a check would do it. */
export function modelOf(
  components: Readonly<Record<string, string>>,
  charge?: Readonly<Record<string, string>>,
  watches: Readonly<Record<string, string>> = {},
): Model {
  const parts = Object.entries(components).map(([role, text]) => ({
    role,
    file: readComponent(text, `${role}.yaml`, new Problems()),
  }));
  const watched = Object.entries(watches).map(([id, value]) => ({ id, condition: { value, place } }));
  return compose(
    parts,
    charge ? { charge: quantities(charge), watches: watched, place } : { mode: 'probe', watches: watched },
  );
}

/** Growth on glucose with overflow, closed. */
export const overflowOrganism = `organism: Overflow
source: test
biomass: X
species:
  X: { name: biomass, formula: CH1.77O0.49N0.24 }
  S: { name: glucose, formula: C6H12O6 }
  A: { name: acetate, formula: C2H4O2, initial: 0.1 g/L }
parameters:
  qmax: { value: 0.64 g/g/h }
  Ks: { value: 0.04 g/L }
  Ya: { value: 0.6 g/g }
  Y: { value: 0.5 g/g }
quantities:
  qS: { unit: g/g/h, is: qmax * S / (S + Ks) }
  qO: { unit: g/g/h, is: 'min(qS, 0.7 * qmax)' }
reactions:
  growth: { rate: qO, uses: S, makes: { X: Y }, closes: [O2, CO2, NH4+, H2O, H+] }
  overflow: { rate: qS - qO, uses: S, makes: { A: Ya }, closes: [O2, CO2, H2O] }
`;

/** A volume with a feed, a harvest and a gas space of constant volume. */
export const gasVessel = `vessel: Tank
source: test
inputs:
  feed: { unit: L/h, default: 0.1 L/h, range: 0..1 L/h }
  drain: { unit: L/h, default: 0.05 L/h, range: 0..1 L/h }
parameters:
  kLa: { value: 300 1/h }
  air: { value: 2 mol/h }
  out: { value: 40 L/h }
  Vg: { value: 3 L }
  sat: { value: 0.9 L/L, says: g/L in the broth for each g/L in the gas }
  M: { value: 32 g/mol }
  rho: { value: 1000 g/L }
phases:
  broth: { volume state: V, holds: [O2, CO2, H2O], supplies: [NH4+, H+], density: rho, initial: { O2: 'sat * gas.O2 * M / 30', CO2: 0 } }
  gas: { volume: Vg, basis: mol, holds: [O2, CO2], initial: { O2: air / out * 0.21, CO2: 0 } }
streams:
  feedStream: { into: broth, flow: feed, carries: { S: 300 g/L } }
  drainStream: { from: broth, flow: drain }
  airStream: { into: gas, flow: air, carries: { O2: 0.21 mol/mol } }
  exhaust: { from: gas, flow: out }
transfers:
  oxygen: { of: O2, from: gas, to: broth, rate: 'kLa * (sat * gas.O2 * M / 30 - O2) * V' }
  carbon: { of: CO2, from: broth, to: gas, rate: kLa * CO2 * V }
`;
export const charge = { volume: '2 L', X: '3 g/L', S: '0.5 g/L' } as const;

/**
 * pH of a bicarbonate buffer with ammonium and a strong ion, from the charge balance; constants as in ADM1 (Rosen and Jeppsson 2006). The unknown is pH
 * itself, so that the bracket is 0 to 14.
 */
export const phComponent = `component: pH
source: charge balance; constants of ADM1
parameters:
  total: { value: 0.02 mol/L, says: CO2 and bicarbonate }
  ammonia: { value: 0.01 mol/L }
  strong: { value: 0.004 mol/L, says: strong cations less strong anions }
  acid0: { value: 0.001 mol/L }
  hour: { value: 1 h }
  temperature: { value: 310.15 K }
constants:
  T0: { value: 298.15 K }
  unit: { value: 1 mol/L }
  enthalpyCO2: { value: 7646 J/mol }
  enthalpyNH4: { value: 51965 J/mol }
  enthalpyW: { value: 55900 J/mol }
needs: { R: J/mol/K }
quantities:
  shift: { unit: mol/J, is: 1/R * (1/T0 - 1/temperature) }
  K1: { unit: mol/L, is: 10^(-6.35) * exp(enthalpyCO2 * shift) * unit }
  Ka: { unit: mol/L, is: 10^(-9.25) * exp(enthalpyNH4 * shift) * unit }
  Kw: { unit: mol^2/L^2, is: 10^(-14) * exp(enthalpyW * shift) * unit^2 }
  h: { unit: mol/L, is: 10^(-pH) * unit }
  bicarbonate: { unit: mol/L, is: (total - acid) * K1 / (K1 + h) }
unknowns:
  pH: { unit: pH, between: 0..14, zero: h + strong + ammonia * h / (h + Ka) - Kw / h - bicarbonate }
states:
  acid: { unit: mol/L, initial: acid0, rate: (bicarbonate - h) / hour }
`;
