import type { Pattern } from '@fedbatch/numerics';
import type { Derivatives } from '../graph/derivative.ts';
import type { NodeId } from '../graph/graph.ts';
import type { Model } from '../model.ts';

/** What every back end computes of a model, as nodes of its graph. */
export interface Roots {
  readonly rates: readonly NodeId[];
  /** Entries of df/dy in the order of `pattern`. */
  readonly jacobian: readonly NodeId[];
  readonly pattern: Pattern;
  readonly byTime: readonly NodeId[];
  readonly kinks: readonly NodeId[];
  readonly crossings: readonly NodeId[];
  readonly outputs: readonly NodeId[];
}

export function rootsOf(model: Model, derivatives: Derivatives): Roots {
  const { graph, rates } = model;
  const time = graph.time();
  return {
    rates,
    ...jacobianOf(model, derivatives, rates),
    byTime: rates.map((rate) => derivatives.of(rate, time)),
    kinks: model.kinks,
    crossings: model.events.filter(({ kind }) => kind === 'crossing').map(({ node }) => node),
    outputs: model.outputs.map(({ node }) => node),
  };
}

/** The derivatives of rates by the states of the core that can be other than zero, row by row. */
export function jacobianOf(
  { graph, coreSize }: Model,
  derivatives: Derivatives,
  rates: readonly NodeId[],
): Pick<Roots, 'jacobian' | 'pattern'> {
  const jacobian: NodeId[] = [];
  const rows: number[] = [];
  const columns: number[] = [];
  rates.forEach((rate, row) => {
    for (let column = 0; column < coreSize; column++) {
      const node = derivatives.of(rate, graph.state(column));
      if (node === graph.zero) continue;
      jacobian.push(node);
      rows.push(row);
      columns.push(column);
    }
  });
  return { jacobian, pattern: { rows: Int32Array.from(rows), columns: Int32Array.from(columns) } };
}
