import { parseUnit, type Unit } from '@fedbatch/vocabulary';
import type { NodeId } from '../graph/graph.ts';
import type { ReactionInfo } from '../model.ts';
import type { Assembly } from './assembly.ts';
import { type Definition, define } from './definition.ts';
import { brothName } from './species.ts';
import { gramsPerUnit } from './state-units.ts';

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
  publish(assembly, 'organicAcidCharge', 'negative charge of organic acids', parseUnit('mol/L'), () =>
    acidCharge(assembly, assembly.published.get('pH')),
  );
  publish(
    assembly,
    'organicAcidChargeAtStart',
    'negative charge of organic acids at the start',
    parseUnit('mol/L'),
    () => acidCharge(assembly, assembly.definitions.get('charge.pH')),
  );
  publish(assembly, 'brothMass', 'mass of the broth', parseUnit('kg'), () => brothMass(assembly));
  publish(assembly, 'biomass', 'biomass', parseUnit('g/L'), () => biomass(assembly));
  publish(assembly, 'OUR', 'oxygen uptake rate', molar, oxygen);
  publish(assembly, 'CER', 'carbon dioxide evolution rate', molar, carbon);
  publish(assembly, 'RQ', 'respiratory quotient', parseUnit('-'), quotient);
  publish(assembly, 'metabolicHeat', 'metabolic heat', parseUnit('W/L'), heat);
  publish(assembly, 'baseDemand', 'protons made by metabolism, to be neutralised', molar, volumetric('H+', 1));
}

/** What only some vessels ask for; listed everywhere it would be in the way. */
const onRequest: ReadonlySet<string> = new Set([
  'organicAcidCharge',
  'organicAcidChargeAtStart',
  'brothMass',
  'biomass',
]);

function publish(assembly: Assembly, name: string, says: string, unit: Unit, make: () => NodeId | undefined): void {
  if (onRequest.has(name) && !assembly.parts.some(({ file }) => file.value.needs?.has(name))) return;
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
  const living = [...assembly.phases.values()].filter(({ lives }) => lives);
  const volumes = living.map((phase) => assembly.lowering.resolve(phase.volume));
  if (volumes.length === 0 || volumes.some((volume) => volume === undefined)) return undefined;
  const volume = graph.sum(volumes as NodeId[]);
  const terms = reactions
    .filter((reaction) => living.some(({ name }) => name === reaction.phase))
    .flatMap((reaction) =>
      reaction.terms
        .filter((term) => term.species.id === species && term.molar !== undefined)
        .map((term) => graph.multiply(term.molar!, reaction.rate)),
    );
  const total = graph.divide(graph.sum(terms), volume);
  return sign > 0 ? total : graph.negate(total);
}

/** Negative charge of the acids of the broth at a pH: protons that each has lost, less the charge of its undissociated form (species with `pKa`). */
function acidCharge(assembly: Assembly, pH: Definition | undefined): NodeId | undefined {
  const { graph } = assembly;
  const broth = assembly.phases.get(brothName);
  const volume = broth && assembly.lowering.resolve(broth.volume);
  if (volume === undefined) return undefined;
  const terms = [...broth!.amounts].flatMap(([id, draft]) => {
    const { pKa } = assembly.species.get(id)!;
    if (pKa.length === 0 || draft.info.molPerUnit === undefined) return [];
    const molar = graph.divide(graph.multiply(draft.node, graph.constant(draft.info.molPerUnit)), volume);
    const acidity = pH && assembly.lowering.resolve(pH);
    if (acidity === undefined) return [];
    const charge = graph.constant(draft.info.species?.composition?.charge ?? 0);
    return [graph.multiply(molar, graph.subtract(protonsLost(assembly, pKa, acidity), charge))];
  });
  return graph.sum(terms);
}

/** Mean number of protons that an acid has lost: sum of i c_i over sum of c_i with c_i = 10^(i pH - pKa1 - ... - pKai). */
function protonsLost({ graph }: Assembly, pKa: readonly number[], pH: NodeId): NodeId {
  let form = graph.one;
  let total = graph.one;
  let lost = graph.zero;
  pKa.forEach((value, i) => {
    const step = graph.exp(graph.multiply(graph.constant(Math.LN10), graph.subtract(pH, graph.constant(value))));
    form = graph.multiply(form, step);
    total = graph.add(total, form);
    lost = graph.add(lost, graph.multiply(graph.constant(i + 1), form));
  });
  return graph.divide(lost, total);
}

/** Concentration of what the organism counts its specific rates by. */
function biomass(assembly: Assembly): NodeId | undefined {
  const named = assembly.parts.map(({ file }) => file.value.biomass).find((id) => id !== undefined);
  const broth = assembly.phases.get(brothName);
  const draft = named && broth?.amounts.get(named.value);
  const volume = broth && assembly.lowering.resolve(broth.volume);
  if (!draft || volume === undefined) return assembly.graph.zero;
  if (draft.info.unit.dimension[0] === 1) return assembly.graph.divide(draft.node, volume);
  return assembly.graph.divide(
    assembly.graph.multiply(draft.node, assembly.graph.constant(gramsPerUnit(draft))),
    volume,
  );
}

/** Mass of everything with a formula that the broth holds. */
function brothMass({ graph, phases }: Assembly): NodeId {
  const amounts = [...(phases.get(brothName)?.amounts.values() ?? [])];
  return graph.sum(
    amounts.map(({ node, info }) =>
      graph.multiply(node, graph.constant((info.molPerUnit ?? 0) * (info.species?.composition?.molarMass ?? 0))),
    ),
  );
}
