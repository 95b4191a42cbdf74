import {
  type BalanceInfo,
  balancesOf,
  elementNames,
  type Inventory,
  inventory,
  type Model,
  openReactions,
  stated,
} from '@fedbatch/model';
import type { Audit, BalanceLine } from './run-result.ts';

/** The balances of a run, from its first and last state: start + in - out - held. Nothing here looks at the rates that made them. */
export function auditRun(model: Model, first: Float64Array, last: Float64Array): Audit {
  const balances = [
    ...balancesOf(model).map((balance) => balanceLine(model, first, last, balance)),
    ...model.balances.map((balance) => statedLine(model, first, last, balance)),
  ];
  return { balances, carbonFate: carbonFate(model, first, last), openReactions: openReactions(model) };
}

function balanceLine(model: Model, first: Float64Array, last: Float64Array, balance: string): BalanceLine {
  const unit = balance === 'mass' ? 'g' : 'mol';
  return line(
    elementNames[balance] ?? balance,
    unit,
    inventory(model, first, balance),
    inventory(model, last, balance),
  );
}

function statedLine(model: Model, first: Float64Array, last: Float64Array, balance: BalanceInfo): BalanceLine {
  const [start, end] = [stated(model, balance, first), stated(model, balance, last)];
  return line(balance.says, balance.unit.text, start, end);
}

function line(balance: string, unit: string, { held: start }: Inventory, end: Inventory): BalanceLine {
  const residual = start + end.in - end.out - end.held;
  const size = Math.max(Math.abs(start) + Math.abs(end.in), Math.abs(end.out) + Math.abs(end.held));
  return {
    balance,
    unit,
    start,
    in: end.in,
    out: end.out,
    held: end.held,
    residual,
    relative: size === 0 ? 0 : Math.abs(residual) / size,
  };
}

/** Species whose carbon grew, and what left with streams. */
function carbonFate(model: Model, first: Float64Array, last: Float64Array): Audit['carbonFate'] {
  const grown = new Map<string, number>();
  model.states.forEach((info, slot) => {
    const carbon = info.species?.composition?.elements.get('C') ?? 0;
    if (carbon === 0 || info.molPerUnit === undefined) return;
    const name = info.species!.name;
    grown.set(name, (grown.get(name) ?? 0) + carbon * info.molPerUnit * (last[slot]! - first[slot]!));
  });
  const fate = [...grown].filter(([, molC]) => molC > 0).map(([name, molC]) => ({ name, molC }));
  const left =
    inventory(model, last, 'C').out -
    [...model.states].reduce((sum, info, slot) => sum + exchanged(info, last[slot]!), 0);
  return left > 0 ? [...fate, { name: 'left with off-gas and harvest', molC: left }] : fate;
}

/** Carbon that went to the surroundings is counted with its species already. */
function exchanged(info: Model['states'][number], value: number): number {
  if (info.kind !== 'exchange' || value < 0) return 0;
  return (info.species?.composition?.elements.get('C') ?? 0) * (info.molPerUnit ?? 0) * value;
}
