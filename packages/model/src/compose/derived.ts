import { parseUnit, type Unit } from '@fedbatch/vocabulary';
import type { NodeId } from '../graph/graph.ts';
import type { ReactionInfo } from '../model.ts';
import type { Assembly } from './assembly.ts';
import { define } from './definition.ts';
import { brothName } from './species.ts';

/** Heat of aerobic metabolism, kJ for each mol of O2 (oxycaloric rule: Roels 1983, Energetics and Kinetics in Biotechnology; 460 within 5 %). */
export const oxycaloricKJPerMol = 460;

/**
 * Publishes what follows from stoichiometry alone, once for every model whose reactions touch the species: oxygen uptake, carbon
 * dioxide evolution, their quotient, metabolic heat, and base demand. Lowered on request, after the reactions.
 */
export function publishDerived(assembly: Assembly, reactions: () => readonly ReactionInfo[]): void {
  const molar = parseUnit('mol/L/h');
  const volumetric = (id: string, sign: 1 | -1) => (): NodeId | undefined => perVolume(assembly, reactions(), id, sign);
  const oxygen = volumetric('O2', -1);
  const carbon = volumetric('CO2', 1);
  const quotient = (): NodeId | undefined => {
    const [up, out] = [oxygen(), carbon()];
    return up === undefined || out === undefined ? undefined : assembly.graph.divide(out, up);
  };
  const heat = (): NodeId | undefined => {
    const up = oxygen();
    return up && assembly.graph.multiply(up, assembly.graph.constant(oxycaloricKJPerMol * parseUnit('kJ').factor));
  };
  publish(assembly, 'OUR', 'oxygen uptake rate', molar, oxygen);
  publish(assembly, 'CER', 'carbon dioxide evolution rate', molar, carbon);
  publish(assembly, 'RQ', 'respiratory quotient', parseUnit('-'), quotient);
  publish(assembly, 'metabolicHeat', 'metabolic heat', parseUnit('W/L'), heat);
  publish(assembly, 'baseDemand', 'protons made by metabolism, to be neutralised', molar, volumetric('H+', 1));
}

function publish(assembly: Assembly, name: string, says: string, unit: Unit, make: () => NodeId | undefined): void {
  const source = 'from the stoichiometry of the reactions';
  assembly.publish(name, define({ id: name, kind: 'quantity', says, unit, source, make }), 'stoichiometry', undefined);
}

function perVolume(
  assembly: Assembly,
  reactions: readonly ReactionInfo[],
  species: string,
  sign: 1 | -1,
): NodeId | undefined {
  const { graph } = assembly;
  const broth = assembly.phases.get(brothName);
  const volume = broth && assembly.lowering.resolve(broth.volume);
  if (volume === undefined) return undefined;
  const terms = reactions
    .filter((reaction) => reaction.phase === brothName)
    .flatMap((reaction) =>
      reaction.terms
        .filter((term) => term.species.id === species && term.molar !== undefined)
        .map((term) => graph.multiply(term.molar!, reaction.rate)),
    );
  const total = graph.divide(graph.sum(terms), volume);
  return sign > 0 ? total : graph.negate(total);
}
