import type { Model, SpeciesInfo } from '@fedbatch/model';

/**
 * Oxygen that the biomass of the charge has taken up while it grew, mol: the electrons of the substrate that it took by the yield, less those that it holds, four
 * to a molecule of oxygen. 0 where the model does not say enough.
 */
export function inoculumOxygen(model: Model, yieldGPerG: number): number {
  const substrate = model.feeding && model.species.get(model.feeding.substrate);
  const biomass = [...model.species.values()].find(({ id, name }) => name === 'biomass' || id === 'X');
  const charged = (id: string): number =>
    model.parameters.find((parameter) => parameter.id === `charge.${id}`)?.value ?? 0;
  const [given, held] = [electronsPerGram(substrate), electronsPerGram(biomass)];
  if (given === undefined || held === undefined) return 0;
  const grams = charged(biomass!.id) * charged('volume');
  return Math.max(0, (grams * (given / yieldGPerG - held)) / 4);
}

/** Electrons that burning with ammonia as the source of nitrogen frees, mol/g. */
function electronsPerGram(species: SpeciesInfo | undefined): number | undefined {
  if (!species?.composition) return undefined;
  const { elements, charge, molarMass } = species.composition;
  const of = (element: string): number => elements.get(element) ?? 0;
  return (4 * of('C') + of('H') - 2 * of('O') - 3 * of('N') - charge) / molarMass;
}
