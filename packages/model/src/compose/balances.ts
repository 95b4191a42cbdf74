import { divideDimensions, timeDimension } from '@fedbatch/vocabulary';
import type { NodeId } from '../graph/graph.ts';
import type { BalanceInfo } from '../model.ts';
import type { Located } from '../read/field.ts';
import type { Assembly, Part } from './assembly.ts';

type BalanceEntry = NonNullable<Part['file']['value']['balances']> extends ReadonlyMap<string, infer T> ? T : never;

/** What files say must close: two ledgers each, of what entered and what left, beside what the plant holds. */
export function composeBalances(assembly: Assembly): BalanceInfo[] {
  return assembly.parts.flatMap((part) =>
    [...(part.file.value.balances ?? [])].flatMap(([name, entry]) => composeBalance(assembly, part, name, entry) ?? []),
  );
}

function composeBalance(assembly: Assembly, part: Part, name: string, entry: BalanceEntry): BalanceInfo | undefined {
  const unit = entry.unit.value;
  const perHour = divideDimensions(unit.dimension, timeDimension);
  const lower = (source: Located<string>, dimension: typeof perHour, what: string): NodeId | undefined => {
    const parsed = assembly.parse(source);
    return parsed && assembly.lowering.lowerAs(parsed, assembly.scope(part.role), dimension, what);
  };
  const holds = lower(entry.holds, unit.dimension, `What \`${name}\` holds`);
  const enters = lower(entry.in, perHour, `What enters \`${name}\``);
  const leaves = lower(entry.out, perHour, `What leaves \`${name}\``);
  if (holds === undefined || enters === undefined || leaves === undefined) return undefined;
  const ledger = (direction: 'in' | 'out', node: NodeId): number => {
    const slot = assembly.states.length;
    assembly.states.push({
      info: {
        id: `balance.${direction}.${part.role}.${name}`,
        kind: 'ledger',
        says: `${entry.says ?? name} that ${direction === 'in' ? 'entered' : 'left'}`,
        unit,
        nonNegative: false,
        scale: unit.factor,
      },
      node: assembly.graph.state(slot),
      terms: [{ node, origin: `balance of ${name}`, place: entry[direction].place }],
      initial: assembly.graph.zero,
    });
    return slot;
  };
  const id = `${part.role}.${name}`;
  return {
    id,
    says: entry.says ?? name,
    unit,
    place: entry.place,
    holds,
    in: ledger('in', enters),
    out: ledger('out', leaves),
  };
}
