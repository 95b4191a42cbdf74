import { divideDimensions, formatDimension, multiplyDimensions, timeDimension } from '@fedbatch/vocabulary';
import { type Assembly, gram, type Part } from './assembly.ts';
import { toStateUnit } from './state-units.ts';

/** A species that moves from one phase to another. */
export function composeTransfer(
  assembly: Assembly,
  part: Part,
  name: string,
  entry: NonNullable<Part['file']['value']['transfers']> extends ReadonlyMap<string, infer T> ? T : never,
): void {
  const { graph, problems } = assembly;
  const from = assembly.phaseNamed(entry.from, entry.place);
  const to = assembly.phaseNamed(entry.to, entry.place);
  const parsed = assembly.parse(entry.rate);
  const rate = parsed && assembly.lowering.lower(parsed, assembly.scope(part.role));
  if (!from || !to || !rate) return;
  const source = from.amounts.get(entry.of.value);
  const target = to.amounts.get(entry.of.value);
  if (!source || !target) {
    problems.error(
      'MODEL_SPECIES_UNKNOWN',
      entry.of.place,
      `The transfer \`${name}\` moves \`${entry.of.value}\`, which the ${source ? to.name : from.name} does not hold.`,
      'Add it to `holds` of that phase.',
    );
    return;
  }
  const amount =
    rate.dimension === 'any' || rate.dimension === 'logical'
      ? gram.dimension
      : multiplyDimensions(rate.dimension, timeDimension);
  const taken = toStateUnit(assembly, source, amount, rate.node);
  const given = toStateUnit(assembly, target, amount, rate.node);
  if (taken === undefined || given === undefined) {
    problems.error(
      'MODEL_UNIT_CLASH',
      entry.rate.place,
      `The rate of the transfer \`${name}\` has the unit ${formatDimension(divideDimensions(amount, timeDimension))}.`,
      'Write it in g/h or mol/h.',
    );
    return;
  }
  assembly.flows.push({
    id: `${part.role}.${name}`,
    kind: 'transfer',
    moves: `${source.info.species!.name} from ${from.name} to ${to.name}`,
    says: entry.says ?? name,
    place: entry.rate.place,
    formula: parsed!.expression,
  });
  source.terms.push({ node: graph.negate(taken), origin: `- transfer ${name}`, place: entry.rate.place });
  target.terms.push({ node: given, origin: `+ transfer ${name}`, place: entry.rate.place });
}
