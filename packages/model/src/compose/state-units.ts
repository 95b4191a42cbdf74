import { type Dimension, sameDimension } from '@fedbatch/vocabulary';
import type { NodeId } from '../graph/graph.ts';
import { type Assembly, gram, mole, type StateDraft } from './assembly.ts';

/** Grams in one unit of an amount; 0 for what has no formula. */
export function gramsPerUnit({ info }: Pick<StateDraft, 'info'>): number {
  return (info.molPerUnit ?? 0) * (info.species?.composition?.molarMass ?? 0);
}

/** An amount (or amount per something) of a species, converted from g or mol to the unit of its state. */
export function toStateUnit(
  assembly: Assembly,
  draft: StateDraft,
  amount: Dimension,
  node: NodeId,
): NodeId | undefined {
  const { unit, molPerUnit, species } = draft.info;
  if (sameDimension(amount, unit.dimension)) return node;
  if (molPerUnit === undefined || !species?.composition) return undefined;
  if (sameDimension(amount, mole.dimension))
    return assembly.graph.multiply(node, assembly.graph.constant(1 / molPerUnit));
  if (sameDimension(amount, gram.dimension))
    return assembly.graph.multiply(node, assembly.graph.constant(1 / (species.composition.molarMass * molPerUnit)));
  return undefined;
}
