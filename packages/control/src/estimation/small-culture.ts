import { compileModel, compose, Instance, type Located, type Model, readComponent } from '@fedbatch/model';
import { createIntegrator } from '@fedbatch/numerics';
import { Problems, parseQuantity, type Quantity } from '@fedbatch/vocabulary';

const kinetics = {
  Monod: 'mumax * S / (Ks + S)',
  Contois: 'mumax * S / (0.1 * X + S)',
} as const;

const organism = (rate: string): string => `
organism: A culture that grows on one substrate
source: made for tests
biomass: X
species:
  X: { name: biomass, formula: CH1.8O0.5N0.2 }
  S: { name: glucose, formula: C6H12O6 }
parameters:
  mumax: { value: 0.5 1/h, source: made for tests, says: highest growth rate }
  Ks: { value: 0.2 g/L, source: made for tests, says: substrate at half of it }
  Y: { value: 0.5 g/g, source: made for tests, says: biomass per substrate }
quantities:
  mu: { unit: 1/h, is: '${rate}', says: growth rate }
reactions:
  growth: { rate: mu / Y, uses: S, makes: { X: Y }, closes: [O2, CO2, NH4+, H2O, H+] }
`;

const vessel = `
vessel: A stirred volume
source: made for tests
inputs:
  feed: { unit: L/h, default: 0 L/h, range: 0..10 L/h, says: feed }
  harvest: { unit: L/h, default: 0 L/h, range: 0..10 L/h, says: harvest }
phases: { broth: { volume state: V } }
streams:
  feed: { into: broth, flow: feed }
  harvest: { from: broth, flow: harvest }
`;

const place = { file: 'small culture', line: 1, column: 1 };
const map = (values: Readonly<Record<string, string>>): Map<string, Located<Quantity>> =>
  new Map(Object.entries(values).map(([id, text]) => [id, { value: parseQuantity(text), place }]));

/** Biomass on one substrate in a volume that is fed and harvested: 1 L, 2 g/L of biomass, 1 g/L of substrate, unless said otherwise. */
export function smallCulture(
  law: keyof typeof kinetics = 'Monod',
  charge: Readonly<Record<string, string>> = {},
): Model {
  return compose(
    [
      { role: 'organism', file: readComponent(organism(kinetics[law]), 'organism.yaml', new Problems()) },
      { role: 'vessel', file: readComponent(vessel, 'vessel.yaml', new Problems()) },
    ],
    {
      charge: map({ volume: '1 L', X: '2 g/L', S: '1 g/L', ...charge }),
      streams: new Map([['feed', map({ S: '10 g/L' })]]),
    },
  );
}

/** A plant that is carried exactly: `carry` with inputs and parameters by id, then `read` an output. */
export interface CarriedPlant {
  carry(hours: number, inputs?: Readonly<Record<string, number>>): void;
  read(output: string): number;
}

export function carriedPlant(model: Model, parameters: Readonly<Record<string, number>> = {}): CarriedPlant {
  const instance = new Instance(compileModel(model));
  for (const [id, value] of Object.entries(parameters)) instance.parameters[instance.slotOf(id)] = value;
  const integrator = createIntegrator(instance, {
    method: 'rodas4',
    relativeTolerance: 1e-9,
    absoluteTolerance: Float64Array.from(model.states, ({ scale }) => 1e-12 * scale),
    kinks: 'ignore',
  });
  integrator.begin(0, instance.startState());
  const outputs = new Float64Array(model.outputs.length);
  return {
    carry(hours, inputs = {}) {
      for (const [id, value] of Object.entries(inputs)) instance.parameters[instance.slotOf(id)] = value;
      integrator.jump();
      integrator.advance(integrator.time + hours);
    },
    read(output) {
      instance.at(integrator.time).outputs(integrator.state, outputs);
      return outputs[model.outputs.findIndex(({ id }) => id === output)]!;
    },
  };
}
